"""A delivery of posts by another program, version 1 of its form (docs/webhooks.md has the schema). Pure.

Each post is read alone: one that cannot be read is kept with its error, and the others count.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk.post import Post, PostAuthor, Unreadable
from listener.source import Malformed
from storage.words import Capability

VERSION = 1
MOST_POSTS = 500
AUTHOR = ("id", "handle", "name", "reach", "url")
FIELDS = (
    *("id", "text", "posted_at", "author", "title", "url", "kind", "language", "thread_id", "parent_id", "edited_at", "addressed"),
    *("can_reply", "private", "deleted"),
)
BY_HAND = "its sender says that no app may answer there"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXAMPLE = "2026-03-01T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery holds."""

    posts: tuple[Post, ...] = ()
    rejects: tuple[Unreadable, ...] = ()


def read_delivery(body: bytes, *, site: str) -> Delivered:
    """The posts of a delivery. Raises Malformed, in words that say what to send, for what is no delivery at all."""
    items = _items(body)
    posts: list[Post] = []
    rejects: list[Unreadable] = []
    for number, item in enumerate(items, 1):
        try:
            posts.append(read_post(item, site=site))
        except Malformed as error:
            rejects.append(Unreadable(json.dumps(item).encode(), f"post {number}: {error}"))
    return Delivered(tuple(posts), tuple(rejects))


def _items(body: bytes) -> Sequence[Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the body is no JSON: {error}") from None
    if not isinstance(given, dict) or given.get("version") != VERSION:
        raise Malformed(f'expected an object with "version": {VERSION}')
    items = [given["post"]] if "post" in given else given.get("posts")
    if not isinstance(items, list) or not items:
        raise Malformed('expected "posts": [...] with at least one post, or "post": {...}')
    if len(items) > MOST_POSTS:
        raise Malformed(f"{len(items)} posts in one delivery: send at most {MOST_POSTS}")
    return items


def read_post(item: Any, *, site: str) -> Post:
    """One post. Raises Malformed, which names the field, what was expected and an example."""
    if not isinstance(item, dict):
        raise Malformed("expected an object")
    if unknown := sorted(set(item) - set(FIELDS)):
        raise Malformed(f"unknown field {unknown[0]!r}. Known: {', '.join(FIELDS)}")
    identifier = _words(item, "id", longest=1_000)
    if not identifier:
        raise Malformed("id: required, the post's own id at its platform")
    if _switch(item, "deleted"):
        return Post(identifier, PostAuthor(""), "", EPOCH, identifier, deleted=True, site=site)
    return _living(item, identifier, site=site)


def _living(item: Mapping[str, Any], identifier: str, *, site: str) -> Post:
    text, posted_at, url = _words(item, "text"), _instant(item, "posted_at"), _url(item)
    if not text or posted_at is None:
        raise Malformed(f"{'posted_at' if text else 'text'}: required, but empty")
    can_reply, is_private = _switch(item, "can_reply"), _switch(item, "private")
    return Post(
        external_id=identifier,
        author=_author(item.get("author")),
        text=text,
        title=_words(item, "title", longest=1_000),
        posted_at=posted_at,
        edited_at=_instant(item, "edited_at"),
        thread_id=_words(item, "thread_id", longest=1_000) or identifier,
        parent_id=_words(item, "parent_id", longest=1_000) or None,
        kind=_words(item, "kind", longest=24) or ("direct" if is_private else "post"),
        language=_words(item, "language", longest=8) or None,
        url=url,
        addressed=_handles(item),
        capability=Capability.API if can_reply else Capability.LINK if url else Capability.NONE,
        capability_reason="" if can_reply else BY_HAND,
        is_private=is_private,
        site=site,
        raw=dict(item),
    )


def _author(given: Any) -> PostAuthor:
    if not isinstance(given, dict):
        raise Malformed('author: expected an object such as {"id": "42", "handle": "ada", "name": "Ada"}')
    if unknown := sorted(set(given) - set(AUTHOR)):
        raise Malformed(f"author: unknown field {unknown[0]!r}. Known: {', '.join(AUTHOR)}")
    handle = _words(given, "handle", longest=255).removeprefix("@")
    identifier = _words(given, "id", longest=1_000) or handle
    if not identifier:
        raise Malformed("author: its id is required, or its handle where that never changes")
    reach = given.get("reach")
    if reach is not None and (isinstance(reach, bool) or not isinstance(reach, int) or not 0 <= reach < 2**62):
        raise Malformed("author.reach: expected a number such as 1200")
    return PostAuthor(identifier, handle, _words(given, "name", longest=255) or handle, reach, _url(given))


def _words(item: Mapping[str, Any], name: str, *, longest: int = 100_000) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed(f"{name}: expected text, got {type(value).__name__}")
    words = str(value).strip()
    if len(words) > longest:
        raise Malformed(f"{name}: {len(words)} characters are too many, {longest} at most")
    return words


def _url(item: Mapping[str, Any]) -> str:
    url = _words(item, "url", longest=2_000)
    if url and not url.startswith(("https://", "http://")):
        raise Malformed("url: expected an address that begins with https://")
    return url


def _switch(item: Mapping[str, Any], name: str) -> bool:
    value = item.get(name, False)
    if not isinstance(value, bool):
        raise Malformed(f"{name}: expected true or false")
    return value


def _handles(item: Mapping[str, Any]) -> tuple[str, ...]:
    given = item.get("addressed") or []
    if not isinstance(given, list) or not all(isinstance(handle, str) for handle in given) or len(given) > 100:
        raise Malformed('addressed: expected a list of handles such as ["acmecare"]')
    return tuple(sorted({handle.strip().removeprefix("@").lower() for handle in given} - {""}))


def _instant(item: Mapping[str, Any], name: str) -> datetime | None:
    written = _words(item, name, longest=64)
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
        if found.tzinfo is None:
            raise Malformed(f"{name}: {written} names no time zone: write it like {EXAMPLE}")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(f"{name}: expected an instant such as {EXAMPLE}, got {written[:40]!r}") from None
