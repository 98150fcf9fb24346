"""What the poller does with a feed whose budget does not let all of it go on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.post import FeedSpec, Page, Post, Spent
from desk.settings import DeskSettings
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Counted, Malformed, RateLimited
from listener.sources.x.source import XSource
from storage.database import Database
from storage.models import BudgetState, Cost, Coverage, Credential, Feed
from storage.words import BudgetPart, LookResult, ThriftStep, Way
from tests.support.replay import Platform
from tests.support.x_platform import Posts

SETTINGS = ListenerSettings()


class Counting:
    """A source that can count; it remembers what it was asked."""

    name = "fake"

    def __init__(self, count: Callable[[], Counted | None] = lambda: Counted(412, costs=(Spent("count_request", 1, 5_000),))) -> None:
        self.asked: list[FeedSpec] = []
        self.since: list[datetime] = []
        self._count = count

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        del cursor
        self.asked.append(feed)
        return Page(cursor="read", retry_at=None)

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(feed.name, payload)

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted | None:
        del feed
        self.since.append(since)
        return self._count()


def planned(database: Database, way: Way, *, kind: str = "search") -> None:
    with database.write() as session:
        draft = FeedDraft("acme", "fake", kind, "acme", "Acme", "main", interval_s=300)
        feeds.sync(session, WorkspacePlan((BrandPlan("Acme"),), (("main", "fake"),), (), (draft,)), now=database.now())
        now = database.now()
        session.execute(update(Feed).values(last_look_at=now, failing_since=None))
        session.add(
            BudgetState(
                credential_id=session.scalars(select(Credential.id)).one(),
                step=ThriftStep.COUNTED,
                since=now,
                decided_at=now,
                ways={BudgetPart.KEYWORDS: {"way": way, "since": now.isoformat()}},
                pace={},
            )
        )


def look(database: Database, source: Counting) -> tuple[Coverage, Feed]:
    poller = Poller(database, SETTINGS, DeskSettings(), Registry(SETTINGS, sources={"fake": source}), owner="one")
    assert poller.poll_due() == 1
    poller.close()
    with database.read() as session:
        return session.scalars(select(Coverage).order_by(Coverage.id.desc())).first(), session.scalars(select(Feed)).one()  # type: ignore[return-value]


def test_a_thinned_feed_reads_a_sample_and_waits_four_times_as_long(database: Database) -> None:
    planned(database, Way.THINNED)
    source = Counting()
    coverage, feed = look(database, source)
    assert (coverage.result, source.asked[0].options["sample"], source.asked[0].options["max_pages"]) == (LookResult.EMPTY, True, 1)
    assert coverage.detail.startswith("the budget lets only a sample be read")
    assert feed.next_poll_at - coverage.at >= timedelta(seconds=4 * 300 - 5)


def test_a_counted_feed_is_counted_and_its_place_stays(database: Database) -> None:
    planned(database, Way.COUNTED)
    source = Counting()
    coverage, feed = look(database, source)
    assert (source.asked, len(source.since)) == ([], 1)
    assert (coverage.result, coverage.counted, coverage.detail) == (LookResult.BUDGET_USED_UP, 412, "counted, not read: 412 posts")
    assert (feed.cursor, feed.last_result) == (None, LookResult.BUDGET_USED_UP)
    with database.read() as session:
        assert session.execute(select(Cost.part, Cost.kind, Cost.micros)).one() == (BudgetPart.KEYWORDS, "count_request", 5_000)
        assert session.scalars(select(Credential.available_at)).one() is None


def test_what_cannot_be_counted_is_passed_over_and_says_so(database: Database) -> None:
    planned(database, Way.COUNTED)
    coverage, _ = look(database, Counting(lambda: None))
    assert (coverage.result, coverage.counted) == (LookResult.BUDGET_USED_UP, None)
    assert "cannot be counted" in coverage.detail


def test_a_count_that_fails_is_a_failed_look(database: Database) -> None:
    def throttled() -> Counted:
        raise RateLimited("later", None)

    planned(database, Way.COUNTED)
    coverage, _ = look(database, Counting(throttled))
    assert coverage.result is LookResult.THROTTLED


def test_a_stopped_feed_asks_nothing(database: Database) -> None:
    planned(database, Way.STOPPED)
    source = Counting()
    coverage, feed = look(database, source)
    assert (source.asked, source.since, coverage.result) == ([], [], LookResult.BUDGET_USED_UP)
    assert feed.next_poll_at > coverage.at


def test_mentions_go_on_while_keywords_are_counted(database: Database) -> None:
    planned(database, Way.COUNTED, kind="mentions")
    source = Counting()
    coverage, _ = look(database, source)
    assert (len(source.asked), coverage.result) == (1, LookResult.EMPTY)


def test_a_sample_of_x_ends_after_its_page_and_does_not_come_back_for_the_rest(platform: Platform) -> None:
    posts = Posts(platform, 50)
    credential = CredentialSettings("main", "x", {"bearer_token": "t"}, base_url=platform.url, allow_loopback=True)
    source = XSource(ListenerSettings(credentials={"main": credential}))
    options = {"max_pages": 1, "page_size": 10, "sample": True}
    feed = FeedSpec(1, "acme", "x", "", "search", "northwind", options, "main", 300)
    first = source.fetch(feed, None)
    posts.count = 90
    second = source.fetch(feed, first.cursor)
    assert (len(first.posts), first.more, len(second.posts), second.more) == (10, False, 10, False)
    posts.count = 92
    assert len(source.fetch(feed, second.cursor).posts) == 2
