"""A whole team at work: a hundred agents at open pages who take, answer and leave cases, while mentions come in.

The agents run in the process of the measurement, the board in one of its own: the processor time of both is told. Answers go to the outbox;
delivering them is no part of it.
"""

import asyncio
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.synchronize import Event
from statistics import median
from time import monotonic, process_time
from typing import Any

import httpx
from sqlalchemy import select, update

from bench.board import START_LIMIT_S, Board, _log, _served
from bench.figures import Figure, Target, not_run, percentile
from bench.fill import NOW, PEOPLE
from bench.places import SQLITE, Places
from bench.processes import cpu_seconds, memory
from bench.team_agent import CASE_S, Agent, Floor, Told
from desk.cases import cases
from desk.people import people
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Case, Mention, ReplyAccount
from storage.words import Capability, CaseStatus

PART = "team"
AGENTS = 100
WARM_UP_S, SECONDS = 15.0, 60.0
MENTIONS_EVERY_S = 0.5
TAKEN = 2_000
"""Cases that the team takes one after the other; nobody wants another's."""

TARGETS = {"click → case": Target("<=", 250), "claim": Target("<=", 200)}
ON_SCREENS = Target("<=", 1.5)
MEMORY = Target("<=", 250)


@dataclass(frozen=True, slots=True)
class Size:
    """How many work, and for how long."""

    agents: int = AGENTS
    warm_up_s: float = WARM_UP_S
    seconds: float = SECONDS
    pace: tuple[float, float] = CASE_S


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time: the board's, and those of the agents."""

    board: float
    agents: float

    @classmethod
    def so_far(cls, board: Board) -> "Cost":
        return cls(cpu_seconds(board.pid), process_time())

    def since(self, before: "Cost", seconds: float) -> dict[str, float]:
        return {"board": (self.board - before.board) / seconds * 100, "agents": (self.agents - before.agents) / seconds * 100}


def run(places: Places, size: Size | None = None) -> Iterator[Figure]:
    """On SQLite, as a team on one machine has it."""
    if not sys.platform.startswith("linux"):
        yield not_run(PART, "the team", "the board's processor time and memory are read from /proc, which only Linux has")
        return
    with places.copy(SQLITE) as database:
        free = _furnish(database)
        with _served(database.url, places.folder) as board:
            if board is None:
                yield not_run(PART, "the team", f"the board was not served within {START_LIMIT_S} s; its log: {_log(places.folder)}")
                return
            yield from asyncio.run(_work(board, database.url, free, size or Size()))


def _furnish(database: Database) -> list[int]:
    """An account on each source, and cases that can be answered through it."""
    waits = select(Case.id, Case.latest_mention_id).where(Case.status == CaseStatus.NEW, Case.assignee_id.is_(None))
    with database.write() as session:
        sources = sorted(session.scalars(select(Case.source).distinct()))
        for brand in (1, 2):
            session.add_all(ReplyAccount(name=f"{one} {brand}", brand_id=brand, source=one, handle="acme") for one in sources)
        found = session.execute(waits.order_by(Case.answer_by).limit(TAKEN)).all()
        answered = update(Mention).where(Mention.id.in_([row.latest_mention_id for row in found]))
        session.execute(answered.values(capability=Capability.API, addressed=["acme"]).execution_options(synchronize_session=False))
    return [row.id for row in found]


async def _work(board: Board, url: str, free: list[int], size: Size) -> list[Figure]:
    connections = size.agents * 2
    # Idle ones are given up before the server closes them.
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=3)
    async with AsyncExitStack() as opened:
        client = await opened.enter_async_context(httpx.AsyncClient(base_url=board.url, limits=limits, timeout=60))
        floor = Floor(board.url, client, iter(free), {}, size.pace)
        agents = [Agent(floor, number % PEOPLE + 1) for number in range(size.agents)]
        for agent in agents:
            await agent.sit_down(opened)
        tasks = [task for agent in agents for task in agent.work()]
        with _incoming(url) as told:
            await _until(size.warm_up_s, told, floor)
            floor.told, before = Told(), Cost.so_far(board)
            floor.came.clear()
            await _until(size.seconds, told, floor)
            cost, held = Cost.so_far(board).since(before, size.seconds), memory(board.pid)
        broken = await _sent_home(tasks)
    return [*_acts(floor.told), _screens(floor, size), *_costs(cost, held.resident, held.share, size, broken)]


