"""Discourse forums: their newest posts, or a search; answers as a user of the forum. Without a key a public forum is read as any visitor does."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from desk.post import FeedSpec, OutgoingReply, Page, Post, Sent, Spent
from desk.wording import says_the_same
from listener.addresses import parse as parse_address
from listener.settings import ListenerSettings
from listener.source import Malformed, MediaPlaces, OutcomeUnknown, Refused, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources import options
from listener.sources.api import Api, list_of, mapping_of, now, place_of, text_of
from listener.sources.discourse_api import NAME, SOURCE, opened, post_of, username
from listener.sources.discourse_parse import THREAD, Forum, entry, gone, is_gone, is_public, is_said, read_post
from listener.sources.discourse_search import Choice, categories_of, search
from listener.sources.newest_first import Entry, Listing, Look, Place, Sheet
from listener.sources.reading import Bounds, bounds_of, kept_places, page_of, read_all
from listener.sources.wanted import Wanted

KINDS = ("posts", "search")
OVERLAP = 20.0
"""In ids: a forum that is written to by many gives out numbers in another order than it shows them."""

WINDOW = 50
"""Older versions look for the fifty ids below `before`, and show fewer where some of them are private (PostsController#latest)."""

MOST_CHECKS = 5
CLOCK_SLACK = timedelta(minutes=2)
MOST_REPLIES = 5


class DiscourseSource:
    """Feeds of kind `posts` (all that is public, matched here) and `search` (what the forum's own search finds).

    Options: url (where no credential says it), categories (only these, by id), max_pages (5), backfill (false: a first look ends after
    max_pages; true: it goes on to the forum's first post), allow_loopback.
    """

    name = SOURCE

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        kind = options.kind(feed.kind, KINDS)
        far = bounds_of(feed, self._settings.lease)
        api = opened(self._settings, feed.credential, feed.options, self._clock)
        forum = Forum(*place_of(self._settings, feed))
        if kind == "search":
            return search(api, forum, feed, kept_places(cursor), far)
        return _newest(api, forum, Choice(Wanted.of(feed), categories_of(feed)), kept_places(cursor), far)

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            return read_post(json.loads(payload), Forum(*place_of(self._settings, feed)))
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept post cannot be read: {error}", payload) from error

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """The forum's own host alone: whoever writes there must not make us call elsewhere."""
        api = opened(self._settings, feed.credential, feed.options, self._clock)
        place = parse_address(place_of(self._settings, feed)[0]).netloc.decode("ascii").lower()
        return MediaPlaces(frozenset({place}), private=True, loopback=api.door.allow_loopback)


def _newest(api: Api, forum: Forum, choice: Choice, places: Mapping[str, Any], far: Bounds) -> Page:
    look = Look(Place.load(places.get("posts")), Listing(OVERLAP))
    look.follow(lambda older: _sheet(api, older, look.place), max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
    posts, rejects = read_all([one.item for one in look.news if is_said(one.item)], lambda item: read_post(item, forum))
    deleted = _deleted(api, forum, look)
    return page_of({"posts": look}, (*choice.among(posts), *deleted), rejects)


def _sheet(api: Api, older: str | None, place: Place) -> Sheet:
    given, answer = api.get("/posts.json", {"before": older})
    listed = mapping_of(given).get("latest_posts")
    if not isinstance(listed, list):
        raise Malformed(f"{NAME}'s answer lists no posts: is this the address of a forum?", answer.body[:10_000])
    # Some versions list the post that `before` names once more.
    entries = tuple(one for item in listed if (one := entry(item)).key != older)
    return Sheet(entries, _below(entries, older, place))


def _below(entries: tuple[Entry, ...], older: str | None, place: Place) -> str | None:
    """Where the next page starts: below the lowest post, or below a window in which all of them are private."""
    places = [one.at for one in entries if one.at is not None]
    if places:
        return str(int(min(places))) if min(places) > 1 else None
    newest = place.mark.newest if place.mark else None
    if older is None or newest is None or not WINDOW < int(older) > newest - OVERLAP:
        return None
    return str(int(older) - WINDOW)


def _deleted(api: Api, forum: Forum, look: Look) -> list[Post]:
    """Posts that should have been listed and were not, as far as the forum says that they are gone."""
    found = []
    for key in look.missing[:MOST_CHECKS]:
        try:
            post = post_of(api, key)
        except SourceError as error:
            look.notes.append(f"deleted posts were not looked for: {error}")
            break
        if post is None or is_gone(post):
            topic = post.get("topic_id") if post else None
            found.append(gone(key, f"{THREAD}{topic}" if topic else key, api.clock(), forum))
        look.settle(key, is_gone=post is None or is_gone(post))
    return found


class DiscourseReplier:
    """Answers as a user of the forum. Discourse has no key against a second posting."""

    name = SOURCE
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected(f"no pictures are sent to {NAME} from here: remove them, or post it there", by_hand=True)
        api = self._opened(reply)
        parent = self._parent(api, reply)
        content = {"raw": reply.text, "topic_id": parent["topic_id"]}
        number = parent.get("post_number")
        try:
            given = api.write("POST", "/posts.json", {**content, "reply_to_post_number": number} if isinstance(number, int) else content)
        except Rejected:
            # A forum refuses what is too like the last post of the same user, in its own language: then it may be this very reply.
            if found := self.find(reply):
                return found
            raise
        return self._sent(api, reply, given)

    def find(self, reply: OutgoingReply) -> Sent | None:
        api = self._opened(reply)
        name = username(self._settings, reply.credential).lower()
        after = 1
        for _ in range(MOST_REPLIES):
            answers = self._answers(api, reply.parent_id, after)
            for answer in answers:
                if text_of(answer.get("username")).lower() == name and self._is_it(api, answer, reply):
                    return self._sent(api, reply, answer)
            numbers = [answer["post_number"] for answer in answers if isinstance(answer.get("post_number"), int)]
            if not numbers or max(numbers) <= after:
                return self._waiting(api, reply, name)
            after = max(numbers)
        raise Unavailable("the answers to this post could not be read to the end: there are too many")

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it; one that is gone already is as good."""
        api, external_id = self._opened(reply), _posted(reply)
        if post_of(api, external_id) is not None:
            api.write("DELETE", f"/posts/{external_id}.json")
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Reword it; the forum keeps and shows the older version."""
        self._opened(reply).write("PUT", f"/posts/{_posted(reply)}.json", {"post": {"raw": text}})
        return ()

    def _opened(self, reply: OutgoingReply) -> Api:
        self._settings.credential(reply.credential, SOURCE).secret("api_key")
        if not username(self._settings, reply.credential):
            raise Unauthorized(f"credential {reply.credential!r} does not say whose key it is: set username at it")
        return opened(self._settings, reply.credential, {}, self._clock)

    def _parent(self, api: Api, reply: OutgoingReply) -> Mapping[str, Any]:
        parent = post_of(api, reply.parent_id)
        if parent is None or not is_public(parent) or not isinstance(parent.get("topic_id"), int):
            raise Rejected("the post is gone, or not public any more: there is nothing to answer")
        return parent

    def _answers(self, api: Api, parent_id: str, after: int) -> list[Mapping[str, Any]]:
        try:
            given, answer = api.get(f"/posts/{parent_id}/replies.json", {"after": after})
        except Refused:
            return []
        if not isinstance(given, list):
            raise Malformed(f"{NAME}'s answer lists no replies", answer.body[:10_000])
        return [mapping_of(one) for one in given]

    def _is_it(self, api: Api, answer: Mapping[str, Any], reply: OutgoingReply) -> bool:
        whole = answer if text_of(answer.get("raw")) else post_of(api, str(answer.get("id"))) or {}
        said = text_of(whole.get("raw"))
        return " ".join(said.split()) == " ".join(reply.text.split()) or says_the_same(reply.text, said)

    def _waiting(self, api: Api, reply: OutgoingReply, name: str) -> Sent | None:
        """The reply among those that wait for a moderator; forums that show no such list have none waiting for this user."""
        try:
            given, _ = api.get(f"/posts/{quote(name, safe='')}/pending.json")
        except Refused:
            return None
        listed = given if isinstance(given, list) else list_of(mapping_of(given).get("pending_posts"))
        for one in map(mapping_of, listed):
            if says_the_same(reply.text, text_of(one.get("raw_text")) or text_of(one.get("raw"))):
                return Sent(f"{WAITING}{one.get('id')}", reply.parent_url, self._clock())
        return None

    def _sent(self, api: Api, reply: OutgoingReply, given: Any) -> Sent:
        answer = mapping_of(given)
        if answer.get("action") == "enqueued":
            waiting = mapping_of(answer.get("pending_post")).get("id")
            return Sent(f"{WAITING}{waiting or reply.id}", reply.parent_url, self._clock())
        posted = mapping_of(answer.get("post")) or answer
        if not isinstance(posted.get("id"), int):
            raise OutcomeUnknown(f"{NAME} took the reply but does not show it: it may wait for a moderator")
        public = reply.parent_url.partition("/t/")[0] if "/t/" in reply.parent_url else api.door.base
        slug, topic, number = posted.get("topic_slug") or "-", posted.get("topic_id"), posted.get("post_number")
        url = f"{public}/t/{slug}/{topic}/{number}" if topic and number else reply.parent_url
        return Sent(str(posted["id"]), url, _earlier(posted, self._clock()))


WAITING = "waiting:"
"""Before the id of a reply that a moderator has to let through."""


def _earlier(posted: Mapping[str, Any], moment: datetime) -> datetime:
    try:
        said = datetime.fromisoformat(text_of(posted.get("created_at")))
    except ValueError:
        return moment
    return min(said if said.tzinfo else said.replace(tzinfo=UTC), moment)


def _posted(reply: OutgoingReply) -> str:
    if not reply.external_id.isdigit():
        raise Rejected("this reply waits for a moderator of the forum: only there it can be changed", by_hand=True)
    return reply.external_id
