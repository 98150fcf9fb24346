"""A series of looks at a world that fails, and the oracle that knows every post of it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Self

from sqlalchemy import select

from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.settings import DeskSettings
from listener.poll import Poller, PollReport
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from storage.database import Database
from storage.models import Coverage, Feed, Mention, Reject
from storage.words import BrandKind, LookResult
from tests.support.fault_server import CALM, GOOD, MOST_CALLS, WIRE, FaultServer, Mood
from tests.support.worlds import WORLDS, World
from tests.support.worlds.world import Thing

ROUNDS = 8
MOST_CALM_LOOKS = 25
LONGEST_WAIT = timedelta(hours=26)
HASTE, PATIENCE = timedelta(milliseconds=400), timedelta(seconds=30)
PARTLY = re.compile("stopped before the end|found but not read yet")
"""What such a look read is stored, with the place where the next one goes on."""
GAPS = re.compile(r"may be missing|may have been missed|were missed|left unread|repeated a page")
"""What a look says where something may be lacking."""

NUMBER = re.compile(r"number (\d+)\.")
MARK = "the listener's log has the details"
"""What a look says after an error that no source ever promised."""


@dataclass(slots=True)
class Run:
    """One seed. `told` says what was found wrong, `story` what happened."""

    seed: int
    world: World
    server: FaultServer
    database: Database
    told: list[str] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    gap_at: int = 0
    polls: int = 0

    def wrong(self, words: str) -> None:
        self.told.append(words)


def draft(world: World) -> FeedDraft:
    options = dict(world.options)
    if not world.needs_credential:
        options |= {"url": f"{world.url}/feed.xml" if world.source == "rss" else world.url, "allow_loopback": True}
    credential = "main" if world.needs_credential else None
    return FeedDraft("feed", world.source, world.kind, world.query, "Acme", credential, site=world.site, options=options)


def poller(run: Run, timeout: timedelta) -> Poller:
    world = run.world
    main = CredentialSettings("main", world.source, dict(world.secrets), run.server.url, allow_loopback=True)
    settings = ListenerSettings({"main": main}, timeout=timeout)
    return Poller(run.database, settings, DeskSettings(), Registry(settings), owner="one")


@contextmanager
def begun(seed: int, url: str, *, world: type[World] | None = None) -> Iterator[Run]:
    """A world of this seed with posts in it, and a workspace with one feed that listens there."""
    rng = Random(seed)
    made = (world or WORLDS[seed % len(WORLDS)])(datetime.now(UTC))
    for _ in range(rng.randint(0, 40)):
        made.add(seconds=rng.choice([0, 1, 30, 90]))
    database = Database(url)
    with FaultServer(made, rng) as server:
        run = Run(seed, made, server, database)
        credentials = (("main", made.source),) if made.needs_credential else ()
        with database.write() as session:
            # A public list is read of rivals alone.
            brand = BrandPlan("Acme", BrandKind.COMPETITOR if made.kind == "public" else BrandKind.OWN)
            planned = WorkspacePlan(brands=(brand,), credentials=credentials, accounts=(), feeds=(draft(made),))
            feeds.sync(session, planned, now=database.now())
        try:
            yield run
        finally:
            database.close()


def play(run: Run) -> None:
    """Looks under faults, then calm ones until nothing is left to read."""
    hasty, patient = poller(run, HASTE), poller(run, PATIENCE)
    for number in range(ROUNDS):
        run.world.round = number + 1
        look(run, hasty, mood_of(run.server.rng))
        for _ in range(run.server.rng.randint(0, 9)):
            run.world.add(seconds=run.server.rng.choice([0, 1, 20, 60]))
    run.world.round += 1
    settle(run, patient)
    compare(run)


def mood_of(rng: Random) -> Mood:
    pick = rng.random()
    if pick < 0.3:
        return Mood(only=rng.choice(sorted(WIRE)))
    return Mood(chance=rng.choice([0.0, 0.1, 0.3]), meddles=rng.random() < 0.6)


def settle(run: Run, patient: Poller) -> None:
    quiet = 0
    for _ in range(MOST_CALM_LOOKS):
        report = look(run, patient, CALM)
        # What is read anew may be longer than one look: a feed that is due again at once is still at it.
        quiet = 0 if report.new else quiet + (not is_due(run))
        if quiet > 1:
            return
    run.wrong(f"{MOST_CALM_LOOKS} calm looks did not come to an end")


def look(run: Run, poller: Poller, mood: Mood) -> PollReport:
    run.polls += 1
    run.server.begin(mood)
    before = row(run)
    report = poller.poll_one("feed")
    detail = report.detail
    run.story.append(
        f"{mood} -> {report.result} new={report.new} seen={report.seen} {detail!r} calls={[(c.path, c.faults) for c in run.server.calls]}"
    )
    if GAPS.search(detail):
        run.gap_at = run.world.last
    judge(run, mood, report)
    follow_up(run, before, report)
    return report


def judge(run: Run, mood: Mood, report: PollReport) -> None:
    """Whether a look is called by its right name."""
    if MARK in report.detail:
        run.wrong(f"an error that nobody promised: {report.detail}")
    if len(run.server.calls) > MOST_CALLS:
        run.wrong("a look that does not end")
    if report.result == LookResult.UNAVAILABLE and "in time" in report.detail:
        return  # a busy machine may be slower than the haste of these looks
    expected = WIRE[mood.only].words if mood.only in WIRE else GOOD if mood.only or not run.server.faults else None
    if mood.only and run.world.source == "rss":
        expected = AS_RSS.get(mood.only, expected)
    if expected is not None and report.result not in expected:
        run.wrong(f"{mood.only or 'a calm server'} was called {report.result}: {report.detail}")


AS_RSS = {
    # What can be read of a document that breaks off is read.
    "half of a document": WIRE["half of a document"].words | GOOD,
}


def follow_up(run: Run, before: Feed, report: PollReport) -> None:
    """Whether the feed is looked at again at a sane moment, and stands where it should."""
    now, after = run.database.now(), row(run)
    if report.retry_at is not None and not now - timedelta(seconds=60) <= report.retry_at <= now + LONGEST_WAIT:
        run.wrong(f"retry_at {report.retry_at} is absurd at {now}")
    if not now - timedelta(seconds=60) <= after.next_poll_at <= now + LONGEST_WAIT:
        run.wrong(f"next_poll_at {after.next_poll_at} is absurd at {now}")
    if report.result not in GOOD | {LookResult.MALFORMED} and not PARTLY.search(report.detail) and after.cursor != before.cursor:
        run.wrong(f"a look that was {report.result} moved the cursor")
    if after.next_poll_at <= now and report.result not in GOOD | {LookResult.MALFORMED} and not report.seen:
        run.wrong(f"after {report.result} the feed is due again at once")
    if after.next_poll_at <= now and after.cursor == before.cursor and not report.new:
        run.wrong(f"a look that brought nothing and stands where it stood is repeated at once: {report.detail}")


def is_due(run: Run) -> bool:
    return row(run).next_poll_at <= run.database.now()


def row(run: Run) -> Feed:
    with run.database.read() as session:
        return session.scalars(select(Feed)).one()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds at the end: texts by id, what was set aside, and whether a look said that something may be lacking."""

    stored: Mapping[str, str]
    rejects: bytes
    has_gap: bool

    @classmethod
    def of(cls, database: Database) -> Self:
        with database.read() as session:
            stored = {row.external_id: row.text for row in session.execute(select(Mention.external_id, Mention.text))}
            rejects = b"\n".join(session.scalars(select(Reject.raw)))
            has_gap = any(GAPS.search(detail) for detail in session.scalars(select(Coverage.detail)))
        return cls({own: text for own, text in stored.items() if not own.startswith("erased:")}, rejects, has_gap)


