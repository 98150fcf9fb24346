"""What a platform counts apart stops nothing else of its credential, and those who share a limit get equal turns."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.feeds import feeds
from desk.feeds.feeds import BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import ingest
from desk.intake.leases import LeasedFeed
from desk.money import call_limits, ledger
from desk.money.call_limits import RECHECK, DaysCalls
from desk.money.ledger import Payer
from desk.post import Limits, Page, Spent
from storage.database import Database
from storage.models import Feed
from storage.words import BudgetPart, LookResult
from tests.support.listening import HOUR, LEASE, MINUTE, NOON, SETTINGS, listening

KINDS = ("search", "mentions", "timeline", "direct")
WINDOW = 15 * MINUTE
MIDNIGHT_IN_CALIFORNIA = datetime(2026, 11, 19, 8, tzinfo=UTC)


def plan(source: str, *drafts: tuple[str, str]) -> WorkspacePlan:
    made = tuple(FeedDraft(name, source, kind, "acme", "Acme", "main") for name, kind in drafts)
    return WorkspacePlan(brands=(BrandPlan("Acme"),), credentials=(("main", source),), accounts=(), feeds=made)


def due(session: Session, now: datetime, *, limit: int = 20) -> list[LeasedFeed]:
    return feeds.lease_due(session, "a", now=now, limit=limit, lease=LEASE)


def kinds(session: Session, now: datetime) -> set[str]:
    return {one.spec.kind for one in due(session, now)}


def credential(session: Session) -> int:
    return session.scalars(select(Feed.credential_id).distinct()).one() or 0


@pytest.mark.parametrize("spent", KINDS)
def test_a_spent_endpoint_of_x_stops_no_other_one(database: Database, spent: str) -> None:
    with database.write() as session:
        listening(session, plan("x", *((kind, kind) for kind in KINDS)))
        first = next(one for one in due(session, NOON) if one.spec.kind == spent)
        ingest.record_failure(session, first, result=LookResult.THROTTLED, detail="429", retry_at=NOON + HOUR, now=NOON)
        later = NOON + 30 * MINUTE
        assert kinds(session, later) == {*KINDS} - {spent}
        assert call_limits.waits_until(session, (credential(session), RECHECK), now=later) is None
        assert kinds(session, NOON + HOUR) == {*KINDS}


def test_headers_of_a_search_say_nothing_of_mentions(database: Database) -> None:
    with database.write() as session:
        listening(session, plan("x", ("one", "search"), ("two", "search"), ("ours", "mentions")))
        for one in due(session, NOON):
            left = Limits(0 if one.spec.kind == "search" else 40, NOON + HOUR)
            ingest.record_page(session, one, Page(cursor="c", limits=left), settings=SETTINGS, now=NOON)
        assert kinds(session, NOON + 30 * MINUTE) == {"mentions"}
        assert kinds(session, NOON + HOUR) == {"search", "mentions"}


@pytest.mark.parametrize("result", [LookResult.CREDIT_USED_UP, LookResult.BUDGET_USED_UP])
def test_money_that_is_spent_holds_the_whole_credential(database: Database, result: LookResult) -> None:
    with database.write() as session:
        listening(session, plan("x", ("one", "search"), ("ours", "mentions")))
        first = due(session, NOON, limit=1)[0]
        ingest.record_failure(session, first, result=result, detail="402", retry_at=NOON + HOUR, now=NOON)
        assert due(session, NOON + 30 * MINUTE) == []


@pytest.mark.parametrize("source", ["x", "mastodon"])
@pytest.mark.parametrize("allowance", [1, 2, 3])
def test_feeds_that_share_a_limit_get_equal_turns(database: Database, source: str, allowance: int) -> None:
    """Seven feeds, of which a window lets so many be looked at: the rest is sent away, or waits for its turn."""
    names = [f"feed {number}" for number in range(7)]
    looked: Counter[str] = Counter()
    with database.write() as session:
        listening(session, plan(source, *((name, "search") for name in names)))
        for window in range(14):
            opens = NOON + window * WINDOW
            left = allowance
            for minute in range(0, 15, 5):
                taken = due(session, opens + minute * MINUTE)
                for number, one in enumerate(taken):
                    now = opens + minute * MINUTE + timedelta(seconds=number)
                    left -= 1
                    if left < 0:
                        refused = {"result": LookResult.THROTTLED, "detail": "429", "retry_at": opens + WINDOW}
                        ingest.record_failure(session, one, **refused, now=now)  # type: ignore[arg-type]
                        continue
                    looked[one.spec.name] += 1
                    told = Page(cursor="c", limits=Limits(left, opens + WINDOW), retry_at=None if left else opens + WINDOW)
                    ingest.record_page(session, one, told, settings=SETTINGS, now=now)
    assert looked.total() == 14 * allowance
    assert max(looked.values()) - min(looked[name] for name in names) <= 1


def test_no_more_feeds_are_taken_than_calls_are_left_and_who_waited_longest_goes_first(database: Database) -> None:
    with database.write() as session:
        listening(session, plan("x", *((f"feed {number}", "search") for number in range(5))))
        for number, feed in enumerate(session.scalars(select(Feed).order_by(Feed.name))):
            feed.next_poll_at = NOON - number * MINUTE
        call_limits.note(session, (credential(session), "search"), Limits(2, NOON + HOUR))
        assert [one.spec.name for one in due(session, NOON)] == ["feed 4", "feed 3"]
        assert due(session, NOON) == []


class TestDaysCalls:
    @pytest.fixture
    def searching(self, database: Database) -> Database:
        with database.write() as session:
            listening(session, plan("youtube", ("one", "search"), ("two", "search"), ("comments", "channel")))
        return database

    def spend(self, session: Session, searches: int, *, units: int = 0, at: datetime = NOON) -> None:
        told = (Spent("search_call", searches, 0), Spent("quota_unit", units, 0))
        ledger.enter(session, Payer(credential(session), BudgetPart.KEYWORDS), told, now=at)

    def spent(self, session: Session, now: datetime = NOON) -> dict[str, DaysCalls | None]:
        return {one.spec.name: one.spent for one in due(session, now)}

    def test_searches_that_are_spent_stop_searches_alone_until_midnight_in_california(self, searching: Database) -> None:
        with searching.write() as session:
            self.spend(session, 100)
            over = DaysCalls(100, 0, MIDNIGHT_IN_CALIFORNIA)
            assert self.spent(session) == {"one": over, "two": over, "comments": None}
            assert self.spent(session, MIDNIGHT_IN_CALIFORNIA) == {"one": None, "two": None, "comments": None}

    def test_units_are_no_searches_and_yesterdays_searches_are_over(self, searching: Database) -> None:
        with searching.write() as session:
            self.spend(session, 99, units=9_000)
            self.spend(session, 100, at=MIDNIGHT_IN_CALIFORNIA - timedelta(days=1, seconds=1))
            told = self.spent(session)
            assert told["comments"] is None
            assert [told["one"], told["two"]].count(None) == 1, "one search is left for the two"

    def test_one_feed_whose_searches_are_spent_holds_no_other_one(self, searching: Database) -> None:
        with searching.write() as session:
            first = next(one for one in due(session, NOON) if one.spec.name == "one")
            refused = LookResult.CREDIT_USED_UP
            ingest.record_failure(session, first, result=refused, detail="quotaExceeded", retry_at=MIDNIGHT_IN_CALIFORNIA, now=NOON)
            assert {one.spec.name for one in due(session, NOON + 2 * LEASE)} == {"two", "comments"}

    def test_a_days_end_moves_with_the_clocks(self) -> None:
        begins, ends = call_limits.day_of("America/Los_Angeles", datetime(2026, 11, 1, 12, tzinfo=UTC))
        assert (begins, ends) == (datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC))
