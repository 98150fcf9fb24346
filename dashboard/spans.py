"""How long a case can be put off, by name."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def _at_nine(now: datetime, zone: str, *, days: int) -> datetime:
    there = now.astimezone(ZoneInfo(zone))
    return (there + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)


SPANS: Mapping[str, Callable[[datetime, str], datetime]] = {
    "1h": lambda now, _zone: now + timedelta(hours=1),
    "3h": lambda now, _zone: now + timedelta(hours=3),
    "tomorrow": lambda now, zone: _at_nine(now, zone, days=1),
    "monday": lambda now, zone: _at_nine(now, zone, days=7 - now.astimezone(ZoneInfo(zone)).weekday()),
}
