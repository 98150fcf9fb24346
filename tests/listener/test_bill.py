"""What platforms bill reaches the ledger once, however the look ends: refused half-way, rolled back, taken over, killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.alerts import errands
from desk.errors import LeaseLost
from desk.feeds import feeds
from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import ingest
from desk.money import call_limits
from desk.money.ledger import Ledger, Payer, enter
from desk.post import FeedSpec, Page, Post, PostAuthor, Spent
from desk.settings import DeskSettings
from listener import bill
from listener.errands import errands_due
from listener.poll import Poller
from listener.recheck import Rechecker
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, RateLimited
from storage.database import Database
from storage.models import BudgetState, Cost, Credential, Feed, Mention
from storage.words import BudgetPart, ErrandKind, LookResult, Role, ThriftStep, Way
from tests.support.desk import person
from tests.support.open_places import documented
from tests.support.platforms import X_APP
from tests.support.replay import Platform, Reply, Seen, as_json, problem
from tests.support.store_platforms import REVIEWS, AppStore, PlayStore, apple_secrets, google_secrets
from tests.support.x_platform import SEARCH, Posts, id_of, item

DAY = timedelta(days=1)
DESK = DeskSettings(secret="a secret", recheck_after=(DAY, 30 * DAY))
SPENT = Spent("post_read", 10, 50_000)
KEY = {"key": "google-key"}
MINE = "/2/users/by/username/northwind"
THREADS, REPLIES, CHANNELS, YOUTUBE_SEARCH, VIDEOS = (
    f"/youtube/v3/{name}" for name in ("commentThreads", "comments", "channels", "search", "videos")
)
QUESTIONS, ANSWERS = "/2.3/search/advanced", "/2.3/questions/79000001;79000002/answers"
LONG = " OR ".join(f'"northwind number {number} of a long list of names"' for number in range(20))
"""Longer than X takes in one search."""


def asked_again(database: Database, settings: ListenerSettings) -> int:
    """How many batches were asked for again, each to its end."""
    rechecker = Rechecker(database, settings, DESK, Registry(settings))
    taken = rechecker.recheck_due()
    rechecker.drain()
    return taken


def planned(database: Database, source: str, kind: str, query: str = "northwind", *, site: str = "", **options: Any) -> None:
    draft = FeedDraft("acme", source, kind, query, "Acme", "main", site=site, options=options, interval_s=300)
    account = AccountPlan("Care", "Acme", source, "", "northwind")
    with database.write() as session:
        feeds.sync(session, WorkspacePlan((BrandPlan("Acme"),), (("main", source),), (account,), (draft,)), now=database.now())


def told(platform: Platform, source: str, secrets: dict[str, str]) -> ListenerSettings:
    credential = CredentialSettings("main", source, secrets, platform.url, allow_loopback=True)
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=5))


def poll(database: Database, settings: ListenerSettings) -> LookResult:
    return Poller(database, settings, DESK, Registry(settings), owner="one").poll_one("acme").result


def ledger(database: Database) -> list[tuple[Any, ...]]:
    columns = (Cost.part, Credential.name, Cost.kind, Cost.units, Cost.micros)
    with database.read() as session:
        return [tuple(row) for row in session.execute(select(*columns).join(Credential).order_by(Cost.kind))]


def entry(kind: str, units: int, micros: int, part: BudgetPart = BudgetPart.KEYWORDS) -> tuple[Any, ...]:
    return (part, "main", kind, units, micros)


class TestX:
    def test_an_account_that_was_looked_up_is_paid_for_though_its_posts_are_refused(self, database: Database, platform: Platform) -> None:
        planned(database, "x", "mentions", "", username="northwind")
        platform.always(MINE, as_json({"data": {"id": "7001", "username": "northwind"}}))
        platform.always("/2/users/7001/mentions", problem(429, "Too Many Requests", x_rate_limit_reset="4000000000"))
        assert poll(database, told(platform, "x", X_APP)) is LookResult.THROTTLED
        assert ledger(database) == [entry("user_read", 1, 10_000, BudgetPart.MENTIONS)]

    @pytest.mark.parametrize("fault", [problem(429, "Too Many Requests"), problem(503, "Over capacity"), Reply(200, b"<html>")])
    def test_pages_that_were_read_are_paid_for_once_whatever_comes_after_them(
        self, database: Database, platform: Platform, fault: Reply
    ) -> None:
        planned(database, "x", "search", max_pages=5)
        posts = Posts(platform, 50)
        platform.always(SEARCH, lambda seen: fault if len(platform.asked(SEARCH)) > 2 else posts.answer(seen))
        assert poll(database, told(platform, "x", X_APP)) is LookResult.LOOKED
        assert ledger(database) == [entry("post_read", 20, 100_000), entry("user_read", 1, 10_000)]

    def test_what_comes_twice_in_one_look_is_paid_for_once(self, database: Database, platform: Platform) -> None:
        planned(database, "x", "search", LONG)
        users = {"users": [{"id": "501", "username": "ada", "name": "Ada"}]}
        platform.always(SEARCH, as_json({"data": [item(1), item(2)], "includes": users, "meta": {"result_count": 2}}))
        poll(database, told(platform, "x", X_APP))
        assert len(platform.asked(SEARCH)) > 1
        assert ledger(database) == [entry("post_read", 2, 10_000), entry("user_read", 1, 10_000)]

    def test_a_count_that_breaks_off_is_paid_for_as_far_as_it_came(self, database: Database, platform: Platform) -> None:
        planned(database, "x", "search", LONG)
        counted_only(database)
        platform.then("/2/tweets/counts/recent", as_json({"meta": {"total_tweet_count": 3}}), problem(429, "Too Many Requests"))
        assert poll(database, told(platform, "x", X_APP)) is LookResult.THROTTLED
        assert ledger(database) == [entry("count_request", 1, 5_000)]

    @pytest.mark.parametrize("step", ["count", "sample", None])
    def test_a_preview_that_breaks_off_is_paid_for_and_says_so(self, database: Database, platform: Platform, step: str | None) -> None:
        planned(database, "x", "search")
        platform.then("/2/tweets/counts/recent", as_json({"meta": {"total_tweet_count": 3}}), problem(503, "Over capacity"))
        platform.then(SEARCH, as_json({"data": [item(1)], "meta": {"result_count": 1}}), problem(429, "Too Many Requests"))
        platform.always(SEARCH, problem(429, "Too Many Requests"))
        draft = {"name": "", "source": "x", "kind": "search", "query": LONG, "brand": "", "credential": "main", "interval_s": 600}
        said = previewed(database, told(platform, "x", X_APP), {"draft": draft, **({"step": step} if step else {})})
        assert [cost["micros"] for cost in said["costs"]] == [5_000]
        assert ledger(database) == [entry("count_request" if step == "count" else "post_read", 1, 5_000, BudgetPart.PREVIEWS)]

    def test_a_preview_of_which_nothing_could_be_shown_is_paid_for(self, database: Database, platform: Platform) -> None:
        planned(database, "x", "search")
        platform.always(MINE, as_json({"data": {"id": "7001", "username": "northwind"}}))
        platform.always("/2/users/7001/tweets", problem(503, "Over capacity"))
        options = {"username": "northwind"}
        draft = {"name": "", "source": "x", "kind": "timeline", "query": "", "brand": "", "credential": "main", "interval_s": 600}
        said = previewed(database, told(platform, "x", X_APP), {"draft": {**draft, "options": options}, "step": "sample"})
        assert (said["result"], [cost["micros"] for cost in said["costs"]]) == ("unavailable", [10_000])
        assert ledger(database) == [entry("user_read", 1, 10_000, BudgetPart.PREVIEWS)]

    def test_asking_again_is_paid_for_as_far_as_it_came(self, database: Database, platform: Platform) -> None:
        planned(database, "x", "search")
        heard_long_ago(database, id_of(1))
        history = [id_of(1), id_of(5)]
        platform.then("/2/tweets", as_json({"data": [item(1, edit_history_tweet_ids=history)]}), problem(429, "Too Many Requests"))
        settings = told(platform, "x", X_APP)
        assert asked_again(database, settings) == 1
        assert ledger(database) == [entry("post_read", 1, 5_000, BudgetPart.RECHECKS)]
        with database.read() as session:
            due = session.scalars(select(Mention.recheck_at)).one()
            assert due is not None
            assert due > database.now()

    def test_a_poll_that_is_killed_has_paid_for_the_pages_that_it_had_read(
        self, database: Database, database_url: str, platform: Platform
    ) -> None:
        planned(database, "x", "search", max_pages=5)
        posts, poller = Posts(platform, 50), subprocess.Popen([sys.executable, "-c", KILLED, database_url, platform.url])

        def answer(seen: Seen) -> Reply:
            if len(platform.asked(SEARCH)) > 2:
                os.kill(poller.pid, signal.SIGKILL)
            return posts.answer(seen)

        platform.always(SEARCH, answer)
        assert poller.wait(timeout=60) == -signal.SIGKILL
        assert ledger(database) == [entry("post_read", 20, 100_000), entry("user_read", 1, 10_000)]
        with database.read() as session:
            assert session.scalars(select(Mention.id)).all() == []


KILLED = """
import sys
from datetime import timedelta
from desk.settings import DeskSettings
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from storage.database import Database
credential = CredentialSettings("main", "x", {"bearer_token": "app"}, sys.argv[2], allow_loopback=True)
settings = ListenerSettings({"main": credential}, timeout=timedelta(seconds=5))
Poller(Database(sys.argv[1]), settings, DeskSettings(), Registry(settings), owner="one").poll_one("acme")
"""


class TestYouTube:
    def test_units_of_a_look_that_is_refused_are_counted(self, database: Database, platform: Platform) -> None:
        planned(database, "youtube", "channel", "", channel="@northwind")
        platform.always(CHANNELS, as_json({"items": [{"id": "UCnorthwind000000"}]}))
        refused = {"error": {"code": 403, "message": "no", "errors": [{"reason": "quotaExceeded"}]}}
        platform.always(THREADS, as_json(refused, 403))
        assert poll(database, told(platform, "youtube", KEY)) is LookResult.CREDIT_USED_UP
        assert ledger(database) == [entry("quota_unit", 2, 0, BudgetPart.MENTIONS)]

    def test_a_search_whose_videos_cannot_be_read_is_counted_once(self, database: Database, platform: Platform) -> None:
        planned(database, "youtube", "search")
        platform.always(YOUTUBE_SEARCH, as_json(documented("youtube", "search")))
        platform.always(VIDEOS, as_json({}, 503))
        poll(database, told(platform, "youtube", KEY))
        assert ledger(database) == [entry("quota_unit", 1, 0), entry("search_call", 1, 0)]
        with database.read() as session:
            credential_id = session.scalars(select(Credential.id)).one()
            assert Ledger(session, credential_id, is_quota=True).spent(database.now() - DAY) == {BudgetPart.KEYWORDS: 1}

    def test_searches_that_are_spent_are_not_asked_for_and_the_feed_says_until_when(self, database: Database, platform: Platform) -> None:
        planned(database, "youtube", "search")
        with database.write() as session:
            payer = Payer(session.scalars(select(Credential.id)).one(), BudgetPart.KEYWORDS)
            enter(session, payer, (Spent("search_call", 100, 0),), now=database.now())
        assert poll(database, told(platform, "youtube", KEY)) is LookResult.THROTTLED
        with database.read() as session:
            (row,) = feeds.health(session, now=database.now())
            waits = call_limits.day_of("America/Los_Angeles", database.now())[1]
        assert (platform.seen, row.next_poll_at) == ([], waits)
        assert f"the next day's begin at {waits:%Y-%m-%d %H:%M} UTC" in row.words

    def test_a_call_that_never_left_costs_nothing(self, database: Database, platform: Platform) -> None:
        planned(database, "youtube", "search")
        credential = CredentialSettings("main", "youtube", KEY, "http://127.0.0.1:9", allow_loopback=True)
        assert poll(database, ListenerSettings({"main": credential}, timeout=timedelta(seconds=5))) is LookResult.UNAVAILABLE
        assert (ledger(database), platform.seen) == ([], [])

    def test_asking_again_is_counted_as_far_as_it_came(self, database: Database, platform: Platform) -> None:
        planned(database, "youtube", "search")
        heard_long_ago(database, "vid00000001", "UgxAbCdEfGhIjKlMnOpQ4AaABAg")
        platform.always(VIDEOS, as_json({"items": []}))
        platform.always(REPLIES, as_json({}, 500))
        settings = told(platform, "youtube", KEY)
        assert asked_again(database, settings) == 1
        assert ledger(database) == [entry("quota_unit", 2, 0, BudgetPart.RECHECKS)]


class TestStackExchange:
    def look(self, database: Database, platform: Platform, **secrets: str) -> LookResult:
        planned(database, "stackexchange", "search", site="stackoverflow")
        return poll(database, told(platform, "stackexchange", secrets))

    def test_a_call_that_is_refused_is_one_of_the_keys(self, database: Database, platform: Platform) -> None:
        refused = {"error_id": 502, "error_name": "throttle_violation", "error_message": "too many requests, more in 30 seconds"}
        platform.always(QUESTIONS, as_json(refused, 400))
        assert self.look(database, platform, key="k") is LookResult.THROTTLED
        assert ledger(database) == [entry("quota_unit", 1, 0)]

    def test_questions_whose_answers_cannot_be_read_are_counted_once(self, database: Database, platform: Platform) -> None:
        platform.always(QUESTIONS, as_json(documented("stackexchange", "questions")))
        platform.always(ANSWERS, as_json({}, 503))
        self.look(database, platform, key="k")
        assert ledger(database) == [entry("quota_unit", len(platform.seen), 0)]

    def test_without_a_key_nothing_is_any_credentials(self, database: Database, platform: Platform) -> None:
        platform.always(QUESTIONS, as_json({}, 503))
        assert self.look(database, platform) is LookResult.UNAVAILABLE
        assert ledger(database) == []


@pytest.mark.parametrize("fault", [None, Reply(503)])
def test_the_app_store_bills_nothing(database: Database, platform: Platform, fault: Reply | None) -> None:
    planned(database, "appstore", "reviews", "", app="42")
    AppStore(platform, 3)
    if fault:
        platform.always("/v1/apps/42/customerReviews", fault)
    expected = LookResult.UNAVAILABLE if fault else LookResult.LOOKED
    assert (poll(database, told(platform, "appstore", apple_secrets())), ledger(database)) == (expected, [])


@pytest.mark.parametrize("fault", [None, Reply(503)])
def test_google_play_bills_nothing(database: Database, platform: Platform, fault: Reply | None) -> None:
    planned(database, "googleplay", "", "", package="com.acme.shop")
    PlayStore(platform, 3)
    if fault:
        platform.always(REVIEWS, fault)
    expected = LookResult.UNAVAILABLE if fault else LookResult.LOOKED
    assert (poll(database, told(platform, "googleplay", google_secrets())), ledger(database)) == (expected, [])


class Fake:
    """A source that bills as a test decides."""

    name = "fake"

    def __init__(self, fetch: Callable[[], Page]) -> None:
        self._fetch = fetch

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        del feed, cursor
        return self._fetch()

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(feed.name, payload)


def ask(database: Database, fetch: Callable[[], Page]) -> LookResult:
    planned(database, "fake", "search")
    settings = ListenerSettings()
    return Poller(database, settings, DESK, Registry(settings, sources={"fake": Fake(fetch)}), owner="one").poll_one("acme").result


@pytest.mark.parametrize("is_charged", [True, False])
@pytest.mark.parametrize("is_told", [True, False])
def test_what_is_charged_on_the_way_and_told_at_the_end_is_entered_once(database: Database, *, is_charged: bool, is_told: bool) -> None:
    def fetch() -> Page:
        if is_charged:
            bill.charge(Spent("post_read", 4, 20_000))
            bill.charge(Spent("post_read", 6, 30_000))
        return Page(costs=(SPENT,) if is_told else ())

    ask(database, fetch)
    assert ledger(database) == ([entry("post_read", 10, 50_000)] if is_charged or is_told else [])


@pytest.mark.parametrize("error", [RateLimited("later", None), KeyError("odd")])
def test_an_error_takes_nothing_back(database: Database, error: Exception) -> None:
    def fetch() -> Page:
        bill.charge(SPENT)
        raise error

    assert ask(database, fetch) in {LookResult.THROTTLED, LookResult.MALFORMED}
    assert ledger(database) == [entry("post_read", 10, 50_000)]


@pytest.mark.parametrize("is_charged", [True, False])
def test_a_page_that_cannot_be_stored_has_been_paid_for(database: Database, *, is_charged: bool) -> None:
    hopeless = Post("1", PostAuthor("u"), "text", database.now(), "1", kind="x" * 10_000, capability="no such word")  # type: ignore[arg-type]

    def fetch() -> Page:
        bill.charge(*([SPENT] if is_charged else []))
        return Page((hopeless,), costs=(SPENT,))

    assert ask(database, fetch) is LookResult.MALFORMED
    assert ledger(database) == [entry("post_read", 10, 50_000)]


def test_a_look_that_another_worker_took_over_has_been_paid_for(database: Database) -> None:
    def fetch() -> Page:
        bill.charge(SPENT)
        with database.write() as session:
            session.execute(update(Feed).values(lease_owner="another"))
        return Page(costs=(SPENT,))

    with pytest.raises(LeaseLost):
        ask(database, fetch)
    assert ledger(database) == [entry("post_read", 10, 50_000)]


def test_a_ledger_that_takes_nothing_for_a_moment_lacks_nothing_later(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    planned(database, "fake", "search")
    with database.read() as session:
        credential_id = session.scalars(select(Credential.id)).one()
    trouble = iter([True, False, False])

    def payer(_session: object) -> Payer:
        if next(trouble):
            raise OSError("no room left")
        return Payer(credential_id, BudgetPart.KEYWORDS)

    with bill.opened(database, payer) as opened:
        bill.charge(Spent("post_read", 4, 20_000))
        assert ledger(database) == []
        bill.charge(Spent("post_read", 6, 30_000))
        assert ledger(database) == [entry("post_read", 10, 50_000)]
        assert opened.costs == (SPENT,)
    assert "tried again" in caplog.text


def test_what_never_reaches_the_ledger_stands_in_the_log(sqlite_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    def payer(_session: object) -> Payer:
        raise OSError("no room left")

    with bill.opened(sqlite_database, payer):
        bill.charge(SPENT)
    assert "the ledger lacks 10 post_read (50000 micro-USD)" in caplog.text


def test_without_a_bill_nobody_pays(sqlite_database: Database) -> None:
    bill.charge(SPENT)
    assert ledger(sqlite_database) == []


def counted_only(database: Database) -> None:
    with database.write() as session:
        now, credential_id = database.now(), session.scalars(select(Credential.id)).one()
        ways = {BudgetPart.KEYWORDS: {"way": Way.COUNTED, "since": now.isoformat()}}
        session.add(BudgetState(credential_id=credential_id, step=ThriftStep.COUNTED, since=now, decided_at=now, ways=ways, pace={}))


def heard_long_ago(database: Database, *ids: str) -> None:
    then = database.now() - 2 * DAY
    posts = tuple(Post(one, PostAuthor("u1", "ana", "Ana"), "northwind is late", then, one) for one in ids)
    with database.write() as session:
        leased = feeds.lease_one(session, "acme", "w", now=database.now(), lease=DAY)
        ingest.record_page(session, leased, Page(posts), settings=DESK, now=then)


def previewed(database: Database, settings: ListenerSettings, request: dict[str, Any]) -> dict[str, Any]:
    with database.write() as session:
        errand_id = errands.ask(session, ErrandKind.FEED_TEST, request, by=person(session, "Olu", Role.OPS), now=database.now())
    assert errands_due(database, settings, DESK, Registry(settings), owner="one") == 1
    with database.read() as session:
        return dict(errands.get(session, errand_id).result or {})
