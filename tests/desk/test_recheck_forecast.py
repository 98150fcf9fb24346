"""What asking again will cost until the money begins anew: every day of every post that was heard, in the calls that it takes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import platforms
from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import ingest, recheck_forecast, rechecks
from desk.intake.recheck_forecast import NOTHING, RecheckForecast
from desk.intake.rechecks import Asked
from desk.post import Page, Post, PostAuthor
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Credential, Mention

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SETTINGS = DeskSettings(recheck_after=(DAY, 7 * DAY, 30 * DAY))
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
MONTHS_END = datetime(2026, 12, 1, tzinfo=UTC)


def listened(session: Session, source: str, **feed_of: str) -> None:
    """A feed by each of these names, with its credential."""
    drafts = tuple(FeedDraft(name, source, "search", "acme", "Acme", credential) for name, credential in feed_of.items())
    credentials = tuple((name, source) for name in sorted(set(feed_of.values())))
    plan = WorkspacePlan(brands=(BrandPlan("Acme"),), credentials=credentials, accounts=(), feeds=drafts)
    feeds.sync(session, plan, now=NOW - 40 * DAY)


def heard(session: Session, seen: Mapping[datetime, int], *, feed: str = "feed") -> None:
    """So many posts at each of these instants, none of them asked for again yet but what came before today."""
    for at, n in sorted(seen.items()):
        [leased] = [one for one in feeds.lease_due(session, "w", now=at, limit=9, lease=HOUR / 60) if one.spec.name == feed]
        posts = tuple(Post(f"{feed}{at:%d%H%M}{number}", PostAuthor("u1", "ana"), "acme", at, "t") for number in range(n))
        assert ingest.record_page(session, leased, Page(posts, cursor="1"), settings=SETTINGS, now=at).new == n


def forecast(session: Session, name: str = "main", *, until: datetime = MONTHS_END, now: datetime = NOW) -> RecheckForecast:
    credential = session.scalars(select(Credential).where(Credential.name == name)).one()
    return recheck_forecast.forecast(session, credential, settings=SETTINGS, until=until, now=now)


def test_each_of_a_posts_days_within_the_month_counts(database: Database) -> None:
    with database.write() as session:
        listened(session, "x", feed="main")
        heard(session, {NOW - 2 * HOUR: 3, NOW - HOUR: 4})
        # Seven posts, on day 1 and day 7; day 30 lies in December.
        assert forecast(session) == RecheckForecast(14, 1, micros=14 * 5_000)
        assert forecast(session, until=NOW + 2 * DAY).times == 7
        assert forecast(session, until=NOW + 60 * DAY).times == 21
        assert forecast(session, until=NOW + DAY - HOUR).times == 3


def test_what_was_asked_for_counts_no_more_and_what_is_overdue_counts_once(database: Database) -> None:
    with database.write() as session:
        listened(session, "x", feed="main")
        heard(session, {NOW - 3 * DAY: 2})
        # One call for what is due already, another one later.
        assert forecast(session) == RecheckForecast(4, 2, micros=4 * 5_000)
        while found := rechecks.lease_due(session, now=NOW, until=NOW + HOUR):
            for batch in found:
                rechecks.done(session, batch, Asked(), settings=SETTINGS, now=NOW)
        assert forecast(session) == RecheckForecast(2, 1, micros=2 * 5_000)
        session.execute(update(Mention).values(deleted_at=NOW))
        assert forecast(session) == NOTHING


def test_what_was_put_off_still_has_its_later_days(database: Database) -> None:
    with database.write() as session:
        listened(session, "x", feed="main")
        heard(session, {NOW - DAY: 1})
        [batch] = rechecks.lease_due(session, now=NOW, until=NOW + HOUR) or []
        rechecks.put_off(session, batch, until=None, now=NOW)
        assert forecast(session).times == 2


def test_the_price_is_that_of_the_contract(database: Database) -> None:
    platforms.agree({"x": {"post_read": 2_000}})
    try:
        with database.write() as session:
            listened(session, "x", feed="main")
            heard(session, {NOW - HOUR: 5})
            assert forecast(session, until=NOW + 2 * DAY).micros == 5 * 2_000
    finally:
        platforms.agree({})


@pytest.mark.parametrize(("n", "calls"), [(50, 1), (51, 2), (120, 3)])
def test_where_a_call_tells_of_many_the_calls_are_counted(database: Database, n: int, calls: int) -> None:
    with database.write() as session:
        listened(session, "youtube", feed="main")
        heard(session, {NOW - 2 * HOUR: n})
        assert forecast(session, until=NOW + 2 * DAY) == RecheckForecast(n, calls, units=calls)


def test_what_is_due_in_the_same_three_hours_is_one_call(database: Database) -> None:
    with database.write() as session:
        listened(session, "youtube", feed="main")
        # 9:30 and 11:00 are asked for at 12, 12:30 at 15.
        heard(session, {NOW - 2.5 * HOUR: 10, NOW - HOUR: 10, NOW + HOUR / 2: 10})
        assert forecast(session, until=NOW + 2 * DAY, now=NOW + HOUR) == RecheckForecast(30, 2, units=2)
        # The slot of what is due right before midnight lies in the next day.
        assert forecast(session, until=NOW + DAY + 2 * HOUR, now=NOW + HOUR) == RecheckForecast(20, 1, units=1)


def test_the_forecast_is_what_then_happens(database: Database) -> None:
    with database.write() as session:
        listened(session, "youtube", feed="main")
        heard(session, {NOW - (9 - number) * HOUR: 30 + number for number in range(9)})
        told = forecast(session)
        now, times, calls = NOW, 0, 0
        while now < MONTHS_END:
            while found := rechecks.lease_due(session, now=now, until=now + HOUR):
                for batch in found:
                    times, calls = times + len(batch.mentions), calls + 1
                    rechecks.done(session, batch, Asked(), settings=SETTINGS, now=now)
            now += HOUR
        assert (told.times, told.calls) == (times, calls)


def test_two_credentials_of_one_source_share_nothing(database: Database) -> None:
    with database.write() as session:
        listened(session, "x", one="main", two="other")
        heard(session, {NOW - 2 * HOUR: 3}, feed="one")
        heard(session, {NOW - HOUR: 5}, feed="two")
        until = NOW + 2 * DAY
        assert (forecast(session, until=until).times, forecast(session, "other", until=until).times) == (3, 5)


def test_what_nobody_can_be_asked_for_costs_nothing(database: Database) -> None:
    with database.write() as session:
        listened(session, "webhook", feed="main")
        assert forecast(session) == NOTHING
