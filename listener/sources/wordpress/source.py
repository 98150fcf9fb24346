"""Comments on WordPress sites, over the REST interface that each of them has; answers as a user with an application password.

https://developer.wordpress.org/rest-api/reference/comments/
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post
from desk.post import gone as lost
from listener.http import Answer
from listener.settings import ListenerSettings
from listener.source import Malformed, Refused, SourceError
from listener.sources.shared import options
from listener.sources.shared.api import Api, mapping_of, now, place_of
from listener.sources.shared.listing import Listing, Place, Sheet
from listener.sources.shared.look import Look
from listener.sources.shared.reading import bounds, kept_places, page_of, read_all
from listener.sources.shared.wanted import Wanted
from listener.sources.shared.wire import number
from listener.sources.wordpress.client import COMMENTS, NAME, PAGE_SIZE, SOURCE, Blog, comment_of, opened
from listener.sources.wordpress.parse import THREAD, entry, gone, is_gone, read_comment

SHARED = 10
"""So many comments of a page stand on the next one too: what is deleted meanwhile pulls none past its edge."""

OVERLAP = 3600.0
MOST_CHECKS = 5


class WordPressSource:
    """Comments that visitors see, newest first; a query is asked of each here.

    Options: url (where no credential says it), max_pages (5), backfill (false: a first look ends after max_pages), allow_loopback.
    """

    name = SOURCE

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        wanted = Wanted.of(feed)
        far = bounds(feed, self._settings.lease, backfill=False)
        api = opened(self._settings, feed.credential, feed.options, self._clock)
        _, site = place_of(self._settings, feed)
        kept = kept_places(cursor)
        pages = _Pages(api, is_plain=kept.get("is_plain") is True)
        look = Look(Place.load(kept.get("comments")), Listing(OVERLAP, ceiling=self._clock().timestamp(), is_counted=True, is_whole=True))
        look.follow(pages.ask, max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
        posts, rejects = read_all((one.item for one in look.news), lambda item: read_comment(item, site))
        deleted = _deleted(pages.blog, look, site, self._clock())
        said, others = (*wanted.among(posts), *deleted), wanted.besides(posts)
        return page_of({"comments": look}, said, rejects, kept={"is_plain": pages.blog.is_plain}, besides=others)

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """What a site leaves out of several is asked for alone: it may only be hidden from such a list."""
        api = opened(self._settings, feed.credential, feed.options, self._clock)
        site = place_of(self._settings, feed)[1]
        pages = _Pages(api, is_plain=False)
        items = pages.named(ids)
        told = {str(mapping_of(item).get("id")) for item in items}
        alone = {one: comment_of(pages.blog, one) for one in options.in_time(ids, self._settings.lease) if one not in told}
        posts, _ = read_all([*items, *(item for item in alone.values() if item is not None)], lambda item: read_comment(item, site))
        return Asked((*posts, *(lost(one) for one, item in alone.items() if item is None)))

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            return read_comment(json.loads(payload), place_of(self._settings, feed)[1])
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept comment cannot be read: {error}", payload) from error


class _Pages:
    """The pages of a site's comments. At the first one it turns out under which address the interface lies."""

    def __init__(self, api: Api, *, is_plain: bool) -> None:
        self.blog = Blog(api, is_plain)

    def ask(self, _floor: int, older: str | None) -> Sheet:
        offset = int(older) if older and older.isdigit() else 0
        asked = {"per_page": PAGE_SIZE, "orderby": "date_gmt", "order": "desc", "offset": offset or None}
        given, answer = self._get(asked)
        if not isinstance(given, list):
            raise Malformed(f"{NAME}'s answer lists no comments: is this the address of the site?", answer.body[:10_000])
        return Sheet(tuple(entry(item) for item in given), _next(offset, len(given), answer))

    def named(self, ids: Sequence[str]) -> list[Any]:
        """The comments with these ids, as far as a list of them shows them."""
        given, _ = self._get({"per_page": len(ids), "include": ",".join(ids)})
        return given if isinstance(given, list) else []

    def _get(self, asked: Mapping[str, Any]) -> tuple[Any, Answer]:
        try:
            return self.blog.get(COMMENTS, asked)
        except (Refused, Malformed):
            other = Blog(self.blog.api, not self.blog.is_plain)
            try:
                found = other.get(COMMENTS, asked)
            except SourceError:
                other = self.blog
            if other is self.blog:
                raise
        self.blog = other
        return found


def _next(offset: int, count: int, answer: Answer) -> str | None:
    total = number(answer.headers.get("x-wp-total"))
    is_last = count < PAGE_SIZE if total is None else offset + count >= total
    return None if is_last or not count else str(offset + max(1, count - min(SHARED, count // 2)))


def _deleted(blog: Blog, look: Look, site: str, moment: datetime) -> list[Post]:
    """Comments that should have been listed and were not, as far as the site says that they are gone."""
    found = []
    for key in look.missing[:MOST_CHECKS]:
        try:
            comment = comment_of(blog, key)
        except SourceError as error:
            look.notes.append(f"deleted comments were not looked for: {error}")
            break
        is_away = comment is None or is_gone(comment)
        if is_away:
            article = mapping_of(comment).get("post")
            found.append(gone(key, f"{THREAD}{article}" if article else key, moment, site))
        look.settle(key, is_gone=is_away)
    return found
