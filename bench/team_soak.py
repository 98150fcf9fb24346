"""A team at the board of a sample workspace for as long as it runs: in a thread of its own, one event loop for all of them."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from statistics import median
from threading import Event, Thread

import httpx
from sqlalchemy import select

from bench.team_agent import Agent, Floor, Told
from storage.database import Database
from storage.models import Case, Person, PersonRole
from storage.words import CaseStatus, Role

CARING = (Role.AGENT, Role.LEAD, Role.ADMIN)
JOIN_S = 60


class Team:
    """What the agents did: how often each act, its median in milliseconds, how many were refused; and what broke."""

    def __init__(self) -> None:
        self.acts = Told()
        self.faults: list[str] = []

    @property
    def told(self) -> dict[str, str]:
        found = self.acts.milliseconds.items()
        return {name: f"{len(values)}, p50 {median(values):.0f} ms, {self.acts.refused[name]} refused" for name, values in found}


@contextmanager
def at_work(url: str, database: Database, agents: int) -> Iterator[Team]:
    """They come in at once, and leave at the end of the block."""
    team, end = Team(), Event()
    thread = Thread(target=lambda: asyncio.run(_work(url, database, agents, team, end)), daemon=True)
    if agents:
        thread.start()
    try:
        yield team
    finally:
        end.set()
        if agents:
            thread.join(JOIN_S)


async def _work(url: str, database: Database, agents: int, team: Team, end: Event) -> None:
    limits = httpx.Limits(max_connections=agents * 2, max_keepalive_connections=agents * 2, keepalive_expiry=3)
    with database.read() as session:
        found = select(Person.id).join(PersonRole).where(Person.active, PersonRole.role.in_(CARING)).distinct().order_by(Person.id)
        people = list(session.scalars(found))
    async with AsyncExitStack() as opened:
        client = await opened.enter_async_context(httpx.AsyncClient(base_url=url, limits=limits, timeout=60))
        floor = Floor(url, client, _unclaimed(database), {}, told=team.acts)
        seated = [Agent(floor, people[number % len(people)]) for number in range(agents)]
        for agent in seated:
            await agent.sit_down(opened)
        tasks = [task for agent in seated for task in agent.work()]
        await asyncio.to_thread(end.wait)
        for task in tasks:
            task.cancel()
        told = await asyncio.gather(*tasks, return_exceptions=True)
        team.faults += [f"an agent stopped: {one!r}" for one in told if isinstance(one, Exception)]


def _unclaimed(database: Database) -> Iterator[int]:
    """Cases that nobody has, each given once; 0 where there is none at the moment."""
    last = 0
    while True:
        waits = select(Case.id).where(Case.status == CaseStatus.NEW, Case.assignee_id.is_(None), Case.id > last)
        with database.read() as session:
            found = session.scalar(waits.order_by(Case.id).limit(1))
        last = found or last
        yield found or 0
