"""Reviews in Google Play, and answers to them, by the Developer API: of the last seven days, and only those that have words.

https://developers.google.com/android-publisher/reply-to-reviews
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote

from desk.post import FeedSpec, OutgoingReply, Page, Post, PostAuthor, Sent, Spent
from desk.wording import says_the_same
from listener.http import Answer
from listener.settings import ListenerSettings
from listener.source import Malformed, OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized
from listener.sources.api import Api, Gone, door, instant_of, mapping_of, now, text_of
from listener.sources.googleplay_parse import ANSWER, App, answer_in, read_page, read_review
from listener.sources.newest_first import Listing, Look, Place, Sheet
from listener.sources.reading import bounds_of, kept_places, page_of, read_lists
from listener.sources.review_words import chosen
from listener.sources.store_keys import LASTS, google_assertion
from listener.sources.wanted import Wanted
from listener.sources.wire import base_url

NAME = "Google Play"
SOURCE = "googleplay"
HOST = "https://androidpublisher.googleapis.com"
TOKEN_HOST = "https://oauth2.googleapis.com"  # noqa: S105 an address
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PAGE_SIZE = 100
OVERLAP = 3600.0
SHOWN = timedelta(days=7)
"""Google Play gives the reviews that were written or changed in the last week, and no others."""

MOST_CHECKS = 5
SPARE = timedelta(minutes=1)
PACKAGE = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+")
USED_UP = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RESOURCE_EXHAUSTED"})


class _Tokens:
    """The token of each credential, from one call to the next."""

    def __init__(self, settings: ListenerSettings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._known: dict[str, tuple[str, datetime]] = {}
        self._lock = Lock()

    def api(self, credential: str | None) -> Api:
        """Google Play, as the service account of the credential. Raises SourceError."""
        known = self._settings.credential(credential, SOURCE)
        with self._lock:
            token, until = self._known.get(known.name, ("", self._clock()))
        if not token or until <= self._clock():
            token = self._fresh(known.name)
        headers = {"Authorization": f"Bearer {token}"}
        return Api(NAME, door(self._settings, SOURCE, credential, {}, usual=HOST), headers, _judged, self._clock)

    def forget(self, credential: str | None) -> None:
        with self._lock:
            self._known.pop(credential or "", None)

    def _fresh(self, credential: str) -> str:
        known = self._settings.credential(credential, SOURCE)
        usual = base_url(known) or TOKEN_HOST
        api = Api(NAME, door(self._settings, SOURCE, credential, {}, usual=usual), judge=_judged_token, clock=self._clock)
        given = mapping_of(api.post_form("/token", {"grant_type": GRANT, "assertion": google_assertion(known, self._clock())}))
        token, lasts = text_of(given.get("access_token")), given.get("expires_in")
        if not token:
            raise Malformed(f"{NAME} gave no token", json.dumps(given).encode()[:1000])
        span = timedelta(seconds=lasts) if isinstance(lasts, int) and 0 < lasts < 86_400 else LASTS
        with self._lock:
            self._known[credential] = (token, self._clock() + span - SPARE)
        return token


class GooglePlaySource:
    """Feeds have one kind. A query is asked of each review here. Options: package (com.acme.shop), max_pages (5), backfill (false)."""

    name = SOURCE

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock
        self._tokens = _Tokens(settings, clock)

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        app, wanted, kept = _app(feed), Wanted.of(feed), kept_places(cursor)
        try:
            return self._page(self._tokens.api(feed.credential), feed, app, kept, wanted)
        except Unauthorized:
            # A token may be revoked before its time; what was refused was not carried out.
            self._tokens.forget(feed.credential)
            return self._page(self._tokens.api(feed.credential), feed, app, kept, wanted)

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            return read_review(json.loads(payload), App(str(feed.options.get("package") or ""), feed.site))[0]
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept review cannot be read: {error}", payload) from error

    def _page(self, api: Api, feed: FeedSpec, app: App, kept: Mapping[str, Any], wanted: Wanted) -> Page:
        far, moment = bounds_of(feed, self._settings.lease), self._clock()
        look = Look(Place.load(kept.get("reviews")), Listing(OVERLAP, moment.timestamp(), is_counted=True))
        look.follow(_asking(api, app), max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
        posts, rejects = read_lists((one.item for one in look.news), lambda item: read_review(item, app))
        deleted = _deleted(api, look, app, moment)
        return page_of(
            {"reviews": look},
            (*chosen(posts, wanted), *deleted),
            rejects,
            notes=_missed(kept, moment),
            kept={"looked_at": moment.isoformat()},
        )


def _asking(api: Api, app: App) -> Callable[[str | None], Sheet]:
    def ask(older: str | None) -> Sheet:
        given, _ = api.get(_path(app.package), {"maxResults": PAGE_SIZE, "token": older})
        entries, token = read_page(given)
        return Sheet(entries, token or None)

    return ask


def _missed(kept: Mapping[str, Any], moment: datetime) -> tuple[str, ...]:
    """What nobody can read any more."""
    before = instant_of(kept.get("looked_at"))
    if before is None:
        return ("Google Play gives the reviews of the last seven days: older ones cannot be read",)
    if moment - before > SHOWN:
        since = (moment - SHOWN).date().isoformat()
        return (f"reviews from before {since} were missed: Google Play gives the last seven days only, and the look before was longer ago",)
    return ()


def _deleted(api: Api, look: Look, app: App, moment: datetime) -> list[Post]:
    """Reviews that should have been listed and were not, as far as Google says that they are gone."""
    found = []
    for key in look.missing[:MOST_CHECKS]:
        try:
            is_gone = _review(api, app.package, key) is None
        except SourceError as error:
            look.notes.append(f"deleted reviews were not looked for: {error}")
            break
        if is_gone:
            found.append(Post(key, PostAuthor(""), "", moment, key, kind="review", deleted=True, site=app.site))
        look.settle(key, is_gone=is_gone)
    return found


def _review(api: Api, package: str, review_id: str) -> Mapping[str, Any] | None:
    try:
        given, answer = api.get(f"{_path(package)}/{quote(review_id, safe='')}")
    except Gone:
        return None
    if not isinstance(given, Mapping) or "reviewId" not in given:
        raise Malformed(f"{NAME}'s answer is no review", answer.body[:10_000])
    return given


def _path(package: str) -> str:
    return f"/androidpublisher/v3/applications/{package}/reviews"


def _app(feed: FeedSpec) -> App:
    package = str(feed.options.get("package") or "").strip()
    if not PACKAGE.fullmatch(package):
        raise Refused('a feed of this source needs its app: package = "com.acme.shop", as it stands in its address in Google Play')
    return App(package, feed.site or package, feed.own_handles[0] if feed.own_handles else "")


class GooglePlayReplier:
    """Answers as the developer of the app. Another answer takes the place of the first; none is ever deleted by API."""

    name = SOURCE
    # Not so for a reply that comes late, out of a backup: it must be looked for, or it replaces a newer one.
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock
        self._tokens = _Tokens(settings, clock)

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected("an answer in Google Play is text only: remove the pictures")
        return self._put(reply, reply.text)

    def find(self, reply: OutgoingReply) -> Sent | None:
        review = _review(self._tokens.api(reply.credential), _package(reply), reply.parent_id)
        if review is None or not says_the_same(reply.text, answer_in(review)):
            return None
        return self._sent(reply)

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Put another text in its place."""
        self._put(reply, text)
        return ()

    def _put(self, reply: OutgoingReply, text: str) -> Sent:
        path = f"{_path(_package(reply))}/{quote(reply.parent_id, safe='')}:reply"
        try:
            given = self._tokens.api(reply.credential).write("POST", path, {"replyText": text})
        except Unauthorized:
            self._tokens.forget(reply.credential)
            given = self._tokens.api(reply.credential).write("POST", path, {"replyText": text})
        if not text_of(mapping_of(mapping_of(given).get("result")).get("replyText")):
            raise OutcomeUnknown(f"{NAME} took the answer, but what it says of it cannot be read")
        return self._sent(reply)

    def _sent(self, reply: OutgoingReply) -> Sent:
        return Sent(f"{reply.parent_id}{ANSWER}", reply.parent_url, self._clock())


def _package(reply: OutgoingReply) -> str:
    if not PACKAGE.fullmatch(reply.site):
        raise Refused('the account does not say which app it answers for: give it site = "com.acme.shop"')
    return reply.site


def _judged(answer: Answer, error: SourceError) -> SourceError:
    """Google says with 403 too that a quota is used up."""
    if answer.status == 403 and any(reason.encode() in answer.body for reason in USED_UP):
        return RateLimited(f"{NAME} limits this credential: its quota is used up", None)
    return error


def _judged_token(answer: Answer, error: SourceError) -> SourceError:
    return Unauthorized(f"{NAME} does not accept the service account: {error}") if 400 <= answer.status < 429 else error
