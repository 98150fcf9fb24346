"""What a Discourse forum sends by itself: a signed event with the post as it stands (Admin → API → Webhooks). Pure.

    X-Discourse-Event: post_created
    X-Discourse-Event-Signature: sha256=<hex of HMAC-SHA256(secret, body)>
    X-Discourse-Instance: https://community.acme.example

The signature covers the body alone, no instant and no event. So whoever takes it remembers what was taken, and compares what is told with what stands.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from desk.post import Post
from listener.sealed import Unsealed
from listener.source import Malformed, Refused
from listener.sources.discourse.parse import THREAD, Forum, gone, is_public, is_said, read_post
from listener.sources.shared.api import mapping_of, now, site_of

SIGNATURE, EVENT, INSTANCE = "X-Discourse-Event-Signature", "X-Discourse-Event", "X-Discourse-Instance"
POST_EVENTS = frozenset({"post_created", "post_edited", "post_destroyed", "post_recovered"})
METHOD = "sha256="


class NoEvent(Malformed):
    """The body is not what the event promises."""


class OtherForum(Exception):
    """The event comes from another forum than the feed's."""


def opened(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> str:
    """What tells this event from all others, of a body that is signed with one of the secrets. Header names are in lower case. Raises Unsealed."""
    given = headers.get(SIGNATURE.lower(), "").strip()
    if not given:
        raise Unsealed(f"not signed: set a secret at the forum's webhook, so that it sends {SIGNATURE}")
    expected = [METHOD + hmac.new(secret.encode(), body, sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(known.encode(), given.encode("utf-8", "replace")) for known in expected):
        raise Unsealed("wrong signature: the secret at the forum's webhook must be the feed's signing secret")
    # A post that is deleted is sent as it stood before: its body may be that of its creation.
    return f"{event_of(headers)}:{given}"


def event_of(headers: Mapping[str, str]) -> str:
    return headers.get(EVENT.lower(), "").strip()


def read_event(headers: Mapping[str, str], body: bytes, forum: Forum) -> tuple[Post, ...]:
    """The post of an event, nothing where it brings none that readers see. Raises NoEvent, OtherForum."""
    _refuse_other(headers.get(INSTANCE.lower(), ""), forum)
    event = event_of(headers)
    if not event:
        raise NoEvent(f"expected the header {EVENT}, such as post_created")
    given = _object(body)
    if event not in POST_EVENTS:
        return ()
    item = given.get("post")
    if not isinstance(item, Mapping):
        raise NoEvent(f'expected {{"post": {{…}}}} of {event}')
    try:
        return _told(event, item, forum)
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
        raise NoEvent(f"the post cannot be read: {error}") from error


def _told(event: str, item: Mapping[str, Any], forum: Forum) -> tuple[Post, ...]:
    if event == "post_destroyed":
        return (_gone(item, forum),)
    if _is_private(item) or not is_said(item):
        return ()
    post = read_post(item, forum)
    if post.deleted or not is_public(item):
        return (post,) if post.deleted else ()
    # An edit of the first minutes makes no new version; the event says that there was one.
    changed_at = mapping_of(item).get("updated_at") if event == "post_edited" else None
    return (replace(post, edited_at=read_post({**item, "version": 2}, forum).edited_at),) if changed_at else (post,)


def _gone(item: Mapping[str, Any], forum: Forum) -> Post:
    number, topic = item.get("id"), item.get("topic_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("the post has no id")
    return gone(str(number), f"{THREAD}{topic}" if isinstance(topic, int) else str(number), now(), forum)


def _is_private(item: Mapping[str, Any]) -> bool:
    """Among named people. Forums that do not say so show it by the category, which private topics have none of."""
    kind = item.get("topic_archetype", item.get("archetype", mapping_of(item.get("topic")).get("archetype")))
    return kind == "private_message" or (kind is None and "category_id" in item and item["category_id"] is None)


def _refuse_other(instance: str, forum: Forum) -> None:
    try:
        is_here = site_of(instance) == site_of(forum.address)
    except Refused:
        is_here = False
    if not is_here:
        raise OtherForum(f"{INSTANCE} must be {forum.address}, the forum of this feed: check the address in the forum's webhook")


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoEvent(f"the body is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise NoEvent("expected an object: the webhook's content type must be application/json")
    return given
