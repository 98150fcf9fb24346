"""Private answers on Bluesky: into a conversation that is there, never a new one."""

import unicodedata
from datetime import UTC, datetime, timedelta

from desk.post import OutgoingReply, Sent
from listener.source import OutcomeUnknown, Rejected, Unavailable
from listener.sources.bluesky.client import BlueskyClient, links_and_tags
from listener.sources.bluesky.direct import ACCEPT, CHAT, MESSAGES, SEND, external_id, page_of, read_messages, sender_of, sent_at
from listener.sources.bluesky.errors import reply_problem
from listener.sources.bluesky.parse import text_of
from listener.sources.shared.json_read import instant, mapping
from listener.sources.shared.wire import Answer, document

LONGEST, LONGEST_BYTES = 1_000, 10_000
PAGE_SIZE, PAGES = 100, 5
CLOCK_SLACK = timedelta(minutes=2)


def send(client: BlueskyClient, reply: OutgoingReply, *, now: datetime) -> Sent:
    """Raises SourceError; OutcomeUnknown whenever the message may stand there."""
    if reply.attachments:
        raise Rejected("Bluesky takes no pictures with a private message: remove them")
    # Who writes for the first time asks to be heard; whoever answers takes that up. Where it was taken up before, nothing happens.
    client.write(ACCEPT, {"convoId": reply.thread_id}, via=CHAT)
    facets = links_and_tags(reply.text)
    message = {"text": reply.text, **({"facets": facets} if facets else {})}
    answer = client.post(SEND, {"convoId": reply.thread_id, "message": message}, via=CHAT)
    if not 200 <= answer.status < 300:
        raise reply_problem(answer, now)
    return _sent(reply, answer, now)


def find(client: BlueskyClient, reply: OutgoingReply) -> Sent | None:
    """Our account's message with these words that was sent since the reply was queued. Raises SourceError."""
    since = (reply.queued_at - CLOCK_SLACK).timestamp()
    after: str | None = None
    for _ in range(PAGES):
        asked = {"convoId": reply.thread_id, "limit": PAGE_SIZE, **({"cursor": after} if after else {})}
        page = read_messages(client.ask(MESSAGES, asked, via=CHAT), {"id": reply.thread_id})
        for item in page.items:
            message, at = mapping(item["message"]), sent_at(item)
            if (
                sender_of(item) == client.session.did
                and at is not None
                and at >= since
                and _plain(text_of(message.get("text"))) == _plain(reply.text)
            ):
                key = text_of(message.get("id"))
                return Sent(external_id(reply.thread_id, key), page_of(reply.thread_id, key), datetime.fromtimestamp(at, UTC))
        if page.older in {None, after} or (page.oldest is not None and page.oldest < since):
            return None
        after = page.older
    raise Unavailable("the conversation could not be read to its beginning: there is too much")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _sent(reply: OutgoingReply, answer: Answer, now: datetime) -> Sent:
    given = mapping(document(answer))
    key = text_of(given.get("id"))
    if not key:
        raise OutcomeUnknown("Bluesky took the message, but its answer cannot be read")
    return Sent(external_id(reply.thread_id, key), page_of(reply.thread_id, key), instant(given.get("sentAt")) or now)
