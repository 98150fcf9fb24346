"""Posts of a Discourse forum as ours. Pure, and patient with what is absent.

The form of a post: https://docs.discourse.org (the openapi description that Discourse publishes). A topic is the thread.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

from desk.post import Post, PostAuthor, PostMedia
from listener.sources.shared.api import instant_of, mapping_of, text_of
from listener.sources.shared.listing import Entry, digest
from listener.text import TAG, plain_text
from storage.words import Capability, MediaKind

NOT_FOR_READERS = (3, 4)
"""Kinds of posts: 3 says what somebody did to a topic, 4 is a whisper among staff (Post.types in Discourse's source)."""

THREAD = "topic:"
MENTIONED = re.compile(r"(?<![\w@/.])@([\w.-]*\w)")
SOURCE_OF = re.compile(r"""\bsrc\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
CLASSES = re.compile(r"""\bclass\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
ORNAMENTS = frozenset({"emoji", "avatar", "site-icon", "thumbnail"})
MOST_PICTURES = 20
LARGEST_ID = 2**53
"""A number beyond what all readers of JSON agree on is no id, and would make all others look old."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Forum:
    """Where a forum's posts stand: its public address without a slash at its end, and what tells it from other forums."""

    address: str
    site: str


def is_said(item: Any) -> bool:
    """Whether somebody wrote this item for readers. What has no kind, or an unknown one, counts as a post."""
    return mapping_of(item).get("post_type") not in NOT_FOR_READERS


def entry(item: Any) -> Entry:
    """An item in the order of its ids; one without an id is known by all that it says."""
    given = mapping_of(item)
    number = given.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= LARGEST_ID:
        return Entry(f"?{digest(item)}", None, "", item)
    said = (given.get(name) for name in ("cooked", "raw", "topic_title", "deleted_at", "user_deleted"))
    return Entry(str(number), float(number), digest(*said), item)


def read_post(item: Any, forum: Forum) -> Post:
    """One post. Raises ValueError or TypeError where it has no id, no instant or no text."""
    if not isinstance(item, Mapping):
        raise TypeError("the item is no object")
    number, topic = item.get("id"), item.get("topic_id")
    posted_at = instant_of(item.get("created_at"))
    if not isinstance(number, int) or isinstance(number, bool) or posted_at is None:
        raise ValueError("the post has no id or no instant")
    if not isinstance(topic, int):
        raise TypeError("the post has no topic")
    if is_gone(item):
        return gone(str(number), THREAD + str(topic), posted_at, forum)
    text = _text(item)
    if not text:
        raise ValueError("the post has no text")
    return Post(
        external_id=str(number),
        author=_author(item, forum),
        text=text,
        posted_at=posted_at,
        thread_id=THREAD + str(topic),
        title=_title(item),
        url=_url(item, topic, forum),
        edited_at=instant_of(item.get("updated_at")) if _version(item) > 1 else None,
        capability=Capability.API,
        addressed=_addressed(item, text),
        site=forum.site,
        media=_media(text_of(item.get("cooked")), forum),
        raw=dict(item),
    )


def gone(external_id: str, thread_id: str, at: Any, forum: Forum) -> Post:
    """What is left of a post that was deleted."""
    return Post(external_id, PostAuthor(""), "", at, thread_id, deleted=True, site=forum.site)


def is_gone(item: Item) -> bool:
    """Deleted by staff, or by its author: then it stays for a day, with words of the forum in the place of its text."""
    return bool(item.get("deleted_at")) or item.get("user_deleted") is True


def is_public(item: Item) -> bool:
    """Whether readers see it: flagged posts are hidden until somebody has decided."""
    return not is_gone(item) and item.get("hidden") is not True


def _text(item: Item) -> str:
    return plain_text(text_of(item.get("cooked"))) or text_of(item.get("raw")).strip()


def _title(item: Item) -> str:
    # Only of a topic's first post: a topic that is renamed would else edit all of its posts.
    return text_of(item.get("topic_title") or item.get("title")).strip() if item.get("post_number") == 1 else ""


def _author(item: Item, forum: Forum) -> PostAuthor:
    handle = text_of(item.get("username"))
    number = item.get("user_id")
    known = str(number) if isinstance(number, int) else handle.lower()
    url = f"{forum.address}/u/{quote(handle)}" if handle else ""
    return PostAuthor(known, handle, text_of(item.get("name")) or text_of(item.get("display_username")) or handle, url=url)


def _url(item: Item, topic: int, forum: Forum) -> str:
    path = text_of(item.get("post_url"))
    return f"{forum.address}{path if path.startswith('/t/') else _path(item, topic)}"


def _path(item: Item, topic: int) -> str:
    slug = text_of(item.get("topic_slug")) or "-"
    return f"/t/{quote(slug)}/{topic}/{item.get('post_number') or 1}"


def _version(item: Item) -> int:
    version = item.get("version")
    return version if isinstance(version, int) else 1


def _addressed(item: Item, text: str) -> tuple[str, ...]:
    answered = text_of(mapping_of(item.get("reply_to_user")).get("username"))
    return tuple(sorted({*(name.lower() for name in MENTIONED.findall(text)), *([answered.lower()] if answered else [])}))


def _media(cooked: str, forum: Forum) -> tuple[PostMedia, ...]:
    """Pictures that stand in the post; not the forum's own ornaments."""
    found: dict[str, str] = {}
    for tag in TAG.finditer(cooked):
        if tag[2].lower() != "img" or not (source := SOURCE_OF.search(tag[3])):
            continue
        classes = CLASSES.search(tag[3])
        if classes and ORNAMENTS & set(classes[1].split()):
            continue
        alt = ALT.search(tag[3])
        found.setdefault(_joined(forum, source[1]), alt[1] if alt else "")
    pictures = [PostMedia(MediaKind.PICTURE, url, alt) for url, alt in found.items() if url.startswith(("https://", "http://"))]
    return tuple(pictures[:MOST_PICTURES])


def _joined(forum: Forum, reference: str) -> str:
    try:
        return urljoin(f"{forum.address}/", reference)
    except ValueError:
        return ""
