"""YouTube: comments on a channel's videos or on chosen ones, and videos that match a query (YouTube Data API v3).

Options of a feed: channel (its id or @handle), videos (ids), days (7), max_pages (5; of a search 1), page_size, backfill.
A page of comments costs one unit of 10,000 a day; of searches a day has a hundred, apart from them.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post, gone
from listener.query import to_youtube
from listener.settings import ListenerSettings
from listener.source import Counted, Malformed, Refused, SourceError, Sureness, unread_for
from listener.sources.shared import api, asking, options
from listener.sources.shared.counting import counted
from listener.sources.shared.json_read import mapping, text_of
from listener.sources.shared.listing import Ask, Sheet, digest
from listener.sources.shared.look import Look
from listener.sources.shared.reading import (
    bounds,
    gaps_of,
    kept_places,
    latest,
    look_at,
    notes_of,
    read_all,
    retry_at_of,
    unread_of,
    written,
)
from listener.sources.shared.wanted import Wanted
from listener.sources.youtube.client import Calls, NoComments, calls_of
from listener.sources.youtube.parse import hidden_replies, read_item, read_search, read_threads, reply_of, shown_replies, top_of, video_id

KINDS = ("channel", "video", "search")
CHANNEL_ID = re.compile(r"UC[\w-]{10,40}")
VIDEO_ID = re.compile(r"[\w-]{5,40}")
LONGEST_VIDEO_ID = 11
OVERLAP_S = 24 * 60 * 60
"""A thread whose number of replies grew within that time comes back with them."""

LATE = "some replies were left for the next look"


class YouTubeSource:
    """Feeds of kind `channel` and `video` (comments and replies, matched here where there is a query) and `search` (videos)."""

    name = "youtube"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = api.now) -> None:
        self._settings = settings
        self._clock = clock
        self._channels: dict[str, str] = {}

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        kind, wanted = options.kind(feed.kind, KINDS), Wanted.of(feed)
        calls = calls_of(self._settings, feed.credential, self._clock)
        is_search = kind == "search"
        usual = {"max_pages": 1, "page_size": 50} if is_search else None
        far = bounds(feed, self._settings.lease, longest_page=50 if is_search else 100, usual=usual)
        asks = _search(calls, wanted, far.page_size) if is_search else self._comments(calls, feed, kind, far.page_size)
        looks = look_at(asks, kept_places(cursor), far, latest(far, overlap=OVERLAP_S, now=self._clock()))
        # Its search finds other forms of a word as well.
        return (
            _videos(calls, looks, asking.wanted_of_found(feed, is_blurred=True))
            if is_search
            else _threads(calls, looks, wanted, far.is_late)
        )

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted | None:
        """What a search says of all that it would show, by its own estimate; each is one of the day's searches."""
        if options.kind(feed.kind, KINDS) != "search":
            return None
        calls = calls_of(self._settings, feed.credential, self._clock)
        asked = {"part": "id", "type": "video", "maxResults": 0, "publishedAfter": _instant(int(since.timestamp()))}
        found = [calls.get("search", {**asked, "q": words}) for words in Wanted.of(feed).searches(to_youtube, platform="YouTube")]
        told = counted(mapping(one.get("pageInfo")).get("totalResults") for one in found)
        return replace(told, sureness=Sureness.ABOUT, costs=calls.costs())

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """What is gone, or hidden from everybody, is left out of the answer."""
        calls = calls_of(self._settings, feed.credential, self._clock)
        videos = [one for one in ids if len(one) <= LONGEST_VIDEO_ID]
        comments = [one for one in ids if len(one) > LONGEST_VIDEO_ID]
        items = list(calls.videos(videos).values()) + (list(calls.comments(comments)) if comments else [])
        there = {text_of(mapping(item).get("id")) for item in items}
        posts, _ = read_all(items, read_item)
        return Asked((*posts, *(gone(one) for one in ids if one not in there)), calls.costs())

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        del feed
        try:
            return read_item(json.loads(payload))
        except (AttributeError, ValueError, OverflowError, OSError, RecursionError) as error:
            raise Malformed(f"the kept item cannot be read: {error}", payload) from error

    def _comments(self, calls: Calls, feed: FeedSpec, kind: str, page_size: int) -> dict[str, Ask]:
        if kind == "video":
            return {video: _asking(calls, {"videoId": video}, page_size) for video in _video_ids(feed)}
        channel = self._channel(calls, feed)
        return {channel: _asking(calls, {"allThreadsRelatedToChannelId": channel}, page_size)}

    def _channel(self, calls: Calls, feed: FeedSpec) -> str:
        given = str(feed.options.get("channel") or "").strip()
        if CHANNEL_ID.fullmatch(given):
            return given
        if not re.fullmatch(r"@[\w.·-]{1,60}", given):
            raise Refused('a feed of kind channel needs option channel: channel = "@acme", or the id that begins with UC')
        if given not in self._channels:
            self._channels[given] = calls.channel_of(given)
        return self._channels[given]


