"""What Hacker News' search answers with, as posts. Pure. The form: https://hn.algolia.com/api, read 2026-11-22."""

from collections.abc import Mapping, Sequence
from typing import Any

from desk.post import Post, PostAuthor
from listener.source import Malformed
from listener.sources.shared.json_read import at_second, listed, mapping, text_of, whole_of
from listener.sources.shared.listing import Entry, Sheet, by_instant, digest
from listener.text import plain_text
from storage.words import Capability

SITE = "https://news.ycombinator.com"
ANSWER_THERE = "Hacker News lets no app answer: answer at the post's own page"


def read_page(document: Any, *, until: str | None, floor: int = 0) -> Sheet:
    """One page of hits, newest first. Raises Malformed."""
    hits = mapping(document).get("hits")
    if not isinstance(hits, list):
        raise Malformed("the answer of Hacker News' search has no hits")
    found = [(hit, _entry(hit)) for hit in hits]
    total = whole_of(mapping(document).get("nbHits"))
    return by_instant(
        [entry for _, entry in found if entry is not None],
        [hit for hit, entry in found if entry is None],
        has_more=total is not None and total > len(hits),
        until=until,
        floor=floor,
    )


def _entry(hit: Any) -> Entry | None:
    given = mapping(hit)
    identifier, moment = text_of(given.get("objectID")), whole_of(given.get("created_at_i"))
    if not identifier or moment is None:
        return None
    return Entry(identifier, moment, digest(given.get("title"), given.get("story_text"), given.get("comment_text")), hit)


def read_hit(hit: Any) -> Post:
    """A story or a comment. Raises ValueError where it has no id, no instant or no words."""
    given = mapping(hit)
    identifier, moment = text_of(given.get("objectID")), whole_of(given.get("created_at_i"))
    if not identifier or moment is None:
        raise ValueError("the hit has no objectID or no created_at_i")
    is_comment = "comment" in listed(given.get("_tags")) or given.get("comment_text") is not None
    title = "" if is_comment else text_of(given.get("title"))
    text = plain_text(text_of(given.get("comment_text" if is_comment else "story_text")))
    if not text and not title:
        raise ValueError("the hit has neither title nor text")
    author = text_of(given.get("author"))
    link = text_of(given.get("url"))
    return Post(
        external_id=identifier,
        author=PostAuthor(author, author, author, url=f"{SITE}/user?id={author}" if author else ""),
        text=text,
        title=title,
        posted_at=at_second(moment),
        thread_id=text_of(given.get("story_id")) or identifier,
        parent_id=text_of(given.get("parent_id")) or None if is_comment else None,
        kind="comment" if is_comment else "story",
        url=f"{SITE}/item?id={identifier}",
        capability=Capability.LINK,
        capability_reason=ANSWER_THERE,
        raw=dict(given),
        links=(link,) if link and not is_comment else (),
    )


def is_gone(item: Any) -> bool:
    """Whether its author deleted it, or it was killed: then nobody sees it who did not ask for the dead."""
    return mapping(item).get("deleted") is True or mapping(item).get("dead") is True


def hit_of(item: Any) -> Mapping[str, Any]:
    """An item of the site's own API (https://github.com/HackerNews/API) in the form of a hit of its search."""
    given = mapping(item)
    is_comment = given.get("type") == "comment"
    told = {
        "objectID": text_of(given.get("id")),
        "created_at_i": given.get("time"),
        "author": given.get("by"),
        "_tags": [given.get("type")],
    }
    if is_comment:
        return {**told, "comment_text": text_of(given.get("text")), "parent_id": given.get("parent")}
    return {**told, "title": given.get("title"), "url": given.get("url"), "story_text": given.get("text")}


def wanted_tags(kinds: Sequence[str]) -> str:
    """The `tags` of a search for any of these kinds."""
    return f"({','.join(kinds)})"
