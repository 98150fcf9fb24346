"""A forum's own search. It finds posts and shows a few of their words, so that each new one is read by itself.

https://docs.discourse.org/#tag/Search: `order:latest`, ten pages of fifty at most.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from desk.post import FeedSpec, Page, Post, Unreadable
from listener.query.discourse import DISCOURSE, to_discourse
from listener.source import Counted, Malformed, RateLimited, Refused, Unavailable, unread_for
from listener.sources.discourse.client import NAME, post_of
from listener.sources.discourse.parse import Forum, is_public, is_said, read_post
from listener.sources.shared import asking
from listener.sources.shared.api import Api, instant_of, list_of, mapping_of, text_of
from listener.sources.shared.counting import counted, is_wider
from listener.sources.shared.listing import Ask, Entry, Listing, Sheet
from listener.sources.shared.look import Look
from listener.sources.shared.reading import Bounds, look_at, page_of, read_all
from listener.sources.shared.wanted import Wanted

OVERLAP = 3600.0
LAST_PAGE = 10
NATIVE = re.compile(
    r"(?:^|\s)-?(?:after|assigned|badge|before|category|group|max_posts|max_views|min_posts|min_views|order|status|tags?|user|with):\S",
    re.IGNORECASE,
)

Item = Mapping[str, Any]
Pause = RateLimited | Unavailable
MOST_TRIES = 3
"""So often a post that cannot be read is asked for before it is set aside."""

MOST_WHOLE = 40
"""So many posts are read by themselves in one look; a forum lets a user ask 200 times a minute, a visitor less."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which posts of a forum a feed wants."""

    wanted: Wanted
    categories: frozenset[int]

    def among(self, posts: Sequence[Post]) -> tuple[Post, ...]:
        """The posts that it wants, and those that are gone: they may be known here."""
        return self.wanted.among(post for post in posts if post.deleted or self._is_there(post))

    def _is_there(self, post: Post) -> bool:
        return not self.categories or post.raw.get("category_id") in self.categories


def categories_of(feed: FeedSpec) -> frozenset[int]:
    """The option `categories`. Raises Refused."""
    given = feed.options.get("categories") or ()
    listed = re.split(r"[\s,+]+", str(given).strip()) if isinstance(given, str | int) else [str(one) for one in list_of(given)]
    if not all(one.isdigit() for one in listed):
        raise Refused(f"option categories = {given!r}: expected the numbers at the end of the categories' addresses, such as [5, 12]")
    return frozenset(int(one) for one in listed)


def search(api: Api, forum: Forum, feed: FeedSpec, places: Mapping[str, Any], far: Bounds) -> Page:
    """What the forum's search finds of a query; one with operators of the forum's own is the forum's to judge. Raises SourceError."""
    asked, choice = _asked(feed)
    listing = Listing(OVERLAP, ceiling=api.clock().timestamp(), is_counted=True)
    looks = look_at({name: _asking(api, query) for name, query in asked.items()}, places, far, listing)
    tried = _tried(places.get("tried"))
    found = [str(one) for one in list_of(places.get("waiting"))] + [entry.key for look in looks.values() for entry in look.news]
    whole = _whole(api, list(dict.fromkeys([*found, *tried])), far, tried)
    error = whole.error
    posts, rejects = read_all([item for item in whole.read if is_said(item) and is_public(item)], lambda item: read_post(item, forum))
    notes = (
        (f"some posts were found but not read yet: {error or 'the forum shows them in no form that can be read'}",) if whole.left else ()
    )
    page = page_of(
        looks,
        choice.among(posts),
        (*rejects, *whole.unread, *_nameless(looks)),
        notes=notes,
        unread=unread_for("posts that were found", error if whole.left else None),
        kept={"waiting": whole.waiting, **({"tried": whole.tried} if whole.tried else {})},
        more=bool(whole.waiting) and (error is None or error.retry_at is not None),
    )
    return page if error is None or error.retry_at is None else _later(page, error)


def count(api: Api, feed: FeedSpec, since: datetime) -> Counted:
    """How many posts the first page of each search lists: a forum names no total, and says when there are more pages."""
    found = [mapping_of(api.get("/search.json", {"q": f"{query} after:{since:%Y-%m-%d}"})[0]) for query in _asked(feed)[0].values()]
    has_more = any(mapping_of(one.get("grouped_search_result")).get("more_full_page_results") for one in found)
    wider = NATIVE.search(feed.query) is None and is_wider(feed, DISCOURSE, is_blurred=True)
    return counted((len(list_of(one.get("posts"))) for one in found), at_least=has_more, is_wider=wider)


