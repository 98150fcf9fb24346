"""A credential's budget through its month: what the ledger says, what is given up, what a person raises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import alerts
from desk.errors import NotAllowed, NotFound
from desk.feeds import blindness, feeds
from desk.intake import looks
from desk.intake.looks import Unread
from desk.money import thrift
from desk.money.budget import Budget
from desk.post import Spent
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Alert, Audit, BudgetState, Cost, Coverage, Credential, Feed, Notice
from storage.words import AlertKind, BudgetPart, LookResult, NoticeKind, Role, ThriftStep, Way
from tests.support.desk import person
from tests.support.listening import HOUR, LEASE, MINUTE, NOON, SETTINGS, feed_id, leased, poll

DAY = timedelta(days=1)
DOLLAR = 1_000_000


def limited(month: float, **parts: float) -> DeskSettings:
    named = {BudgetPart(part): round(dollars * DOLLAR) for part, dollars in parts.items()}
    return replace(SETTINGS, budgets={"main": Budget(round(month * DOLLAR), named)}, zone="UTC")


def spend(session: Session, part: BudgetPart, dollars: float, *, at: datetime, days: int = 1) -> None:
    """So many dollars a day for so many days before `at`."""
    for day in range(days):
        row = Cost(at=at - day * DAY, credential_id=credential(session), part=part, kind="post_read", micros=round(dollars * DOLLAR))
        session.add(row)
    session.flush()


def credential(session: Session) -> int:
    return session.scalars(select(Credential.id).where(Credential.name == "main")).one()


def state(session: Session) -> BudgetState:
    session.expire_all()
    return session.get_one(BudgetState, credential(session))


def test_the_pace_is_that_of_the_last_days_and_names_the_day_on_which_it_ends(listened: Database) -> None:
    settings = limited(40)
    with listened.write() as session:
        spend(session, BudgetPart.KEYWORDS, 2, at=NOON - HOUR, days=7)
        spend(session, BudgetPart.MENTIONS, 1, at=NOON - HOUR, days=7)
        [found] = thrift.money(session, settings=settings, now=NOON)
        assert (found.credential, found.forecast.total) == ("main", 21 * DOLLAR)
        assert {part: round(micros / DOLLAR, 1) for part, micros in found.forecast.pace.items() if micros} == {
            BudgetPart.KEYWORDS: 2.3,
            BudgetPart.MENTIONS: 1.2,
        }
        assert found.ends_at is not None
        assert found.ends_at.date() == (NOON + 5.4 * DAY).date()
        assert found.period_ends_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_what_is_given_up_is_recorded_told_and_honoured(listened: Database) -> None:
    settings = limited(40, mentions=5)
    with listened.write() as session:
        ops, agent = person(session, "Olu Pike", Role.OPS), person(session, "Ana Moss", Role.AGENT)
        spend(session, BudgetPart.KEYWORDS, 2, at=NOON - HOUR, days=7)
        assert thrift.tend(session, settings=settings, now=NOON) == 1
        assert state(session).step is ThriftStep.THINNED
        assert session.scalars(select(Audit.verb).where(Audit.verb == "budget_step")).all() == ["budget_step"]
        told = session.execute(select(Notice.person_id, Notice.kind, Notice.text)).all()
        assert told == [(ops.id, NoticeKind.BUDGET, "main")]
        assert agent.id not in {row.person_id for row in told}
        alerts.refresh(session, settings=settings, now=NOON)
        text = session.scalars(select(Alert.text).where(Alert.kind == AlertKind.BUDGET_ENDS)).one()
        assert text.startswith("At full pace the budget of main ends on ")
        assert text.endswith(": of keyword feeds a sample is read, less often.")
        due = feeds.lease_due(session, "w", now=NOON + HOUR, limit=9, lease=LEASE)
        assert {one.spec.name: one.way for one in due} == {
            "acme": Way.THINNED,
            "rival": Way.THINNED,
            "mentions": Way.FULL,
            "forum": Way.FULL,
        }


def test_a_budget_is_decided_once_a_minute(listened: Database) -> None:
    settings = limited(10)
    with listened.write() as session:
        assert thrift.tend(session, settings=settings, now=NOON) == 0
        spend(session, BudgetPart.KEYWORDS, 20, at=NOON)
        assert thrift.tend(session, settings=settings, now=NOON + MINUTE / 2) == 0
        assert thrift.tend(session, settings=settings, now=NOON + MINUTE) == 1
        assert state(session).step is ThriftStep.STOPPED
        assert thrift.way(session, credential(session), BudgetPart.REPLIES, now=NOON) is Way.FULL
        assert thrift.way(session, credential(session), BudgetPart.MENTIONS, now=NOON) is Way.STOPPED


def test_what_is_thinned_is_forecast_by_what_it_was(listened: Database) -> None:
    """Else a feed that was thinned would look cheap, come back, and be thinned again."""
    settings = limited(40)
    with listened.write() as session:
        spend(session, BudgetPart.KEYWORDS, 2, at=NOON - HOUR, days=7)
        thrift.tend(session, settings=settings, now=NOON)
        before = state(session).pace[BudgetPart.KEYWORDS]
        later = NOON + 1.5 * DAY
        thrift.tend(session, settings=settings, now=later)
        assert state(session).pace[BudgetPart.KEYWORDS] == before
        assert state(session).step is ThriftStep.THINNED


def test_a_new_month_brings_everything_back_and_wakes_the_feeds(listened: Database) -> None:
    settings = limited(40)
    december = datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
    with listened.write() as session:
        spend(session, BudgetPart.KEYWORDS, 1, at=NOON - HOUR, days=7)
        spend(session, BudgetPart.KEYWORDS, 35, at=NOON - HOUR)
        thrift.tend(session, settings=settings, now=NOON)
        assert state(session).step is ThriftStep.STOPPED
        looks.pass_over(session, leased(session), Unread("no"), retry_at=december + DAY, now=NOON)
        state(session).pace = {BudgetPart.KEYWORDS.value: DOLLAR}
        thrift.tend(session, settings=settings, now=december)
        assert state(session).step is ThriftStep.FULL
        assert session.scalars(select(Feed.next_poll_at).where(Feed.name == "acme")).one() == december


def test_raising_gives_nothing_up_until_midnight_and_is_audited(listened: Database) -> None:
    settings = replace(limited(10), zone="Europe/Berlin")
    with listened.write() as session:
        ops = person(session, "Olu Pike", Role.OPS)
        spend(session, BudgetPart.KEYWORDS, 20, at=NOON - HOUR)
        thrift.tend(session, settings=settings, now=NOON)
        looks.pass_over(session, leased(session), Unread("no"), retry_at=NOON + DAY, now=NOON)
        until = thrift.raise_for_today(session, credential(session), settings=settings, by=ops, now=NOON + MINUTE)
        assert until == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
        assert thrift.ways(session, credential(session), now=until - MINUTE) == {}
        assert leased(session, now=NOON + MINUTE).way is Way.FULL
        [found] = thrift.money(session, settings=settings, now=NOON + MINUTE)
        assert (found.raised_until, found.raised_by) == (until, "Olu Pike")
        recorded = session.execute(select(Audit.person_id, Audit.subject).where(Audit.verb == "budget_raised")).one()
        assert recorded == (ops.id, f"credential {credential(session)}")
        thrift.tend(session, settings=settings, now=until)
        assert thrift.ways(session, credential(session), now=until)[BudgetPart.KEYWORDS] is Way.STOPPED
        assert state(session).raised_until is None


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.MARKETER, Role.READER])
def test_raising_takes_the_role_ops_or_admin(listened: Database, role: Role) -> None:
    with listened.write() as session:
        with pytest.raises(NotAllowed):
            thrift.raise_for_today(session, credential(session), settings=limited(1), by=person(session, "Bo", role), now=NOON)
        with pytest.raises(NotFound):
            thrift.raise_for_today(session, credential(session), settings=SETTINGS, by=person(session, "Cy", Role.ADMIN), now=NOON)


def test_a_feed_that_was_passed_over_holds_no_other_and_shows_what_was_counted(listened: Database) -> None:
    counted = Unread("counted, not read: 412 posts", 412, (Spent("count_request", 1, 5_000),))
    with listened.write() as session:
        looks.pass_over(session, leased(session), counted, retry_at=NOON + HOUR, now=NOON)
        session.expire_all()
        row = session.execute(select(Coverage.result, Coverage.counted, Coverage.retry_at)).one()
        assert row == (LookResult.BUDGET_USED_UP, 412, NOON + HOUR)
        assert session.execute(select(Cost.part, Cost.micros)).one() == (BudgetPart.KEYWORDS, 5_000)
        assert session.scalars(select(Credential.available_at).where(Credential.name == "main")).one() is None
        assert [one.spec.name for one in feeds.lease_due(session, "w", now=NOON, limit=9, lease=LEASE) if one.spec.source == "x"] == [
            "mentions",
            "rival",
        ]
        [found] = thrift.money(session, settings=limited(10), now=NOON)
        assert found.waiting == 412
        [span] = blindness.blind(session, scope=feed_id(session), since=NOON - HOUR, until=NOON + HOUR)
        assert (span.result, span.counted, span.until) == (LookResult.BUDGET_USED_UP, 412, NOON + HOUR)
        health = next(one for one in feeds.health(session, now=NOON) if one.name == "acme")
        assert "counted, not read: 412 posts" in health.words


def test_each_entry_of_the_ledger_carries_its_part(listened: Database) -> None:
    with listened.write() as session:
        poll(session, feed="acme", costs=(Spent("post_read", 2, 10_000),))
        poll(session, feed="mentions", costs=(Spent("owned_read", 1, 1_000),))
        assert set(session.execute(select(Cost.part, Cost.micros))) == {(BudgetPart.KEYWORDS, 10_000), (BudgetPart.MENTIONS, 1_000)}


def test_a_budget_that_left_the_settings_holds_nothing_back(listened: Database) -> None:
    with listened.write() as session:
        spend(session, BudgetPart.KEYWORDS, 20, at=NOON - HOUR)
        thrift.tend(session, settings=limited(10), now=NOON)
        thrift.tend(session, settings=SETTINGS, now=NOON + MINUTE)
        session.expire_all()
        assert session.scalars(select(BudgetState)).all() == []
        assert thrift.ways(session, credential(session), now=NOON) == {}


def test_the_x_budget_ends_on_the_18th(listened: Database) -> None:
    """Two dollars a day, whatever is said: the day that is named on the 10th is the one on which nothing is left but for replies."""
    settings, quarter = limited(35), timedelta(hours=6)
    first, tenth = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 10, 12, tzinfo=UTC)
    eighteenth = datetime(2026, 11, 18, 12, tzinfo=UTC)
    with listened.write() as session:
        steps, named = {}, {}
        for number in range(70):
            now = first + number * quarter
            if now >= tenth:
                thrift.tend(session, settings=settings, now=now)
                steps[now], [found] = state(session).step, thrift.money(session, settings=settings, now=now)
                named[now] = found.ends_at.date() if found.ends_at else None
            spend(session, BudgetPart.KEYWORDS if number % 2 else BudgetPart.MENTIONS, 0.5, at=now)
        thrift.tend(session, settings=settings, now=eighteenth)
        assert named[tenth] == eighteenth.date()
        assert set(named.values()) == {eighteenth.date()}
        assert ThriftStep.STOPPED not in steps.values()
        assert max(steps) == eighteenth - quarter
        assert state(session).step is ThriftStep.STOPPED
        ways = thrift.ways(session, credential(session), now=eighteenth)
        assert {ways[part] for part in (BudgetPart.KEYWORDS, BudgetPart.MENTIONS)} == {Way.STOPPED}
        assert thrift.way(session, credential(session), BudgetPart.REPLIES, now=eighteenth) is Way.FULL
