"""X: recent search, mentions, own posts and direct messages of an account, and replies. Nothing here knows tweepy: that is x_client."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from desk import platforms
from desk.post import FeedSpec, Limits, OutgoingReply, Page, Post, PostAuthor, Sent, Spent
from listener.query import to_x
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, MediaPlaces, OutcomeUnknown, Refused, SourceError, Unauthorized, Unavailable
from listener.sources import asking, options, x_pictures
from listener.sources.wanted import Wanted
from listener.sources.wire import Answer, number
from listener.sources.x_client import XClient, signature
from listener.sources.x_direct import FIELDS, ROUTE, address_of, conversation_route, read_direct
from listener.sources.x_errors import document, is_duplicate, is_gone, problem, reply_problem, reset_at
from listener.sources.x_pages import Look, Place
from listener.sources.x_parse import Reader, fields, packed_page, read_page
from listener.sources.x_parts import Parts
from listener.sources.x_text import same_text

DIRECT = "direct"
KINDS = ("search", "mentions", "timeline", DIRECT)
PAGES = 5
PAGE_SIZE = 100
CLOCK_SLACK = timedelta(minutes=2)


def _now() -> datetime:
    return datetime.now(UTC)


class XSource:
    """Feeds of kind `search`, `mentions`, `timeline` and `direct`.

    `search`: what X finds, matched again here. `mentions` and `timeline`: of `options.user_id` or the credential's account. `direct`: the private messages
    of the account whose keys the credential holds.

    Options: max_pages (5), page_size (100), user_id, authors (true: names and followers, billed by X apart), media (true: pictures, billed apart,
    too), backfill (true: a first
    look goes on until X has no older posts; false: it ends after max_pages).
    """

    name = "x"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = _now) -> None:
        self._settings = settings
        self._clock = clock
        self._ids: dict[str, str] = {}

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        credential = self._settings.credential(feed.credential, self.name)
        kind = options.kind(feed.kind, KINDS)
        max_pages = options.whole(feed.options, "max_pages", PAGES, low=1, high=100)
        backfill = options.switch(feed.options, "backfill", default=True)
        asked = self._asked(feed, credential, kind)
        client = XClient(credential, self._settings.timeout.total_seconds(), as_account=kind == DIRECT)
        route = self._route(feed, credential, client, kind)
        reader = self._reader(feed, _owner(feed, kind, route)) if kind != DIRECT else self._direct_reader(feed, credential, client)
        read = read_direct if kind == DIRECT else read_page
        parts = Parts.load(cursor, asking.searches(feed, to_x, platform="X") if kind == "search" else {"": ""})
        is_late = options.lateness(self._settings.lease)

        def follow(look: Look, search: str) -> None:
            is_first = look.place.is_start
            words = {"query": search} if search else {}
            look.follow(
                lambda params: client.get(route, {**asked, **words, **(_by_token(params) if kind == DIRECT else params)}),
                lambda answer: read(answer.body, reader),
                page_key="next_token" if kind == "search" else "pagination_token",
                max_pages=max_pages,
                is_late=is_late,
            )
            if is_first and look.more and not backfill:
                look.leave_the_rest()

        look = parts.follow(follow)
        return self._page(look, kind, parts.dump(), asking.wanted_of_found(feed, is_blurred=False) if kind == "search" else None)

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

    def _route(self, feed: FeedSpec, credential: CredentialSettings, client: XClient, kind: str) -> str:
        if kind == "search":
            return "/2/tweets/search/recent"
        if kind == DIRECT:
            return ROUTE
        user_id = str(feed.options.get("user_id") or credential.options.get("user_id") or "") or client.own_id
        user_id = user_id or self._looked_up(feed, credential, client)
        if not user_id.isdigit():
            raise Refused(f"option user_id = {user_id!r}: expected the account's number, such as 783214")
        return f"/2/users/{user_id}/{'mentions' if kind == 'mentions' else 'tweets'}"

    def _looked_up(self, feed: FeedSpec, credential: CredentialSettings, client: XClient) -> str:
        """The account's number, asked for once in the life of this process: X bills it."""
        given = feed.options.get("username") or ("" if client.is_account else next(iter(feed.own_handles), ""))
        handle = str(given).lstrip("@")
        key = handle.lower() or f"credential {credential.name}"
        if key not in self._ids:
            self._ids[key] = _user_id(client.get(f"/2/users/by/username/{handle}" if handle else "/2/users/me", {}))
        return self._ids[key]

    def _direct_reader(self, feed: FeedSpec, credential: CredentialSettings, client: XClient) -> Reader:
        """A message answers the account that holds the keys, and no other one of the brand."""
        if not client.is_account:
            raise Unauthorized(f"private messages need the account's own keys: credential {credential.name!r} has a token of the app alone")
        if len(feed.own_handles) == 1:
            return self._reader(feed)
        key = f"handle of {credential.name}"
        if key not in self._ids:
            self._ids[key] = _username(client.get("/2/users/me", {}))
        return Reader((self._ids[key],))

    def _reader(self, feed: FeedSpec, owner: PostAuthor | None = None) -> Reader:
        # X's rule of being summoned does not hold for Enterprise apps.
        credential = self._settings.credentials.get(feed.credential or "")
        answers_anyone = credential is not None and options.switch(credential.options, "enterprise", default=False)
        return Reader(feed.own_handles, answers_anyone, owner)

    def _page(self, look: Look, kind: str, cursor: str | None, wanted: Wanted | None) -> Page:
        limits = _limits(look.answer, self._clock())
        waits = limits.reset_at if limits and limits.remaining == 0 else None
        return Page(
            posts=wanted.among(look.posts) if wanted else tuple(look.posts),
            rejects=tuple(look.rejects),
            cursor=cursor,
            retry_at=look.retry_at or waits,
            more=look.more,
            costs=_costs(look, "direct_read" if kind == DIRECT else "post_read"),
            limits=limits,
            detail=_joined(look.notes),
        )


