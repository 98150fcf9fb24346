"""Answers to reviews in Google Play."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from desk.post import OutgoingReply, Sent, Spent
from desk.replies.wording import says_the_same
from listener.settings import ListenerSettings
from listener.source import OutcomeUnknown, Refused, Rejected, Unauthorized
from listener.sources.shared.api import mapping_of, now, text_of
from listener.sources.stores.googleplay_client import NAME, PACKAGE, SOURCE, Tokens, path_of, review_of
from listener.sources.stores.googleplay_parse import ANSWER, answer_in


class GooglePlayReplier:
    """Answers as the developer of the app. Another answer takes the place of the first; none is ever deleted by API."""

    name = SOURCE
    # Not so for a reply that comes late, out of a backup: it must be looked for, or it replaces a newer one.
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock
        self._tokens = Tokens(settings, clock)

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected("an answer in Google Play is text only: remove the pictures")
        return self._put(reply, reply.text)

    def find(self, reply: OutgoingReply) -> Sent | None:
        review = review_of(self._tokens.api(reply.credential), _package(reply), reply.parent_id)
        if review is None or not says_the_same(reply.text, answer_in(review)):
            return None
        return self._sent(reply)

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Put another text in its place."""
        self._put(reply, text)
        return ()

    def _put(self, reply: OutgoingReply, text: str) -> Sent:
        path = f"{path_of(_package(reply))}/{quote(reply.parent_id, safe='')}:reply"
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
