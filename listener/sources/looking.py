"""A look at several listings of one feed: how far it may go, and what it comes to. For platforms that are read backwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desk.post import FeedSpec
from listener.source import BudgetExhausted, RateLimited, SourceError
from listener.sources import options
from listener.sources.backwards import Ask, Look, Place, places

PAGES, PAGE_SIZE, DAYS = 5, 100, 7


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a look may go."""

    max_pages: int
    page_size: int
    days: int
    backfill: bool
    is_late: Callable[[], bool]


def bounds(feed: FeedSpec, *, lease: timedelta, longest_page: int, given: Mapping[str, Any] | None = None) -> Bounds:
    """What a feed's options say of it, or those `given` instead. Raises Refused."""
    told = feed.options if given is None else given
    return Bounds(
        options.whole(told, "max_pages", PAGES, low=1, high=50),
        options.whole(told, "page_size", PAGE_SIZE, low=1, high=longest_page),
        options.whole(told, "days", DAYS, low=1, high=3650),
        options.switch(told, "backfill", default=True),
        options.lateness(lease),
    )


def look_at(asks: Mapping[str, Ask], cursor: str | None, far: Bounds, *, overlap: int, now: datetime) -> dict[str, Look]:
    """A look at each listing. Where one cannot be read the others still count; raises SourceError when none could be."""
    known = places(cursor)
    start = int((now - timedelta(days=far.days)).timestamp())
    looks = {name: Look(known.get(name, Place()), int(now.timestamp()), start, overlap) for name in asks}
    failures: list[SourceError] = []
    for name, look in looks.items():
        is_first = look.place == Place()
        try:
            look.follow(asks[name], max_pages=far.max_pages, is_late=far.is_late)
        except SourceError as error:
            failures.append(error)
            look.error = error
            look.notes.append(f"not read: {error}")
            if isinstance(error, RateLimited | BudgetExhausted):
                break
        if is_first and look.more and look.error is None and not far.backfill:
            look.leave_the_rest()
    if failures and not any(look.was_read for look in looks.values()):
        raise failures[0]
    return looks


def notes_of(looks: Mapping[str, Look]) -> str:
    return "; ".join(dict.fromkeys(note for look in looks.values() for note in look.notes))[:1000]


def retry_at_of(looks: Mapping[str, Look], *others: datetime | None) -> datetime | None:
    return max((wait for wait in (*(look.retry_at for look in looks.values()), *others) if wait is not None), default=None)
