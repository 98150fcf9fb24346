"""A forum's own search. It finds posts and shows a few of their words, so that each new one is read by itself.

https://docs.discourse.org/#tag/Search: `order:latest`, ten pages of fifty at most.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desk.post import FeedSpec, Page, Post, Unreadable
from listener.query.discourse import to_discourse
from listener.source import Malformed, RateLimited, Refused, Unavailable
from listener.sources.discourse.client import NAME, post_of
from listener.sources.discourse.parse import Forum, is_public, is_said, read_post
from listener.sources.shared import asking
from listener.sources.shared.api import Api, instant_of, list_of, mapping_of, text_of
from listener.sources.shared.listing import Ask, Entry, Listing, Sheet
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
    found = [str(one) for one in list_of(places.get("waiting"))] + [entry.key for look in looks.values() for entry in look.news]
    read, unread, waiting, error = _whole(api, list(dict.fromkeys(found)), far)
    posts, rejects = read_all([item for item in read if is_said(item) and is_public(item)], lambda item: read_post(item, forum))
    notes = (f"some posts were found but not read yet: {error}",) if error else ()
    page = page_of(
        looks,
        choice.among(posts),
        (*rejects, *unread),
        notes=notes,
        kept={"waiting": waiting},
        more=bool(waiting),
    )
    return page if error is None or error.retry_at is None else _later(page, error)


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
        return Sheet(tuple(one for item in listed if (one := _entry(mapping_of(item)))), older)

    return ask


def _entry(item: Mapping[str, Any]) -> Entry | None:
    """A find. Without an id there is nothing to read by itself."""
    number, at = item.get("id"), instant_of(item.get("created_at"))
    return Entry(str(number), at.timestamp() if at else None, "found", number) if isinstance(number, int) else None


def _whole(api: Api, found: Sequence[str], far: Bounds) -> tuple[list[Item], list[Unreadable], list[str], Pause | None]:
    """The posts themselves, those that cannot be read, and what is left for the next look: why, where the forum did not want to go on."""
    read: list[Item] = []
    unread: list[Unreadable] = []
    for number, external_id in enumerate(found):
        if number >= MOST_WHOLE or (number and far.is_late()):
            return read, unread, list(found[number:]), None
        try:
            post = post_of(api, external_id)
        except (RateLimited, Unavailable) as error:
            return read, unread, list(found[number:]), error
        except Malformed as error:
            unread.append(Unreadable(error.raw or external_id.encode(), str(error)))
            continue
        if post is not None:
            read.append(post)
    return read, unread, [], None


def _later(page: Page, error: Pause) -> Page:
    waits = [wait for wait in (page.retry_at, error.retry_at) if wait is not None]
    return replace(page, retry_at=max(waits))
