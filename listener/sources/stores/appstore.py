"""Reviews of the App Store: of our own apps by App Store Connect, answers included; of others, where that is meant, by Apple's public list."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Limits, Page, Post, PostAuthor
from desk.post import gone as lost
from listener.http import Answer
from listener.settings import ListenerSettings
from listener.source import Malformed, Refused, SourceError
from listener.sources.shared import options
from listener.sources.shared.api import Api, Gone, door, mapping_of, now
from listener.sources.shared.listing import Ask, Listing, Place, Sheet
from listener.sources.shared.look import Look
from listener.sources.shared.reading import bounds, kept_places, page_of, read_lists
from listener.sources.shared.wanted import Wanted
from listener.sources.stores.appstore_parse import REVIEWS, App, cursor_in, kept_of, public_page, read_page, read_public, read_review
from listener.sources.stores.keys import apple_token
from listener.sources.stores.words import chosen

NAME = "App Store Connect"
SOURCE = "appstore"
HOST = "https://api.appstoreconnect.apple.com"
PUBLIC_HOST = "https://itunes.apple.com"
KINDS = ("reviews", "public")
PAGE_SIZE = 200
OVERLAP = 24 * 3600.0
"""Apple shows a review some hours after the instant that it bears."""

LAST_PUBLIC_PAGE = 10
MOST_CHECKS = 5
LEFT = re.compile(r"user-hour-rem:(\d+)")
COUNTRY = re.compile(r"[a-z]{2}")


class AppStoreSource:
    """Feeds of kind `reviews` (our app, by the owner's key) and `public` (any app, the newest 500 of one country; off unless `public = true`).

    Options: app (the number in its address), max_pages (5), backfill (false); of a public list also public, country (us).
    """

    name = SOURCE

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        kind, app, wanted = options.kind(feed.kind, KINDS), _app(feed), Wanted.of(feed)
        if kind == "public":
            return self._public(feed, app, wanted, kept_places(cursor))
        far = bounds(feed, self._settings.lease, backfill=False)
        pages = _Pages(opened(self._settings, feed.credential, self._clock), app)
        look = Look(Place.load(kept_places(cursor).get("reviews")), Listing(OVERLAP, ceiling=self._clock().timestamp(), is_counted=True))
        look.follow(pages.ask, max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
        posts, rejects = read_lists((one.item for one in look.news), lambda item: read_review(item, app))
        deleted = _deleted(pages.api, look, app, self._clock())
        return page_of({"reviews": look}, (*chosen(posts, wanted), *deleted), rejects, limits=pages.limits)

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """Each review of our app by itself. Of the public list nobody can ask for one."""
        if feed.kind == "public":
            return Asked()
        api = opened(self._settings, feed.credential, self._clock)
        app = App(str(feed.options.get("app") or ""), feed.site, feed.own_handles[0] if feed.own_handles else "")
        found = {one: _reread(api, one) for one in options.in_time(ids, self._settings.lease)}
        posts, _ = read_lists((kept for kept in found.values() if kept is not None), lambda kept: read_review(kept, app))
        theirs = (replace(post, site=None) for post in posts)
        return Asked((*theirs, *(lost(one) for one, kept in found.items() if kept is None)))

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        app = App(str(feed.options.get("app") or ""), feed.site)
        try:
            kept = json.loads(payload)
            return read_public(kept, app, _country(feed)) if feed.kind == "public" else read_review(kept, app)[0]
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept review cannot be read: {error}", payload) from error

    def _public(self, feed: FeedSpec, app: App, wanted: Wanted, kept: Mapping[str, Any]) -> Page:
        if not options.switch(feed.options, "public", default=False):
            raise Refused(
                "Apple's public list of reviews is meant for looking at rivals, and is off: set option public = true where that is meant"
            )
        if feed.is_own:
            raise Refused(
                "Apple's public list of reviews is meant for looking at rivals, and this app is of your own brand: read it by App Store Connect, "
                'kind = "reviews" with a credential, where its reviews can be answered too'
            )
        country, far = _country(feed), bounds(feed, self._settings.lease, backfill=False)
        api = Api("Apple's public list", door(self._settings, SOURCE, feed.credential, feed.options, usual=PUBLIC_HOST), clock=self._clock)
        look = Look(Place.load(kept.get("public")), Listing(OVERLAP, ceiling=self._clock().timestamp(), is_counted=True))
        look.follow(_public_asking(api, app, country), max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
        posts, rejects = read_lists((one.item for one in look.news), lambda item: [read_public(item, app, country)])
        return page_of({"public": look}, wanted.among(posts), rejects)


class _Pages:
    """The pages of an app's reviews. What is left of the key's hour is told with each answer."""

    def __init__(self, api: Api, app: App) -> None:
        self.api = api
        self.limits: Limits | None = None
        self._app = app

    def ask(self, _floor: int, older: str | None) -> Sheet:
        asked = {"sort": "-createdDate", "limit": PAGE_SIZE, "include": "response", "cursor": older}
        given, answer = self.api.get(f"/v1/apps/{self._app.id}/customerReviews", asked)
        self.limits = _limits(answer) or self.limits
        entries, following = read_page(given)
        if following and not (self.api.is_here(following) or following.startswith(f"{HOST}/")):
            raise Malformed(f"{NAME} names another server for the next page: it is not asked there")
        return Sheet(entries, cursor_in(following) or None)


def _limits(answer: Answer) -> Limits | None:
    found = LEFT.search(answer.headers.get("x-rate-limit", ""))
    return Limits(int(found[1])) if found else None


def _deleted(api: Api, look: Look, app: App, moment: datetime) -> list[Post]:
    """Reviews that should have been listed and were not, as far as Apple says that they are gone."""
    found = []
    for key in look.missing[:MOST_CHECKS]:
        try:
            is_gone = _reread(api, key) is None
        except SourceError as error:
            look.notes.append(f"deleted reviews were not looked for: {error}")
            break
        if is_gone:
            found.append(Post(key, PostAuthor(""), "", moment, key, kind="review", deleted=True, site=app.site))
        look.settle(key, is_gone=is_gone)
    return found


def _reread(api: Api, key: str) -> Any:
    """A review with its answer, None where there is none. Raises SourceError."""
    try:
        given, answer = api.get(f"/v1/{REVIEWS}/{quote(key, safe='')}", {"include": "response"})
    except Gone:
        return None
    kept = kept_of(given)
    if kept is None:
        raise Malformed(f"{NAME}'s answer is no review", answer.body[:10_000])
    return kept


def _app(feed: FeedSpec) -> App:
    number = str(feed.options.get("app") or "").strip().removeprefix("id")
    if not number.isdigit():
        raise Refused('a feed of this source needs its app: app = "1234567890", the number at the end of its address in the App Store')
    return App(number, feed.site or number, feed.own_handles[0] if feed.own_handles else "")


def _country(feed: FeedSpec) -> str:
    given = str(feed.options.get("country") or "us").strip().lower()
    if not COUNTRY.fullmatch(given):
        raise Refused(f"option country = {given!r}: expected the two letters of a country, such as us, gb or de")
    return given


def opened(settings: ListenerSettings, credential: str | None, clock: Callable[[], datetime]) -> Api:
    """App Store Connect, as the key of the credential. Raises Unauthorized, Refused."""
    known = settings.credential(credential, SOURCE)
    headers = {"Authorization": f"Bearer {apple_token(known, clock())}"}
    return Api(NAME, door(settings, SOURCE, credential, {}, usual=HOST), headers, clock=clock)


def read_one(api: Api, path: str) -> Mapping[str, Any] | None:
    """What belongs to one thing that App Store Connect knows, None where there is none: null says that too. Raises SourceError."""
    try:
        given, answer = api.get(path)
    except Gone:
        return None
    if not isinstance(given, Mapping) or not isinstance(given.get("data", ""), Mapping | None):
        raise Malformed(f"{NAME}'s answer cannot be read", answer.body[:10_000])
    return mapping_of(given["data"]) or None


def _public_asking(api: Api, app: App, country: str) -> Ask:
    def ask(_floor: int, older: str | None) -> Sheet:
        page = int(older) if older and older.isdigit() else 1
        given, _ = api.get(f"/{country}/rss/customerreviews/page={page}/id={app.id}/sortby=mostrecent/json")
        entries = public_page(given)
        return Sheet(entries, str(page + 1) if entries and page < LAST_PUBLIC_PAGE else None)

    return ask