class XReplier:
    """Answers as an account of X, by OAuth 1.0a keys or an OAuth 2 user token. X has no key against a second posting."""

    name = "x"
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = _now) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        client = self._client(reply)
        if reply.is_private:
            answer = client.direct(reply.text, reply.thread_id)
        else:
            media_ids = x_pictures.upload(client, reply.attachments, self._clock())
            answer = client.reply(reply.text, reply.parent_id, media_ids=media_ids)
        if 200 <= answer.status < 300:
            return self._sent(reply, _created_id(answer))
        if is_duplicate(answer):
            return self._earlier(reply)
        raise reply_problem(answer, self._clock())

    def find(self, reply: OutgoingReply) -> Sent | None:
        client = self._client(reply)
        if reply.is_private:
            return self._find_direct(reply, client)
        route = f"/2/users/{self._own_id(reply, client)}/tweets"
        since = (reply.queued_at - CLOCK_SLACK).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        credential = self._settings.credential(reply.credential, self.name)
        names = options.one_of(credential.options, "field_names", ("tweet", "post"))
        asked = {**fields(names, with_authors=False), "max_results": PAGE_SIZE, "start_time": since}
        look = Look(Place())
        look.follow(
            lambda params: client.get(route, {**asked, **params}),
            lambda answer: read_page(answer.body, Reader()),
            page_key="pagination_token",
            max_pages=PAGES,
            is_late=options.lateness(self._settings.lease),
        )
        found = next((post for post in look.posts if post.parent_id == reply.parent_id and same_text(post, reply.text)), None)
        if found is None and not _is_whole(look, reply.queued_at - CLOCK_SLACK):
            said = _joined(look.notes) or "there are too many"
            raise Unavailable(f"the account's own posts could not be read to the end: {said}", look.retry_at)
        return None if found is None else self._sent(reply, found.external_id, at=found.posted_at)

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it. X lets no app edit a post of most accounts, so that there is no `correct`."""
        answer = self._client(reply).write("DELETE", f"/2/tweets/{reply.external_id}")
        if answer.status == 404 or (answer.status == 403 and is_gone(answer)):
            return ()
        if not 200 <= answer.status < 300:
            raise problem(answer, self._clock())
        return (platforms.price("x", "post_delete"),)

    def _find_direct(self, reply: OutgoingReply, client: XClient) -> Sent | None:
        own_id, since = self._own_id(reply, client), reply.queued_at - CLOCK_SLACK
        look = Look(Place())
        look.follow(
            lambda params: client.get(conversation_route(reply.thread_id), {**FIELDS, "max_results": PAGE_SIZE, **_by_token(params)}),
            lambda answer: read_direct(answer.body, Reader()),
            page_key="pagination_token",
            max_pages=PAGES,
            is_late=options.lateness(self._settings.lease),
        )
        ours = (post for post in look.posts if post.author.external_id == own_id and post.posted_at >= since)
        found = next((post for post in ours if same_text(post, reply.text)), None)
        if found is None and not _is_whole(look, since):
            raise Unavailable(
                f"the conversation could not be read to its beginning: {_joined(look.notes) or 'there is too much'}", look.retry_at
            )
        return None if found is None else self._sent(reply, found.external_id, at=found.posted_at)

    def _earlier(self, reply: OutgoingReply) -> Sent:
        try:
            found = self.find(reply)
        except SourceError as error:
            raise OutcomeUnknown(f"X says that this text was posted already, and the account's posts cannot be read: {error}") from error
        if found is None:
            raise OutcomeUnknown("X says that this account has just posted this text, but it does not stand under this post")
        return found

    def _client(self, reply: OutgoingReply) -> XClient:
        credential = self._settings.credential(reply.credential, self.name)
        return XClient(credential, self._settings.timeout.total_seconds(), as_account=True)

    def _own_id(self, reply: OutgoingReply, client: XClient) -> str:
        credential = self._settings.credential(reply.credential, self.name)
        return client.own_id or str(credential.options.get("user_id") or "") or _user_id(client.get("/2/users/me", {}))

    def _sent(self, reply: OutgoingReply, external_id: str, *, at: datetime | None = None) -> Sent:
        handle = reply.account_handle.lstrip("@") or "i/web"
        costs = () if at else (platforms.reply_price("x", reply.text, is_addressed=True, is_private=reply.is_private),)
        url = address_of(reply.thread_id, external_id) if reply.is_private else f"https://x.com/{handle}/status/{external_id}"
        return Sent(external_id, url, at or self._clock(), costs)


def _host_instead(credential: CredentialSettings) -> frozenset[str]:
    """The host on this machine that plays X, where one is named."""
    if not credential.base_url or not credential.allow_loopback:
        return frozenset()
    return frozenset({urlsplit(credential.base_url).netloc.lower()})


def _by_token(params: Mapping[str, Any]) -> dict[str, Any]:
    """Messages know no ids to start from: the look itself ends where the last one began."""
    return {name: value for name, value in params.items() if name not in {"since_id", "until_id"}}


def _is_whole(look: Look, since: datetime) -> bool:
    """Whether a look at a timeline surely saw all posts since then."""
    reaches_back = any(post.posted_at < since for post in look.posts)
    return not look.rejects and (reaches_back or not (look.more or look.is_cut))


def _owner(feed: FeedSpec, kind: str, route: str) -> PostAuthor | None:
    """Whose the posts of a timeline are, for those that do not say it."""
    if kind != "timeline":
        return None
    handle = str(feed.options.get("username") or (feed.own_handles[0] if len(feed.own_handles) == 1 else "")).lstrip("@")
    return PostAuthor(route.split("/")[3], handle)


def _user_id(answer: Answer) -> str:
    given = document(answer)
    data = given.get("data") if isinstance(given, dict) else None
    if not isinstance(data, dict) or not str(data.get("id", "")).isdigit():
        raise Refused("X does not know this account: set option user_id to its number")
    return str(data["id"])


def _username(answer: Answer) -> str:
    given = document(answer)
    data = given.get("data") if isinstance(given, dict) else None
    name = data.get("username") if isinstance(data, dict) else None
    if not isinstance(name, str) or not name:
        raise Refused("X does not say which account these keys belong to")
    return name.lower()


def _created_id(answer: Answer) -> str:
    """The id of what was written: of a post, or of the event of a message."""
    given = document(answer)
    data = given.get("data") if isinstance(given, dict) else None
    found = str(data.get("dm_event_id") or data.get("id") or "") if isinstance(data, dict) else ""
    if not found.isdigit():
        raise OutcomeUnknown("X took the reply, but its answer cannot be read")
    return found


def _limits(answer: Answer | None, now: datetime) -> Limits | None:
    if answer is None:
        return None
    left = number(answer.headers.get("x-rate-limit-remaining"))
    return Limits(None if left is None else max(0, int(left)), reset_at(answer, now))


def _costs(look: Look, read: str) -> tuple[Spent, ...]:
    # X charges an object once a day, so that what comes twice in a look is counted once.
    counted = ((read, len(look.read_ids)), ("user_read", len(look.users)), ("media_read", len(look.media)))
    return tuple(platforms.price("x", kind, count) for kind, count in counted if count)


def _joined(notes: Iterable[str]) -> str:
    """Each note once, with how often it came."""
    counted = Counter(notes)
    return "; ".join(note if times == 1 else f"{note} ({times} times)" for note, times in counted.items())[:1000]
