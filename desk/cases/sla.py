"""When an answer is due: spans of answering hours laid over holidays and clock changes. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.settings import MIDNIGHT, BusinessHours, SlaPolicy
from storage.words import Urgency

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def due_at(start: datetime, span: timedelta, hours: BusinessHours) -> datetime:
    """The UTC instant at which `span` of answering hours has passed since `start`.

    Friday 16:30 and one hour, closed from 17:00 to Monday 09:00, gives Monday 09:30. A span of zero outside the hours ends at the next opening.
    """
    # Differences of two instants in one zone would be taken on its wall clock.
    asked, left = start.astimezone(UTC), span
    for opens, closes in _windows_from(asked, hours):
        begins = max(opens, asked)
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    raise AssertionError("answering hours come again every week")  # pragma: no cover


def between(start: datetime, end: datetime, hours: BusinessHours) -> timedelta:
    """How much of the time from `start` to `end` lay in answering hours; none when `end` is not later. The inverse of `due_at`."""
    asked, until, counted = start.astimezone(UTC), end.astimezone(UTC), timedelta(0)
    for opens, closes in _windows_from(asked, hours):
        if opens >= until:
            break
        counted += max(min(closes, until) - max(opens, asked), timedelta(0))
    return counted


def first_due(seen_at: datetime, urgency: Urgency | None, policy: SlaPolicy) -> datetime:
    """When the first answer is due. The clock starts when we could see the post: a feed's delay is not the agent's."""
    return _respond_by(seen_at, policy.first[urgency or Urgency.NORMAL], urgency, policy)


def next_due(waiting_since: datetime, urgency: Urgency | None, policy: SlaPolicy) -> datetime:
    """When the next answer is due to a customer who has waited since `waiting_since`."""
    return _respond_by(waiting_since, policy.next[urgency or Urgency.NORMAL], urgency, policy)


def close_due(opened_at: datetime, policy: SlaPolicy) -> datetime:
    """When a case should be over; every hour counts."""
    return opened_at.astimezone(UTC) + policy.closing


def _respond_by(start: datetime, span: timedelta, urgency: Urgency | None, policy: SlaPolicy) -> datetime:
    if urgency is Urgency.HIGH and policy.high_around_the_clock:
        return start.astimezone(UTC) + span
    return due_at(start, span, policy.hours)


def _windows_from(start: datetime, hours: BusinessHours) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.zone)
    # A day earlier: near a clock change the date on the wall may still lag behind.
    day = start.astimezone(zone).date() - DAY
    while True:
        if day not in hours.holidays:
            for opens, closes in hours.days.get(day.weekday(), ()):
                window = _shown_first(day, opens, zone), _shown_first(day + DAY if closes == MIDNIGHT else day, closes, zone)
                if window[1] > start:
                    yield window
        day += DAY


def _shown_first(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock shows that time or, where it jumps over it, a later one."""
    wall = datetime.combine(day, clock, zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _jump(wall.replace(fold=1).astimezone(UTC), instant, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the clock jumps, to the second: no zone changes in between seconds."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + ((after - before) / 2 // SECOND) * SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
