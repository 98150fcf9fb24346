"""How long an agent waits for a claim while pages come in as fast as they can be stored, and while none do."""

import multiprocessing
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from threading import Event as Stop
from time import monotonic, perf_counter

from bench.figures import Figure, spread
from bench.fill import NOW
from bench.ingest import Desk, prepare
from bench.pages import Pages
from bench.places import Places
from desk.cases import cases
from desk.errors import AlreadyClaimed
from desk.people import people
from desk.queue import inbox
from desk.queue.inbox import QueueFilter
from storage.database import Database

PART = "claims"
AGENTS = 16
SECONDS = 10.0
LONGEST_PAUSE_S = 2.0
SUPPLY = 120_000
CHOICE = 1_000
"""Cases that the agents choose among: few enough that two of them now and then want the same one."""

PAGE_SIZES = (0, 100, 1_000)
"""Posts of the pages that come in meanwhile: none, what a platform returns, and what an import stores."""


@dataclass
class Agents:
    """What sixteen agents met: milliseconds of each claim, and how often somebody else was faster."""

    claims: list[float] = field(default_factory=list)
    lost: int = 0
    owners: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def doubles(self) -> int:
        """Cases that more than one of them was told to have."""
        return sum(len(owners) > 1 for owners in self.owners.values())


def run(places: Places) -> Iterator[Figure]:
    """The board's process with sixteen agents, and a listener's process beside it."""
    for dialect in places.dialects:
        with places.copy(dialect) as database:
            prepare(database)
            for posts in PAGE_SIZES:
                yield _figure(database, dialect, posts)


def _figure(database: Database, dialect: str, posts: int) -> Figure:
    with _ingest(database, posts) as pages:
        agents = _work(database)
    told = spread(agents.claims)
    return Figure(
        part=PART,
        name=f"{dialect}: claim, p95, " + (f"while pages of {posts:,} posts come in" if posts else "while nothing comes in"),
        value=told.pop("p95"),
        unit="ms",
        samples=len(agents.claims),
        beside={**told, "lost to a colleague": float(agents.lost), "double claims": float(agents.doubles), **_meanwhile(pages, posts)},
    )


def _meanwhile(pages: Sequence[float], posts: int) -> dict[str, float]:
    if not pages:
        return {}
    told = spread(pages)
    return {
        "posts/s meanwhile": len(pages) * posts / SECONDS,
        "ms a page p50": told["p50"],
        "page p95": told["p95"],
        "page max": told["max"],
    }


def _work(database: Database) -> Agents:
    agents, until = Agents(), monotonic() + SECONDS
    with database.read() as session:
        unclaimed = inbox.queue(session, QueueFilter(view="unclaimed"), now=NOW, limit=CHOICE)
    offered = [row.id for row in unclaimed]
    with ThreadPoolExecutor(AGENTS) as pool:
        for done in [pool.submit(_agent, database, number, offered, agents, until) for number in range(1, AGENTS + 1)]:
            done.result()
    return agents


def _agent(database: Database, person_id: int, offered: Sequence[int], agents: Agents, until: float) -> None:
    rng, pause = random.Random(person_id), Stop()
    while monotonic() < until:
        pause.wait(rng.uniform(0, LONGEST_PAUSE_S))
        chosen, started = rng.choice(offered), perf_counter()
        try:
            with database.write() as session:
                cases.claim(session, chosen, by=people.active(session, person_id), now=NOW)
        except AlreadyClaimed:
            agents.lost += 1
        else:
            agents.claims.append((perf_counter() - started) * 1000)
            agents.owners[chosen].add(person_id)


@contextmanager
def _ingest(database: Database, posts: int) -> Iterator[list[float]]:
    """A process of its own that stores pages without a pause; milliseconds of each page, at the end."""
    took: list[float] = []
    if not posts:
        yield took
        return
    context = multiprocessing.get_context("spawn")
    ready, end, told = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=_listen, args=(database.url, posts, ready, end, told), daemon=True)
    process.start()
    try:
        ready.wait(60)
        yield took
    finally:
        end.set()
        took.extend(told.get(timeout=30))
        process.join(20)
        if process.is_alive():
            process.kill()


def _listen(url: str, posts: int, ready: Event, end: Event, told: "Queue[list[float]]") -> None:
    database, took = Database(url), []
    desk, pages = Desk(database), Pages(seed=posts, posts=posts)
    # Made before, so that this process does nothing but store them.
    supply = [pages.next(NOW + timedelta(seconds=number)) for number in range(SUPPLY // posts)]
    ready.set()
    for number, page in enumerate(supply):
        if end.is_set():
            break
        took.append(desk.store(page, NOW + timedelta(hours=2, seconds=number)).wall * 1000)
    database.close()
    told.put(took)
