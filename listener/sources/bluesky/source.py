"""Bluesky: mentions, replies and quotes, search, an account's own posts and its direct messages. Nothing here knows atproto: that is client.py."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from desk import platforms
from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post, gone
from listener.query import to_bluesky
from listener.settings import ListenerSettings
from listener.source import Malformed, MediaPlaces, Refused
from listener.sources.bluesky.client import BlueskyClient
from listener.sources.bluesky.conversations import look_at_conversations
from listener.sources.bluesky.direct import is_direct, read_message
from listener.sources.bluesky.parse import HEARD, read_page, read_post
from listener.sources.shared import options
from listener.sources.shared.json_read import mapping, text_of
from listener.sources.shared.listing import Ask, LostPlace, Sheet, digest
from listener.sources.shared.look import Look
from listener.sources.shared.reading import Bounds, bounds, found_in, kept_places, latest, look_at, page_of, read_all
from listener.sources.shared.wanted import Wanted
from listener.sources.shared.wire import document

DIRECT = "direct"
KINDS = ("notifications", "search", "timeline", DIRECT)
PAGE_SIZE, DAYS = 100, 30
OVERLAP_S = 60 * 60
"""What other servers hold arrives late, under the time at which it was written."""

POSTS = "app.bsky.feed.getPosts"
SEARCH, NOTIFICATIONS, TIMELINE = "app.bsky.feed.searchPosts", "app.bsky.notification.listNotifications", "app.bsky.feed.getAuthorFeed"


def _now() -> datetime:
    return datetime.now(UTC)


class BlueskyClients:
    """A client for each credential, so that a session lasts: a new one is given 300 times a day at most."""

    def __init__(self, settings: ListenerSettings) -> None:
        self._settings = settings
        self._known: dict[str, BlueskyClient] = {}
        self._lock = Lock()

    def of(self, credential: str | None) -> BlueskyClient:
        """Raises Unauthorized, Refused."""
        found = self._settings.credential(credential, "bluesky")
        with self._lock:
            if found.name not in self._known:
                self._known[found.name] = BlueskyClient(found, self._settings.timeout.total_seconds())
            return self._known[found.name]


class BlueskySource:
    """Feeds of kind `notifications`, `search`, `timeline` and `direct`.

    `notifications`: who mentions, answers or quotes the account. `timeline`: an account's own posts. `direct`: the private messages of the
    credential's account.

    Options: username (of kind timeline; the credential's own account without), days (30: how far back a first look goes), max_pages (5),
    page_size (100), backfill (true; false: a first look ends after max_pages).
    """

    name = "bluesky"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = _now) -> None:
        self._settings = settings
        self._clients = BlueskyClients(settings)
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        kind = options.kind(feed.kind, KINDS)
        far = bounds(feed, self._settings.lease, longest_page=PAGE_SIZE, usual={"page_size": PAGE_SIZE, "days": DAYS})
        wanted = Wanted.of(feed)
        words = wanted.searches(to_bluesky, platform="Bluesky") if kind == "search" else ()
        client = self._clients.of(feed.credential)
        if kind == DIRECT:
            return look_at_conversations(client, cursor, far, overlap=OVERLAP_S, now=self._clock())
        asks = _asks(feed, client, kind, words, far)
        looks = look_at(asks, kept_places(cursor), far, latest(far, overlap=OVERLAP_S, now=self._clock()))
        return self._page(client, looks, wanted)

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """Bluesky leaves out what is gone; what its author hides from us must go here as well."""
        client = self._clients.of(feed.credential)
        answer = client.ask(POSTS, {"uris": list(ids)})
        found = mapping(document(answer)).get("posts")
        if not isinstance(found, list):
            raise Malformed("Bluesky's answer has no posts", answer.body[:10_000])
        there = {text_of(mapping(item).get("uri")) for item in found}
        posts, _ = read_all(found, read_post)
        return Asked((*posts, *(gone(one) for one in ids if one not in there)), limits=client.limits)

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        del feed
        try:
            item = json.loads(payload)
            return read_message(item) if is_direct(item) else read_post(item)
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept post cannot be read: {error}", payload) from error

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """Bluesky's own media hosts; with them the one that the credential names instead of Bluesky, as for trying out."""
        credential = self._settings.credentials.get(feed.credential or "")
        hosts = platforms.MEDIA_HOSTS[self.name]
        if credential is None or not credential.base_url or not credential.allow_loopback:
            return MediaPlaces(hosts)
        return MediaPlaces(hosts | {urlsplit(credential.base_url).netloc.lower()}, loopback=True)

    def _page(self, client: BlueskyClient, looks: Mapping[str, Look], wanted: Wanted) -> Page:
        posts, rejects = read_all(found_in(looks), read_post)
        limits, now = client.limits, self._clock()
        out_of_calls = limits.reset_at if limits and limits.remaining == 0 else None
        waits = [out_of_calls] if out_of_calls and out_of_calls > now else []
        return page_of(looks, wanted.among(posts), rejects, limits=limits, waits=waits)


def _asks(feed: FeedSpec, client: BlueskyClient, kind: str, words: Sequence[str], far: Bounds) -> dict[str, Ask]:
    size = {"limit": far.page_size}
    if kind == "notifications":
        return {kind: _asking(client, NOTIFICATIONS, {**size, "reasons": sorted(HEARD)}, "notifications")}
    if kind == "timeline":
        actor = str(feed.options.get("username") or "").strip().lstrip("@") or client.session.did
        return {kind: _asking(client, TIMELINE, {**size, "actor": actor, "filter": "posts_with_replies"}, "feed")}
    return {digest(one): _asking(client, SEARCH, {**size, "q": one, "sort": "latest"}, "posts", since=True) for one in words}


def _asking(client: BlueskyClient, name: str, asked: Mapping[str, Any], part: str, *, since: bool = False) -> Ask:
    def ask(floor: int, after: str | None) -> Sheet:
        from_then = {"since": datetime.fromtimestamp(floor, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if since else {}
        try:
            return read_page(client.ask(name, {**asked, **from_then, **({"cursor": after} if after else {})}), part, asked=after)
        except Refused as error:
            if after is None:
                raise
            raise LostPlace(str(error)) from error

    return ask
