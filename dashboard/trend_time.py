"""Periods of the Trends page: which one the address asks for, and how its hours and days read on the workspace's clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dashboard.charts import Tick
from dashboard.filters import read_number
from dashboard.texts import text

By = Literal["hour", "day"]

HOUR = timedelta(hours=1)
DAYS = (1, 7, 28, 90)
BY_HOUR_AT_MOST = 7
"""More days than this by the hour would be bars of a pixel."""
TICKS_AT_MOST = 12
KINDS = {"feed": 1, "brand": -1}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `scope`: 0 is all, n is feed n, -n is brand n. `at`: the bucket whose mentions are listed."""

    scope: int = 0
    days: int = 7
    by: By = "hour"
    at: datetime | None = None

    def as_query(self) -> dict[str, str]:
        query = {"scope": scope_word(self.scope), "days": str(self.days), "by": self.by}
        return query | ({"at": f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"} if self.at else {})


@dataclass(frozen=True, slots=True)
class Period:
    """The span that is drawn, up to now; its last bucket is not over.

    It is compared up to the last full hour, with as many days before up to the same hour.
    """

    since: datetime
    until: datetime
    full_until: datetime
    before_since: datetime
    before_until: datetime
    days: int
    by: By
    zone: str


def asked(query: Mapping[str, str]) -> Asked:
    """Read an address. It comes from outside: what makes no sense falls back to the usual view."""
    days = next((days for days in DAYS if str(days) == query.get("days")), Asked().days)
    by = next((by for by in ways(days) if by == query.get("by")), ways(days)[0])
    return Asked(_scope(query.get("scope", "")), days, by, _instant(query.get("at", "")))


def ways(days: int) -> tuple[By, ...]:
    """How a period of so many days can be counted."""
    if days == 1:
        return ("hour",)
    return ("hour", "day") if days <= BY_HOUR_AT_MOST else ("day",)


def scope_word(scope: int) -> str:
    kind = next((kind for kind, sign in KINDS.items() if scope * sign > 0), None)
    return f"{kind}-{abs(scope)}" if kind else "all"


def period(asked_for: Asked, *, now: datetime, zone: str) -> Period:
    """The last so many days up to now, and the ones before."""
    full_until = now.replace(minute=0, second=0, microsecond=0)
    days = timedelta(days=asked_for.days)
    if asked_for.by == "hour":
        since = full_until + HOUR - days
        return Period(since, now, full_until, since - days, full_until - days, asked_for.days, "hour", zone)
    # Arithmetic on a local time moves its wall clock: a day with a change of clocks is 23 or 25 hours long.
    here = full_until.astimezone(ZoneInfo(zone))
    since = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0) - days + timedelta(days=1)
    before = [(moment - days).astimezone(UTC) for moment in (since, here)]
    return Period(since.astimezone(UTC), now, full_until, before[0], before[1], asked_for.days, "day", zone)


def ends(since: datetime, *, by: By, zone: str) -> datetime:
    """Where the bucket that begins there ends."""
    if by == "hour":
        return since + HOUR
    return (since.astimezone(ZoneInfo(zone)) + timedelta(days=1)).astimezone(UTC)


def bucket_words(since: datetime, *, by: By, zone: str) -> str:
    """A bucket as "Tue 3 Nov, 14:00" and its end, or "Tue 3 Nov"."""
    here = since.astimezone(ZoneInfo(zone))
    until = ends(since, by=by, zone=zone).astimezone(ZoneInfo(zone))
    return text(f"trends.when.{by}", **_date(here), since=f"{here:%H:%M}", until=f"{until:%H:%M}")


def point_words(instant: datetime, *, zone: str) -> str:
    """An instant as "Tue 3 Nov 14:20"."""
    here = instant.astimezone(ZoneInfo(zone))
    return text("trends.when.point", **_date(here), time=f"{here:%H:%M}")


def ticks(buckets: Sequence[datetime], *, by: By, days: int, zone: str) -> tuple[Tick, ...]:
    """A dozen labelled instants at most: hours of a day, midnights of a week, every so many days of a longer period."""
    places = [(bucket, bucket.astimezone(ZoneInfo(zone))) for bucket in buckets]
    if days == 1:
        return tuple(Tick(at, f"{here:%H:%M}") for at, here in places if here.hour % 3 == 0)
    midnights = [(at, here) for at, here in places if by == "day" or here.hour == 0]
    name = "trends.tick.day" if days <= BY_HOUR_AT_MOST else "trends.tick.date"
    every = -(-len(midnights) // TICKS_AT_MOST)
    return tuple(Tick(at, text(name, **_date(here))) for at, here in midnights[::-1][:: every or 1][::-1])


def _date(here: datetime) -> dict[str, object]:
    return {"weekday": text(f"trends.weekday.{here.weekday()}"), "day": here.day, "month": text(f"month.{here.month}")}


def _scope(word: str) -> int:
    kind, _, number = word.partition("-")
    return KINDS.get(kind, 0) * (read_number(number) or 0)


def _instant(word: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(word)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
