"""Replies as an account of Reddit."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from desk.post import OutgoingReply, Sent, Spent
from listener.settings import ListenerSettings
from listener.source import Malformed, OutcomeUnknown, Refused, Rejected, Unavailable
from listener.sources.reddit.client import Clients, RedditClient
from listener.sources.reddit.direct import page_of, read_message, read_messages
from listener.sources.reddit.errors import refusal
from listener.sources.reddit.listing import PAGE_SIZE
from listener.sources.reddit.parse import SITE, name_of, read_child, read_children, read_listing
from listener.sources.reddit.source import PAGES
from listener.sources.shared.api import now

CLOCK_SLACK = timedelta(minutes=2)


class RedditReplier:
    """Answers as an account of Reddit. Reddit has no key against a second posting."""

    name = "reddit"
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._clients = Clients(settings)
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected("Reddit takes no pictures with a comment from here: remove them, or post it there", by_hand=True)
        answer = self._clients.of(reply.credential).post("api/comment/", {"text": reply.text, "thing_id": reply.parent_id})
        given = answer.get("json") if isinstance(answer, Mapping) else None
        if not isinstance(given, Mapping):
            raise OutcomeUnknown("Reddit took the reply, but its answer cannot be read")
        if error := refusal(given.get("errors"), self._clock()):
            raise error
        return self._sent(reply, _thing(given))

    def find(self, reply: OutgoingReply) -> Sent | None:
        client = self._clients.of(reply.credential)
        path, read = (
            ("message/sent", read_messages)
            if reply.is_private
            else (f"user/{client.account or _own_name(client)}/comments/", read_children)
        )
        oldest = (reply.queued_at - CLOCK_SLACK).timestamp()
        after: str | None = None
        for _ in range(PAGES):
            listing = read_listing(
                client.get(path, {"sort": "new", "limit": PAGE_SIZE, **({"after": after} if after else {})}), now=self._clock()
            )
            posts, rejects = read(listing.children)
            for post in posts:
                if post.parent_id == reply.parent_id and comparable(post.text) == comparable(reply.text):
                    return Sent(post.external_id, post.url, post.posted_at)
            if rejects:
                raise Malformed(f"the account's own comments cannot be read: {rejects[0].error}", rejects[0].raw)
            if listing.after is None or any(post.posted_at.timestamp() < oldest for post in posts):
                return None
            after = listing.after
        raise Unavailable("the account's own comments could not be read to the end: there are too many")

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it; Reddit answers the same for one that is gone already."""
        self._change(reply, "api/del", {"id": reply.external_id})
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Reword it; Reddit marks it as edited."""
        self._change(reply, "api/editusertext/", {"thing_id": reply.external_id, "text": text})
        return ()

    def _change(self, reply: OutgoingReply, path: str, content: Mapping[str, Any]) -> None:
        answer = self._clients.of(reply.credential).post(path, content)
        given = answer.get("json") if isinstance(answer, Mapping) else None
        if isinstance(given, Mapping) and (error := refusal(given.get("errors"), self._clock())):
            raise error

    def _sent(self, reply: OutgoingReply, thing: Mapping[str, Any]) -> Sent:
        external_id = name_of(thing)
        try:
            url = (read_message if reply.is_private else read_child)(thing).url
        except (TypeError, ValueError):
            url = ""
        if reply.is_private:
            return Sent(external_id, url or page_of(external_id), self._clock())
        fallback = f"{SITE}/comments/{reply.thread_id.removeprefix('t3_')}/_/{external_id.removeprefix('t1_')}/"
        return Sent(external_id, url or fallback, self._clock())


def comparable(text: str) -> str:
    """A comment's text without what Reddit may change in it: spaces and the composition of letters."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _thing(given: Mapping[str, Any]) -> Mapping[str, Any]:
    data = given.get("data")
    things = data.get("things") if isinstance(data, Mapping) else None
    found = things[0] if isinstance(things, list) and things else None
    if not isinstance(found, Mapping) or not name_of(found):
        # Reddit's own filters remove a comment at once, and then show nothing of it.
        raise OutcomeUnknown("Reddit took the reply but does not show it: a filter of the subreddit may have removed it")
    return found


def _own_name(client: RedditClient) -> str:
    answer = client.get("api/v1/me")
    name = answer.get("name") if isinstance(answer, Mapping) else None
    if not isinstance(name, str) or not name:
        raise Refused("Reddit does not say whose the credential is: give it a user name")
    return name