def _video_ids(feed: FeedSpec) -> list[str]:
    given = feed.options.get("videos") or ()
    words = re.split(r"[\s,+]+", given.strip()) if isinstance(given, str) else [str(word) for word in given]
    if not words or not all(VIDEO_ID.fullmatch(word) for word in words):
        raise Refused('a feed of kind video needs option videos, the ids after watch?v=, such as videos = ["dQw4w9WgXcQ"]')
    return list(dict.fromkeys(words))


def _asking(calls: Calls, told: Mapping[str, str], page_size: int) -> Ask:
    asked = {"part": "snippet,replies", "order": "time", "maxResults": page_size, "textFormat": "plainText", **told}

    def ask(floor: int, after: str | None) -> Sheet:
        del floor
        try:
            return read_threads(calls.get("commentThreads", {**asked, **({"pageToken": after} if after else {})}))
        except NoComments as error:
            if "videoId" in told:
                raise Refused(f"{error} (video {told['videoId']}: take it out of option videos)") from error
            raise

    return ask


def _search(calls: Calls, wanted: Wanted, page_size: int) -> dict[str, Ask]:
    found = wanted.searches(to_youtube, platform="YouTube")
    return {digest(words): _searching(calls, words, page_size) for words in found}


def _searching(calls: Calls, words: str, page_size: int) -> Ask:
    asked = {"part": "snippet", "type": "video", "order": "date", "maxResults": page_size, "q": words}

    def ask(floor: int, after: str | None) -> Sheet:
        # The upper bound leaves its own instant out.
        upper = {"publishedBefore": _instant(int(after) + 1)} if after else {}
        return read_search(calls.get("search", {**asked, "publishedAfter": _instant(floor), **upper}), until=after, floor=floor)

    return ask


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(max(0, seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _videos(calls: Calls, looks: Mapping[str, Look], wanted: Wanted) -> Page:
    found = [entry.item for look in looks.values() for entry in look.news]
    error: SourceError | None = None
    whole: Mapping[str, Any] = {}
    try:
        whole = calls.videos([video_id(item) for item in found])
    except SourceError as failed:
        error = failed
    return _page(calls, looks, [whole.get(video_id(item), item) for item in found], wanted, error)


def _threads(calls: Calls, looks: Mapping[str, Look], wanted: Wanted, is_late: Callable[[], bool]) -> Page:
    items: list[Any] = []
    error: SourceError | None = None
    for look in looks.values():
        unread: set[str] = set()
        for entry in look.news:
            replies = shown_replies(entry.item)
            if hidden_replies(entry.item) and error is None and not is_late():
                try:
                    replies = list(calls.replies(entry.key))
                except SourceError as failed:
                    error = failed
            elif hidden_replies(entry.item):
                unread.add(entry.key)
            items += [top_of(entry.item), *(reply_of(entry.item, reply) for reply in replies)]
        if unread:
            look.read_again(unread)
            look.notes.append(LATE)
    return _page(calls, looks, items, wanted, error)


def _page(calls: Calls, looks: Mapping[str, Look], items: Sequence[Any], wanted: Wanted, error: SourceError | None) -> Page:
    posts, rejects = read_all([*items, *(item for look in looks.values() for item in look.unread)], read_item)
    return Page(
        posts=wanted.among(posts),
        besides=wanted.besides(posts),
        rejects=rejects,
        # Where something was not read to its end the place stays, so that all of it is read again.
        cursor=None if error else written(looks),
        retry_at=retry_at_of(looks, getattr(error, "retry_at", None) or getattr(error, "until", None)),
        more=error is None and any(look.goes_on for look in looks.values()),
        costs=calls.costs(),
        detail=notes_of(looks, f"the rest is read again: {error}" if error else ""),
        gaps=gaps_of(looks),
        unread=(*unread_of(looks), *unread_for("the rest", error)),
    )
