"""Reddit: search, the newest of chosen subreddits, an account's inbox, its own posts and its private messages. Nothing here knows praw: that is client.py."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk import platforms
from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Page, Post, Unreadable
from listener.query import to_reddit
from listener.settings import ListenerSettings
from listener.source import Malformed, MediaPlaces, RateLimited, Refused, SourceError
from listener.sources.reddit.client import Clients, RedditClient
from listener.sources.reddit.direct import PARTS, is_message, read_message, read_messages
from listener.sources.reddit.listing import Ask, Look, Place
from listener.sources.reddit.parse import COMMENT, SUBMISSION, read_child, read_children, read_listing
from listener.sources.shared import asking, options
from listener.sources.shared.api import now
from listener.sources.shared.reading import gaps_of, unread_of
from listener.sources.shared.wanted import Wanted

DIRECT = "direct"
KINDS = ("search", "subreddit", "inbox", "timeline", DIRECT)
PAGES = 5
TIMES = ("month", "all", "year", "week", "day", "hour")
INBOX: Mapping[str, str] = {"mentions": "message/mentions", "replies": "message/comments/"}


Read = Callable[[Sequence[Any]], tuple[tuple[Post, ...], tuple[Unreadable, ...]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the listings that a feed reads."""

    name: str
    path: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a look may go, and whether a first one goes on until Reddit has no older posts."""

    max_pages: int
    is_late: Callable[[], bool]
    backfill: bool


class RedditSource:
    """Feeds of kind `search`, `subreddit`, `inbox`, `timeline` and `direct`.

    `search`: submissions, matched again here. `subreddit`: comments and submissions, matched here. `inbox`: mentions and replies. `timeline`: what our
    accounts write, here and elsewhere. `direct`: private messages to the account and from it.

    Options: subreddits ("a+b" or a list; search without it asks all of Reddit), username (of a timeline, instead of all reply accounts), max_pages (5),
    parts (which listings: comments, submissions; mentions, replies), time_filter (month), backfill (true: a first look goes on to the end; false: it ends after max_pages).
    """

    name = "reddit"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._clients = Clients(settings)
        self._lease = settings.lease
        self._clock = clock

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """Reddit's own media hosts."""
        del feed
        return MediaPlaces(platforms.MEDIA_HOSTS[self.name])

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        kind = options.kind(feed.kind, KINDS)
        wanted = _wanted(feed, kind)
        max_pages = options.whole(feed.options, "max_pages", PAGES, low=1, high=10)
        backfill = options.switch(feed.options, "backfill", default=True)
        client = self._clients.of(feed.credential)
        bounds = Bounds(max_pages, options.lateness(self._lease), backfill=backfill)
        looks = _looks(client, _parts(feed, kind), _places(cursor), bounds)
        return self._page(client, looks, wanted, read_messages if kind == DIRECT else read_children)

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """Of an id that Reddit says nothing of nobody can tell what became of it."""
        client = self._clients.of(feed.credential)
        wanted = [one for one in ids if one.startswith((f"{COMMENT}_", f"{SUBMISSION}_"))]
        if not wanted:
            return Asked()
        posts, _ = read_children(read_listing(client.get("api/info", {"id": ",".join(wanted)}), now=self._clock()).children)
        return Asked(posts, limits=client.limits)

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        del feed
        try:
            child = json.loads(payload)
            return read_message(child) if is_message(child) else read_child(child)
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            raise Malformed(f"the kept item cannot be read: {error}", payload) from error

    def _page(self, client: RedditClient, looks: Mapping[str, Look], wanted: Wanted, read: Read) -> Page:
        posts, rejects = read([child for look in looks.values() for child in look.children])
        limits = client.limits
        waits = [look.retry_at for look in looks.values()]
        waits.append(limits.reset_at if limits and limits.remaining == 0 else None)
        return Page(
            posts=wanted.among(posts),
            besides=wanted.besides(posts),
            rejects=rejects,
            cursor=json.dumps({name: look.place.dump() for name, look in looks.items()}, separators=(",", ":")),
            retry_at=max((wait for wait in waits if wait and wait > self._clock()), default=None),
            more=any(look.goes_on for look in looks.values()),
            limits=limits,
            detail="; ".join(dict.fromkeys(f"{name}: {note}" for name, look in looks.items() for note in look.notes))[:1000],
            gaps=gaps_of(looks),
            unread=unread_of(looks),
        )


