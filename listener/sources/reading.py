"""What looks at listings have in common: how far they go, where they were left, what comes of them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from desk.post import FeedSpec, Limits, Page, Post, Unreadable
from listener.sources import options
from listener.sources.newest_first import Look

PAGES = 5
LONGEST_DETAIL = 1000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far one look may go, and whether a first one goes on until the platform has nothing older."""

    max_pages: int
    is_late: Callable[[], bool]
    backfill: bool


def bounds_of(feed: FeedSpec, lease: timedelta) -> Bounds:
    """What a feed's options say of it. Raises Refused."""
    max_pages = options.whole(feed.options, "max_pages", PAGES, low=1, high=50)
    return Bounds(max_pages, options.lateness(lease), options.switch(feed.options, "backfill", default=False))


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


def page_of(
    looks: Mapping[str, Look],
    posts: Sequence[Post],
    rejects: Sequence[Unreadable],
    *,
    notes: Sequence[str] = (),
    limits: Limits | None = None,
    kept: Mapping[str, Any] | None = None,
    more: bool = False,
) -> Page:
    """What looks at the parts of a feed come to. `kept` goes into the cursor beside their places."""
    waits = [look.retry_at for look in looks.values()]
    said = [*(note for look in looks.values() for note in look.notes), *notes]
    return Page(
        posts=tuple(posts),
        rejects=tuple(rejects),
        cursor=json.dumps({**{name: look.place.dump() for name, look in looks.items()}, **(kept or {})}, separators=(",", ":")),
        retry_at=max((wait for wait in waits if wait), default=None),
        more=more or any(look.more for look in looks.values()),
        limits=limits,
        detail="; ".join(dict.fromkeys(said))[:LONGEST_DETAIL],
    )
