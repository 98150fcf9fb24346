"""A day's quota in units of its platform: what of it goes on, until when it lasts, and where its day begins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import alerts
from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.money import budget, thrift
from desk.money.budget import STEPS, Budget, Forecast
from storage.database import Database
from storage.models import Alert, BudgetState, Cost, Credential
from storage.words import AlertKind, BudgetPart, ThriftStep, Way
from tests.support.listening import HOUR, LEASE, MINUTE, NOON, SETTINGS, listening

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 19, 8, tzinfo=UTC)
"""When the day of NOON ends in California."""

PLAN = WorkspacePlan(
    brands=(BrandPlan("Acme"),),
    credentials=(("tube", "youtube"),),
    feeds=(
        FeedDraft("videos", "youtube", "search", "acme", "Acme", "tube"),
        FeedDraft("our channel", "youtube", "channel", "", "Acme", "tube", options={"channel": "@acme"}),
    ),
)

amounts = st.fixed_dictionaries({part: st.integers(0, 20_000) for part in BudgetPart})
quotas = st.builds(lambda units, parts: Budget(None, parts, units), st.integers(0, 20_000), amounts)
forecasts = st.builds(Forecast, amounts, amounts, st.integers(0, 86_400).map(lambda seconds: timedelta(seconds=seconds)))


@given(quotas, forecasts, st.sampled_from(STEPS))
def test_of_a_quota_nothing_is_ever_counted(limits: Budget, forecast: Forecast, before: ThriftStep) -> None:
    step = budget.step_for(limits, forecast, before=before)
    ways = {part: budget.way_of(part, step, limits, forecast) for part in BudgetPart}
    assert Way.COUNTED not in ways.values()
    assert ways[BudgetPart.REPLIES] is Way.FULL


@given(quotas, forecasts)
def test_what_is_kept_for_our_own_is_spent_by_nobody_else(limits: Budget, forecast: Forecast) -> None:
    step = budget.step_for(limits, forecast)
    kept = sum(limits.kept_left(part, forecast.spent) for part in budget.KEPT)
    if limits.quota is not None and forecast.total >= limits.quota - kept:
        others = (BudgetPart.KEYWORDS, BudgetPart.RECHECKS, BudgetPart.PREVIEWS)
        assert {budget.way_of(part, step, limits, forecast) for part in others} == {Way.STOPPED}


@pytest.mark.parametrize(
    ("source", "now", "begins", "ends"),
    [
        ("youtube", NOON, datetime(2026, 11, 18, 8, tzinfo=UTC), MIDNIGHT),
        (
            "youtube",
            datetime(2026, 11, 18, 7, 59, tzinfo=UTC),
            datetime(2026, 11, 17, 8, tzinfo=UTC),
            datetime(2026, 11, 18, 8, tzinfo=UTC),
        ),
        ("youtube", datetime(2026, 3, 8, 20, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)),
        ("stackexchange", NOON, datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)),
    ],
)
def test_a_quota_begins_anew_at_its_platforms_midnight(source: str, now: datetime, begins: datetime, ends: datetime) -> None:
    assert thrift.period_of(Budget(quota=10_000), source, zone="Europe/Berlin", now=now) == (begins, ends)


def use(session: Session, part: BudgetPart, units: int, *, at: datetime) -> None:
    session.add(Cost(at=at, credential_id=credential(session), part=part, kind="quota_unit", units=units))
    session.flush()


def credential(session: Session) -> int:
    return session.scalars(select(Credential.id)).one()


def going_on(session: Session, now: datetime) -> dict[str, Way]:
    return {one.spec.name: one.way for one in feeds.lease_due(session, "w", now=now, limit=9, lease=LEASE)}


@pytest.fixture
def listened(database: Database) -> Database:
    with database.write() as session:
        listening(session, PLAN)
    return database


def limited(quota: int, **parts: int) -> Budget:
    return Budget(None, {BudgetPart(part): units for part, units in parts.items()}, quota)


def test_keyword_feeds_stop_before_the_quota_ends_and_our_channel_goes_on(listened: Database) -> None:
    settings = replace(SETTINGS, budgets={"tube": limited(10_000, mentions=500)}, zone="UTC")
    with listened.write() as session:
        use(session, BudgetPart.KEYWORDS, 9_300, at=NOON - HOUR)
        assert thrift.tend(session, settings=settings, now=NOON) == 1
        assert going_on(session, NOON) == {"videos": Way.STOPPED, "our channel": Way.FULL}
        assert thrift.way(session, credential(session), BudgetPart.RECHECKS, now=NOON) is Way.STOPPED
        alerts.refresh(session, settings=settings, now=NOON)
        text = session.scalars(select(Alert.text).where(Alert.kind == AlertKind.BUDGET_ENDS)).one()
        assert text.startswith("At full pace the quota of tube ends on Wed 18 Nov ")
        assert text.endswith(": keyword feeds are not read.")


def test_a_quota_that_is_used_up_stops_all_listening_until_california_sleeps(listened: Database) -> None:
    settings = replace(SETTINGS, budgets={"tube": limited(10_000)}, zone="UTC")
    with listened.write() as session:
        use(session, BudgetPart.KEYWORDS, 10_000, at=NOON - HOUR)
        thrift.tend(session, settings=settings, now=NOON)
        assert going_on(session, NOON) == {"videos": Way.STOPPED, "our channel": Way.STOPPED}
        [found] = thrift.money(session, settings=settings, now=NOON)
        assert (found.forecast.total, found.period_ends_at, found.ends_at) == (10_000, MIDNIGHT, NOON)
        thrift.tend(session, settings=settings, now=MIDNIGHT - MINUTE)
        assert session.get_one(BudgetState, credential(session)).step is ThriftStep.STOPPED
        thrift.tend(session, settings=settings, now=MIDNIGHT + MINUTE)
        assert thrift.way(session, credential(session), BudgetPart.MENTIONS, now=MIDNIGHT + MINUTE) is Way.FULL
        [found] = thrift.money(session, settings=settings, now=MIDNIGHT + MINUTE)
        assert found.forecast.total == 0


def test_a_pace_that_does_not_last_the_day_gives_rechecks_up_first(listened: Database) -> None:
    settings = replace(SETTINGS, budgets={"tube": limited(10_000)}, zone="UTC")
    with listened.write() as session:
        for day in range(1, 7):
            use(session, BudgetPart.KEYWORDS, 9_000, at=NOON - day * DAY)
            use(session, BudgetPart.RECHECKS, 4_000, at=NOON - day * DAY)
        now = MIDNIGHT - DAY + MINUTE
        thrift.tend(session, settings=settings, now=now)
        assert session.get_one(BudgetState, credential(session)).step is ThriftStep.NO_RECHECKS
        [found] = thrift.money(session, settings=settings, now=now)
        assert found.ends_at is not None
        assert now < found.ends_at < MIDNIGHT
        assert found.ends_as_is is None


def test_what_is_no_quota_unit_counts_for_no_quota(listened: Database) -> None:
    settings = replace(SETTINGS, budgets={"tube": limited(100)}, zone="UTC")
    with listened.write() as session:
        session.add(Cost(at=NOON, credential_id=credential(session), part=BudgetPart.KEYWORDS, kind="reply", units=500, micros=5_000_000))
        assert thrift.tend(session, settings=settings, now=NOON) == 0
