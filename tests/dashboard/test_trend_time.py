from datetime import UTC, datetime, timedelta

import pytest

from dashboard import trend_time
from dashboard.trend_time import Asked

LONDON = "Europe/London"
NOW = datetime(2026, 11, 22, 14, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Asked()),
        ({"scope": "feed-7", "days": "28", "by": "day"}, Asked(7, 28, "day")),
        ({"scope": "brand-2", "days": "1"}, Asked(-2, 1, "hour")),
        ({"days": "90", "by": "hour"}, Asked(0, 90, "day")),
        ({"days": "1", "by": "day"}, Asked(0, 1, "hour")),
        ({"at": "2026-11-19T14:00Z"}, Asked(at=datetime(2026, 11, 19, 14, tzinfo=UTC))),
        ({"at": "2026-11-19T15:00+01:00"}, Asked(at=datetime(2026, 11, 19, 14, tzinfo=UTC))),
        ({"scope": "feed--7", "days": "-1", "by": "year", "at": "yesterday"}, Asked()),
        ({"scope": "feed-" + "9" * 40, "days": "9" * 5000, "at": "2026-11-19T14:00"}, Asked()),
        ({"scope": "feed-²", "days": "²", "by": "\x00"}, Asked()),
        ({"at": "0001-01-01T00:00+23:00"}, Asked()),
    ],
)
def test_an_address_is_read_with_suspicion(query: dict[str, str], expected: Asked) -> None:
    assert trend_time.asked(query) == expected


@pytest.mark.parametrize(
    "shown",
    [Asked(), Asked(7, 28, "day"), Asked(-3, 1, "hour", datetime(2026, 11, 19, 14, tzinfo=UTC)), Asked(0, 7, "day", NOW.replace(minute=0))],
)
def test_an_address_leads_back_to_what_it_was_made_of(shown: Asked) -> None:
    assert trend_time.asked(shown.as_query()) == shown


def test_a_week_by_the_hour_ends_with_the_hour_that_is_not_over() -> None:
    found = trend_time.period(Asked(), now=NOW, zone=LONDON)
    assert found.since == datetime(2026, 11, 15, 15, tzinfo=UTC)
    assert (found.until, found.full_until) == (NOW, NOW.replace(minute=0))
    assert (found.before_since, found.before_until) == (found.since - timedelta(days=7), found.full_until - timedelta(days=7))


def test_a_week_by_the_day_begins_at_a_local_midnight() -> None:
    found = trend_time.period(Asked(by="day"), now=datetime(2026, 7, 10, 9, tzinfo=UTC), zone=LONDON)
    assert found.since == datetime(2026, 7, 3, 23, tzinfo=UTC)
    assert found.before_since == datetime(2026, 6, 26, 23, tzinfo=UTC)


def test_days_keep_their_local_midnights_over_a_change_of_clocks() -> None:
    # Clocks in London went back on 25 October 2026: the week before began in summer time.
    found = trend_time.period(Asked(by="day"), now=datetime(2026, 10, 28, 12, tzinfo=UTC), zone=LONDON)
    assert found.since == datetime(2026, 10, 21, 23, tzinfo=UTC)
    assert found.before_until == datetime(2026, 10, 21, 11, tzinfo=UTC)
    assert trend_time.ends(datetime(2026, 10, 24, 23, tzinfo=UTC), by="day", zone=LONDON) == datetime(2026, 10, 26, tzinfo=UTC)


def test_the_repeated_hour_reads_twice_and_is_two_buckets() -> None:
    first, second = datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert trend_time.bucket_words(first, by="hour", zone=LONDON) == "Sun 25 Oct, 01:00–01:00"
    assert trend_time.bucket_words(second, by="hour", zone=LONDON) == "Sun 25 Oct, 01:00–02:00"


def test_a_day_reads_as_its_date() -> None:
    assert trend_time.bucket_words(datetime(2026, 7, 3, 23, tzinfo=UTC), by="day", zone=LONDON) == "Sat 4 Jul"


@pytest.mark.parametrize(("days", "by"), [(1, "hour"), (7, "hour"), (7, "day"), (28, "day"), (90, "day")])
def test_an_axis_has_a_dozen_ticks_at_most(days: int, by: trend_time.By) -> None:
    found = trend_time.period(Asked(0, days, by), now=NOW, zone=LONDON)
    buckets, at = [], found.since
    while at < found.until:
        buckets.append(at)
        at = trend_time.ends(at, by=by, zone=LONDON)
    ticks = trend_time.ticks(buckets, by=by, days=days, zone=LONDON)
    assert 5 <= len(ticks) <= trend_time.TICKS_AT_MOST
    assert {tick.at for tick in ticks} <= set(buckets)
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_ticks_of_half_hour_zones_still_exist() -> None:
    zone = "Asia/Kolkata"
    buckets = [datetime(2026, 11, 15, 15, tzinfo=UTC) + HOUR * place for place in range(168)]
    assert len(trend_time.ticks(buckets, by="hour", days=7, zone=zone)) == 7