def compare(run: Run) -> None:
    """Nothing lost, nothing doubled."""
    kept = Kept.of(run.database)
    for thing in run.world.things.values():
        if not (is_kept(run, kept, thing) or (kept.has_gap and thing.number <= run.gap_at)):
            run.wrong(f"number {thing.number} of round {thing.since} was lost (odd: {thing.number in run.server.odd})")
    known = {run.world.id_of(thing) for thing in (*run.world.things.values(), *run.world.gone.values())}
    if not run.server.odd and not kept.stored.keys() <= known:
        run.wrong(f"{kept.stored.keys() - known} were stored, and nobody wrote them")
    numbers = Counter(int(found[1]) for text in kept.stored.values() if (found := NUMBER.search(text)))
    if doubled := {number for number, times in numbers.items() if times > 1} - run.server.odd:
        run.wrong(f"{sorted(doubled)} are there under two ids")


def is_kept(run: Run, kept: Kept, thing: Thing) -> bool:
    """Whether a post is there, or was set aside."""
    own, words = run.world.id_of(thing), f"number {thing.number}."
    if kept.stored.get(own) or own.encode() in kept.rejects or words.encode() in kept.rejects:
        return True
    # A platform that gives a post another id for a moment has two posts; where something else stood in its place, that was set aside.
    is_elsewhere = thing.number in run.server.odd and any(words in text for text in kept.stored.values())
    return is_elsewhere or (thing.number in run.server.effaced and bool(kept.rejects))


def fresh(template: Path, folder: Path, seed: int) -> str:
    file = folder / f"{seed}.db"
    file.write_bytes(template.read_bytes())
    return f"sqlite:///{file}"
