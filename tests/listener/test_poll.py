"""From a server on loopback to rows: leases, results, cursors, and one source that hangs."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.errors import Invalid, LeaseLost, NotFound
from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.post import FeedSpec, Page, Post, Unreadable
from desk.settings import DeskSettings
from listener.poll import Poller, PollReport
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import (
    BudgetExhausted,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Source,
    Unauthorized,
    Unavailable,
)
from storage.database import Database
from storage.models import Coverage, Credential, Feed, Mention, Reject
from storage.words import LookResult
from tests.support.feeds import item, rss
from tests.support.listening import post
from tests.support.waiting import eventually
from tests.support.web import Reply, Web

SETTINGS = ListenerSettings(timeout=timedelta(seconds=10))
DESK = DeskSettings()

Fetch = Callable[[FeedSpec, str | None], Page]


class FakeSource:
    """A source whose answers a test decides."""

    def __init__(self, fetch: Fetch, name: str = "fake") -> None:
        self.name = name
        self.fetch = fetch

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(feed.name, payload)


def draft(name: str, source: str = "fake", **other: Any) -> FeedDraft:
    told = {"kind": "", "query": "", "brand": "Acme", "credential": None, **other}
    return FeedDraft(name=name, source=source, **told)


def plan(database: Database, *drafts: FeedDraft, credentials: tuple[tuple[str, str], ...] = ()) -> None:
    with database.write() as session:
        planned = WorkspacePlan(brands=(BrandPlan("Acme"),), credentials=credentials, accounts=(), feeds=drafts)
        feeds.sync(session, planned, now=database.now())


def poller(database: Database, *sources: Source, settings: ListenerSettings = SETTINGS, owner: str = "one") -> Poller:
    registry = Registry(settings, sources={source.name: source for source in sources}) if sources else Registry(settings)
    return Poller(database, settings, DESK, registry, owner=owner)


def feed_row(database: Database, name: str) -> Feed:
    with database.read() as session:
        return session.scalars(select(Feed).where(Feed.name == name)).one()


def texts(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Mention.text).order_by(Mention.id)))


def results(database: Database) -> list[LookResult]:
    with database.read() as session:
        return list(session.scalars(select(Coverage.result).order_by(Coverage.id)))


def raising(error: Exception) -> Fetch:
    def fetch(_feed: FeedSpec, _cursor: str | None) -> Page:
        raise error

    return fetch


def rss_draft(web: Web, path: str = "/feed", **other: Any) -> FeedDraft:
    return draft("forum", "rss", options={"url": web.url + path, "allow_loopback": True}, **other)


def test_a_feed_is_looked_at_and_its_posts_are_stored(database: Database, web: Web) -> None:
    web.script("/feed", Reply(rss([item(2), item(1)]), etag='"v1"'))
    plan(database, rss_draft(web))
    first = poller(database).poll_one("forum")
    second = poller(database).poll_one("forum")
    assert (first.result, first.new, first.seen) == (LookResult.LOOKED, 2, 2)
    assert (second.result, second.new, second.seen, second.cursor) == (LookResult.EMPTY, 0, 0, first.cursor)
    assert sorted(texts(database)) == ["My kettle 1 leaks", "My kettle 2 leaks"]
    assert (feed_row(database, "forum").cursor, results(database)) == (first.cursor, [LookResult.LOOKED, LookResult.EMPTY])


def test_an_edited_entry_becomes_a_new_revision(database: Database, web: Web) -> None:
    web.script("/feed", Reply(rss([item(1, "leaks")])), Reply(rss([item(1, "leaks a lot")])))
    plan(database, rss_draft(web))
    poller(database).poll_one("forum")
    report = poller(database).poll_one("forum")
    with database.read() as session:
        mention = session.scalars(select(Mention)).one()
    assert (report.new, mention.text, mention.revision) == (0, "leaks a lot", 2)


def test_a_post_that_cannot_be_read_is_kept_and_stops_no_other(database: Database, web: Web) -> None:
    web.script("/feed", Reply(rss(["<item><guid>empty</guid></item>", item(2)])))
    plan(database, rss_draft(web))
    assert poller(database).poll_one("forum").result is LookResult.LOOKED
    with database.read() as session:
        kept = session.scalars(select(Reject)).one()
    assert (texts(database), json.loads(kept.raw)["id"]) == (["My kettle 2 leaks"], "empty")


def test_an_item_that_stays_unreadable_spoils_only_the_look_that_met_it_first(database: Database) -> None:
    plan(database, draft("feed"))
    looks = poller(database, FakeSource(lambda _feed, _cursor: Page((), (Unreadable(b"null", "no status"),), "c", detail="slow")))
    told = [looks.poll_one("feed") for _ in range(3)]
    assert [report.result for report in told] == [LookResult.MALFORMED, LookResult.EMPTY, LookResult.EMPTY]
    assert [report.detail for report in told] == ["slow", *["slow; what could not be read before still stands there"] * 2]
    with database.read() as session:
        feed = session.scalars(select(Feed)).one()
        assert (feed.last_result, feed.failing_since, feed.error_count) == (LookResult.EMPTY, None, 0)


@pytest.mark.parametrize(
    "text",
    ["My kettle \x00 leaks\ud800", "leaks " * 180_000, "Мой чайник 我的水壶 غلايتي กาน้ำ 🦊👩‍👩‍👧", "'; DROP TABLE mention; --", "=1+1"],
)
def test_any_text_is_stored_and_stops_nothing(database: Database, text: str) -> None:
    plan(database, draft("feed"))
    look = FakeSource(lambda _feed, _cursor: Page((post("1", text), post("2", "after")), (Unreadable(b"\x00\xff", text),), "c"))
    assert poller(database, look).poll_one("feed").new == 2
    stored = texts(database)
    assert stored[1] == "after"
    assert "\x00" not in stored[0]


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (RateLimited("wait", None), LookResult.THROTTLED),
        (BudgetExhausted("our ceiling", None), LookResult.BUDGET_USED_UP),
        (BudgetExhausted("402", None, vendor=True), LookResult.CREDIT_USED_UP),
        (Unauthorized("no token"), LookResult.UNAUTHORIZED),
        (Refused("bad query"), LookResult.REFUSED),
        (Unavailable("502"), LookResult.UNAVAILABLE),
        (Malformed("no JSON"), LookResult.MALFORMED),
        (OutcomeUnknown("a source never says this"), LookResult.MALFORMED),
    ],
)
def test_an_error_of_a_source_is_one_result_with_its_words(database: Database, error: Exception, result: LookResult) -> None:
    plan(database, draft("feed"))
    report = poller(database, FakeSource(raising(error))).poll_one("feed")
    row = feed_row(database, "feed")
    assert (report.result, row.last_result, row.last_detail, results(database)) == (result, result, str(error), [result])
    assert report.retry_at == row.next_poll_at
    assert row.lease_owner is None


@pytest.mark.parametrize("error", [RateLimited, Unavailable, BudgetExhausted])
def test_a_source_is_not_asked_before_it_wants_to_be(database: Database, error: Any) -> None:
    plan(database, draft("feed"))
    later = database.now() + timedelta(hours=1)
    assert poller(database, FakeSource(raising(error("wait", later)))).poll_one("feed").retry_at == later
    assert feed_row(database, "feed").next_poll_at == later


def test_an_error_that_no_source_may_raise_is_recorded_and_logged(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    plan(database, draft("feed"))
    answers: Iterator[Fetch] = iter([raising(KeyError("secret text of a post")), lambda _feed, _cursor: Page((post("1"),), cursor="c")])

    def fetch(feed: FeedSpec, cursor: str | None) -> Page:
        return next(answers)(feed, cursor)

    looks = poller(database, FakeSource(fetch))
    with caplog.at_level(logging.ERROR):
        assert looks.poll_one("feed").result is LookResult.MALFORMED
    assert "Traceback" in caplog.text
    assert feed_row(database, "feed").last_detail == "KeyError while reading: the listener's log has the details"
    assert looks.poll_one("feed").result is LookResult.LOOKED


@pytest.mark.parametrize(
    ("feed", "result", "says"),
    [
        (draft("feed", "myspace"), LookResult.REFUSED, "there is no source named 'myspace'"),
        (draft("feed", "rss"), LookResult.REFUSED, "needs its address: url ="),
        (draft("feed", "x", kind="search", query="acme"), LookResult.UNAUTHORIZED, "needs a credential"),
        (draft("feed", "x", kind="search", query="acme", credential="gone"), LookResult.UNAUTHORIZED, "'gone' is not in settings.toml"),
        (draft("feed", "x", kind="search", query="acme", credential="empty"), LookResult.UNAUTHORIZED, "CARELINE_EMPTY_"),
    ],
)
def test_wrong_settings_are_a_recorded_look_that_says_what_to_do(
    sqlite_database: Database, feed: FeedDraft, result: LookResult, says: str
) -> None:
    settings = ListenerSettings(credentials={"empty": CredentialSettings("empty", "x")})
    plan(sqlite_database, feed, credentials=(("gone", "x"), ("empty", "x")))
    report = poller(sqlite_database, settings=settings).poll_one("feed")
    assert (report.result, feed_row(sqlite_database, "feed").last_result) == (result, result)
    assert says in report.detail


def test_a_name_that_nobody_knows_is_told(sqlite_database: Database) -> None:
    with pytest.raises(NotFound):
        poller(sqlite_database).poll_one("none")


def test_a_page_that_cannot_be_stored_is_told_and_moves_no_cursor(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    plan(database, draft("feed"))
    hopeless = post("1", kind="x" * 10_000, capability="no such word")
    report = poller(database, FakeSource(lambda _feed, _cursor: Page((post("0"), hopeless), cursor="ahead"))).poll_one("feed")
    assert (report.result, report.cursor, feed_row(database, "feed").cursor, texts(database)) == (LookResult.MALFORMED, None, None, [])
    assert "cannot be stored" in caplog.text


def test_the_cursor_moves_with_its_rows_or_not_at_all(database: Database) -> None:
    """A worker that lost its lease while it fetched stores nothing over the look of another."""
    plan(database, draft("feed"))
    slow = FakeSource(lambda _feed, _cursor: taken_over(database))
    with pytest.raises(LeaseLost):
        poller(database, slow).poll_one("feed")
    row = feed_row(database, "feed")
    assert (row.cursor, texts(database), results(database)) == ("theirs", ["by the other worker"], [LookResult.LOOKED])


def taken_over(database: Database) -> Page:
    with database.write() as session:
        session.execute(update(Feed).values(lease_until=database.now() - timedelta(seconds=1)))
    other = FakeSource(lambda _feed, _cursor: Page((post("1", "by the other worker"),), cursor="theirs"))
    poller(database, other, owner="two").poll_one("feed")
    return Page((post("2", "late"),), cursor="late")


def test_two_workers_do_not_look_at_one_feed_at_once(database: Database) -> None:
    plan(database, draft("feed"))

    def second(_feed: FeedSpec, _cursor: str | None) -> Page:
        with pytest.raises(Invalid, match="right now"):
            poller(database, FakeSource(raising(Refused("never"))), owner="two").poll_one("feed")
        return Page(cursor="c")

    assert poller(database, FakeSource(second)).poll_one("feed").result is LookResult.EMPTY


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What hanging fakes wait for; it opens when the test ends, whatever happens."""
    opened = threading.Event()
    yield opened
    opened.set()


