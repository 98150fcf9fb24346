"""Reviews in Google Play, by the Developer API: of the last seven days, and only those that have words.

https://developers.google.com/android-publisher/reply-to-reviews
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Gap, Page, Post, PostAuthor
from listener.settings import ListenerSettings
from listener.source import Malformed, Refused, SourceError, Unauthorized
from listener.sources.shared.api import Api, instant_of, now
from listener.sources.shared.listing import Ask, Listing, Place, Sheet
from listener.sources.shared.look import Look
from listener.sources.shared.reading import bounds, kept_places, page_of, read_lists
from listener.sources.shared.wanted import Wanted
from listener.sources.stores.googleplay_client import PACKAGE, SOURCE, Tokens, path_of, review_of
from listener.sources.stores.googleplay_parse import App, read_page, read_review
from listener.sources.stores.words import chosen

PAGE_SIZE = 100
OVERLAP = 3600.0

SHOWN = timedelta(days=7)
"""Google Play gives the reviews that were written or changed in the last week, and no others."""

MOST_CHECKS = 5


class GooglePlaySource:
    """Feeds have one kind. A query is asked of each review here. Options: package (com.acme.shop), max_pages (5), backfill (false)."""

    name = SOURCE

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock
        self._tokens = Tokens(settings, clock)

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        app, wanted, kept = _app(feed), Wanted.of(feed), kept_places(cursor)
        try:
            return self._page(self._tokens.api(feed.credential), feed, app, kept, wanted)
        except Unauthorized:
            # A token may be revoked before its time; what was refused was not carried out.
            self._tokens.forget(feed.credential)
            return self._page(self._tokens.api(feed.credential), feed, app, kept, wanted)

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """Each review by itself. One that Google does not find may only be too old for it: nothing is said of that."""
        app = _app(feed) if feed.options.get("package") else App(feed.site, feed.site)
        try:
            found = _named(self._tokens.api(feed.credential), app.package, ids)
        except Unauthorized:
            self._tokens.forget(feed.credential)
            found = _named(self._tokens.api(feed.credential), app.package, ids)
        posts, _ = read_lists(found, lambda item: read_review(item, app))
        return Asked(tuple(replace(post, site=None) for post in posts))

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            return read_review(json.loads(payload), App(str(feed.options.get("package") or ""), feed.site))[0]
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept review cannot be read: {error}", payload) from error

    def _page(self, api: Api, feed: FeedSpec, app: App, kept: Mapping[str, Any], wanted: Wanted) -> Page:
        far, moment = bounds(feed, self._settings.lease, backfill=False), self._clock()
        look = Look(Place.load(kept.get("reviews")), Listing(OVERLAP, ceiling=moment.timestamp(), is_counted=True))
        look.follow(_asking(api, app), max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
        posts, rejects = read_lists((one.item for one in look.news), lambda item: read_review(item, app))
        deleted = _deleted(api, look, app, moment)
        return page_of(
            {"reviews": look},
            (*chosen(posts, wanted), *deleted),
            rejects,
            notes=_missed(kept, moment),
            kept={"looked_at": moment.isoformat()},
            gaps=_gaps(kept, moment),
        )


def _asking(api: Api, app: App) -> Ask:
    def ask(_floor: int, older: str | None) -> Sheet:
        given, _ = api.get(path_of(app.package), {"maxResults": PAGE_SIZE, "token": older})
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


def _gaps(kept: Mapping[str, Any], moment: datetime) -> tuple[Gap, ...]:
    before = instant_of(kept.get("looked_at"))
    return () if before is None or moment - before <= SHOWN else (Gap(_missed(kept, moment)[0], before, moment - SHOWN),)


def _deleted(api: Api, look: Look, app: App, moment: datetime) -> list[Post]:
    """Reviews that should have been listed and were not, as far as Google says that they are gone."""
    found = []
    for key in look.missing[:MOST_CHECKS]:
        try:
            is_gone = review_of(api, app.package, key) is None
        except SourceError as error:
            look.notes.append(f"deleted reviews were not looked for: {error}")
            break
        if is_gone:
            found.append(Post(key, PostAuthor(""), "", moment, key, kind="review", deleted=True, site=app.site))
        look.settle(key, is_gone=is_gone)
    return found


def _named(api: Api, package: str, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    return [item for one in ids if (item := review_of(api, package, one)) is not None]


def _app(feed: FeedSpec) -> App:
    package = str(feed.options.get("package") or "").strip()
    if not PACKAGE.fullmatch(package):
        raise Refused('a feed of this source needs its app: package = "com.acme.shop", as it stands in its address in Google Play')
    return App(package, feed.site or package, feed.own_handles[0] if feed.own_handles else "")
