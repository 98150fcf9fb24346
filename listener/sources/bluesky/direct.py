"""Bluesky's direct messages as private posts. Pure, and patient with what is absent.

The forms: chat.bsky.convo.defs#convoView and #messageView, listConvos and getMessages at https://docs.bsky.app/docs/category/http-reference, read
2026-11-22. Conversations and messages are listed from the newest on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.post import Post, PostAuthor
from listener.source import Malformed
from listener.sources.bluesky.parse import APP, LINK, address_of, read_author, text_of
from listener.sources.shared.json_read import Item, instant, mapping, mappings, web_address
from listener.sources.shared.listing import Entry, Sheet
from listener.sources.shared.wire import Answer, document
from storage.words import Capability

CONVOS, MESSAGES = "chat.bsky.convo.listConvos", "chat.bsky.convo.getMessages"
SEND, ACCEPT = "chat.bsky.convo.sendMessage", "chat.bsky.convo.acceptConvo"
CHAT = "did:web:api.bsky.chat#bsky_chat"
"""The service that an account's own server hands these calls on to."""

KIND = "direct_message"
GROUP = "#groupConvo"
NOT_WRITTEN = ("#deletedMessageView", "#systemMessageView")
"""What stands among messages and is none. A message is deleted there for who deletes it alone: its author did not take it back."""

FOR_A_GROUP = "a conversation of several people is answered in Bluesky's own app: all of them would read it"
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
LONGEST_TID, SHIFT = 13, 10


@dataclass(frozen=True, slots=True)
class Messages:
    """One page of a conversation: its messages, when the oldest of them was sent, and where the next page starts."""

    items: Sequence[Any]
    oldest: float | None
    older: str | None


def read_convos(answer: Answer, *, asked: str | None) -> Sheet:
    """One page of conversations, each at the instant of what was last done in it. Raises Malformed."""
    given = mapping(document(answer))
    listed = given.get("convos")
    if not isinstance(listed, list):
        raise Malformed("Bluesky's answer has no convos", answer.body[:10_000])
    after = text_of(given.get("cursor")) or None
    entries = [entry for item in listed if (entry := _entry(mapping(item)))]
    return Sheet(entries, None if not listed and after == asked else after)


def _entry(convo: Item) -> Entry | None:
    """None for a conversation in which nothing was said yet."""
    last, key, rev = mapping(convo.get("lastMessage")), text_of(convo.get("id")), text_of(convo.get("rev"))
    sent = instant(last.get("sentAt"))
    at = moment_of_tid(rev) or (sent.timestamp() if sent else None)
    if not key or not last or at is None:
        return None
    return Entry(key, at, f"{rev} {text_of(last.get('id'))}", short(convo))


def short(convo: Item) -> dict[str, Any]:
    """As much of a conversation as its messages need: who takes part."""
    names = ("did", "handle", "displayName")
    members = [{name: one[name] for name in names if isinstance(one.get(name), str)} for one in mappings(convo.get("members"))]
    is_group = text_of(mapping(convo.get("kind")).get("$type")).endswith(GROUP) or len(members) > 2
    return {"id": text_of(convo.get("id")), "members": members, "isGroup": is_group}


def moment_of_tid(text: str) -> float | None:
    """The instant that a TID names (https://atproto.com/specs/tid), in seconds; None where it is none of these years."""
    if len(text) != LONGEST_TID or any(sign not in DIGITS for sign in text):
        return None
    number = 0
    for sign in text:
        number = number * 32 + DIGITS.index(sign)
    seconds = (number >> SHIFT) / 1_000_000
    return seconds if 1_600_000_000 <= seconds < 4_100_000_000 else None


def read_messages(answer: Answer, convo: Item) -> Messages:
    """One page of a conversation, each message with who takes part. Raises Malformed."""
    given = mapping(document(answer))
    listed = given.get("messages")
    if not isinstance(listed, list):
        raise Malformed("Bluesky's answer has no messages", answer.body[:10_000])
    told = [one for one in listed if not text_of(mapping(one).get("$type")).endswith(NOT_WRITTEN)]
    moments = [moment.timestamp() for one in listed if (moment := instant(mapping(one).get("sentAt")))]
    after = text_of(given.get("cursor")) or None
    return Messages([{"message": one, "convo": convo} for one in told], min(moments, default=None), after if listed else None)


def is_direct(item: Any) -> bool:
    """Whether a kept item is a message and no post."""
    given = mapping(item)
    return "convo" in given and "message" in given


def sent_at(item: Any) -> float | None:
    """When a message was sent, in seconds since 1970."""
    moment = instant(mapping(mapping(item).get("message")).get("sentAt"))
    return moment.timestamp() if moment else None


def sender_of(item: Any) -> str:
    return text_of(mapping(mapping(mapping(item).get("message")).get("sender")).get("did"))


def without_cold(items: Sequence[Any], own: str) -> list[Any]:
    """The messages of a conversation that is known from its beginning, without what our account said before anybody wrote to it."""
    theirs = [sent for item in items if sender_of(item) != own and (sent := sent_at(item)) is not None]
    first = min(theirs, default=None)
    return [item for item in items if sender_of(item) != own or (first is not None and (sent_at(item) or 0) >= first)]


def read_message(item: Any) -> Post:
    """A message as a private post. Raises ValueError where it has no id, no sender, no instant or no words."""
    given = mapping(item)
    message, convo = mapping(given.get("message")), mapping(given.get("convo"))
    key, conversation, moment = text_of(message.get("id")), text_of(convo.get("id")), instant(message.get("sentAt"))
    if not key or not conversation or moment is None:
        raise ValueError("the message has no id, no conversation, or no instant")
    text = text_of(message.get("text"))
    if not text and not mapping(message.get("embed")):
        raise ValueError("the message says nothing")
    is_group = convo.get("isGroup") is True
    return Post(
        external_id=external_id(conversation, key),
        author=_author(sender_of(item), convo),
        text=text,
        posted_at=moment,
        thread_id=conversation,
        kind=KIND,
        url=page_of(conversation, key),
        capability=Capability.LINK if is_group else Capability.API,
        capability_reason=FOR_A_GROUP if is_group else "",
        addressed=tuple(sorted(_others(sender_of(item), convo))),
        is_private=True,
        raw=dict(given),
        links=tuple(dict.fromkeys(_links(message))),
    )


def external_id(conversation: str, key: str) -> str:
    """A message's own name: its id alone tells it only within its conversation."""
    return f"{conversation}/{key}"


def page_of(conversation: str, key: str) -> str:
    """The page of a conversation; the message behind # keeps the addresses of two messages apart."""
    return f"{APP}/messages/{conversation}#{key}"


def _author(did: str, convo: Item) -> PostAuthor:
    if not did:
        raise ValueError("the message has no sender")
    member = next((one for one in mappings(convo.get("members")) if one.get("did") == did), {})
    return read_author({**member, "did": did}, "")


def _others(did: str, convo: Item) -> Iterator[str]:
    for one in mappings(convo.get("members")):
        if one.get("did") != did and (handle := text_of(one.get("handle"))):
            yield handle.lower()


def _links(message: Mapping[str, Any]) -> Iterator[str]:
    """Where the message leads, the post that it shows included."""
    for facet in mappings(message.get("facets")):
        for feature in mappings(facet.get("features")):
            if feature.get("$type") == LINK and (url := web_address(feature.get("uri"))):
                yield url
    if url := address_of(text_of(mapping(mapping(message.get("embed")).get("record")).get("uri"))):
        yield url
