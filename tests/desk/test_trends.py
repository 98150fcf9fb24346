"""Counts by hour and by day of the workspace's zone, what is not over yet, and when we could not see."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from desk.feeds import feeds, health
from desk.feeds.blindness import Span
from desk.figures import trends
from desk.figures.rollups import Change, Labels, move
from desk.figures.trends import By, Series
from desk.intake import ingest
from storage.database import Database
from storage.words import LookResult, Role, Sentiment
from tests.support.desk import person
from tests.support.listening import HOUR, MINUTE, NOON, THANKS, classify, feed_id, leased, listening, mention, poll, post

LONDON = "Europe/London"
DAY = timedelta(days=1)


def counted(session: Session, *hours: datetime, scope: int = 0, sentiment: Sentiment | None = None) -> None:
    move(session, [Change(hour, (scope,), None, Labels(sentiment)) for hour in hours])


def series(session: Session, since: datetime, until: datetime, *, by: By = "hour", zone: str = LONDON, scope: int = 0) -> Series:
    return trends.series(session, scope=scope, since=since, until=until, by=by, zone=zone)


def test_every_hour_stands_there_and_the_last_one_is_open(database: Database) -> None:
    with database.write() as session:
        counted(session, NOON - 2 * HOUR, NOON - 2 * HOUR, sentiment=Sentiment.NEGATIVE)
        counted(session, NOON, sentiment=Sentiment.POSITIVE)
        counted(session, NOON, NOON - 9 * HOUR, NOON + HOUR)
        found = series(session, NOON - 3 * HOUR, NOON + 30 * MINUTE)
    told = [(point.at, point.n, point.negative, point.positive, point.is_open) for point in found.points]
    assert told == [
        (NOON - 3 * HOUR, 0, 0, 0, False),
        (NOON - 2 * HOUR, 2, 2, 0, False),
        (NOON - HOUR, 0, 0, 0, False),
        (NOON, 2, 0, 1, True),
    ]
    assert found.n == 4


def test_an_hour_that_has_just_ended_is_closed(database: Database) -> None:
    with database.read() as session:
        assert [p.is_open for p in series(session, NOON - 2 * HOUR, NOON).points] == [False, False]


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-18", 24)],
)
def test_a_day_is_the_workspaces_and_has_as_many_hours_as_its_clock_shows(database: Database, day: str, hours: int) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(LONDON)).astimezone(UTC)
    with database.write() as session:
        counted(session, *[midnight - HOUR + n * HOUR for n in range(30)])
        found = series(session, midnight - DAY, midnight + 2 * DAY, by="day")
    today = next(point for point in found.points if point.at == midnight)
    assert today.n == hours
    assert [point.at.astimezone(ZoneInfo(LONDON)).hour for point in found.points] == [0] * len(found.points)
    assert sum(point.n for point in found.points) == 30


@hypothesis_settings(deadline=None, max_examples=200)
@given(
    zone=st.sampled_from(
        ["Europe/London", "America/Havana", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"]
    ),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001  Hypothesis adds the zone
    days=st.integers(1, 40),
)
def test_days_follow_each_other_without_gaps(zone: str, start: datetime, days: int) -> None:
    starts = trends.bucket_starts(start, start + days * DAY, by="day", zone=zone)
    assert starts == sorted(set(starts))
    assert starts[0] <= start + HOUR
    assert all(timedelta(hours=22) <= later - earlier <= timedelta(hours=26) for earlier, later in pairwise(starts))
    assert len(starts) in {days, days + 1, days + 2}


def test_a_period_is_compared_with_the_one_before_up_to_the_same_time(database: Database) -> None:
    with database.write() as session:
        counted(session, *[NOON - n * HOUR for n in range(72)])
        midnight = NOON.replace(hour=0)
        found = trends.compare(session, scope=0, since=midnight - DAY, until=NOON, by="day", zone=LONDON)
        assert [(p.at, p.n) for p in found.now.points] == [(midnight - DAY, 24), (midnight, 12)]
        assert [(p.at, p.n) for p in found.before.points] == [(midnight - 3 * DAY, 11), (midnight - 2 * DAY, 12)]
        hourly = trends.compare(session, scope=0, since=NOON - 2 * HOUR, until=NOON + MINUTE, by="hour", zone=LONDON)
        assert [p.at for p in hourly.before.points] == [NOON - 5 * HOUR, NOON - 4 * HOUR, NOON - 3 * HOUR]
        assert len(hourly.before.points) == len(hourly.now.points)


def test_a_click_shows_the_mentions_that_a_bucket_counts(database: Database) -> None:
    with database.write() as session:
        listening(session)
        poll(session, post("1", at=NOON), post("2", at=NOON + 59 * MINUTE), post("3", at=NOON + HOUR), now=NOON + 2 * HOUR)
        poll(session, post("4", at=NOON), post("own", by="acmecare", at=NOON), feed="rival", now=NOON + 2 * HOUR)
        classify(session, THANKS)

        def shown(scope: int, by: By = "hour", limit: int = 9) -> Sequence[str]:
            rows = trends.mentions_at(session, scope=scope, at=NOON, by=by, limit=limit, zone=LONDON)
            return [next(name for name in "1234" if mention(session, name).id == row.id) for row in rows]

        assert sorted(shown(0)) == ["1", "2", "4"]
        assert shown(0, limit=1) == ["4"]
        assert sorted(shown(feed_id(session, "acme"))) == ["1", "2"]
        assert sorted(shown(-2)) == ["4"]
        assert len(shown(0, "day")) == 4
        row = trends.mentions_at(session, scope=0, at=NOON, by="hour", limit=1)[0]
        assert (row.author, row.handle, row.sentiment, row.is_own) == ("Ana", "ana", Sentiment.POSITIVE, False)


class TestBlind:
    @pytest.fixture
    def listened(self, database: Database) -> Database:
        with database.write() as session:
            listening(session, now=NOON - DAY)
            for name in ("mentions", "rival", "forum"):
                feeds.pause(session, feed_id(session, name), by=person(session, "Ops", Role.OPS), now=NOON - DAY)
        return database

    def fail(self, session: Session, at: datetime, result: LookResult = LookResult.UNAVAILABLE) -> None:
        ingest.record_failure(session, leased(session, now=at), result=result, detail="", retry_at=None, now=at)

    def spans(self, session: Session, since: datetime, until: datetime, scope: int = 0) -> list[Span]:
        return trends.blind(session, scope=scope, since=since, until=until)

    def test_from_the_first_failed_look_to_the_next_good_one(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, now=NOON - 2 * HOUR)
            self.fail(session, NOON - HOUR, LookResult.THROTTLED)
            self.fail(session, NOON - 30 * MINUTE, LookResult.REFUSED)
            poll(session, now=NOON - 10 * MINUTE)
            poll(session, now=NOON)
            expected = [Span("acme", NOON - HOUR, NOON - 10 * MINUTE, LookResult.THROTTLED, is_read_late=True)]
            assert self.spans(session, NOON - 3 * HOUR, NOON) == expected
            assert self.spans(session, NOON - 3 * HOUR, NOON, feed_id(session)) == expected
            assert self.spans(session, NOON - 3 * HOUR, NOON, -1) == expected
            assert self.spans(session, NOON - 3 * HOUR, NOON, -2) == []

    def test_a_spell_is_cut_to_the_period(self, listened: Database) -> None:
        with listened.write() as session:
            self.fail(session, NOON - 5 * HOUR)
            poll(session, now=NOON + HOUR)
            cut = self.spans(session, NOON - HOUR, NOON)
            assert cut == [Span("acme", NOON - HOUR, NOON, LookResult.UNAVAILABLE)]

    def test_a_spell_that_goes_on_ends_now(self, listened: Database) -> None:
        with listened.write() as session:
            self.fail(session, NOON - HOUR)
            assert self.spans(session, NOON - 3 * HOUR, NOON) == [Span("acme", NOON - HOUR, NOON, LookResult.UNAVAILABLE)]

    def test_our_own_downtime_is_blind_until_the_first_look_after_it(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, now=NOON - 3 * HOUR)
            health.record_blind(session, since=NOON - 2 * HOUR, until=NOON - HOUR)
            poll(session, now=NOON - 50 * MINUTE)
            expected = [Span("acme", NOON - 2 * HOUR, NOON - 50 * MINUTE, LookResult.BLIND)]
            assert self.spans(session, NOON - 5 * HOUR, NOON - 50 * MINUTE) == expected
            assert self.spans(session, NOON - 100 * MINUTE, NOON - 90 * MINUTE) == [
                Span("acme", NOON - 100 * MINUTE, NOON - 90 * MINUTE, LookResult.BLIND)
            ]

    def test_a_feed_that_nobody_came_to_is_blind_without_any_record(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, now=NOON - 2 * HOUR)
            due = NOON - 2 * HOUR + 5 * MINUTE
            assert self.spans(session, NOON - 3 * HOUR, NOON) == [Span("acme", due, NOON, LookResult.BLIND)]
            assert self.spans(session, NOON - 3 * HOUR, due) == []

    def test_a_feed_that_works_or_is_paused_was_not_blind(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, now=NOON)
            feeds.pause(session, feed_id(session), by=person(session, "Ops", Role.OPS), now=NOON)
            assert self.spans(session, NOON, NOON + 5 * HOUR) == []

    def test_a_page_of_rejects_only_was_not_seen(self, listened: Database) -> None:
        with listened.write() as session:
            self.fail(session, NOON - HOUR, LookResult.MALFORMED)
            poll(session, now=NOON)
            assert [span.result for span in self.spans(session, NOON - 2 * HOUR, NOON)] == [LookResult.MALFORMED]
