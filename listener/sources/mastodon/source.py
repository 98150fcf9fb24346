"""Mastodon, and servers that speak its API: mentions, search, tags and an account's own posts. Nothing here knows Mastodon.py: that is client.py."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post, Unreadable, gone
from listener.query import to_mastodon
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, MediaPlaces, Refused
from listener.sources.mastodon.client import MastodonClient
from listener.sources.mastodon.errors import Gone, PageGone
from listener.sources.mastodon.held import HeldBack
from listener.sources.mastodon.parse import read_notifications, read_search, read_status, read_statuses
from listener.sources.mastodon.threads import Threads
from listener.sources.shared import asking, options
from listener.sources.shared.json_read import mapping, text_of
from listener.sources.shared.listing import Ask, Sheet, digest
from listener.sources.shared.look import Look
from listener.sources.shared.reading import Bounds, bounds, gaps_of, kept_places, latest, look_at, notes_of, retry_at_of, unread_of, written
from listener.sources.shared.wanted import Wanted
from listener.sources.shared.wire import Answer, document

KINDS = ("notifications", "search", "tag", "timeline")
LONGEST_PAGE: Mapping[str, int] = {"notifications": 80, "search": 40, "tag": 40, "timeline": 40}
DAYS = 30
OVERLAP_S = 60 * 60
"""What was written elsewhere arrives late, under the time at which it was written; and for a while it is still changed."""

PICTURE_HOSTS = ("files", "media", "cdn", "assets")
NO_SEARCH = "no status was found: a server without full-text search finds only statuses of the account itself and such that mention it"
UNREADABLE = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)


def _now() -> datetime:
    return datetime.now(UTC)


class MastodonSource:
    """Feeds of kind `notifications` (who mentions or quotes the account), `search`, `tag` and `timeline` (an account's own statuses).

    Options: tag (of kind tag), username (of kind timeline; the credential's own account without), days (30: how far back a first look goes),
    max_pages (5), page_size (40, notifications 80), backfill (true; false: a first look ends after max_pages).
    """

    name = "mastodon"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = _now) -> None:
        self._settings = settings
        self._clock = clock
        self._threads = Threads()
        self._held_back = HeldBack()
        self._ids: dict[tuple[str, str], str] = {}

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        credential = self._settings.credential(feed.credential, self.name)
        kind = options.kind(feed.kind, KINDS)
        usual = {"page_size": LONGEST_PAGE[kind], "days": DAYS}
        far = bounds(feed, self._settings.lease, longest_page=LONGEST_PAGE[kind], usual=usual)
        wanted = Wanted.of(feed)
        words = _words(feed, kind, wanted)
        client = MastodonClient(credential, self._settings.timeout.total_seconds(), site=feed.site)
        asks = self._asks(feed, client, kind, words, far)
        looks = look_at(asks, kept_places(cursor), far, latest(far, overlap=OVERLAP_S, now=self._clock()))
        # Full-text search stems words: https://docs.joinmastodon.org/admin/elasticsearch/
        found = asking.wanted_of_found(feed, is_blurred=True) if kind == "search" else wanted
        return self._page(client, looks, cursor, found, is_late=far.is_late)

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """What a server leaves out of several is asked for alone: only then it says that there is none."""
        client = MastodonClient(
            self._settings.credential(feed.credential, self.name), self._settings.timeout.total_seconds(), site=feed.site
        )
        items = _several(client, ids)
        told = {text_of(mapping(item).get("id")) for item in items}
        alone = {one: _alone(client, one) for one in options.in_time(ids, self._settings.lease) if one not in told}
        posts, _ = _read_all([(item, "") for item in (*items, *alone.values()) if item], self._site(feed))
        return Asked((*posts, *(gone(one) for one, item in alone.items() if item is None)), limits=client.limits)

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            kept = json.loads(payload)
            return read_status(kept["status"], root=text_of(kept.get("root")), site=self._site(feed))
        except UNREADABLE as error:
            raise Malformed(f"the kept status cannot be read: {error}", payload) from error

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """The server, its usual hosts for files, and those that the credential names: it keeps copies of what comes from elsewhere."""
        credential = self._settings.credentials.get(feed.credential or "")
        if credential is None:
            return MediaPlaces()
        host = self._site(feed).lower()
        named = credential.options.get("media_hosts") or ()
        others = [named] if isinstance(named, str) else [str(one) for one in named]
        base = urlsplit(credential.base_url or "").netloc.lower()
        hosts = {host, base, *(f"{first}.{host}" for first in PICTURE_HOSTS), *(one.strip().lower() for one in others)}
        return MediaPlaces(frozenset(hosts - {""}), loopback=credential.allow_loopback)

    def _asks(self, feed: FeedSpec, client: MastodonClient, kind: str, words: Sequence[str], far: Bounds) -> dict[str, Ask]:
        if kind == "notifications":
            return {kind: _asking(client.notifications, read_notifications, far)}
        if kind == "search":
            return {digest(one): _searching(client, one, far) for one in words}
        if kind == "tag":
            return {f"tag {one}": _tagged(client, one, far) for one in words}
        account = self._account(feed, client)
        return {kind: _asking(lambda *, after, size: client.of_account(account, after=after, size=size), read_statuses, far)}

    def _account(self, feed: FeedSpec, client: MastodonClient) -> str:
        """The number of the account whose statuses are read, asked for once in the life of this process."""
        name = str(feed.options.get("username") or "").strip().lstrip("@")
        key = (f"{client.base} {feed.credential}", name.lower())
        if key not in self._ids:
            self._ids[key] = account_id(client.account(name) if name else client.own_account())
        return self._ids[key]

    def _page(
        self,
        client: MastodonClient,
        looks: Mapping[str, Look],
        cursor: str | None,
        wanted: Wanted,
        *,
        is_late: Callable[[], bool],
    ) -> Page:
        items = {entry.key: entry.item for look in looks.values() for entry in look.news}
        found = self._threads.roots(client, items, is_late=is_late)
        site = self._site(wanted.feed)
        posts, rejects = _read_all([(item, found.roots[own]) for own, item in items.items() if own in found.roots], site)
        rejects += tuple(_kept(item, "", "the item has no id or no instant") for look in looks.values() for item in look.unread)
        is_empty = wanted.feed.kind == "search" and cursor is None and not items
        now = self._clock()
        notes = [found.note, NO_SEARCH if is_empty else ""]
        if wanted.feed.kind == "notifications":
            notes.append(self._held_back.note(client, f"{client.base} {wanted.feed.credential}", now))
        out_of_calls = client.limits.reset_at if client.limits and client.limits.remaining == 0 else None
        return Page(
            posts=wanted.among(posts),
            rejects=rejects,
            # What is not threaded yet is read again from the same place.
            cursor=cursor if found.is_cut else written(looks),
            retry_at=retry_at_of(looks, found.retry_at, out_of_calls if out_of_calls and out_of_calls > now else None),
            more=found.goes_on or any(look.goes_on for look in looks.values()),
            limits=client.limits,
            detail=notes_of(looks, *notes),
            gaps=gaps_of(looks),
            unread=unread_of(looks),
        )

    def _site(self, feed: FeedSpec) -> str:
        credential = self._settings.credentials.get(feed.credential or "") or CredentialSettings("", self.name)
        return site_of(credential, feed.site)


def site_of(credential: CredentialSettings, site: str) -> str:
    """The server's name, as mentions and accounts of it say: the feed's own site, else the host of its credential."""
    return site or urlsplit(credential.base_url or "").netloc.lower()


def account_id(answer: Answer) -> str:
    """Whose an answer about an account is. Raises Malformed."""
    given = document(answer)
    found = text_of(given.get("id")) if isinstance(given, Mapping) else ""
    if not found:
        raise Malformed("The Mastodon server does not say whose the account is", answer.body[:10_000])
    return found


def _words(feed: FeedSpec, kind: str, wanted: Wanted) -> Sequence[str]:
    """The searches or the tags that a feed asks for. Raises Refused."""
    if kind == "search":
        return wanted.searches(to_mastodon, platform="Mastodon")
    if kind != "tag":
        return ()
    given = feed.options.get("tag") or feed.options.get("tags") or ""
    listed = given.replace("+", " ").replace(",", " ").split() if isinstance(given, str) else [str(one) for one in given]
    tags = [one.strip().lstrip("#") for one in listed]
    if not tags or not all(tag.replace("_", "").isalnum() for tag in tags):
        raise Refused(f'option tag = {given!r}: expected a tag such as "acme", or several: "acme+acmecare"')
    return tags


def _asking(ask: Callable[..., Answer], read: Callable[[Answer], Sheet], far: Bounds) -> Ask:
    return lambda _floor, after: read(ask(after=after, size=far.page_size))


def _searching(client: MastodonClient, words: str, far: Bounds) -> Ask:
    return _asking(lambda *, after, size: client.search(words, after=after, size=size), read_search, far)


def _tagged(client: MastodonClient, tag: str, far: Bounds) -> Ask:
    return _asking(lambda *, after, size: client.tagged(tag, after=after, size=size), read_statuses, far)


def _read_all(items: Sequence[tuple[Any, str]], site: str) -> tuple[tuple[Post, ...], tuple[Unreadable, ...]]:
    posts, rejects = [], []
    for item, root in items:
        try:
            posts.append(read_status(item, root=root, site=site))
        except UNREADABLE as error:
            rejects.append(_kept(item, root, f"{type(error).__name__}: {error}"))
    return tuple(posts), tuple(rejects)


def _kept(item: Any, root: str, error: str) -> Unreadable:
    return Unreadable(json.dumps({"status": item, "root": root}).encode(), error)


def _several(client: MastodonClient, ids: Sequence[str]) -> list[Any]:
    try:
        found = document(client.statuses(ids))
    except Refused:
        return []
    return found if isinstance(found, list) else []


def _alone(client: MastodonClient, status_id: str) -> Any | None:
    """A status, None where the interface says that there is none, and an empty one where only a web page does: nobody knows."""
    try:
        return document(client.status(status_id)) or {}
    except PageGone:
        return {}
    except Gone:
        return None
