"""`kill -9` at every step of poll, triage and delivery: nothing lost, nothing doubled, at most one visible reply.

`CARELINE_CRASH_POINTS` says how many of the points are tried (spread over all of them by a fixed seed), on each database.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import pytest
from sqlalchemy import select

from desk.cases import cases
from desk.feeds import feeds
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.people import people
from desk.replies import replies
from storage.check import check
from storage.database import Database
from storage.models import Brand, Case, Feed, Mention, Reply, ReplyAccount
from storage.words import BrandKind, Capability, CaseStatus, ReplyState, Role
from tests.crash.platform import Platform
from tests.crash.worker import DESK

pytestmark = pytest.mark.crash

POINTS = int(os.environ.get("CARELINE_CRASH_POINTS", "6"))
IDS = [f"post-{number}" for number in range(12)]
FEEDS = ("first", "second")


class Warm:
    """The warm parent of all runs: one Python with everything imported, which forks for each job."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.crash.worker"]
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)

    def run(self, **job: Any) -> dict[str, Any]:
        to, back = cast("IO[str]", self.process.stdin), cast("IO[str]", self.process.stdout)
        to.write(json.dumps({"fatal": None, "owner": "worker", "feeds": FEEDS, **job}) + "\n")
        to.flush()
        result: dict[str, Any] = json.loads(back.readline())
        return result

    def steps(self, **job: Any) -> int:
        """How many steps the whole work takes when nothing kills it."""
        result = self.run(**job)
        assert not result["killed"], result
        assert result["status"] == 0, result
        return int(result["said"])

    def close(self) -> None:
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    running = Warm()
    yield running
    running.close()


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with Platform() as running:
        yield running


class World:
    """A workspace and its platform, brought to the moment before one kind of work."""

    def __init__(self, url: str, platform: Platform, warm: Warm) -> None:
        self.url, self.platform, self.warm = url, platform, warm
        self.database = Database(url)

    def prepare(self, work: str) -> None:
        self.platform.reset()
        self.platform.publish("first", IDS[:8])
        self.platform.publish("second", IDS[4:])
        with self.database.write() as session:
            feeds.sync(session, plan(self.platform.url), now=self.database.now())
        if work in {"triage", "deliver"}:
            self.do("poll")
        if work == "deliver":
            self.do("triage")
            self.answer_everybody()

    def do(self, work: str, *, fatal: int | None = None, owner: str = "first") -> dict[str, Any]:
        return self.warm.run(url=self.url, work=work, fatal=fatal, owner=owner, platform=self.platform.url)

    def answer_everybody(self) -> None:
        with self.database.write() as session:
            now = self.database.now()
            by = people.add(session, name="Mina Kaur", initials="MK", roles=[Role.AGENT], by=None, now=now)
            account = session.scalars(select(ReplyAccount.id)).one()
            for mention in session.scalars(select(Mention)):
                mention.capability = Capability.API
            for case in session.scalars(select(Case).where(Case.status != CaseStatus.CLOSED).order_by(Case.id)).all():
                cases.claim(session, case.id, by=by, now=now)
                words = f"We are looking into it, case {case.id}"
                key, seen = f"key-{case.id}", case.latest_mention_id
                replies.queue(
                    session, case.id, text=words, key=key, seen_mention_id=seen, account_id=account, by=by, settings=DESK, now=now
                )

    def recover(self, work: str) -> None:
        """Another worker goes on, after the leases of the dead one ran out."""
        self.expire_leases()
        for _ in range(3):
            result = self.do(work, owner="second")
            assert result["status"] == 0, result

    def expire_leases(self) -> None:
        long_ago = self.database.now().replace(year=2020)
        with self.database.write() as session:
            for table, column in ((Feed, "lease_until"), (Mention, "triage_until"), (Reply, "lease_until")):
                for row in session.scalars(select(table).where(getattr(table, column).is_not(None))):
                    setattr(row, column, long_ago)
            for reply in session.scalars(select(Reply)):
                reply.not_before = reply.not_before and long_ago


