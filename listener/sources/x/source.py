"""X: recent search, mentions, own posts and direct messages of an account. Nothing here knows tweepy: that is client.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from desk import platforms
from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Limits, Page, Post, PostAuthor
from listener import bill
from listener.query import to_x
from listener.query.x import X
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Counted, Malformed, MediaPlaces, Refused, Unauthorized
from listener.sources.shared import asking, options
from listener.sources.shared.api import now
from listener.sources.shared.counting import counted, is_wider
from listener.sources.shared.wanted import Wanted
from listener.sources.shared.wire import Answer, number
from listener.sources.x.accounts import user_id_of, username_of
from listener.sources.x.client import XClient, signature
from listener.sources.x.counts import COUNTS, start_of, total_of
from listener.sources.x.direct import FIELDS, ROUTE, by_token, read_direct
from listener.sources.x.errors import reset_at
from listener.sources.x.pages import Look, joined
from listener.sources.x.parse import Reader, XPage, fields, newer_ids, packed_page, read_page
from listener.sources.x.parts import Parts
from listener.sources.x.people import People
from listener.sources.x.tally import Tally

DIRECT = "direct"
KINDS = ("search", "mentions", "timeline", DIRECT)
OWNED = frozenset({"mentions", "timeline"})
PAGES = 5
PAGE_SIZE = 100
POSTS = "/2/tweets"


class XSource:
    """Feeds of kind `search`, `mentions`, `timeline` and `direct`.

    `search`: what X finds, matched again here. `mentions` and `timeline`: of `options.user_id` or the credential's account. `direct`: the private messages
    of the account whose keys the credential holds.

    Options: max_pages (5), page_size (100), user_id, authors (true: names and followers, billed by X apart, of those that were not read this week), media (true: pictures, billed apart,
    too), backfill (true: a first
    look goes on until X has no older posts; false: it ends after max_pages), sample (true: every look ends after max_pages).
    """

    name = "x"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock
        self._ids: dict[str, str] = {}

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        credential = self._settings.credential(feed.credential, self.name)
        kind = options.kind(feed.kind, KINDS)
        max_pages = options.whole(feed.options, "max_pages", PAGES, low=1, high=100)
        backfill = options.switch(feed.options, "backfill", default=True)
        is_sample = options.switch(feed.options, "sample", default=False)
        asked = self._asked(feed, credential, kind)
        client = XClient(credential, self._settings.timeout.total_seconds(), as_account=kind == DIRECT)
        tally, people = Tally("direct_read" if kind == DIRECT else "post_read"), People(client, feed.site)
        route = self._route(feed, credential, client, kind, tally)
        if kind in OWNED and self._is_owned(route, credential, client):
            tally.read = "owned_read"
        reader = self._reader(feed, _owner(feed, kind, route)) if kind != DIRECT else self._direct_reader(feed, credential, client, tally)
        read = read_direct if kind == DIRECT else read_page
        parts = Parts.load(cursor, asking.searches(feed, to_x, platform="X") if kind == "search" else {"": ""})
        is_late = options.lateness(self._settings.lease)
        knows_authors = kind != DIRECT and options.switch(feed.options, "authors", default=True)

        def met(answer: Answer) -> XPage:
            if not knows_authors:
                return tally.page(read(answer.body, reader))
            tally.page(read(answer.body, reader))
            people.meet(answer.body)
            page = read(answer.body, replace(reader, users=people.users))
            return replace(page, posts=tuple(map(people.dated, page.posts)))

        def follow(look: Look, search: str) -> None:
            is_first = look.place.is_start
            words = {"query": search} if search else {}
            look.follow(
                lambda params: client.get(route, {**asked, **words, **(by_token(params) if kind == DIRECT else params)}),
                met,
                page_key="next_token" if kind == "search" else "pagination_token",
                max_pages=max_pages,
                is_late=is_late,
            )
            if look.more and ((is_first and not backfill) or is_sample):
                look.leave_the_rest(is_gap=not is_first)

        look = parts.follow(follow)
        look.notes += people.notes
        tally.others(people.asked_for)
        wanted = asking.wanted_of_found(feed, is_blurred=False) if kind == "search" else None
        return self._page(look, tally, parts.dump(), wanted)

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted | None:
        """X counts what it would find, for the price of one call (https://docs.x.com/x-api/posts/counts/introduction)."""
        if options.kind(feed.kind, KINDS) != "search":
            return None
        if not feed.query.strip():
            raise Refused("a search on X needs a query")
        credential = self._settings.credential(feed.credential, self.name)
        client = XClient(credential, self._settings.timeout.total_seconds())
        searches = asking.searches(feed, to_x, platform="X").values()
        answers = [_one_count(client, query, since) for query in searches]
        found = counted(map(total_of, answers), is_wider=is_wider(feed, X, is_blurred=False))
        return replace(found, costs=(platforms.price("x", "count_request", len(answers)),), limits=_limits(answers[-1], self._clock()))

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """Each post that is asked for is billed, its author is not asked for. An edited post has a newer id, which is read as well."""
        credential = self._settings.credential(feed.credential, self.name)
        client = XClient(credential, self._settings.timeout.total_seconds())
        asked = fields(options.one_of(credential.options, "field_names", ("tweet", "post")), with_authors=False)
        wanted = [one for one in ids if one.isdigit()]
        first = self._lookup(client, wanted, asked, feed) if wanted else Asked()
        newer = newer_ids(first.posts)
        if not newer:
            return first
        second = self._lookup(client, newer, asked, feed)
        return Asked((*first.posts, *second.posts), (*first.costs, *second.costs), second.limits or first.limits)

    def _lookup(self, client: XClient, ids: Sequence[str], asked: Mapping[str, str], feed: FeedSpec) -> Asked:
        answer = client.get(POSTS, {"ids": ",".join(ids), **asked})
        page = read_page(answer.body, self._reader(feed))
        costs = (platforms.price("x", "post_read", len(page.ids)),) if page.ids else ()
        bill.charge(*costs)
        return Asked(page.posts, costs, _limits(answer, self._clock()))

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """X's own media hosts; with them the one that the credential names instead of X's, as for trying out.

        The pictures of private messages lie in a store that asks for the account's own keys.
        """
        credential = self._settings.credentials.get(feed.credential or "")
        instead = _host_instead(credential) if credential else frozenset()
        is_tried = bool(instead)
        hosts = platforms.MEDIA_HOSTS[self.name] | instead
        if feed.kind != DIRECT or credential is None:
            return MediaPlaces(hosts, loopback=is_tried)
        return MediaPlaces(
            hosts | platforms.DIRECT_MEDIA_HOSTS,
            loopback=is_tried,
            keyed=platforms.DIRECT_MEDIA_HOSTS | instead,
            key=partial(signature, credential),
        )

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            read = read_direct if feed.kind == DIRECT else read_page
            page = read(packed_page(payload), self._reader(feed))
        except ValueError as error:
            raise Malformed("the kept item is no JSON", payload) from error
        if not page.posts:
            raise Malformed(page.rejects[0].error if page.rejects else "the kept item holds no post", payload)
        return page.posts[0]

    @staticmethod
    def _asked(feed: FeedSpec, credential: CredentialSettings, kind: str) -> dict[str, Any]:
        names = options.one_of(credential.options, "field_names", ("tweet", "post"))
        told = {f"with_{name}": options.switch(feed.options, name, default=True) for name in ("authors", "media")}
        smallest = {"search": 10, DIRECT: 1}.get(kind, 5)
        asked: dict[str, Any] = {
            **(FIELDS if kind == DIRECT else fields(names, **told)),
            "max_results": options.whole(feed.options, "page_size", PAGE_SIZE, low=smallest, high=PAGE_SIZE),
        }
        if kind == "search" and not feed.query.strip():
            raise Refused("a search on X needs a query")
        if kind == "timeline":
            asked["exclude"] = "retweets"
        return asked

    def _route(self, feed: FeedSpec, credential: CredentialSettings, client: XClient, kind: str, tally: Tally) -> str:
        if kind == "search":
            return "/2/tweets/search/recent"
        if kind == DIRECT:
            return ROUTE
        user_id = str(feed.options.get("user_id") or credential.options.get("user_id") or "") or client.own_id
        user_id = user_id or self._looked_up(feed, credential, client, tally)
        if not user_id.isdigit():
            raise Refused(f"option user_id = {user_id!r}: expected the account's number, such as 783214")
        return f"/2/users/{user_id}/{'mentions' if kind == 'mentions' else 'tweets'}"

    def _is_owned(self, route: str, credential: CredentialSettings, client: XClient) -> bool:
        """What the account that owns the app reads of itself costs a fifth (https://docs.x.com/x-api/getting-started/pricing, "Owned Reads").

        X does not say who owns an app: the credential does.
        """
        if not client.is_account or not options.switch(credential.options, "owns_app", default=False):
            return False
        own = client.own_id or self._ids.get(f"credential {credential.name}")
        return own is not None and route.split("/")[3] == own

    def _looked_up(self, feed: FeedSpec, credential: CredentialSettings, client: XClient, tally: Tally) -> str:
        """The account's number, asked for once in the life of this process: X bills it."""
        given = feed.options.get("username") or ("" if client.is_account else next(iter(feed.own_handles), ""))
        handle = str(given).lstrip("@")
        key = handle.lower() or f"credential {credential.name}"
        if key not in self._ids:
            self._ids[key] = user_id_of(tally.account(client.get(f"/2/users/by/username/{handle}" if handle else "/2/users/me", {})))
        return self._ids[key]

    def _direct_reader(self, feed: FeedSpec, credential: CredentialSettings, client: XClient, tally: Tally) -> Reader:
        """A message answers the account that holds the keys, and no other one of the brand."""
        if not client.is_account:
            raise Unauthorized(f"private messages need the account's own keys: credential {credential.name!r} has a token of the app alone")
        if len(feed.own_handles) == 1:
            return self._reader(feed)
        key = f"handle of {credential.name}"
        if key not in self._ids:
            self._ids[key] = username_of(tally.account(client.get("/2/users/me", {})))
        return Reader((self._ids[key],))

    def _reader(self, feed: FeedSpec, owner: PostAuthor | None = None) -> Reader:
        # X's rule of being summoned does not hold for Enterprise apps.
        credential = self._settings.credentials.get(feed.credential or "")
        answers_anyone = credential is not None and options.switch(credential.options, "enterprise", default=False)
        return Reader(feed.own_handles, answers_anyone, owner)

    def _page(self, look: Look, tally: Tally, cursor: str | None, wanted: Wanted | None) -> Page:
        limits = _limits(look.answer, self._clock())
        waits = limits.reset_at if limits and limits.remaining == 0 else None
        return Page(
            posts=wanted.among(look.posts) if wanted else tuple(look.posts),
            rejects=tuple(look.rejects),
            cursor=cursor,
            retry_at=look.retry_at or waits,
            more=look.goes_on,
            costs=tally.costs(),
            limits=limits,
            detail=joined(look.notes),
            gaps=tuple(look.gaps),
            unread=tuple(look.unread),
        )


def _host_instead(credential: CredentialSettings) -> frozenset[str]:
    """The host on this machine that plays X, where one is named."""
    if not credential.base_url or not credential.allow_loopback:
        return frozenset()
    return frozenset({urlsplit(credential.base_url).netloc.lower()})


def _owner(feed: FeedSpec, kind: str, route: str) -> PostAuthor | None:
    """Whose the posts of a timeline are, for those that do not say it."""
    if kind != "timeline":
        return None
    handle = str(feed.options.get("username") or (feed.own_handles[0] if len(feed.own_handles) == 1 else "")).lstrip("@")
    return PostAuthor(route.split("/")[3], handle)


def _limits(answer: Answer | None, now: datetime) -> Limits | None:
    if answer is None:
        return None
    left = number(answer.headers.get("x-rate-limit-remaining"))
    return Limits(None if left is None else max(0, int(left)), reset_at(answer, now))


def _one_count(client: XClient, query: str, since: datetime) -> Answer:
    answer = client.get(COUNTS, {"query": query, "granularity": "day", "start_time": start_of(since)})
    bill.charge(platforms.price("x", "count_request"))
    return answer
