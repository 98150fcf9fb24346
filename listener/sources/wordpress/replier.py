"""Replies to comments on WordPress sites, as a user of the site."""

import html
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from desk.post import OutgoingReply, Sent, Spent
from desk.replies.wording import says_the_same
from listener.settings import ListenerSettings
from listener.source import Malformed, OutcomeUnknown, Refused, Rejected, Unauthorized, Unavailable
from listener.sources.shared.api import list_of, mapping_of, now, text_of
from listener.sources.wordpress.client import COMMENTS, NAME, PAGE_SIZE, SOURCE, Blog, comment_of, given_of, opened
from listener.sources.wordpress.parse import THREAD, is_gone
from listener.text import plain_text


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
        comment = comment_of(blog, _posted(reply))
        if comment is not None and not is_gone(comment):
            blog.write("DELETE", f"{COMMENTS}/{reply.external_id}")
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Reword it; the site does not say that it was."""
        self._opened(reply).write("POST", f"{COMMENTS}/{_posted(reply)}", {"content": _escaped(text)})
        return ()

    def _opened(self, reply: OutgoingReply) -> Blog:
        for secret in ("username", "application_password"):
            if not given_of(self._settings, reply.credential, secret):
                self._settings.credential(reply.credential, SOURCE).secret(secret)
        api = opened(self._settings, reply.credential, {}, self._clock)
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


def _posted(reply: OutgoingReply) -> str:
    if not reply.external_id.isdigit():
        raise Rejected("this reply has no number on the site: change it there", by_hand=True)
    return reply.external_id


def _escaped(text: str) -> str:
    # A comment is HTML there: what an agent types is never markup.
    return html.escape(text, quote=False)