def _looks(client: RedditClient, parts: list[Part], places: Mapping[str, Place], bounds: Bounds) -> dict[str, Look]:
    """A look at each part. Where one cannot be read the others still count; raises SourceError when none could be."""
    looks = {part.name: Look(places.get(part.name, Place())) for part in parts}
    failures = []
    for part in parts:
        look = looks[part.name]
        is_first = look.place.mark is None and look.place.after is None
        try:
            look.follow(_asking(client, part), max_pages=bounds.max_pages, is_late=bounds.is_late)
        except SourceError as error:
            failures.append(error)
            look.fail(error)
            if isinstance(error, RateLimited):
                break
        if is_first and look.more and not look.error and not bounds.backfill:
            look.leave_the_rest()
    if failures and not any(look.was_read for look in looks.values()):
        raise failures[0]
    return looks


def _asking(client: RedditClient, part: Part) -> Ask:
    return lambda params: read_listing(client.get(part.path, {**part.params, **params}), now=now())


def _parts(feed: FeedSpec, kind: str) -> list[Part]:
    if kind == DIRECT:
        return [Part(name, path, {}) for name, path in PARTS.items()]
    if kind == "inbox":
        return [Part(name, INBOX[name], {}) for name in _chosen(feed, tuple(INBOX))]
    if kind == "timeline":
        listings = {"comments": "comments", "submissions": "submitted"}
        return [
            Part(f"{who} {name}", f"user/{who}/{listings[name]}/", {}) for who in _ours(feed) for name in _chosen(feed, tuple(listings))
        ]
    subreddits = _subreddits(feed)
    if kind == "search":
        path, asked = f"r/{subreddits or 'all'}/search/", _search(feed, subreddits)
        return [Part(name, path, {"q": text, **asked}) for name, text in asking.searches(feed, to_reddit, platform="Reddit").items()]
    if not subreddits:
        raise Refused('a feed of kind subreddit needs option subreddits, such as subreddits = ["acme", "acmehelp"]')
    paths = {"comments": f"r/{subreddits}/comments/", "submissions": f"r/{subreddits}/new"}
    return [Part(name, paths[name], {}) for name in _chosen(feed, tuple(paths))]


def _wanted(feed: FeedSpec, kind: str) -> Wanted:
    if kind == "search":
        return asking.wanted_of_found(feed, is_blurred=True)
    return Wanted.of(feed) if kind == "subreddit" else Wanted(feed, None)


def _search(feed: FeedSpec, subreddits: str) -> dict[str, Any]:
    if not feed.query.strip():
        raise Refused("a search on Reddit needs a query")
    time_filter = options.one_of(feed.options, "time_filter", TIMES)
    return {
        "sort": "new",
        "t": time_filter,
        "syntax": "lucene",
        "restrict_sr": str(subreddits not in {"", "all"}).lower(),
    }


def _chosen(feed: FeedSpec, allowed: tuple[str, ...]) -> tuple[str, ...]:
    given = feed.options.get("parts") or allowed
    chosen = tuple(re.split(r"[\s,+]+", given.strip())) if isinstance(given, str) else tuple(given)
    if not chosen or not set(chosen) <= set(allowed):
        raise Refused(f"option parts = {given!r}: expected some of {', '.join(allowed)}")
    return chosen


def _ours(feed: FeedSpec) -> tuple[str, ...]:
    """Whose posts a timeline reads. Raises Refused."""
    given = str(feed.options.get("username") or "")
    names = tuple(
        re.sub(r"^/?u(ser)?/", "", name.strip(), flags=re.IGNORECASE) for name in ([given] if given.strip() else feed.own_handles)
    )
    if not names:
        raise Refused(
            'a feed of kind timeline needs a reply account of its brand on Reddit, or option username, such as username = "AcmeCare"'
        )
    if not all(re.fullmatch(r"[\w-]{1,40}", name) for name in names):
        raise Refused(f"option username = {given!r}: expected the name of an account, such as AcmeCare")
    return names


def _subreddits(feed: FeedSpec) -> str:
    given = feed.options.get("subreddits") or feed.options.get("subreddit") or ""
    names = re.split(r"[\s,+]+", given) if isinstance(given, str) else [str(name) for name in given]
    names = [re.sub(r"^/?r/", "", name.strip(), flags=re.IGNORECASE).rstrip("/") for name in names]
    if any(re.search(r"[/?#%&]|\.\.", name) for name in names):
        raise Refused(f'option subreddits = {given!r}: expected names such as ["acme", "acmehelp"]')
    return "+".join(name for name in names if name)


def _places(cursor: str | None) -> dict[str, Place]:
    try:
        kept = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return {name: Place.load(part) for name, part in kept.items()} if isinstance(kept, dict) else {}