def plan(url: str) -> WorkspacePlan:
    options = {"allow_loopback": True}
    drafts = tuple(
        FeedDraft(
            name=n,
            source="rss",
            kind="",
            query="",
            brand="Acme",
            credential=None,
            interval_s=60,
            site="forum.example",
            options={**options, "url": f"{url}/feed/{n}"},
        )
        for n in FEEDS
    )
    account = AccountPlan("Acme forum", "Acme", "rss", "forum.example", "acme", None, "")
    return WorkspacePlan(brands=(BrandPlan("Acme", BrandKind.OWN),), credentials=(), accounts=(account,), feeds=drafts)


def points(total: int, work: str) -> list[int]:
    """The chosen steps: all of them when there are few enough, else a seeded choice."""
    wanted = max(1, POINTS // 3)
    everything = range(1, total + 1)
    return list(everything) if wanted >= total else sorted(random.Random(f"{work}-7").sample(everything, wanted))


@pytest.fixture
def fresh(database_url: str, platform: Platform, warm: Warm) -> Any:
    """Makes one world after another, each on an empty workspace."""
    made: list[World] = []

    def make(work: str) -> World:
        if made:
            made[-1].database.close()
        world = World(_empty(database_url), platform, warm)
        made.append(world)
        world.prepare(work)
        return world

    yield make
    for world in made[-1:]:
        world.database.close()


def _empty(url: str) -> str:
    database = Database(url)
    with database.write() as session:
        for table in reversed(Brand.metadata.sorted_tables):
            session.execute(table.delete())
    database.close()
    return url


@pytest.mark.parametrize("work", ["poll", "triage", "deliver"])
def test_a_kill_at_any_step_loses_and_doubles_nothing(fresh: Any, work: str) -> None:
    total = steps_of(fresh(work), work)
    assert total > 10
    chosen = points(total, work)
    killed = sum(survives(fresh(work), work, point) for point in chosen)
    # How many rounds a pool of threads takes depends on which is done first, so a run may end before its last points.
    assert killed >= 0.9 * len(chosen), f"{killed} of {len(chosen)} points were reached"


def survives(world: World, work: str, point: int) -> bool:
    """Whether the point was reached; in any case nothing is lost or doubled."""
    result = world.do(work, fatal=point)
    check_after_the_kill(world, work)
    world.recover(work)
    check_at_the_end(world, work)
    return bool(result["killed"])


def steps_of(world: World, work: str) -> int:
    return world.warm.steps(url=world.url, work=work, owner="first", platform=world.platform.url)


def check_after_the_kill(world: World, work: str) -> None:
    """The moment after: a cursor stands only where its posts do, and a reply that was shown is not waiting to be sent again."""
    with world.database.read() as session:
        stored = set(session.scalars(select(Mention.external_id)))
        for feed in session.scalars(select(Feed)):
            ids = set(world.platform.posts[feed.name])
            assert feed.cursor is None or ids <= stored, f"the cursor of {feed.name} is ahead of its rows"
        if work == "deliver":
            shown = {row["key"] for row in world.platform.replies}
            waiting = set(session.scalars(select(Reply.key).where(Reply.state == ReplyState.QUEUED)))
            assert not shown & waiting


def check_at_the_end(world: World, work: str) -> None:
    with world.database.read() as session:
        assert Counter(session.scalars(select(Mention.external_id))) == Counter(IDS)
        assert [str(fault) for fault in check(session)] == []
        if work == "triage":
            assert session.scalars(select(Mention.id).where(Mention.triaged_at.is_(None))).all() == []
        if work == "deliver":
            check_replies(world, {r.key: r for r in session.scalars(select(Reply))})


def check_replies(world: World, stored: dict[str, Reply]) -> None:
    shown = Counter(row["key"] for row in world.platform.replies)
    assert stored
    assert max(shown.values(), default=0) <= 1, "a reply was shown twice"
    for key, reply in stored.items():
        assert reply.state in {ReplyState.SENT, ReplyState.UNCERTAIN}, (key, reply.state, reply.reason)
        assert (reply.state is ReplyState.SENT) == (shown[key] == 1), (key, reply.state)
