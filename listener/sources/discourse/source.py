"""Discourse forums: their newest posts, or a search; answers as a user of the forum. Without a key a public forum is read as any visitor does."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post
from desk.post import gone as lost
from listener.addresses import parse as parse_address
from listener.settings import ListenerSettings
from listener.source import Counted, Malformed, MediaPlaces, SourceError
from listener.sources.discourse.client import NAME, SOURCE, opened, post_of
from listener.sources.discourse.parse import THREAD, Forum, entry, gone, is_gone, is_said, read_post
from listener.sources.discourse.search import Choice, categories_of, count, search
from listener.sources.shared import options
from listener.sources.shared.api import Api, mapping_of, now, place_of
from listener.sources.shared.listing import Entry, Listing, Place, Sheet
from listener.sources.shared.look import Look
from listener.sources.shared.reading import Bounds, bounds, kept_places, page_of, read_all
from listener.sources.shared.wanted import Wanted

KINDS = ("posts", "search")

OVERLAP = 20.0
"""In ids: a forum that is written to by many gives out numbers in another order than it shows them."""

WINDOW = 50
"""Older versions look for the fifty ids below `before`, and show fewer where some of them are private (PostsController#latest)."""

MOST_CHECKS = 5


class DiscourseSource:
    """Feeds of kind `posts` (all that is public, matched here) and `search` (what the forum's own search finds).

    Options: url (where no credential says it), categories (only these, by id), max_pages (5), backfill (false: a first look ends after
    max_pages; true: it goes on to the forum's first post), allow_loopback.
    """

    name = SOURCE

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        kind = options.kind(feed.kind, KINDS)
        far = bounds(feed, self._settings.lease, backfill=False)
        api = opened(self._settings, feed.credential, feed.options, self._clock)
        forum = Forum(*place_of(self._settings, feed))
        if kind == "search":
            return search(api, forum, feed, kept_places(cursor), far)
        return _newest(api, forum, Choice(Wanted.of(feed), categories_of(feed)), kept_places(cursor), far)

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted | None:
        """What a forum's search lists on its first page; its newest posts cannot be counted."""
        if options.kind(feed.kind, KINDS) != "search":
            return None
        return count(opened(self._settings, feed.credential, feed.options, self._clock), feed, since)

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """One by one: a forum names no several of them outside their topic."""
        api = opened(self._settings, feed.credential, feed.options, self._clock)
        forum = Forum(*place_of(self._settings, feed))
        found = {one: post_of(api, one) for one in options.in_time(ids, self._settings.lease)}
        there = [item for item in found.values() if item is not None and not is_gone(item)]
        posts, _ = read_all(there, lambda item: read_post(item, forum))
        return Asked((*posts, *(lost(one) for one, item in found.items() if item is None or is_gone(item))))

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            return read_post(json.loads(payload), Forum(*place_of(self._settings, feed)))
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept post cannot be read: {error}", payload) from error

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """The forum's own host alone: whoever writes there must not make us call elsewhere."""
        api = opened(self._settings, feed.credential, feed.options, self._clock)
        place = parse_address(place_of(self._settings, feed)[0]).netloc.decode("ascii").lower()
        return MediaPlaces(frozenset({place}), private=True, loopback=api.door.allow_loopback)


def _newest(api: Api, forum: Forum, choice: Choice, places: Mapping[str, Any], far: Bounds) -> Page:
    look = Look(Place.load(places.get("posts")), Listing(OVERLAP, has_gaps=True))
    look.follow(lambda _floor, older: _sheet(api, older, look.place), max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
    posts, rejects = read_all([one.item for one in look.news if is_said(one.item)], lambda item: read_post(item, forum))
    deleted = _deleted(api, forum, look)
    return page_of({"posts": look}, (*choice.among(posts), *deleted), rejects, besides=choice.wanted.besides(posts))


def _sheet(api: Api, older: str | None, place: Place) -> Sheet:
    given, answer = api.get("/posts.json", {"before": older})
    listed = mapping_of(given).get("latest_posts")
    if not isinstance(listed, list):
        raise Malformed(f"{NAME}'s answer lists no posts: is this the address of a forum?", answer.body[:10_000])
    # Some versions list the post that `before` names once more.
    entries = tuple(one for item in listed if (one := entry(item)).key != older)
    return Sheet(entries, _below(entries, older, place))


def _below(entries: tuple[Entry, ...], older: str | None, place: Place) -> str | None:
    """Where the next page starts: below the lowest post, or below a window in which all of them are private."""
    places = [one.at for one in entries if one.at is not None]
    if places:
        return str(int(min(places))) if min(places) > 1 else None
    newest = place.mark.newest if place.mark else None
    if older is None or newest is None or not WINDOW < int(older) > newest - OVERLAP:
        return None
    return str(int(older) - WINDOW)


def _deleted(api: Api, forum: Forum, look: Look) -> list[Post]:
    """Posts that should have been listed and were not, as far as the forum says that they are gone."""
    found = []
    for key in look.missing[:MOST_CHECKS]:
        try:
            post = post_of(api, key)
        except SourceError as error:
            look.notes.append(f"deleted posts were not looked for: {error}")
            break
        if post is None or is_gone(post):
            topic = post.get("topic_id") if post else None
            found.append(gone(key, f"{THREAD}{topic}" if topic else key, api.clock(), forum))
        look.settle(key, is_gone=post is None or is_gone(post))
    return found
