"""What the board asks of the listener: tried out without a trace, read from its start, refused in words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.alerts import errands
from desk.alerts.errands import ErrandView
from desk.feeds import feeds
from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.post import FeedSpec, Page, Post, Spent, Unreadable
from desk.settings import DeskSettings
from listener.errands import LONGEST_SHOWN, SHOWN_POSTS, errands_due
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import Malformed, Unauthorized
from storage.database import Database
from storage.models import Cost, Coverage, Feed, Mention
from storage.words import ErrandKind, ErrandState, Role
from tests.support.desk import person
from tests.support.feeds import item, rss
from tests.support.listening import NOON, post
from tests.support.web import Reply, Web

SETTINGS = ListenerSettings(timeout=timedelta(seconds=10))
DESK = DeskSettings()
DRAFT = {"name": "new", "source": "fake", "kind": "search", "query": "acme", "brand": "Acme", "credential": None, "interval_s": 600}


class FakeSource:
    """A source whose page a test decides; it remembers how it was asked."""

    name = "fake"

    def __init__(self, look: Callable[[], Page]) -> None:
        self._look = look
        self.asked: list[tuple[FeedSpec, str | None]] = []

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        self.asked.append((feed, cursor))
        return self._look()

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(feed.name, payload)


def run(database: Database, kind: ErrandKind, request: dict[str, Any], *sources: FakeSource) -> ErrandView:
    with database.write() as session:
        by = person(session, "Olu", Role.ADMIN)
        errand_id = errands.ask(session, kind, request, by=by, now=database.now())
    registry = Registry(SETTINGS, sources={source.name: source for source in sources}) if sources else Registry(SETTINGS)
    assert errands_due(database, SETTINGS, DESK, registry, owner="one") == 1
    with database.read() as session:
        return errands.get(session, errand_id)


def workspace(database: Database, *drafts: FeedDraft) -> None:
    with database.write() as session:
        accounts = (AccountPlan("Care", "Acme", "fake", "", "AcmeCare"),)
        feeds.sync(session, WorkspacePlan(brands=(BrandPlan("Acme"),), accounts=accounts, feeds=drafts), now=database.now())


def how_many(database: Database, table: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_trial_shows_posts_and_leaves_no_trace_but_what_it_cost(database: Database) -> None:
    workspace(database)
    posts = tuple(post(str(n), f"words {n} " + "x" * 2000, at=NOON + timedelta(minutes=n)) for n in range(15))
    spent = (Spent("post_read", 15, 75_000), Spent("user_read", 1, 10_000))
    source = FakeSource(lambda: Page(posts, (Unreadable(b"x", "no id"),), "c", costs=spent, more=True, detail="a note"))
    view = run(database, ErrandKind.FEED_TEST, {"draft": DRAFT}, source)
    result = view.result or {}
    assert (view.state, result["result"], result["found"], result["rejected"], result["more"]) == (ErrandState.DONE, "looked", 15, 1, True)
    assert len(result["posts"]) == SHOWN_POSTS
    assert result["posts"][0]["text"].startswith("words 14 ")
    assert len(result["posts"][0]["text"]) == LONGEST_SHOWN
    assert result["costs"] == [{"currency": "USD", "micros": 85_000, "micros_per_day": 85_000 * 144}]
    assert [how_many(database, table) for table in (Mention, Coverage, Feed)] == [0, 0, 0]
    with database.read() as session:
        ledger = session.execute(select(Cost.part, Cost.kind, Cost.units, Cost.micros, Cost.feed_id).order_by(Cost.id)).all()
    assert [tuple(row) for row in ledger] == [("previews", "post_read", 15, 75_000, None), ("previews", "user_read", 1, 10_000, None)]


def test_a_trial_is_a_small_look_with_all_that_the_source_needs(sqlite_database: Database) -> None:
    workspace(sqlite_database)
    source = FakeSource(Page)
    run(sqlite_database, ErrandKind.FEED_TEST, {"draft": {**DRAFT, "options": {"max_pages": 50, "own": "kept"}}}, source)
    ((spec, cursor),) = source.asked
    assert (spec.source, spec.kind, spec.query, spec.own_handles, cursor) == ("fake", "search", "acme", ("acmecare",), None)
    assert (spec.options["max_pages"], spec.options["own"]) == (1, "kept")


def test_a_trial_of_a_feed_that_is_there_names_it_by_its_number(sqlite_database: Database) -> None:
    workspace(sqlite_database, FeedDraft("there", "fake", "search", "acme", "Acme"))
    with sqlite_database.read() as session:
        feed_id = session.scalars(select(Feed.id)).one()
    assert (run(sqlite_database, ErrandKind.FEED_TEST, {"feed_id": feed_id}, FakeSource(Page)).result or {})["result"] == "empty"


def test_a_trial_that_is_refused_says_why(database: Database) -> None:
    def refuse() -> Page:
        raise Unauthorized("set the environment variable CARELINE_X_BEARER")

    workspace(database)
    view = run(database, ErrandKind.FEED_TEST, {"draft": DRAFT}, FakeSource(refuse))
    assert view.state is ErrandState.DONE
    assert view.result is not None
    assert (view.result["result"], view.result["detail"]) == ("unauthorized", "set the environment variable CARELINE_X_BEARER")


def test_a_trial_of_a_real_feed_document(database: Database, web: Web) -> None:
    workspace(database)
    web.script("/feed", Reply(rss([item(1, "hello \U0001f98a"), item(2)])))
    options = {"url": f"{web.url}/feed", "allow_loopback": True}
    view = run(database, ErrandKind.FEED_TEST, {"draft": {**DRAFT, "source": "rss", "query": "", "options": options}})
    assert view.result is not None
    assert {shown["text"] for shown in view.result["posts"]} == {"hello \U0001f98a", "My kettle 2 leaks"}


def test_hostile_text_in_a_trial_can_be_stored(database: Database) -> None:
    workspace(database)
    view = run(database, ErrandKind.FEED_TEST, {"draft": DRAFT}, FakeSource(lambda: Page((post("1", "a\x00b\ud800"),))))
    assert (view.result or {})["posts"][0]["text"] == "ab\ufffd"


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"draft": {**DRAFT, "brand": "Nobody"}}, "no brand called 'Nobody'"),
        ({"draft": {**DRAFT, "colour": "red"}}, "cannot be read"),
        ({"feed_id": 999}, "no such feed"),
        ({"feed_id": "x"}, "cannot be read"),
        ({}, "cannot be read"),
    ],
)
def test_a_request_that_makes_no_sense_fails_in_words(sqlite_database: Database, request_: dict[str, Any], says: str) -> None:
    workspace(sqlite_database)
    view = run(sqlite_database, ErrandKind.FEED_TEST, request_, FakeSource(Page))
    assert (view.state, says in (view.result or {})["error"]) == (ErrandState.FAILED, True)


def test_a_feed_is_read_from_its_start_and_stores_nothing_twice(database: Database) -> None:
    workspace(database, FeedDraft("there", "fake", "search", "acme", "Acme"))
    source = FakeSource(lambda: Page((post("1"), post("2")), cursor="c"))
    with database.read() as session:
        feed_id = session.scalars(select(Feed.id)).one()
    first = run(database, ErrandKind.BACKFILL, {"feed_id": feed_id}, source)
    second = run(database, ErrandKind.BACKFILL, {"feed_id": feed_id}, source)
    assert ((first.result or {})["new"], (second.result or {})["new"], (second.result or {})["seen"]) == (2, 0, 2)
    assert [cursor for _, cursor in source.asked] == [None, None]
    assert how_many(database, Mention) == 2


def test_asking_again_for_a_post_that_there_is_not_is_refused_in_words(sqlite_database: Database) -> None:
    view = run(sqlite_database, ErrandKind.RECHECK, {"mention_id": 1}, FakeSource(Page))
    assert (view.state, (view.result or {})["error"]) == (ErrandState.FAILED, "There is no such mention")


def test_an_errand_of_another_process_is_left_alone(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        errands.ask(session, ErrandKind.EXPLAIN, {}, by=person(session), now=sqlite_database.now())
    assert errands_due(sqlite_database, SETTINGS, DESK, Registry(SETTINGS, sources={}), owner="one") == 0
