"""Comments on WordPress sites, over the REST interface that each of them has; answers as a user with an application password.

https://developer.wordpress.org/rest-api/reference/comments/
"""

import base64
import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.post import FeedSpec, OutgoingReply, Page, Post, Sent, Spent
from desk.wording import says_the_same
from listener.http import Answer
from listener.settings import ListenerSettings
from listener.source import Malformed, OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.api import Api, Gone, Judge, door, list_of, mapping_of, now, place_of, text_of, words
from listener.sources.newest_first import Listing, Look, Place, Sheet
from listener.sources.reading import bounds_of, kept_places, page_of, read_all
from listener.sources.wanted import Wanted
from listener.sources.wire import number
from listener.sources.wordpress_parse import THREAD, entry, gone, is_gone, read_comment
from listener.text import plain_text

NAME = "WordPress"
SOURCE = "wordpress"
COMMENTS = "/wp/v2/comments"
PAGE_SIZE = 100
SHARED = 10
"""So many comments of a page stand on the next one too: what is deleted meanwhile pulls none past its edge."""

OVERLAP = 3600.0
MOST_CHECKS = 5
NOT_SHOWN = frozenset({"rest_cannot_read", "rest_comment_invalid_id", "rest_already_trashed"})
"""To a visitor a comment that was thrown away, or held back again, is one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Blog:
    """A site's REST interface. Sites without readable addresses have it at `?rest_route=`."""

    api: Api
    is_plain: bool = False

    def get(self, route: str, params: Mapping[str, Any] | None = None) -> tuple[Any, Answer]:
        if self.is_plain:
            return self.api.get("/", {"rest_route": route, **(params or {})})
        return self.api.get(f"/wp-json{route}", params)

    def write(self, method: str, route: str, content: Any = None) -> Any:
        return self.api.write(method, f"/?rest_route={route}" if self.is_plain else f"/wp-json{route}", content)


class WordPressSource:
    """Comments that visitors see, newest first; a query is asked of each here.

    Options: url (where no credential says it), max_pages (5), backfill (false: a first look ends after max_pages), allow_loopback.
    """

    name = SOURCE

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        wanted = Wanted.of(feed)
        far = bounds_of(feed, self._settings.lease)
        api = _opened(self._settings, feed.credential, feed.options, self._clock)
        _, site = place_of(self._settings, feed)
        kept = kept_places(cursor)
        pages = _Pages(api, is_plain=kept.get("is_plain") is True)
        look = Look(Place.load(kept.get("comments")), Listing(OVERLAP, self._clock().timestamp(), is_counted=True))
        look.follow(pages.ask, max_pages=far.max_pages, is_late=far.is_late, backfill=far.backfill)
        posts, rejects = read_all((one.item for one in look.news), lambda item: read_comment(item, site))
        deleted = _deleted(pages.blog, look, site, self._clock())
        return page_of({"comments": look}, (*wanted.among(posts), *deleted), rejects, kept={"is_plain": pages.blog.is_plain})

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        try:
            return read_comment(json.loads(payload), place_of(self._settings, feed)[1])
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise Malformed(f"the kept comment cannot be read: {error}", payload) from error


class _Pages:
    """The pages of a site's comments. At the first one it turns out under which address the interface lies."""

    def __init__(self, api: Api, *, is_plain: bool) -> None:
        self.blog = Blog(api, is_plain)

    def ask(self, older: str | None) -> Sheet:
        offset = int(older) if older and older.isdigit() else 0
        asked = {"per_page": PAGE_SIZE, "orderby": "date_gmt", "order": "desc", "offset": offset or None}
        given, answer = self._get(asked)
        if not isinstance(given, list):
            raise Malformed(f"{NAME}'s answer lists no comments: is this the address of the site?", answer.body[:10_000])
        return Sheet(tuple(entry(item) for item in given), _next(offset, len(given), answer))

    def _get(self, asked: Mapping[str, Any]) -> tuple[Any, Answer]:
        try:
            return self.blog.get(COMMENTS, asked)
        except (Refused, Malformed):
            other = Blog(self.blog.api, not self.blog.is_plain)
            try:
                found = other.get(COMMENTS, asked)
            except SourceError:
                other = self.blog
            if other is self.blog:
                raise
        self.blog = other
        return found


def _next(offset: int, count: int, answer: Answer) -> str | None:
    total = number(answer.headers.get("x-wp-total"))
    is_last = count < PAGE_SIZE if total is None else offset + count >= total
    return None if is_last or not count else str(offset + max(1, count - SHARED))


def _deleted(blog: Blog, look: Look, site: str, moment: datetime) -> list[Post]:
    """Comments that should have been listed and were not, as far as the site says that they are gone."""
    found = []
    for key in look.missing[:MOST_CHECKS]:
        try:
            comment = _comment(blog, key)
        except SourceError as error:
            look.notes.append(f"deleted comments were not looked for: {error}")
            break
        is_away = comment is None or is_gone(comment)
        if is_away:
            article = mapping_of(comment).get("post")
            found.append(gone(key, f"{THREAD}{article}" if article else key, moment, site))
        look.settle(key, is_gone=is_away)
    return found


def _comment(blog: Blog, external_id: str) -> Mapping[str, Any] | None:
    """One comment, None where it is gone. Raises SourceError."""
    try:
        given, answer = blog.get(f"{COMMENTS}/{external_id}")
    except Gone:
        return None
    if not isinstance(given, Mapping) or "id" not in given:
        raise Malformed(f"{NAME}'s answer is no comment", answer.body[:10_000])
    return given


