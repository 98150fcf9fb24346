"""Hacker News: stories and comments that match a query, through the site's own search (https://hn.algolia.com/api). Needs no key.

Options of a feed: days (7: how far back a first look goes), max_pages (5), page_size (100), backfill (false: a first look ends after max_pages).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post, gone
from listener.query import to_hackernews
from listener.query.hackernews import HACKERNEWS
from listener.settings import ListenerSettings
from listener.source import Counted, Malformed
from listener.sources.hackernews.parse import hit_of, is_gone, read_hit, read_page, wanted_tags
from listener.sources.shared import api, asking, options
from listener.sources.shared.api import Api
from listener.sources.shared.counting import counted, is_wider
from listener.sources.shared.json_read import mapping, text_of
from listener.sources.shared.listing import Ask, Sheet, digest
from listener.sources.shared.reading import bounds, found_in, kept_places, latest, look_at, page_of, read_all
from listener.sources.shared.wanted import Wanted

BASE_URL = "https://hn.algolia.com"
ITEMS_URL = "https://hacker-news.firebaseio.com"
PATH = "/api/v1/search_by_date"
KINDS: Mapping[str, tuple[str, ...]] = {"all": ("story", "comment"), "stories": ("story",), "comments": ("comment",)}
OVERLAP_S = 2 * 60 * 60
"""For two hours an author may still change what they wrote."""


class HackerNewsSource:
    """Feeds of kind `all`, `stories` or `comments`; each needs a query, which is asked again of every hit."""

    name = "hackernews"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = api.now) -> None:
        self._settings = settings
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        tags = wanted_tags(KINDS[options.kind(feed.kind, tuple(KINDS))])
        found = Wanted.of(feed).searches(to_hackernews, platform="Hacker News")
        # Its search forgives slips, and finds a word in plural and singular alike.
        wanted = asking.wanted_of_found(feed, is_blurred=True)
        web, far = self._web(feed), bounds(feed, self._settings.lease, longest_page=1000)
        asks = {digest(words, tags): _asking(web, words, tags, far.page_size) for words in found}
        looks = look_at(asks, kept_places(cursor), far, latest(far, overlap=OVERLAP_S, now=self._clock()))
        posts, rejects = read_all(found_in(looks), read_hit)
        return page_of(looks, wanted.among(posts), rejects)

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted:
        """Its search says how many hits there are, and asks to show none."""
        tags = wanted_tags(KINDS[options.kind(feed.kind, tuple(KINDS))])
        web, found = self._web(feed), Wanted.of(feed).searches(to_hackernews, platform="Hacker News")
        bound = f"created_at_i>={int(since.timestamp())}"
        asked = {"tags": tags, "numericFilters": bound, "hitsPerPage": 0, "advancedSyntax": "true"}
        totals = (mapping(web.get(PATH, {**asked, "query": words})[0]).get("nbHits") for words in found)
        return counted(totals, is_wider=is_wider(feed, HACKERNEWS, is_blurred=True))

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """By the site's own items, which name what was deleted; its search may show that for long. Of what is no item nobody tells anything."""
        web = self._web(feed, usual=ITEMS_URL)
        found = {one: web.get(f"/v0/item/{one}.json")[0] for one in options.in_time(ids, self._settings.lease) if one.isdigit()}
        there = {one: item for one, item in found.items() if text_of(mapping(item).get("id")) == one}
        posts, _ = read_all([hit_of(item) for item in there.values() if not is_gone(item)], read_hit)
        return Asked((*posts, *(gone(one) for one, item in there.items() if is_gone(item))))

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        del feed
        try:
            return read_hit(json.loads(payload))
        except (ValueError, OverflowError, OSError, RecursionError) as error:
            raise Malformed(f"the kept hit cannot be read: {error}", payload) from error

    def _web(self, feed: FeedSpec, *, usual: str = BASE_URL) -> Api:
        door = api.door(self._settings, self.name, feed.credential, feed.options, usual=usual)
        return Api("Hacker News", door, clock=self._clock)


def _asking(web: Api, words: str, tags: str, page_size: int) -> Ask:
    def ask(floor: int, after: str | None) -> Sheet:
        bound = [f"created_at_i>={floor}", *([f"created_at_i<={after}"] if after else [])]
        asked: dict[str, Any] = {"query": words, "tags": tags, "numericFilters": ",".join(bound), "hitsPerPage": page_size}
        document, _ = web.get(PATH, {**asked, "advancedSyntax": "true"})
        return read_page(document, until=after, floor=floor)

    return ask
