"""What became of posts that we heard: stored as an edit or an erasure, and asked once more right before a reply leaves."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.alerts import errands
from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import ingest
from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post, PostAuthor, Spent, gone
from desk.settings import DeskSettings
from listener.asking_again import DELETED, EDITED
from listener.deliver import deliver_due
from listener.errands import errands_due
from listener.recheck import Rechecker
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import Malformed, RateLimited, SourceError
from listener.sources.sandbox import SandboxReplier
from storage.database import Database
from storage.models import BudgetState, CallLimit, Cost, Credential, Feed, Mention, MentionRevision, Reply, ReplyAccount, Tombstone
from storage.words import BudgetPart, ErrandKind, ErrandState, ReplyState, Way
from tests.support.desk import Shop, person
from tests.support.outbox import queue
from tests.support.waiting import eventually

SETTINGS = ListenerSettings()
DAY = timedelta(days=1)
FOLLOWING = DeskSettings(recheck_after=(DAY, 7 * DAY, 30 * DAY))


class Following:
    """X as a test decides it: what it says of posts, or the error that it raises."""

    name = "x"

    def __init__(self, *said: Post | Exception, costs: tuple[Spent, ...] = (Spent("post_read", 1, 5_000),)) -> None:
        self.said = said
        self.costs = costs
        self.asked: list[tuple[str, ...]] = []

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        raise NotImplementedError

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(feed.name, payload)

    def recheck(self, ids: tuple[str, ...], feed: FeedSpec) -> Asked:
        del feed
        self.asked.append(ids)
        for one in self.said:
            if isinstance(one, Exception):
                raise one
        return Asked(tuple(one for one in self.said if isinstance(one, Post)), self.costs)


def heard(database: Database, *ids: str) -> None:
    """Posts that a feed brought a day and an hour ago."""
    with database.write() as session:
        draft = FeedDraft("acme", "x", "search", "acme", "Acme", "main")
        feeds.sync(session, WorkspacePlan((BrandPlan("Acme"),), (("main", "x"),), (), (draft,)), now=database.now())
        then = database.now() - DAY - timedelta(hours=1)
        leased = feeds.lease_one(session, "acme", "w", now=database.now(), lease=DAY)
        ingest.record_page(session, leased, Page(tuple(post(one, at=then) for one in ids)), settings=FOLLOWING, now=then)


def post(external_id: str, text: str = "My parcel is lost", *, at: Any, **other: Any) -> Post:
    return Post(external_id, PostAuthor("u1", "ana", "Ana"), text, at, external_id, **other)


def recheck(database: Database, source: Following) -> int:
    rechecker = Rechecker(database, SETTINGS, FOLLOWING, Registry(SETTINGS, sources={"x": source}))
    taken = rechecker.recheck_due()
    rechecker.drain()
    return taken


def dues(database: Database) -> dict[int, Any]:
    with database.read() as session:
        return {row.id: row.recheck_at for row in session.execute(select(Mention.id, Mention.recheck_at).order_by(Mention.id))}


def test_what_was_deleted_is_erased_and_what_was_edited_is_triaged_anew(database: Database) -> None:
    heard(database, "1", "2", "3")
    source = Following(gone("1"), post("2", "It came", at=database.now(), edited_at=database.now()), post("3", at=database.now()))
    assert recheck(database, source) == 1
    assert set(source.asked[0]) == {"1", "2", "3"}
    with database.read() as session:
        first, second, third = session.scalars(select(Mention).order_by(Mention.id))
        assert (first.text, first.recheck_at) == ("", None)
        assert first.deleted_at is not None
        assert (second.text, second.revision, third.revision) == ("It came", 2, 1)
        assert session.scalars(select(MentionRevision.text)).all() == ["My parcel is lost"]
        assert len(session.scalars(select(Tombstone.id)).all()) == 1
        assert session.execute(select(Cost.part, Cost.micros)).one() == (BudgetPart.RECHECKS, 5_000)
        # A week after it was seen it is asked for again.
        assert second.recheck_at == second.seen_at + 7 * DAY
    assert recheck(database, source) == 0


def test_after_the_last_day_nobody_asks_any_more(database: Database) -> None:
    heard(database, "1")
    with database.write() as session:
        session.execute(update(Mention).values(seen_at=database.now() - 31 * DAY))
    assert recheck(database, Following(post("1", at=database.now()))) == 1
    assert list(dues(database).values()) == [None]


def test_a_rate_limit_puts_the_batch_off_and_holds_no_other_calls(database: Database) -> None:
    heard(database, "1")
    later = database.now() + timedelta(minutes=20)
    assert recheck(database, Following(RateLimited("later", later))) == 1
    assert list(dues(database).values()) == [later]
    with database.read() as session:
        assert session.execute(select(CallLimit.calls, CallLimit.available_at)).one() == ("recheck", later)
        assert session.scalars(select(Credential.available_at)).one() is None
        assert session.scalars(select(Mention.deleted_at)).all() == [None]


def test_an_error_that_nobody_promised_deletes_nothing_and_is_tried_again(database: Database) -> None:
    heard(database, "1")
    recheck(database, Following(RuntimeError("odd")))
    assert all(due is not None and due > database.now() for due in dues(database).values())


class Stuck(Following):
    """A platform that answers only when the test is over."""

    name = "reddit"

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_end = threading.Event(), threading.Event()

    def recheck(self, ids: tuple[str, ...], feed: FeedSpec) -> Asked:
        self.is_asked.set()
        assert self.may_end.wait(60)
        return super().recheck(ids, feed)


def test_a_source_that_hangs_holds_up_no_other(database: Database) -> None:
    drafts = FeedDraft("acme", "x", "search", "acme", "Acme", "main"), FeedDraft("kettles", "reddit", "subreddit", "", "Acme", "other")
    with database.write() as session:
        plan = WorkspacePlan((BrandPlan("Acme"),), (("main", "x"), ("other", "reddit")), (), drafts)
        feeds.sync(session, plan, now=database.now())
        then = database.now() - 2 * DAY
        for name in ("kettles", "acme"):
            leased = feeds.lease_one(session, name, "w", now=database.now(), lease=DAY)
            ingest.record_page(session, leased, Page((post(name, at=then),)), settings=FOLLOWING, now=then)
    stuck, quick = Stuck(), Following(post("acme", "It came", at=database.now(), edited_at=database.now()))
    rechecker = Rechecker(database, SETTINGS, FOLLOWING, Registry(SETTINGS, sources={"x": quick, "reddit": stuck}))
    try:
        assert rechecker.recheck_due() == 2
        assert stuck.is_asked.wait(60)
        eventually(lambda: bool(quick.asked))
        assert rechecker.recheck_due() == 0
    finally:
        stuck.may_end.set()
        rechecker.drain()
    assert (len(stuck.asked), len(quick.asked)) == (1, 1)


def stop_rechecks(database: Database) -> None:
    with database.write() as session:
        now = database.now()
        ways = {BudgetPart.RECHECKS: {"way": Way.STOPPED, "since": now.isoformat()}}
        credential_id = session.scalars(select(Credential.id).where(Credential.name == "main")).one()
        session.add(BudgetState(credential_id=credential_id, since=now, decided_at=now, ways=ways, pace={}))


def test_a_budget_that_lets_no_rechecks_go_on_asks_nothing(database: Database) -> None:
    heard(database, "1")
    stop_rechecks(database)
    source = Following(gone("1"))
    assert (recheck(database, source), source.asked) == (0, [])
    assert all(due > database.now() for due in dues(database).values())


def test_a_feed_that_is_retired_is_followed_no_more(database: Database) -> None:
    heard(database, "1")
    with database.write() as session:
        session.execute(update(Feed).values(retired=True))
    assert recheck(database, Following(gone("1"))) == 0
    assert list(dues(database).values()) == [None]


def waiting(database: Database) -> int:
    """A reply that is to leave now, to a post that X knows as its parent."""
    with database.write() as session:
        shop, by = Shop(session, source="x"), person(session)
        session.add(Credential(name="main", source="x"))
        session.flush()
        session.execute(update(ReplyAccount).values(credential_id=session.scalars(select(Credential.id)).one()))
        return queue(session, shop.claimed(by, "Lost parcel"), shop, by, "On its way", now=database.now() - timedelta(minutes=1)).id


def deliver(database: Database, source: Following, desk: DeskSettings = FOLLOWING) -> SandboxReplier:
    replier = SandboxReplier("x")
    registry = Registry(SETTINGS, sources={"x": source}, repliers={"x": replier})
    assert deliver_due(database, SETTINGS, desk, registry, owner="one") == 1
    return replier


def answered(database: Database, reply_id: int) -> tuple[ReplyState, str]:
    with database.read() as session:
        found = session.get_one(Reply, reply_id)
        return found.state, found.reason


def parent(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(Mention.external_id)).one()


def test_a_reply_to_a_post_that_was_deleted_does_not_leave(database: Database) -> None:
    reply_id = waiting(database)
    deliver(database, Following(gone(parent(database))))
    assert answered(database, reply_id) == (ReplyState.FAILED, DELETED)
    with database.read() as session:
        assert session.scalars(select(Mention.text)).all() == [""]
        assert session.execute(select(Cost.part, Cost.reply_id)).one() == (BudgetPart.RECHECKS, reply_id)


def test_a_reply_to_a_post_that_says_something_else_now_is_read_again_first(database: Database) -> None:
    reply_id = waiting(database)
    deliver(database, Following(post(parent(database), "It came", at=database.now(), edited_at=database.now())))
    assert answered(database, reply_id) == (ReplyState.FAILED, EDITED)


@pytest.mark.parametrize("said", [SourceError("no"), RateLimited("later", None)])
def test_a_platform_that_does_not_tell_stops_no_reply(database: Database, said: SourceError) -> None:
    reply_id = waiting(database)
    deliver(database, Following(said))
    assert answered(database, reply_id)[0] is ReplyState.SENT


def test_a_reply_leaves_unasked_where_the_budget_lets_nothing_be_asked(database: Database) -> None:
    reply_id = waiting(database)
    stop_rechecks(database)
    source = Following(gone(parent(database)))
    deliver(database, source)
    assert (answered(database, reply_id)[0], source.asked) == (ReplyState.SENT, [])


def test_nothing_is_asked_where_nothing_is_followed(database: Database) -> None:
    reply_id = waiting(database)
    source = Following(gone(parent(database)))
    deliver(database, source, replace(FOLLOWING, recheck_after=()))
    assert (answered(database, reply_id)[0], source.asked) == (ReplyState.SENT, [])


def ask_for_one(database: Database, source: Following) -> tuple[ErrandState, dict[str, Any]]:
    """What an agent's question comes to."""
    with database.write() as session:
        mention_id = session.scalars(select(Mention.id)).one()
        errand_id = errands.ask(session, ErrandKind.RECHECK, {"mention_id": mention_id}, by=person(session), now=database.now())
    assert errands_due(database, SETTINGS, FOLLOWING, Registry(SETTINGS, sources={"x": source}), owner="one") == 1
    with database.read() as session:
        view = errands.get(session, errand_id)
        return view.state, dict(view.result or {})


def test_one_post_is_asked_for_when_somebody_wants_to_know(database: Database) -> None:
    heard(database, "1")
    assert ask_for_one(database, Following(gone("1"))) == (ErrandState.DONE, {"gone": 1, "edited": 0, "told": 1})
    with database.read() as session:
        assert session.scalars(select(Mention.text)).all() == [""]


def test_who_asks_is_told_what_the_platform_or_the_budget_says(database: Database) -> None:
    heard(database, "1")
    assert ask_for_one(database, Following(SourceError("X is away"))) == (ErrandState.FAILED, {"error": "X is away"})
    stop_rechecks(database)
    state, said = ask_for_one(database, Following(gone("1")))
    assert (state, said) == (ErrandState.FAILED, {"error": "The budget lets no post be asked for again now"})