def _asked(feed: FeedSpec) -> tuple[Mapping[str, str], Choice]:
    """The searches to make, and what of their finds counts: all, where the query has operators of the forum's own."""
    if NATIVE.search(feed.query):
        return {"search": feed.query.strip()}, Choice(Wanted(feed, None), categories_of(feed))
    found = asking.searches(feed, to_discourse, platform=NAME)
    # The forum finds other forms of a word too.
    return found, Choice(asking.wanted_of_found(feed, is_blurred=True), categories_of(feed))


def _asking(api: Api, query: str) -> Ask:
    def ask(_floor: int, older: str | None) -> Sheet:
        page = int(older) if older and older.isdigit() else 1
        given, answer = api.get("/search.json", {"q": f"{query} order:latest", "page": page})
        told = mapping_of(mapping_of(given).get("grouped_search_result"))
        listed = mapping_of(given).get("posts")
        if text_of(told.get("error")) and not listed:
            raise Refused(f"{NAME} does not take this search: {told['error']}")
        if not isinstance(listed, list):
            raise Malformed(f"{NAME}'s answer lists no posts: is this the address of a forum?", answer.body[:10_000])
        older = str(page + 1) if told.get("more_full_page_results") and page < LAST_PAGE else None
        entries = [_entry(mapping_of(item)) for item in listed]
        nameless = [item for item, entry in zip(listed, entries, strict=True) if entry is None]
        return Sheet([entry for entry in entries if entry], older, nameless)

    return ask


def _nameless(looks: Mapping[str, Look]) -> tuple[Unreadable, ...]:
    return tuple(Unreadable(json.dumps(item).encode(), "the find has no id") for look in looks.values() for item in look.unread)


def _entry(item: Mapping[str, Any]) -> Entry | None:
    """A find. Without an id there is nothing to read by itself."""
    number, at = item.get("id"), instant_of(item.get("created_at"))
    return Entry(str(number), at.timestamp() if at else None, "found", number) if isinstance(number, int) else None


@dataclass(slots=True)
class _Whole:
    """The posts themselves, those that stay unreadable, and what is left for the next look: `error` says why, where the forum did not want to go on.

    `tried`: how often a post could not be read before; a forum that stumbles once may give it the next time.
    """

    tried: dict[str, int]
    read: list[Item] = field(default_factory=list)
    unread: list[Unreadable] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    error: Pause | None = None

    @property
    def left(self) -> list[str]:
        return [*self.waiting, *self.tried]

    def fail(self, external_id: str, error: Malformed | Refused) -> None:
        self.tried[external_id] = self.tried.get(external_id, 0) + 1
        if self.tried[external_id] >= MOST_TRIES:
            del self.tried[external_id]
            kept = {"id": external_id, "answer": getattr(error, "raw", b"").decode("utf-8", "replace")}
            self.unread.append(Unreadable(json.dumps(kept).encode(), str(error)))


def _tried(kept: Any) -> dict[str, int]:
    return {str(key): times for key, times in mapping_of(kept).items() if isinstance(times, int)}


def _whole(api: Api, found: Sequence[str], far: Bounds, tried: dict[str, int]) -> _Whole:
    """Read posts by themselves, as many as a look may. Raises Unauthorized."""
    whole = _Whole(tried)
    for number, external_id in enumerate(found):
        if number >= MOST_WHOLE or (number and far.is_late()):
            whole.waiting = [one for one in found[number:] if one not in tried]
            break
        try:
            post = post_of(api, external_id)
        except (RateLimited, Unavailable) as error:
            whole.waiting, whole.error = [one for one in found[number:] if one not in tried], error
            break
        except (Malformed, Refused) as error:
            whole.fail(external_id, error)
            continue
        tried.pop(external_id, None)
        if post is not None:
            whole.read.append(post)
    return whole


def _later(page: Page, error: Pause) -> Page:
    waits = [wait for wait in (page.retry_at, error.retry_at) if wait is not None]
    return replace(page, retry_at=max(waits))
