"""RSS and Atom feeds: forums, blogs, comment feeds. Asks only for what changed; entries are answered at their own page.

Options of a feed: `url` (required) and `allow_loopback`. Its site is the one that is set, else the host and path of its address.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from desk.intake.cleaning import fitted
from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Gap, Page, Post, Unreadable
from listener.addresses import parse as parse_address
from listener.addresses import shown
from listener.http import Answer, check_status, get
from listener.settings import ListenerSettings
from listener.source import Malformed, MediaPlaces, Refused
from listener.sources.rss.cursor import Cursor, validator
from listener.sources.rss.parse import Document, Item, item_id, known_as, read_document, read_item, thread_roots
from listener.sources.shared import options
from listener.sources.shared.wanted import Wanted

MOST_PAGES = 5
ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
CUT = "the document broke off in the middle: what stood there was read, the rest is looked for again"
MISSED = "no entry of the last look is left: entries may have been missed, look more often"


class RssSource:
    """Feeds have one kind. A query is asked of each entry here; without one, every entry counts."""

    name = "rss"

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._timeout = settings.timeout
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        """What is new or changed since the last look. Raises SourceError."""
        url, wanted = _url(feed), Wanted.of(feed)
        known = Cursor.read(cursor, url=url, query=feed.query)
        answer = self._look(feed, url, known)
        if answer.status == 304:
            return Page(cursor=cursor)
        first = _document(answer)
        items, is_gapless, is_cut = self._back_to_known(feed, first, known, host=_host(answer.url))
        posts, rejects = _posts([item for item in items if not known.holds(*known_as(item))], wanted.feed, self._clock())
        detail = ". ".join(_notes(answer, is_gapless=is_gapless, is_cut=is_cut))
        place = _next_cursor(known, answer, first, items, is_cut=is_cut).written()
        return Page(
            wanted.among(posts),
            rejects,
            cursor=place,
            detail=detail,
            besides=wanted.besides(posts),
            gaps=() if is_gapless else (Gap(MISSED),),
        )

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """The entries that the feed still carries. What has scrolled out of it may stand where it stood: nothing is said of that."""
        asked = set(ids)
        items = [item for item in _document(self._get(feed, _url(feed), {})).items if item_id(item) in asked]
        posts, _ = _posts(items, feed, self._clock())
        return Asked(tuple(posts))

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """The feed's own host and port alone: whoever writes in a forum must not make us call elsewhere."""
        place = parse_address(_url(feed)).netloc.decode("ascii").lower()
        return MediaPlaces(frozenset({place}), private=True, loopback=options.switch(feed.options, "allow_loopback", default=False))

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        """Read a kept entry again. Raises Malformed."""
        try:
            item = dict(json.loads(payload))
        except (ValueError, TypeError) as error:
            raise Malformed("this is not a kept entry", payload) from error
        return read_item(item, site=site_of(feed), now=self._clock())

    def _look(self, feed: FeedSpec, url: str, known: Cursor) -> Answer:
        """Ask where the feed has moved to; where that has gone again, the address that somebody entered counts."""
        if known.moved_to:
            try:
                moved = self._get(feed, known.moved_to, known.conditions())
                return replace(moved, moved_to=moved.moved_to or known.moved_to)
            except Refused:
                pass
        return self._get(feed, url, known.conditions())

    def _get(self, feed: FeedSpec, url: str, conditions: Mapping[str, str]) -> Answer:
        allow_loopback = options.switch(feed.options, "allow_loopback", default=False)
        answer = get(url, {"Accept": ACCEPT, **conditions}, timeout=self._timeout, allow_loopback=allow_loopback)
        check_status(answer, now=self._clock())
        return answer

    def _back_to_known(self, feed: FeedSpec, first: Document, known: Cursor, *, host: str) -> tuple[list[Item], bool, bool]:
        """All entries back to one of the last look, as far as the feed links to its older pages; whether none was missed, and whether a page broke off."""
        items = {item_id(item): item for item in reversed(first.items)}
        document = first
        for _ in range(MOST_PAGES - 1):
            if _reaches(items, known) or document.is_cut or document.older is None or _host(document.older) != host:
                break
            document = _document(self._get(feed, document.older, {}))
            items = {**{item_id(item): item for item in reversed(document.items)}, **items}
        # What a page lacks is not missed yet: the next look asks for it again.
        return list(reversed(items.values())), _reaches(items, known) or document.is_cut, document.is_cut


def site_of(feed: FeedSpec) -> str:
    """The feed's site, else host and path of its address: what it asks for there does not make it another place."""
    if feed.site:
        return feed.site
    address = parse_address(_url(feed))
    return fitted(f"{address.host}{address.path.rstrip('/')}")


def _url(feed: FeedSpec) -> str:
    url = feed.options.get("url")
    if not isinstance(url, str) or not url.strip():
        raise Refused('a feed of this source needs its address: url = "https://forum.example/feed.xml"')
    return url.strip()


def _host(url: str) -> str:
    try:
        return parse_address(url).host
    except Refused:
        return ""


def _document(answer: Answer) -> Document:
    return read_document(answer.body, url=answer.url, content_type=answer.headers.get("content-type", ""))


def _reaches(items: Mapping[str, Item], known: Cursor) -> bool:
    return not items or known.reached_by({known_as(item)[0] for item in items.values()})


def _notes(answer: Answer, *, is_gapless: bool, is_cut: bool) -> Iterator[str]:
    if answer.moved_to:
        yield f"the feed has moved for good: enter its new address {shown(answer.moved_to)}"
    if is_cut:
        yield CUT
    if not is_gapless:
        yield MISSED


def _next_cursor(known: Cursor, answer: Answer, document: Document, items: Sequence[Item], *, is_cut: bool) -> Cursor:
    # Of a document that broke off the rest is still to come: it must not be answered with "nothing new".
    headers = answer.headers if document.is_whole and not is_cut else {}
    read = dict(known_as(item) for item in items)
    return Cursor(
        asks=known.asks,
        etag=validator(headers.get("etag")),
        modified=validator(headers.get("last-modified")),
        moved_to=answer.moved_to or "",
        known={**read, **{one: said for one, said in known.known.items() if one not in read}} if is_cut else read,
        mark=(known.mark or tuple(known.known)) if is_cut else (),
    )


def _posts(items: Sequence[Item], feed: FeedSpec, now: datetime) -> tuple[list[Post], tuple[Unreadable, ...]]:
    posts: list[Post] = []
    rejects: list[Unreadable] = []
    site, roots = site_of(feed), thread_roots(items)
    for item in items:
        try:
            posts.append(read_item(item, site=site, now=now, roots=roots))
        except Malformed as error:
            rejects.append(Unreadable(json.dumps(item).encode(), str(error)))
    return posts, tuple(rejects)
