"""Posts as they may be stored: hostile text made harmless, ids that fit, instants that have a zone. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from desk.post import Post

UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters (tab and line feed apart) and lone surrogates: databases, XML and terminals choke on them."""

WORDS = ("external_id", "text", "thread_id", "parent_id", "kind", "title", "url", "language", "capability_reason", "site")

LONGEST_TEXT = 20_000
CUT = "\n[… cut here: the whole post is longer]"
LONGEST_ID = 255
LONGEST_NAME = 255

Key = tuple[str, str]
"""Site and external id: within one source, what makes a post, an author or a thread the same one."""


class Cleaned(NamedTuple):
    """A post with what is stored of it. `is_cut`: its text was too long, so the whole of it must stay in the raw payload."""

    post: Post
    key: Key
    author_key: Key
    thread_key: Key
    title: str
    text: str
    content_hash: str
    posted_at: datetime
    bucket_at: datetime
    is_cut: bool


def clean_post(post: Post, *, site: str, now: datetime) -> Cleaned:
    """One post, ready to be stored in a feed's `site` unless it names its own.

    A post that claims to come from the future counts in the hour in which it was seen. A post whose source gives each edit a
    new id keeps its first one: the earliest of `edit_of`.
    """
    post = harmless(post)
    site = fitted(post.site) if post.site is not None else site
    own_id = fitted(post.edit_of[0] if post.edit_of else post.external_id)
    text, title = shown(post.text), post.title[:LONGEST_TEXT]
    posted_at = with_zone(post.posted_at)
    return Cleaned(
        post=post,
        key=(site, own_id),
        # Without an id of its own an author is a different one with every post: strangers must never share a case.
        author_key=(site, fitted(post.author.external_id) or f"post:{own_id}"[:LONGEST_ID]),
        thread_key=(site, fitted(post.thread_id) or own_id),
        title=title,
        text=text,
        content_hash=content_hash(title, text),
        posted_at=posted_at,
        bucket_at=hour_of(min(posted_at, now)),
        is_cut=text is not post.text,
    )


def harmless(post: Post) -> Post:
    """The post without control characters and lone surrogates, in any of its words; its raw payload stays as it came."""
    author = post.author
    # One look at everything: nearly every post is clean.
    words = (post.text, post.external_id, post.thread_id, post.title, post.url, post.capability_reason, post.kind, post.parent_id or "")
    others = (
        post.site or "",
        post.language or "",
        author.external_id,
        author.handle,
        author.name,
        author.url,
        *post.addressed,
        *post.edit_of,
    )
    together = "".join((*words, *others))
    if together.isprintable() or UNWANTED.search(together) is None:
        return post
    named: dict[str, Any] = {name: plain(getattr(post, name)) for name in WORDS if getattr(post, name)}
    listed: dict[str, Any] = {name: tuple(plain(word) for word in getattr(post, name)) for name in ("addressed", "edit_of")}
    told: dict[str, Any] = {name: plain(getattr(author, name)) for name in ("external_id", "handle", "name", "url")}
    return replace(post, **named, **listed, author=replace(author, **told))


def newest_of_each(posts: Iterable[Cleaned]) -> list[Cleaned]:
    """Each post of a page once: the one that is gone, else the latest edit, else the first that came."""
    found: dict[Key, Cleaned] = {}
    for cleaned in posts:
        known = found.get(cleaned.key)
        if known is None or _age(cleaned) > _age(known):
            found[cleaned.key] = cleaned
    return list(found.values())


def plain(text: str) -> str:
    """The text without control characters; a lone surrogate becomes the replacement character."""
    if UNWANTED.search(text) is None:
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNWANTED.sub(lambda found: "\ufffd" if found[0] >= "\ud800" else "", text)


def shown(text: str) -> str:
    """The text as it is stored and shown: cut with a mark where it is absurdly long."""
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + CUT


def fitted(external_id: str) -> str:
    """An id that fits its column; a longer one keeps its start and ends in a digest, so it stays the same and unique."""
    if len(external_id) <= LONGEST_ID:
        return external_id
    return f"{external_id[:180]}#{sha256(external_id.encode()).hexdigest()}"


def content_hash(title: str, text: str) -> str:
    return sha256(f"{title}\0{text}".encode()).hexdigest()


def by_site(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The external ids of each site."""
    found: dict[str, list[str]] = {}
    for site, external_id in keys:
        found.setdefault(site, []).append(external_id)
    return found


def with_zone(at: datetime) -> datetime:
    """A moment that names no zone is read as UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def hour_of(instant: datetime) -> datetime:
    """The UTC hour that an instant falls in."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.replace(minute=0, second=0, microsecond=0)


def _age(cleaned: Cleaned) -> tuple[bool, int, float]:
    edited = cleaned.post.edited_at
    return cleaned.post.deleted, len(cleaned.post.edit_of), edited.timestamp() if edited else 0.0
