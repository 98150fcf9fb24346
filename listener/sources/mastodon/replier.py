"""Answers on Mastodon. Each is sent with its key, yet looked for where its outcome is unknown: a server keeps keys for an hour, and some not at all."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from desk.post import OutgoingAttachment, OutgoingReply, Post, Sent, Spent
from listener.settings import ListenerSettings
from listener.source import Malformed, OutcomeUnknown, Refused, Rejected, Unavailable
from listener.sources.mastodon.client import MastodonClient
from listener.sources.mastodon.errors import Gone, problem, reply_problem
from listener.sources.mastodon.parse import DIRECT, OPEN_TO_ALL, read_author, read_status, read_statuses
from listener.sources.mastodon.source import UNREADABLE, account_id
from listener.sources.mastodon.text import addressed_to, length, others_named, same_text
from listener.sources.shared.json_read import text_of
from listener.sources.shared.wire import Answer, document

PAGES = 5
PAGE_SIZE = 40
CLOCK_SLACK = timedelta(minutes=2)
USUAL_LENGTH = 500
LONGEST_ALT = 1_500
PROCESSING = timedelta(seconds=15)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """The status that is answered, as it stands now."""

    author_id: str
    handle: str
    visibility: str
    warning: str


class MastodonReplier:
    """Answers as an account of a server that speaks Mastodon's API, never in front of more people than the status that it answers."""

    name = "mastodon"
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = _now) -> None:
        self._settings = settings
        self._clock = clock
        self._ids: dict[str, str] = {}
        self._lock = Lock()

    def send(self, reply: OutgoingReply) -> Sent:
        client = self._client(reply)
        asked = _asked(client, reply)
        visibility = asked.visibility if asked.visibility in OPEN_TO_ALL and not reply.is_private else DIRECT
        text = addressed_to(asked.handle, reply.text)
        if visibility == DIRECT:
            _require_for_one(asked, reply)
        self._require_room(client, text, asked.warning)
        media_ids = [self._uploaded(client, picture) for picture in reply.attachments]
        answer = client.post(text, reply.parent_id, visibility=visibility, warning=asked.warning, media_ids=media_ids, key=reply.key)
        if not 200 <= answer.status < 300:
            raise reply_problem(answer, self._clock())
        return self._sent(answer)

    def find(self, reply: OutgoingReply) -> Sent | None:
        """Among the account's own statuses back to when the reply was queued, then in the conversation: some servers list no private ones."""
        client, since = self._client(reply), reply.queued_at - CLOCK_SLACK
        own, after = self._own_id(client, reply), None
        for _ in range(PAGES):
            page = read_statuses(client.of_account(own, after=after, size=PAGE_SIZE))
            if found := _ours(reply, [entry.item for entry in page.entries], own):
                return found
            if page.unread:
                raise Malformed("the account's own statuses cannot be read", json.dumps(page.unread[0]).encode())
            if page.older in {None, after} or min(page.places, default=since.timestamp()) < since.timestamp():
                return _in_conversation(client, reply, own)
            after = page.older
        raise Unavailable("the account's own statuses could not be read to the end: there are too many")

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it. A server that does not know how answers as if it were gone, so that it is looked at once more."""
        client = self._client(reply)
        answer = client.delete(reply.external_id)
        if answer.status in {404, 405, 410, 501}:
            try:
                client.status(reply.external_id)
            except Gone:
                return ()
            raise Refused("This server lets no app delete a status: delete it there")
        if not 200 <= answer.status < 300:
            raise problem(answer, self._clock())
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Put other words there; its warning and its pictures stay."""
        client = self._client(reply)
        standing = document(client.status(reply.external_id))
        given = standing if isinstance(standing, Mapping) else {}
        pictures = [text_of(one.get("id")) for one in given.get("media_attachments") or () if isinstance(one, Mapping)]
        warning = text_of(given.get("spoiler_text"))
        said = addressed_to(reply.author_handle, text)
        if text_of(given.get("visibility")) not in OPEN_TO_ALL and (others := others_named(reply.author_handle, text)):
            raise _named_beside(others)
        self._require_room(client, said, warning)
        answer = client.edit(reply.external_id, said, warning=warning, media_ids=[one for one in pictures if one])
        if not 200 <= answer.status < 300:
            raise problem(answer, self._clock())
        return ()

    def _require_room(self, client: MastodonClient, text: str, warning: str) -> None:
        """Where a text is longer than most servers take, the server says what it takes. Raises Rejected."""
        size = length(text, warning)
        if size <= USUAL_LENGTH:
            return
        longest = _longest(document(client.instance()))
        if size > longest:
            raise Rejected(f"This server takes {longest} characters, with the name in front this has {size}: make it shorter")

    def _uploaded(self, client: MastodonClient, picture: OutgoingAttachment) -> str:
        answer = client.upload(picture, picture.alt[:LONGEST_ALT])
        if not 200 <= answer.status < 300:
            error = problem(answer, self._clock())
            raise (
                Rejected(f"The Mastodon server does not take the picture {picture.name}: {error}") if isinstance(error, Refused) else error
            )
        media_id = _id_of(answer)
        if not media_id:
            raise Rejected(f"The Mastodon server took the picture {picture.name}, but its answer cannot be read: try again")
        if answer.status == 202 and client.uploaded(media_id).status == 206:
            raise Unavailable(f"The Mastodon server still works on the picture {picture.name}", self._clock() + PROCESSING)
        return media_id

    def _own_id(self, client: MastodonClient, reply: OutgoingReply) -> str:
        key = f"{client.base} {reply.credential}"
        with self._lock:
            known = self._ids.get(key)
        if known is None:
            known = account_id(client.own_account())
            with self._lock:
                self._ids[key] = known
        return known

    def _client(self, reply: OutgoingReply) -> MastodonClient:
        credential = self._settings.credential(reply.credential, self.name)
        return MastodonClient(credential, self._settings.timeout.total_seconds(), site=reply.site)

    def _sent(self, answer: Answer) -> Sent:
        external_id = _id_of(answer)
        if not external_id:
            raise OutcomeUnknown("The Mastodon server took the reply, but its answer cannot be read")
        given = document(answer)
        url = text_of(given.get("url")) or text_of(given.get("uri"))
        return Sent(external_id, url if url.startswith(("https://", "http://")) else "", self._clock())


