"""What looks at listings have in common: how far they go, where they were left, what comes of them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from desk.post import FeedSpec, Gap, Limits, Page, Post, Unreadable, UnreadPart
from listener.source import BudgetExhausted, RateLimited, SourceError
from listener.sources.shared import options
from listener.sources.shared.course import Course
from listener.sources.shared.listing import Ask, Listing, Place
from listener.sources.shared.look import Look

PAGES, PAGE_SIZE, DAYS = 5, 100, 7
LONGEST_DETAIL = 1000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a look may go, and whether a first one goes on until the platform has nothing older (or, by instant, for so many days)."""

    max_pages: int
    page_size: int
    days: int
    backfill: bool
    is_late: Callable[[], bool]


def bounds(
    feed: FeedSpec, lease: timedelta, *, backfill: bool = True, longest_page: int = PAGE_SIZE, usual: Mapping[str, Any] | None = None
) -> Bounds:
    """What a feed's options say of it, `usual` where they say nothing. Raises Refused."""
    told = {**(usual or {}), **feed.options}
    return Bounds(
        options.whole(told, "max_pages", PAGES, low=1, high=50),
        options.whole(told, "page_size", PAGE_SIZE, low=1, high=longest_page),
        options.whole(told, "days", DAYS, low=1, high=3650),
        options.switch(told, "backfill", default=backfill),
        options.lateness(lease),
    )


def latest(far: Bounds, *, overlap: int, now: datetime) -> Listing:
    """A listing by instant, of which a first look reads the last days."""
    return Listing(overlap, ceiling=now.timestamp(), start=(now - timedelta(days=far.days)).timestamp())


def look_at(asks: Mapping[str, Ask], places: Mapping[str, Any], far: Bounds, listing: Listing) -> dict[str, Look]:
    """A look at each part of a feed. Where one cannot be read the others still count; raises SourceError when none could be."""
    looks = {name: Look(Place.load(places.get(name)), listing) for name in asks}
    failures: list[SourceError] = []
    for name, look in looks.items():
        try:
            look.follow(asks[name], max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
        except SourceError as error:
            failures.append(error)
            look.fail(error)
            if isinstance(error, RateLimited | BudgetExhausted):
                break
    if failures and not any(look.was_read for look in looks.values()):
        raise failures[0]
    return looks


def kept_places(cursor: str | None) -> Mapping[str, Any]:
    """The parts of a cursor; none of one that cannot be read."""
    try:
        kept = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def read_all(items: Iterable[Any], read: Callable[[Any], Post]) -> tuple[tuple[Post, ...], tuple[Unreadable, ...]]:
    """Each item as a post or, with its error, as unreadable: one bad item never blocks its page."""
    return read_lists(items, lambda item: [read(item)])


def read_lists(items: Iterable[Any], read: Callable[[Any], Sequence[Post]]) -> tuple[tuple[Post, ...], tuple[Unreadable, ...]]:
    """The same where one item may be several posts."""
    posts: list[Post] = []
    rejects: list[Unreadable] = []
    for item in items:
        try:
            posts += read(item)
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            rejects.append(Unreadable(json.dumps(item).encode(), f"{type(error).__name__}: {error}"))
    return tuple(posts), tuple(rejects)


def found_in(looks: Mapping[str, Look]) -> list[Any]:
    """All items that looks came upon, those last that cannot be told apart."""
    return [item for look in looks.values() for item in (*(entry.item for entry in look.news), *look.unread)]


def written(looks: Mapping[str, Look], kept: Mapping[str, Any] | None = None) -> str:
    """The cursor that looks end in. `kept` goes into it beside their places."""
    return json.dumps({**{name: look.place.dump() for name, look in looks.items()}, **(kept or {})}, separators=(",", ":"))


def notes_of(looks: Mapping[str, Look], *others: str) -> str:
    said = [*(note for look in looks.values() for note in look.notes), *others]
    return "; ".join(dict.fromkeys(note for note in said if note))[:LONGEST_DETAIL]


def gaps_of(looks: Mapping[str, Course]) -> tuple[Gap, ...]:
    """What looks cannot come to any more, each reason once."""
    return tuple({gap.why: gap for look in looks.values() for gap in look.gaps}.values())


def unread_of(looks: Mapping[str, Course]) -> tuple[UnreadPart, ...]:
    """The parts that were not read; where an error ended the look also those that it did not come to."""
    failed = {name: found for name, look in looks.items() if (found := look.left_out(name)) is not None}
    why = next(iter(failed.values()), None)
    if why is None:
        return ()
    passed = {name: replace(why, part=name) for name, look in looks.items() if not look.was_read}
    return tuple({**passed, **failed}.values())


def retry_at_of(looks: Mapping[str, Look], *others: datetime | None) -> datetime | None:
    return max((wait for wait in (*(look.retry_at for look in looks.values()), *others) if wait is not None), default=None)


def page_of(
    looks: Mapping[str, Look],
    posts: Sequence[Post],
    rejects: Sequence[Unreadable],
    *,
    notes: Sequence[str] = (),
    limits: Limits | None = None,
    kept: Mapping[str, Any] | None = None,
    more: bool = False,
    waits: Sequence[datetime | None] = (),
    besides: Sequence[Post] = (),
    gaps: Sequence[Gap] = (),
    unread: Sequence[UnreadPart] = (),
) -> Page:
    """What looks at the parts of a feed come to."""
    return Page(
        posts=tuple(posts),
        besides=tuple(besides),
        rejects=tuple(rejects),
        cursor=written(looks, kept),
        retry_at=retry_at_of(looks, *waits),
        more=more or any(look.goes_on for look in looks.values()),
        limits=limits,
        detail=notes_of(looks, *notes),
        gaps=(*gaps_of(looks), *gaps),
        unread=(*unread_of(looks), *unread),
    )
