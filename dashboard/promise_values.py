"""Promises in words, and the times that one promises by. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.format import Mark, Tone, clock_words, plain
from dashboard.texts import text
from desk.cases.promises import PromiseView

SOON = timedelta(hours=1)
WEEK = timedelta(days=6)
FRIDAY = 4
NOON, EVENING = 12, 17


def by_words(instant: datetime, *, now: datetime, zone: str) -> str:
    """A time to come as one says it: the clock alone for today, with its weekday within a week, else with its date."""
    there, today = instant.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    time = f"{there:%H:%M}"
    if there.date() == today.date():
        return text("by.today", time=time)
    if timedelta(0) < there.date() - today.date() <= WEEK:
        return text("by.weekday", weekday=text(f"weekday.{there.weekday()}"), time=time)
    return clock_words(instant, now=now, zone=zone)


def promise_mark(view: PromiseView, *, now: datetime, zone: str) -> Mark:
    """What was promised and by when; it warms up in its last hour."""
    is_due, is_near = view.due_at <= now, view.due_at - now < SOON
    words = text("promise.mark_due" if is_due else "promise.mark", promise=view.text, time=by_words(view.due_at, now=now, zone=zone))
    return Mark("◷", words, Tone.BAD if is_due else Tone.WARM if is_near else Tone.CALM)


def promise_marks(views: Iterable[PromiseView], *, now: datetime, zone: str) -> list[Mark]:
    return [promise_mark(view, now=now, zone=zone) for view in views]


def badge_words(mark: Mark) -> str:
    """The same as a label that reads Markdown."""
    return plain(f"{mark.glyph} {mark.word}")


def _at(now: datetime, zone: str, *, days: int, hour: int) -> datetime:
    there = now.astimezone(ZoneInfo(zone))
    return (there + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def _friday(now: datetime, zone: str) -> datetime:
    there = now.astimezone(ZoneInfo(zone))
    days = (FRIDAY - there.weekday()) % 7
    at = _at(now, zone, days=days, hour=EVENING)
    return at if at > now else _at(now, zone, days=days + 7, hour=EVENING)


TIMES: Mapping[str, Callable[[datetime, str], datetime]] = {
    "today": lambda now, zone: _at(now, zone, days=0, hour=EVENING),
    "tomorrow": lambda now, zone: _at(now, zone, days=1, hour=NOON),
    "friday": _friday,
}
OTHER = "other"


def times_ahead(now: datetime, zone: str) -> list[str]:
    """The names of the times that have not passed, each instant once, and at last one's own."""
    ahead: dict[datetime, str] = {}
    for name, at in TIMES.items():
        if at(now, zone) > now:
            ahead.setdefault(at(now, zone), name)
    return [*ahead.values(), OTHER]
