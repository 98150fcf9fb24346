"""A feed is looked at before it is saved: counted, sampled, paid for, and nothing of it stored."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.alerts import errands
from desk.alerts.errands import ErrandView
from desk.feeds import feeds
from desk.feeds.feed_previews import SAMPLE
from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.forgetting import sampled
from desk.intake import erasure
from desk.post import FeedSpec, Page, Post
from desk.settings import DeskSettings
from listener.errands import errands_due
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed
from storage.database import Database
from storage.models import BudgetState, Cost, Coverage, Credential, Feed, FeedClick, Mention
from storage.words import BudgetPart, ErrandKind, ErrandState, Role, ThriftStep, Way
from tests.support.desk import person
from tests.support.listening import NOON, post
from tests.support.orange import COUNTS, Orange
from tests.support.replay import Platform, problem
from tests.support.x_platform import SEARCH

DESK = DeskSettings(secret="a secret")
DRAFT = {"name": "", "source": "x", "kind": "search", "query": "orange", "brand": "", "credential": "acme-x", "interval_s": 600}
FAKE = {**DRAFT, "source": "fake", "credential": None}


class FakeSource:
    """A source that cannot count; it remembers how it was asked."""

    name = "fake"

    def __init__(self, *posts: Post) -> None:
        self.page = Page(posts)
        self.asked: list[FeedSpec] = []

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        assert cursor is None
        self.asked.append(feed)
        return self.page

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        raise Malformed(feed.name, payload)


@pytest.fixture
def asked(database: Database) -> Database:
    plan = WorkspacePlan((BrandPlan("Acme"),), (("acme-x", "x"),), (AccountPlan("Care", "Acme", "x", "", "AcmeCare"),), ())
    with database.write() as session:
        feeds.sync(session, plan, now=database.now())
    return database


def run(database: Database, request: dict[str, Any], registry: Registry) -> ErrandView:
    with database.write() as session:
        by = person(session, "Olu", Role.OPS)
        errand_id = errands.ask(session, ErrandKind.FEED_TEST, request, by=by, now=database.now())
    assert errands_due(database, ListenerSettings(), DESK, registry, owner="one") == 1
    with database.read() as session:
        return errands.get(session, errand_id)


def result(database: Database, request: dict[str, Any], registry: Registry) -> dict[str, Any]:
    view = run(database, request, registry)
    assert view.state is ErrandState.DONE
    return dict(view.result or {})


def real(platform: Platform) -> Registry:
    credential = CredentialSettings("acme-x", "x", {"bearer_token": "app"}, platform.url, allow_loopback=True)
    return Registry(ListenerSettings({"acme-x": credential}, timeout=timedelta(seconds=5)))


def fake(source: FakeSource) -> Registry:
    return Registry(ListenerSettings(), sources={"fake": source})


def ledger(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as session:
        rows = session.execute(select(Cost.part, Credential.name, Cost.kind, Cost.units).join(Credential).order_by(Cost.id)).all()
    return [tuple(row) for row in rows]


def test_first_comes_the_count_at_the_price_of_one_call(asked: Database, platform: Platform) -> None:
    Orange(platform, per_day=40)
    told = result(asked, {"draft": DRAFT, "step": "count"}, real(platform))
    assert told["count"] == {"n": 280, "sureness": "all", "days": 7, "per_day": 40.0}
    assert [(cost["currency"], cost["micros"]) for cost in told["costs"]] == [("USD", 5_000)]
    assert ledger(asked) == [(BudgetPart.PREVIEWS, "acme-x", "count_request", 1)]
    assert platform.asked(SEARCH) == []


def test_then_a_sample_of_fifty_and_what_could_be_left_out(asked: Database, platform: Platform) -> None:
    Orange(platform, found=80)
    told = result(asked, {"draft": DRAFT, "step": "sample"}, real(platform))
    assert (told["result"], told["found"], len(told["posts"]), told["base"]) == ("looked", SAMPLE, SAMPLE, "orange")
    juicy = [number for number, shown in enumerate(told["posts"]) if "juice" in shown["text"]]
    assert next(term["posts"] for term in told["terms"] if term["minus"] == "-juice") == juicy
    assert ledger(asked) == [(BudgetPart.PREVIEWS, "acme-x", "post_read", SAMPLE), (BudgetPart.PREVIEWS, "acme-x", "user_read", SAMPLE)]
    assert len(platform.asked(SEARCH)) == 1
    with asked.read() as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Mention, Coverage, Feed, FeedClick)] == [0] * 4


def test_a_place_without_a_count_says_so_and_is_sampled_all_the_same(asked: Database) -> None:
    source = FakeSource(post("1", "orange lamp"), post("2", "orange lamp two"))
    assert result(asked, {"draft": FAKE, "step": "count"}, fake(source))["count"] is None
    told = result(asked, {"draft": FAKE, "step": "sample"}, fake(source))
    assert [term["minus"] for term in told["terms"]] == ["-from:ana", "-lamp"]
    assert (source.asked[0].options["page_size"], source.asked[0].options["max_pages"]) == (SAMPLE, 1)
    assert told["costs"] == []


def test_a_refusal_is_a_result_in_words(asked: Database, platform: Platform) -> None:
    for path in (COUNTS, SEARCH):
        platform.always(path, problem(403, "Your access level does not allow this"))
    for step in ("count", "sample"):
        told = result(asked, {"draft": DRAFT, "step": step}, real(platform))
        assert (told["result"], "access level" in told["detail"], told["costs"]) == ("refused", True, [])
    assert ledger(asked) == []


def test_who_is_forgotten_is_in_no_sample_and_what_is_private_is_not_told(asked: Database) -> None:
    with asked.write() as session:
        gone = erasure.hash_of_author("fake", "", "u-gone", DESK.secret)
        erasure.bury_hashes(session, "fake", [("", gone)], reason="erasure", now=NOON)
    secret = post("3", "orange secret plan secret", by="cleo", is_private=True)
    told = result(
        asked, {"draft": FAKE, "step": "sample"}, fake(FakeSource(post("1", "orange one", by="gone"), post("2", "orange"), secret))
    )
    assert sorted(shown["external_id"] for shown in told["posts"]) == ["2", "3"]
    assert "secret" not in str(told)


def test_who_is_forgotten_is_in_no_test_either_and_whom_it_shows_can_be_found(asked: Database) -> None:
    with asked.write() as session:
        gone = erasure.hash_of_author("fake", "", "u-gone", DESK.secret)
        erasure.bury_hashes(session, "fake", [("", gone)], reason="erasure", now=NOON)
    told = result(asked, {"draft": FAKE}, fake(FakeSource(post("1", "orange one", by="gone"), post("2", "orange", by="cleo"))))
    assert [shown["author_id"] for shown in told["posts"]] == ["u-cleo"]
    with asked.read() as session:
        assert [who.external_id for who in sampled.found(session, "fake", "", handle="@Cleo")] == ["u-cleo"]


def test_a_query_in_the_platforms_own_words_has_no_terms(asked: Database) -> None:
    told = result(asked, {"draft": {**FAKE, "query": "orange is:retweet"}, "step": "sample"}, fake(FakeSource(post("1"), post("2"))))
    assert (told["base"], told["terms"], len(told["posts"])) == ("", [], 2)


def test_a_step_that_nobody_knows_fails_in_words(asked: Database) -> None:
    view = run(asked, {"draft": FAKE, "step": "all"}, fake(FakeSource()))
    assert (view.state, "cannot be read" in (view.result or {})["error"]) == (ErrandState.FAILED, True)


def test_a_budget_that_gave_previews_up_asks_the_platform_nothing(asked: Database, platform: Platform) -> None:
    Orange(platform)
    with asked.write() as session:
        credential_id = session.scalars(select(Credential.id)).one()
        ways = {BudgetPart.PREVIEWS.value: {"way": Way.STOPPED.value, "since": NOON.isoformat()}}
        session.add(BudgetState(credential_id=credential_id, step=ThriftStep.NO_PREVIEWS, since=NOON, decided_at=NOON, ways=ways, pace={}))
    view = run(asked, {"draft": DRAFT, "step": "count"}, real(platform))
    assert view.state is ErrandState.FAILED
    assert "previews wait" in (view.result or {})["error"]
    assert platform.seen == []


def test_the_words_of_a_sample_are_as_harmless_as_those_that_are_stored(asked: Database) -> None:
    told = result(asked, {"draft": FAKE, "step": "sample"}, fake(FakeSource(post("1", "a\x00b\ud800" + "x" * 9_000))))
    assert told["posts"][0]["text"].startswith("ab\ufffdx")
    assert len(told["posts"][0]["text"]) == 4_000


def test_a_feed_that_is_there_can_be_previewed_too(asked: Database, platform: Platform) -> None:
    Orange(platform)
    with asked.write() as session:
        by = person(session, "Ida", Role.OPS)
        feed = feeds.add(session, FeedDraft("Orange", "x", "search", "orange", "Acme", "acme-x"), by=by, now=asked.now())
        feed_id = feed.id
    assert result(asked, {"feed_id": feed_id, "step": "count"}, real(platform))["count"]["n"] == 280
    with asked.read() as session:
        assert session.scalars(select(Cost.feed_id)).all() == [feed_id]
