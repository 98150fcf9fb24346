"""Comments of a WordPress site as ours. Pure. The article is the thread.

The form of a comment: https://developer.wordpress.org/rest-api/reference/comments/. It has no instant of its last change.
"""

import re
from collections.abc import Mapping
from typing import Any

from desk.post import Post, PostAuthor
from listener.sources.shared.api import instant_of, mapping_of, text_of
from listener.sources.shared.listing import Entry, digest
from listener.text import plain_text
from storage.words import Capability

THREAD = "post:"
PORTRAIT = re.compile(r"/avatar/([0-9a-f]{32,64})\b")
"""Gravatar's address holds a digest of the commenter's e-mail address: the only sign by which two visitors of one name differ."""

GONE = frozenset({"trash", "spam"})

Item = Mapping[str, Any]


def entry(item: Any) -> Entry:
    """A comment in the order of its instants; one without an id is known by all that it says."""
    given = mapping_of(item)
    number, at = given.get("id"), _posted_at(given)
    if not isinstance(number, int) or isinstance(number, bool):
        return Entry(f"?{digest(item)}", None, "", item)
    return Entry(str(number), at.timestamp() if at else None, digest(_markup(given), given.get("status")), item)


def read_comment(item: Any, site: str) -> Post:
    """One comment. Raises ValueError or TypeError where it has no id, no instant, no article or no text."""
    if not isinstance(item, Mapping):
        raise TypeError("the item is no object")
    number, article, at = item.get("id"), item.get("post"), _posted_at(item)
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(article, int) or at is None:
        raise ValueError("the comment has no id, no article or no instant")
    if is_gone(item):
        return gone(str(number), f"{THREAD}{article}", at, site)
    text = plain_text(_markup(item))
    if not text:
        raise ValueError("the comment has no text")
    parent = item.get("parent")
    return Post(
        external_id=str(number),
        author=_author(item),
        text=text,
        posted_at=at,
        thread_id=f"{THREAD}{article}",
        parent_id=str(parent) if isinstance(parent, int) and parent else None,
        kind="comment",
        url=text_of(item.get("link")),
        capability=Capability.API,
        site=site,
        raw=dict(item),
    )


def gone(external_id: str, thread_id: str, at: Any, site: str) -> Post:
    """What is left of a comment that was deleted."""
    return Post(external_id, PostAuthor(""), "", at, thread_id, kind="comment", deleted=True, site=site)


def is_gone(item: Item) -> bool:
    """Thrown away, or called spam. One that is held back again may still be let through."""
    return text_of(item.get("status")).lower() in GONE


def _markup(item: Item) -> str:
    content = item.get("content")
    return text_of(mapping_of(content).get("rendered")) or text_of(mapping_of(content).get("raw")) or text_of(content)


def _posted_at(item: Item) -> Any:
    return instant_of(item.get("date_gmt")) or instant_of(item.get("date"))


def _author(item: Item) -> PostAuthor:
    """A user of the site by number, a visitor by portrait; of neither nothing is known that tells two of one name apart."""
    number, name, url = item.get("author"), text_of(item.get("author_name")), text_of(item.get("author_url"))
    if isinstance(number, int) and number:
        return PostAuthor(f"user:{number}", name, name, url=url)
    portraits = " ".join(text_of(address) for address in mapping_of(item.get("author_avatar_urls")).values())
    found = PORTRAIT.search(portraits)
    return PostAuthor(f"visitor:{found[1]}" if found else "", name, name, url=url)
