"""Answering hours: what is promised on Friday evening, over holidays, and on the days when the clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.cases.sla import between, close_due, due_at, first_due, next_due
from desk.settings import BusinessHours, SlaPolicy
from storage.words import Urgency

OFFICE = BusinessHours(zone="Europe/London", days={day: ((time(9), time(17)),) for day in range(5)})
LUNCH = BusinessHours(zone="Europe/London", days={day: ((time(9), time(12)), (time(13), time(17))) for day in range(5)})
NIGHT = BusinessHours(zone="Europe/Berlin", days=dict.fromkeys(range(7), ((time(1), time(4)),)))
ALWAYS = BusinessHours(zone="Europe/London", days=dict.fromkeys(range(7), ((time(0), time(0)),)))
HOUR = timedelta(hours=1)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("start", "span", "hours", "expected"),
    [
        pytest.param("2026-11-20 16:30", HOUR, OFFICE, "2026-11-23 09:30", id="Friday 16:30 and an hour is Monday 09:30"),
        pytest.param("2026-11-20 16:00", HOUR, OFFICE, "2026-11-20 17:00", id="ends exactly at closing"),
        pytest.param("2026-11-21 12:00", HOUR, OFFICE, "2026-11-23 10:00", id="begins on a day off"),
        pytest.param("2026-11-20 17:00", timedelta(0), OFFICE, "2026-11-23 09:00", id="nothing to wait, but closed"),
        pytest.param("2026-11-20 11:30", HOUR, LUNCH, "2026-11-20 13:30", id="lunch does not count"),
        pytest.param("2026-11-20 11:30", 8 * HOUR, LUNCH, "2026-11-23 13:30", id="over lunch and a weekend"),
        pytest.param("2026-03-28 23:30", HOUR, ALWAYS, "2026-03-29 00:30", id="around the clock"),
        pytest.param("2026-03-29 00:30", HOUR, ALWAYS, "2026-03-29 02:30", id="the hour that spring skips is not waited for"),
        pytest.param("2026-10-25 00:30", 2 * HOUR, ALWAYS, "2026-10-25 01:30+00:00", id="the hour that autumn repeats counts twice"),
    ],
)
def test_due(start: str, span: timedelta, hours: BusinessHours, expected: str) -> None:
    wanted = datetime.fromisoformat(expected)
    assert due_at(london(start), span, hours) == (wanted if wanted.tzinfo else london(expected))


def test_a_holiday_does_not_count() -> None:
    hours = BusinessHours(zone=OFFICE.zone, days=OFFICE.days, holidays=frozenset({date(2026, 11, 23), date(2026, 11, 24)}))
    assert due_at(london("2026-11-20 16:30"), HOUR, hours) == london("2026-11-25 09:30")


def test_a_window_that_opens_in_the_skipped_hour_opens_when_the_clock_jumps() -> None:
    hours = BusinessHours(zone="Europe/Berlin", days={6: ((time(2, 30), time(5)),)})
    start = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert due_at(start, timedelta(minutes=10), hours) == datetime(2026, 3, 29, 1, 10, tzinfo=UTC)


def test_a_midnight_that_does_not_exist_is_the_first_moment_of_its_day() -> None:
    hours = BusinessHours(zone="America/Havana", days={6: ((time(0), time(8)),)})
    start = datetime(2026, 3, 8, 0, 0, tzinfo=UTC)
    assert due_at(start, HOUR, hours) == datetime(2026, 3, 8, 6, 0, tzinfo=UTC)


def test_high_urgency_counts_at_night() -> None:
    policy = SlaPolicy(hours=OFFICE)
    night = london("2026-11-20 23:00")
    assert first_due(night, Urgency.HIGH, policy) == london("2026-11-20 23:30")
    assert next_due(night, Urgency.HIGH, policy) == london("2026-11-20 23:30")
    assert first_due(night, Urgency.NORMAL, policy) == london("2026-11-23 13:00")


def test_high_urgency_waits_for_the_morning_where_the_policy_says_so() -> None:
    policy = SlaPolicy(hours=OFFICE, high_around_the_clock=False)
    assert first_due(london("2026-11-20 23:00"), Urgency.HIGH, policy) == london("2026-11-23 09:30")


def test_an_unknown_urgency_is_promised_what_normal_is() -> None:
    policy, start = SlaPolicy(), london("2026-11-20 12:00")
    assert first_due(start, None, policy) == first_due(start, Urgency.NORMAL, policy)


def test_closing_counts_every_hour() -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert close_due(start, SlaPolicy(hours=OFFICE)) == datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "days",
    [
        pytest.param({}, id="never open"),
        pytest.param({0: ()}, id="no window"),
        pytest.param({0: ((time(17), time(9)),)}, id="ends before it starts"),
        pytest.param({0: ((time(9), time(12)), (time(11), time(17)))}, id="overlap"),
        pytest.param({0: ((time(9), time(0)), (time(0), time(1)))}, id="something after midnight"),
        pytest.param({7: ((time(9), time(17)),)}, id="an eighth day"),
    ],
)
def test_hours_that_make_no_sense_are_refused(days: dict[int, tuple[tuple[time, time], ...]]) -> None:
    with pytest.raises(ValueError, match="hours"):
        BusinessHours(days=days)


QUARTER = timedelta(minutes=15)
ZONES = ["Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata", "UTC"]
CLOCK_CHANGES = [
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
]


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    edges = draw(st.lists(st.integers(0, 95), max_size=4, unique=True))
    clock = [time(edge // 4, edge % 4 * 15) for edge in sorted(edges)]
    return tuple(zip(clock[::2], clock[1::2], strict=False))


@st.composite
def answering_hours(draw: st.DrawFn) -> BusinessHours:
    days = {day: draw(windows()) for day in range(7)}
    days[draw(st.integers(0, 6))] = ((time(1), time(3)),)
    near = st.dates(date(2026, 3, 1), date(2026, 11, 30))
    return BusinessHours(zone=draw(st.sampled_from(ZONES)), days=days, holidays=draw(st.frozensets(near, max_size=3)))


starts = st.builds(lambda change, quarters: change + quarters * QUARTER, st.sampled_from(CLOCK_CHANGES), st.integers(-3 * 96, 2 * 96))


def open_quarters(start: datetime, until: datetime, hours: BusinessHours) -> int:
    """Read off the clock on the wall: open from the first time it shows the opening until the first time it shows the closing."""
    zone = ZoneInfo(hours.zone)
    instant, today, shown, counted = start - 8 * QUARTER, date.min, time(0), 0
    while instant < until:
        wall = instant.astimezone(zone)
        today, shown = wall.date(), max(shown, wall.time()) if wall.date() == today else wall.time()
        is_open = any(opens <= shown < closes for opens, closes in hours.days.get(wall.weekday(), ()))
        counted += instant >= start and is_open and today not in hours.holidays
        instant += QUARTER
    return counted


@settings(deadline=None)
@given(start=starts, quarters=st.integers(1, 20), hours=answering_hours())
def test_due_is_what_watching_the_clock_on_the_wall_gives(start: datetime, quarters: int, hours: BusinessHours) -> None:
    due = due_at(start, quarters * QUARTER, hours)
    if due - start < timedelta(days=4):
        assert open_quarters(start, due, hours) == quarters
        assert open_quarters(due - QUARTER, due, hours) == 1
    else:
        assert open_quarters(start, start + timedelta(days=4), hours) < quarters


@settings(deadline=None)
@given(start=starts, spans=st.tuples(st.integers(0, 200), st.integers(1, 200)), hours=answering_hours())
def test_spans_add_up_and_never_end_before_they_start(start: datetime, spans: tuple[int, int], hours: BusinessHours) -> None:
    first, second = (quarters * QUARTER for quarters in spans)
    whole = due_at(start, first + second, hours)
    assert whole >= start + first + second
    assert due_at(due_at(start, first, hours), second, hours) == whole


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("2026-11-20 16:30", "2026-11-23 09:30", HOUR, id="over a weekend"),
        pytest.param("2026-11-21 10:00", "2026-11-22 10:00", timedelta(0), id="all of it on days off"),
        pytest.param("2026-11-20 12:00", "2026-11-20 11:00", timedelta(0), id="an end before its start"),
        pytest.param("2026-11-20 10:15", "2026-11-20 10:45", timedelta(minutes=30), id="within one window"),
        pytest.param("2026-11-16 00:00", "2026-11-23 00:00", 40 * HOUR, id="a week"),
    ],
)
def test_between(start: str, end: str, expected: timedelta) -> None:
    assert between(london(start), london(end), OFFICE) == expected


def test_between_counts_no_holiday_and_every_repeated_hour() -> None:
    hours = BusinessHours(zone=OFFICE.zone, days=OFFICE.days, holidays=frozenset({date(2026, 11, 23)}))
    assert between(london("2026-11-20 16:30"), london("2026-11-24 09:30"), hours) == HOUR
    assert between(london("2026-10-25 00:30"), datetime(2026, 10, 25, 1, 30, tzinfo=UTC), ALWAYS) == 2 * HOUR
    assert between(london("2026-03-29 00:30"), london("2026-03-29 02:30"), ALWAYS) == HOUR


@settings(deadline=None)
@given(start=starts, quarters=st.integers(0, 60), hours=answering_hours())
def test_between_is_the_inverse_of_due(start: datetime, quarters: int, hours: BusinessHours) -> None:
    assert between(start, due_at(start, quarters * QUARTER, hours), hours) == quarters * QUARTER


@settings(deadline=None)
@given(start=starts, spans=st.tuples(st.integers(0, 400), st.integers(0, 400)), hours=answering_hours())
def test_between_adds_up_and_is_what_watching_the_clock_gives(start: datetime, spans: tuple[int, int], hours: BusinessHours) -> None:
    middle, end = start + spans[0] * QUARTER, start + sum(spans) * QUARTER
    assert between(start, middle, hours) + between(middle, end, hours) == between(start, end, hours)
    assert between(start, middle, hours) == open_quarters(start, middle, hours) * QUARTER
