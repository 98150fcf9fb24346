"""How many speak and in which mood, by hour and by day, and when we could not see."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Result, select, true
from sqlalchemy.orm import Session

from desk.feeds.blindness import Span, blind
from desk.intake.cleaning import hour_of
from desk.queue.browse import COPIED, MentionRow
from storage.models import Author, Catch, Feed, Mention, RollupHour
from storage.recount import COUNTED

__all__ = ["By", "Comparison", "Point", "Series", "Span", "blind", "bucket_starts", "compare", "mentions_at", "series"]

By = Literal["hour", "day"]

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Point:
    """One hour or day that begins at `at` (UTC). `n` counts all mentions, the moods only those that are triaged. `is_open`: it is not over."""

    at: datetime
    n: int
    negative: int
    neutral: int
    positive: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Every bucket of a period, oldest first, empty ones too."""

    points: tuple[Point, ...]

    @property
    def n(self) -> int:
        return sum(point.n for point in self.points)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period and the one of the same length before it, bucket by bucket."""

    now: Series
    before: Series


def series(session: Session, *, scope: int, since: datetime, until: datetime, by: By, zone: str) -> Series:
    """Counts of a scope (0 all, n feed n, -n brand n) from `since` to `until`, which is now or earlier.

    Days are the workspace's: the day of a clock change has 23 or 25 hours. Counts stand by UTC hours, so in a zone that is half an hour off
    a day begins with the first of them after its midnight.
    """
    starts = bucket_starts(since, until, by=by, zone=zone)
    sums = [[0, 0, 0, 0] for _ in starts]
    for hour, n, negative, neutral, positive in _hours(session, scope, starts[0], until):
        counts = sums[bisect_right(starts, hour) - 1]
        counts[0] += n
        counts[1] += negative
        counts[2] += neutral
        counts[3] += positive
    ends = [*starts[1:], _next(starts[-1], by=by, zone=zone)]
    return Series(tuple(_point(at, counts, is_open=end > until) for at, end, counts in zip(starts, ends, sums, strict=True)))


def compare(session: Session, *, scope: int, since: datetime, until: datetime, by: By, zone: str) -> Comparison:
    """The period, and the one of the same length that ends where it begins, up to the same time of day."""
    here = ZoneInfo(zone)
    if by == "hour":
        back = (hour_of(until) - hour_of(since)) + HOUR
        earlier = since - back, until - back
    else:
        days = timedelta(days=(until.astimezone(here).date() - since.astimezone(here).date()).days + 1)
        earlier = (since.astimezone(here) - days).astimezone(UTC), (until.astimezone(here) - days).astimezone(UTC)
    now = series(session, scope=scope, since=since, until=until, by=by, zone=zone)
    return Comparison(now, series(session, scope=scope, since=earlier[0], until=earlier[1], by=by, zone=zone))


def mentions_at(session: Session, *, scope: int, at: datetime, by: By, limit: int, zone: str = "UTC") -> list[MentionRow]:
    """The mentions that a bucket counts, those posted last first."""
    is_blocked = Author.blocked_at.is_not(None).label("is_blocked")
    columns = [Author.name.label("author"), Author.handle, is_blocked, *(getattr(Mention, name) for name in COPIED)]
    start = _start(at, by=by, zone=zone)
    within = (Mention.bucket_at >= start) & (Mention.bucket_at < _next(start, by=by, zone=zone))
    found = select(*columns).join(Author, Author.id == Mention.author_id).where(within, COUNTED, _in_scope(scope))
    rows = session.execute(found.order_by(Mention.bucket_at.desc(), Mention.id.desc()).limit(limit))
    return [MentionRow(**row) for row in rows.mappings()]


def _point(at: datetime, counts: Sequence[int], *, is_open: bool) -> Point:
    n, negative, neutral, positive = counts
    return Point(at, n, negative, neutral, positive, is_open)


def _hours(session: Session, scope: int, since: datetime, until: datetime) -> Result[datetime, int, int, int, int]:
    columns = (RollupHour.hour, RollupHour.n, RollupHour.negative, RollupHour.neutral, RollupHour.positive)
    return session.execute(select(*columns).where(RollupHour.scope == scope, RollupHour.hour >= since, RollupHour.hour < until))


def _in_scope(scope: int) -> ColumnElement[bool]:
    if scope == 0:
        return true()
    caught = select(Catch.mention_id).where(Catch.mention_id == Mention.id)
    if scope > 0:
        return caught.where(Catch.feed_id == scope).exists()
    return caught.join(Feed, Feed.id == Catch.feed_id).where(Feed.brand_id == -scope).exists()


def bucket_starts(since: datetime, until: datetime, *, by: By, zone: str) -> list[datetime]:
    """When each bucket of a period begins, oldest first."""
    starts = [_start(since, by=by, zone=zone)]
    while (following := _next(starts[-1], by=by, zone=zone)) < until:
        starts.append(following)
    return starts


def _start(at: datetime, *, by: By, zone: str) -> datetime:
    if by == "hour":
        return hour_of(at)
    return _midnight(at.astimezone(ZoneInfo(zone)))


def _next(start: datetime, *, by: By, zone: str) -> datetime:
    if by == "hour":
        return start + HOUR
    # Noon of the next day: from a midnight that a clock change moved, a day's length may lead back to the same date.
    noon = start.astimezone(ZoneInfo(zone)).replace(hour=12, fold=0) + timedelta(days=1)
    return _midnight(noon)


def _midnight(local: datetime) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
    hour = hour_of(midnight)
    return hour if hour == midnight else hour + HOUR