def _asked(client: MastodonClient, reply: OutgoingReply) -> Asked:
    """Raises Rejected when the status is gone, SourceError when it cannot be read: then nothing was posted."""
    try:
        given = document(client.status(reply.parent_id))
    except Gone as error:
        raise Rejected(f"The post is gone: {error}") from error
    if not isinstance(given, Mapping):
        raise Unavailable("The status that is answered cannot be read just now")
    author = read_author(given.get("account"), site=reply.site)
    # A status that does not say who may read it is answered in private.
    visibility = text_of(given.get("visibility")) or DIRECT
    handle = author.handle or reply.author_handle
    return Asked(author.external_id or reply.author_id, handle, visibility, text_of(given.get("spoiler_text")))


def _require_for_one(asked: Asked, reply: OutgoingReply) -> None:
    """A private answer goes to who wrote, and to nobody else. Raises Rejected."""
    if reply.author_id and asked.author_id != reply.author_id:
        raise Rejected("The status that is answered is somebody else's: a private answer goes only to who wrote")
    if others := others_named(asked.handle, reply.text):
        raise _named_beside(others)


def _named_beside(others: Sequence[str]) -> Rejected:
    return Rejected(f"A private answer is shown to everybody whom it names: take {', '.join(f'@{name}' for name in others)} out of it")


def _ours(reply: OutgoingReply, items: Sequence[Any], own: str) -> Sent | None:
    for item in items:
        post = _readable(item)
        if post and post.author.external_id == own and post.parent_id == reply.parent_id and same_text(post, reply.text):
            return Sent(post.external_id, post.url, post.posted_at)
    return None


def _in_conversation(client: MastodonClient, reply: OutgoingReply, own: str) -> Sent | None:
    try:
        given = document(client.context(reply.parent_id))
    except Gone:
        return None
    below = given.get("descendants") if isinstance(given, Mapping) else None
    return _ours(reply, below, own) if isinstance(below, list) else None


def _readable(item: Any) -> Post | None:
    try:
        return read_status(item, root="", site="")
    except UNREADABLE:
        return None


def _id_of(answer: Answer) -> str:
    given = document(answer)
    return text_of(given.get("id")) if isinstance(given, Mapping) else ""


def _longest(instance: Any) -> int:
    found = instance
    for name in ("configuration", "statuses", "max_characters"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else USUAL_LENGTH