def test_a_ring_returns_at_once_and_one_slow_source_delays_no_other(database: Database, gate: threading.Event) -> None:
    plan(database, *(draft(f"slow {n}", "slow") for n in range(5)), *(draft(f"fast {n}", "fast") for n in range(5)))
    looked: list[str] = []

    def hang(_feed: FeedSpec, _cursor: str | None) -> Page:
        gate.wait(60)
        return Page(cursor="c")

    def answer(feed: FeedSpec, _cursor: str | None) -> Page:
        looked.append(feed.name)
        return Page(cursor="c")

    polling = poller(database, FakeSource(hang, "slow"), FakeSource(answer, "fast"), settings=ListenerSettings(threads=4, per_source=2))
    eventually(lambda: polling.poll_due() >= 0 and len(looked) == 5)
    assert (sorted(looked), running(database, "slow"), gate.is_set()) == ([f"fast {n}" for n in range(5)], 2, False)
    gate.set()
    eventually(lambda: polling.poll_due() >= 0 and results(database).count(LookResult.EMPTY) == 10)
    polling.close()


def test_looks_that_end_take_what_waited_for_their_thread(database: Database, gate: threading.Event) -> None:
    plan(database, *(draft(f"feed {n}") for n in range(12)))

    def wait(_feed: FeedSpec, _cursor: str | None) -> Page:
        gate.wait(60)
        return Page(cursor="c")

    polling = poller(database, FakeSource(wait), settings=ListenerSettings(threads=2, per_source=1))
    assert polling.poll_due() == 1
    gate.set()
    polling.drain()
    assert results(database) == [LookResult.EMPTY] * 12
    polling.close()