class WordPressReplier:
    """Answers as a user of the site. WordPress has no key against a second posting, but refuses the same words by the same user."""

    name = SOURCE
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected("WordPress takes no pictures with a comment: remove them, or post it there", by_hand=True)
        article = reply.thread_id.removeprefix(THREAD)
        if not article.isdigit() or not reply.parent_id.isdigit():
            raise Rejected("it is not known which article this comment stands on: answer it there", by_hand=True)
        blog = self._opened(reply)
        content = {"post": int(article), "parent": int(reply.parent_id), "content": _escaped(reply.text)}
        try:
            given = blog.write("POST", COMMENTS, content)
        except Rejected:
            # The site refuses the same words by the same user: then it may be this very reply.
            if found := self.find(reply):
                return found
            raise
        return self._sent(reply, given)

    def find(self, reply: OutgoingReply) -> Sent | None:
        blog = self._opened(reply)
        me = mapping_of(blog.get("/wp/v2/users/me")[0]).get("id")
        if not isinstance(me, int):
            raise Malformed(f"{NAME} does not say whose the application password is")
        for comment in self._answers(blog, reply.parent_id):
            content = mapping_of(comment.get("content"))
            said = text_of(content.get("raw")) or text_of(content.get("rendered"))
            if comment.get("author") == me and says_the_same(reply.text, plain_text(said)):
                return self._sent(reply, comment)
        return None

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Throw it away; one that is gone already is as good."""
        blog = self._opened(reply)
        comment = _comment(blog, _posted(reply))
        if comment is not None and not is_gone(comment):
            blog.write("DELETE", f"{COMMENTS}/{reply.external_id}")
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Reword it; the site does not say that it was."""
        self._opened(reply).write("POST", f"{COMMENTS}/{_posted(reply)}", {"content": _escaped(text)})
        return ()

    def _opened(self, reply: OutgoingReply) -> Blog:
        for secret in ("username", "application_password"):
            if not _given(self._settings, reply.credential, secret):
                self._settings.credential(reply.credential, SOURCE).secret(secret)
        api = _opened(self._settings, reply.credential, {}, self._clock)
        try:
            api.get("/wp-json/wp/v2/types/post")
        except (Refused, Malformed):
            return Blog(api, is_plain=True)
        return Blog(api)

    def _answers(self, blog: Blog, parent_id: str) -> list[Mapping[str, Any]]:
        """The answers to a comment; those that wait to be let through too, where the user may see them."""
        asked = {"parent": parent_id, "per_page": PAGE_SIZE, "orderby": "date_gmt", "order": "desc"}
        try:
            given, answer = blog.get(COMMENTS, {**asked, "status": "all"})
        except (Refused, Unauthorized):
            given, answer = blog.get(COMMENTS, asked)
        if not isinstance(given, list):
            raise Malformed(f"{NAME}'s answer lists no comments", answer.body[:10_000])
        if len(given) >= PAGE_SIZE:
            raise Unavailable("the answers to this comment could not be read to the end: there are too many")
        return [mapping_of(one) for one in list_of(given)]

    def _sent(self, reply: OutgoingReply, given: Any) -> Sent:
        posted = mapping_of(given)
        if not isinstance(posted.get("id"), int):
            raise OutcomeUnknown(f"{NAME} took the reply, but its answer cannot be read")
        return Sent(str(posted["id"]), text_of(posted.get("link")) or reply.parent_url, self._clock())


def _opened(settings: ListenerSettings, credential: str | None, given: Mapping[str, Any], clock: Callable[[], datetime]) -> Api:
    """A site, as the credential's user or as a visitor. Raises Refused, Unauthorized."""
    headers: dict[str, str] = {}
    user = _given(settings, credential, "username")
    password = _given(settings, credential, "application_password")
    if user and password:
        headers = {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
    return Api(NAME, door(settings, SOURCE, credential, given), headers, _judge(is_user=bool(headers)), clock)


def _given(settings: ListenerSettings, credential: str | None, name: str) -> str:
    if credential is None:
        return ""
    known = settings.credential(credential, SOURCE)
    return str(known.secrets.get(name) or known.options.get(name) or "").strip()


def _judge(*, is_user: bool) -> Judge:
    def judged(answer: Answer, error: SourceError) -> SourceError:
        code = _code(answer)
        if code == "comment_flood":
            return RateLimited(f"{NAME} lets nobody comment so fast: {words(answer)}", None)
        if code == "rest_comment_closed":
            return Rejected("the article takes no more comments: nobody can answer there")
        if code in NOT_SHOWN:
            return Gone(f"this comment is not there, or not shown any more: {words(answer)}")
        if answer.status in {401, 403} and not is_user:
            return Refused(f"this site gives its comments to its users alone, or has its REST interface closed: {words(answer)}")
        if answer.status == 404:
            return Refused(
                f"this site has no comments at its REST interface, or has it closed: {words(answer)}. Its comments' RSS may work"
            )
        return error

    return judged


def _code(answer: Answer) -> str:
    try:
        return text_of(mapping_of(json.loads(answer.body)).get("code"))
    except (ValueError, RecursionError):
        return ""


def _posted(reply: OutgoingReply) -> str:
    if not reply.external_id.isdigit():
        raise Rejected("this reply has no number on the site: change it there", by_hand=True)
    return reply.external_id


def _escaped(text: str) -> str:
    # A comment is HTML there: what an agent types is never markup.
    return html.escape(text, quote=False)