async def _sent_home(tasks: list[asyncio.Task[None]]) -> list[Exception]:
    """End all that goes on; an answer that came in the same instant may swallow being told once. What broke meanwhile."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1)
    return [one for one in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(one, Exception)]


async def _until(seconds: float, told: Any, floor: Floor) -> None:
    """Let the team work, and take up which mentions came in meanwhile."""
    until = monotonic() + seconds
    while monotonic() < until:
        await asyncio.sleep(0.02)
        while not told.empty():
            case_id, at = told.get()
            floor.came[case_id] = at


def _acts(told: Told) -> Iterator[Figure]:
    for name, found in sorted(told.milliseconds.items(), key=lambda pair: list(TARGETS).index(pair[0]) if pair[0] in TARGETS else 9):
        beside = {"p50": median(found), "max": max(found), "refused": float(told.refused[name])}
        if name == "a look at the list":
            beside["answered anew"] = float(told.changed)
        yield Figure(PART, f"{name}, p95", percentile(found, 0.95), "ms", len(found), TARGETS.get(name), beside=beside)


def _screens(floor: Floor, size: Size) -> Figure:
    """How long until the last of all screens shows a mention; those of the last seconds may not have reached everybody."""
    whole = [max(seen.values()) for seen in floor.told.seen.values() if len(seen) == size.agents]
    name = "a new mention on every screen, p95"
    if not whole:
        return not_run(PART, name, f"{len(floor.came)} came in, and none reached all {size.agents} screens")
    beside = {"p50": median(whole), "max": max(whole), "came in": float(len(floor.came))}
    return Figure(PART, name, percentile(whole, 0.95), "s", len(whole), ON_SCREENS, beside=beside)


def _costs(cost: dict[str, float], resident: float, share: float, size: Size, broken: list[Exception]) -> Iterator[Figure]:
    note = f"broke: {broken[0]!r}" if broken else ""
    beside = {"the agents' process, beside it": cost["agents"]}
    yield Figure(PART, f"{size.agents} agents: the board's share of a core", cost["board"], "%", beside=beside, note=note)
    yield Figure(PART, f"{size.agents} agents: the board's memory", resident, "MB", target=MEMORY, beside={"its share (PSS)": share})


@contextmanager
def _incoming(url: str) -> Iterator[Any]:
    """A process of its own that brings in two mentions a second, each a case at the top of everybody's list; tells which, and when."""
    context = multiprocessing.get_context("spawn")
    end, told = context.Event(), context.Queue()
    process = context.Process(target=_bring, args=(url, end, told), daemon=True)
    process.start()
    try:
        yield told
    finally:
        end.set()
        process.join(10)
        if process.is_alive():
            process.kill()


def _bring(url: str, end: Event, told: Any) -> None:
    database, settings = Database(url), DeskSettings()
    with database.read() as session:
        loose = select(Mention.id).where(Mention.case_id.is_(None), ~Mention.is_own).order_by(Mention.id.desc()).limit(1_000)
        mentions = list(session.scalars(loose))
    for number, mention_id in enumerate(mentions):
        if end.wait(MENTIONS_EVERY_S):
            break
        with database.write() as session:
            by, now = people.active(session, PEOPLE), database.now()
            case = cases.open_for_mention(session, mention_id, by=by, settings=settings, now=now)
            case.answer_by = NOW - timedelta(days=1_000, seconds=number)
        told.put((case.id, monotonic()))
    database.close()


def small(places: Places) -> Iterator[Figure]:
    """The same for a few agents: whether it runs at all."""
    yield from (replace(figure, target=None) for figure in run(places, Size(agents=4, warm_up_s=4, seconds=14, pace=(3, 5))))
