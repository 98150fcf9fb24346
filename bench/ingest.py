"""Ingest with everything that its transaction holds, beside the driver alone writing the same rows to the same tables."""

import gc
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from time import perf_counter, process_time

from sqlalchemy import select

from bench import profiles
from bench.figures import Figure, Target, percentile
from bench.fill import NOW
from bench.floor import Floor, Took
from bench.pages import Pages
from bench.places import POSTGRESQL, SQLITE, Places
from desk.feeds.feeds import LeasedFeed, lease_one
from desk.intake.ingest import record_page
from desk.post import Page
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Author, Case, Credential, Feed, Thread
from storage.raw import train_due
from storage.words import CaseStatus

PART = "ingest"
PAGES = 24
WARM_UP = 4
SMALL = 30_000
TARGETS = {SQLITE: Target(">=", 0.45), POSTGRESQL: Target(">=", 0.30)}
DRIVERS = {SQLITE: "executemany", POSTGRESQL: "COPY"}
FEEDS = tuple(f"bench-{number}" for number in range(1, 5))
START = NOW + timedelta(hours=1)
SETTINGS = DeskSettings()


class Desk:
    """The product's own way: a leased feed, a page, one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._feeds = cycle(FEEDS)

    def store(self, page: Page, now: datetime) -> Took:
        leased = self._lease(now)
        wall, cpu = perf_counter(), process_time()
        with self.database.write() as session:
            record_page(session, leased, page, settings=SETTINGS, now=now)
        return Took(perf_counter() - wall, process_time() - cpu)

    def _lease(self, now: datetime) -> LeasedFeed:
        with self.database.write() as session:
            return lease_one(session, next(self._feeds), "bench", now=now, lease=timedelta(minutes=5))


def run(places: Places) -> Iterator[Figure]:
    """Both databases, small and full."""
    gc.collect()
    gc.freeze()  # as the listener's process does at its start
    for dialect in places.dialects:
        for size in (SMALL, places.mentions):
            with ExitStack() as opened:
                ahead, behind = (opened.enter_context(places.copy(dialect, size)) for _ in range(2))
                yield _compared(dialect, size, ahead, behind)
    gc.unfreeze()


def prepare(database: Database) -> None:
    """Feeds to bring the pages, with a credential."""
    with database.write() as session:
        credential = Credential(name="bench", source="x")
        session.add(credential)
        session.flush()
        feed = {"source": "x", "brand_id": 1, "credential_id": credential.id, "created_at": NOW, "next_poll_at": NOW}
        session.add_all(Feed(name=name, **feed) for name in FEEDS)


def waiting(database: Database) -> list[tuple[str, str]]:
    """Who waits for an answer on X: external ids of author and thread."""
    places = select(Author.external_id, Thread.external_id).select_from(Case)
    joined = places.join(Author, Author.id == Case.author_id).join(Thread, Thread.id == Case.thread_id)
    with database.read() as session:
        rows = session.execute(joined.where(Case.status.in_([CaseStatus.NEW, CaseStatus.OPEN]), Case.source == "x").limit(2_000))
        return [(author, thread) for author, thread in rows]


def _compared(dialect: str, size: int, ahead: Database, behind: Database) -> Figure:
    for database in (ahead, behind):
        prepare(database)
    desk, floor, pages = Desk(ahead), Floor(behind, ahead), Pages(seed=11, waiting=waiting(ahead))
    pairs = []
    for number in range(WARM_UP + PAGES):
        now = START + timedelta(seconds=number)
        page = pages.next(now)
        pairs.append((desk.store(page, now), floor.repeat(page)))
        train_due(ahead, now=now)  # once, in the warm-up, as the listener's sweep does
    unlike = floor.differences()
    floor.close()
    figure = _figure(dialect, size, pairs[WARM_UP:], pages.posts)
    if unlike:
        return replace(figure, value=None, note=f"the floor wrote something else to {', '.join(unlike)}")
    if figure.is_met:
        return figure
    again = [(pages.next(now), now) for _ in range(5)]
    return replace(figure, profile=profiles.write(f"ingest-{dialect}-{size}", lambda: [desk.store(*each) for each in again]))


def _figure(dialect: str, size: int, pairs: Sequence[tuple[Took, Took]], posts: int) -> Figure:
    ours, floor = [ours.wall for ours, _ in pairs], [floor.wall for _, floor in pairs]
    return Figure(
        part=PART,
        name=f"{dialect}, {size:,} mentions: share of {DRIVERS[dialect]}'s speed",
        value=statistics.median(theirs / own for own, theirs in zip(ours, floor, strict=True)),
        unit="x floor",
        samples=len(pairs),
        target=TARGETS[dialect],
        beside={
            "posts/s": posts / statistics.median(ours),
            "floor posts/s": posts / statistics.median(floor),
            "ms a page p50": statistics.median(ours) * 1000,
            "p95": percentile(ours, 0.95) * 1000,
            "CPU ms": statistics.median(took.cpu for took, _ in pairs) * 1000,
            "floor CPU ms": statistics.median(took.cpu for _, took in pairs) * 1000,
        },
    )
