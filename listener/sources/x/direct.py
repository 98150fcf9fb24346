"""X's direct messages as private posts. Pure, and patient with what is absent.

https://docs.x.com/x-api/direct-messages/lookup/introduction: events of the last 30 days, newest first, by page token alone.
"""

import re
from collections.abc import Mapping
from typing import Any

from desk.post import Post, PostAuthor, Unreadable
from listener.sources.x.parse import (
    MEDIA_FIELDS,
    MEDIA_KEYS,
    Beside,
    Item,
    Reader,
    XPage,
    author_of,
    beside_of,
    document_of,
    instant_of,
    listed,
    mapping,
    number_of,
    packed,
    read_media,
    text_of,
    unescaped,
)
from storage.words import Capability

ROUTE = "/2/dm_events"
KIND = "direct_message"
MESSAGE = "MessageCreate"

BETWEEN_TWO = re.compile(r"\d+-\d+")
"""The id of a conversation of two is made of theirs; a group's is one number."""

FOR_A_GROUP = "a conversation of several people is answered in X's own app: all of them would read it"
FIELDS: Mapping[str, str] = {
    "dm_event.fields": "attachments,created_at,dm_conversation_id,event_type,id,sender_id,text",
    "event_types": MESSAGE,
    "expansions": f"sender_id,{MEDIA_KEYS}",
    "user.fields": "name,public_metrics,username",
    "media.fields": MEDIA_FIELDS,
}


def conversation_route(conversation_id: str) -> str:
    """Where the messages of one conversation stand."""
    return f"/2/dm_conversations/{conversation_id}/dm_events"


def address_of(conversation_id: str, event_id: str) -> str:
    """The page of a conversation; the event behind # keeps the addresses of two messages apart."""
    return f"https://x.com/messages/{conversation_id}#{event_id}"


def read_direct(body: bytes, reader: Reader) -> XPage:
    """All messages of one answer. Raises Malformed, Refused."""
    document = document_of(body)
    beside = beside_of(mapping(document.get("includes")))
    items = [item for item in listed(document, "data") if mapping(item).get("event_type", MESSAGE) == MESSAGE]
    posts, rejects = [], []
    for item in items:
        try:
            posts.append(_message(item, beside, reader))
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            rejects.append(Unreadable(packed(item, beside), f"{type(error).__name__}: {error}"))
    ids = tuple(found for item in items if (found := number_of(mapping(item).get("id"))) is not None)
    return XPage(
        posts=tuple(posts),
        rejects=tuple(rejects),
        ids=ids,
        next_token=text_of(mapping(document.get("meta")).get("next_token")) or None,
        users=frozenset(beside.users),
        media=frozenset(beside.media),
    )


def _message(item: Item, beside: Beside, reader: Reader) -> Post:
    event_id, conversation = number_of(item.get("id")), text_of(item.get("dm_conversation_id"))
    if event_id is None or not conversation:
        raise ValueError("the message has no id, or no conversation")
    text, media = unescaped(text_of(item.get("text"))), read_media(item, beside)
    if not text and not mapping(item.get("attachments")):
        raise ValueError("the message says nothing")
    is_of_two = BETWEEN_TWO.fullmatch(conversation) is not None
    return Post(
        external_id=str(event_id),
        author=_sender(item, beside),
        text=text,
        posted_at=instant_of(item.get("created_at"), str(event_id)),
        thread_id=conversation,
        kind=KIND,
        url=address_of(conversation, str(event_id)),
        capability=Capability.API if is_of_two else Capability.LINK,
        capability_reason="" if is_of_two else FOR_A_GROUP,
        addressed=tuple(sorted(handle.lower() for handle in reader.own_handles)),
        media=media,
        is_private=True,
        raw={"post": dict(item), "includes": _includes(item, beside)},
    )


def _sender(item: Item, beside: Beside) -> PostAuthor:
    """Who wrote it: messages call them sender, posts author."""
    author = author_of({**item, "author_id": item.get("sender_id")}, beside)
    if not author.external_id:
        raise ValueError("the message has no sender")
    return author


def _includes(item: Item, beside: Beside) -> dict[str, Any]:
    sender = beside.users.get(text_of(item.get("sender_id")))
    keys = map(text_of, listed(mapping(item.get("attachments")), "media_keys"))
    media = [beside.media[key] for key in keys if key in beside.media]
    return {"users": [sender] if sender else [], **({"media": media} if media else {})}


def by_token(params: Mapping[str, Any]) -> dict[str, Any]:
    """Messages know no ids to start from: the look itself ends where the last one began."""
    return {name: value for name, value in params.items() if name not in {"since_id", "until_id"}}