def test_a_poller_that_is_closed_takes_no_more_feeds_and_holds_none(database: Database) -> None:
    plan(database, *(draft(f"feed {n}") for n in range(5)))
    polling = poller(database, FakeSource(lambda _feed, _cursor: Page(cursor="c")), settings=ListenerSettings(threads=1, per_source=1))
    assert polling.poll_due() >= 1
    polling.close()
    with database.write() as session:
        session.execute(update(Feed).values(next_poll_at=database.now()))
    assert polling.poll_due() == 0
    assert running(database, "fake") == 0


def running(database: Database, source: str) -> int:
    with database.read() as session:
        return len(session.scalars(select(Feed.id).where(Feed.source == source, Feed.lease_owner.is_not(None))).all())


def test_a_failure_on_a_thread_costs_one_lease_and_no_more(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    plan(database, draft("feed"))
    polling = poller(database, FakeSource(lambda _feed, _cursor: taken_over(database)), settings=ListenerSettings(threads=1))
    with caplog.at_level(logging.WARNING):
        assert polling.poll_due() == 1
        polling.close()
    assert "nothing was stored" in caplog.text


def test_feeds_are_due_by_their_rows(database: Database) -> None:
    plan(database, draft("one"), draft("two"), draft("three"))
    with database.write() as session:
        session.execute(update(Feed).where(Feed.name == "two").values(next_poll_at=database.now() + timedelta(hours=1)))
        session.execute(update(Feed).where(Feed.name == "three").values(enabled=False))
    polling = poller(database, FakeSource(lambda _feed, _cursor: Page(cursor="c")))
    assert polling.poll_due() == 1
    polling.drain()
    assert polling.poll_due() == 0
    assert feed_row(database, "one").next_poll_at > database.now()
    polling.close()


def test_a_spent_rate_limit_holds_the_other_feeds_of_its_credential(database: Database) -> None:
    plan(database, draft("one", credential="key"), draft("two", credential="key"), credentials=(("key", "fake"),))
    later = database.now() + timedelta(hours=1)
    polling = poller(database, FakeSource(raising(RateLimited("wait", later))))
    polling.poll_one("one")
    assert polling.poll_due() == 0
    with database.read() as session:
        assert session.scalars(select(Credential.available_at)).one() == later
    polling.close()


def test_one_line_is_logged_for_each_look_without_a_word_of_a_post(sqlite_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    plan(sqlite_database, draft("feed"))
    with caplog.at_level(logging.INFO, logger="listener.poll"):
        poller(sqlite_database, FakeSource(lambda _feed, _cursor: Page((post("1", "private words"),), cursor="c"))).poll_one("feed")
    (record,) = caplog.records
    assert "result=looked new=1 seen=1" in record.getMessage()
    assert "private" not in caplog.text


def test_the_report_says_what_the_command_prints(sqlite_database: Database) -> None:
    plan(sqlite_database, draft("feed"))
    report = poller(sqlite_database, FakeSource(lambda _feed, _cursor: Page((post("1"),), cursor="c9"))).poll_one("feed")
    assert report == PollReport(LookResult.LOOKED, new=1, seen=1, retry_at=None, cursor="c9")
