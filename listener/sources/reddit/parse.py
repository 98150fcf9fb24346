"""Reddit's comments and submissions as ours. Pure, and patient with what is absent: recordings of 2016 lack links, full names and more.

https://www.reddit.com/dev/api#fullnames: t1_ is a comment, t3_ a submission.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.post import Post, PostAuthor, PostMedia, Unreadable
from listener.source import Malformed
from listener.sources.reddit.errors import listing_refusal
from listener.sources.shared.json_read import at_second
from listener.sources.shared.wire import number
from storage.words import Capability, MediaKind

SITE = "https://www.reddit.com"
COMMENT, SUBMISSION = "t1", "t3"
REMOVED_TEXTS = frozenset({"[deleted]", "[removed]", "[ removed by reddit ]", "[deleted by user]", "[removed by reddit]"})
NOBODY_NAMES = frozenset({"", "[deleted]", "[removed]"})
IN_LINK = re.compile(r"/comments/([a-z0-9]+)", re.IGNORECASE)
HANDLE = re.compile(r"(?<![\w/])/?u/([\w-]{2,20})", re.IGNORECASE)

OWN_PICTURES = "https://i.redd.it/"
WIDEST = 1280

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of Reddit: its children as they came, and the full name after which the next page starts."""

    children: tuple[Any, ...] = ()
    after: str | None = None


def read_listing(document: Any, *, now: datetime) -> Listing:
    """The page in an answer. Raises Malformed where there is none; what a list of errors stands for (listing_refusal)."""
    data = document.get("data") if isinstance(document, Mapping) else None
    if isinstance(data, Mapping) and isinstance(data.get("children"), list):
        after = data.get("after")
        return Listing(tuple(data["children"]), after if isinstance(after, str) and after else None)
    if isinstance(document, Mapping) and isinstance(document.get("json"), Mapping):
        raise listing_refusal(document["json"].get("errors"), now)
    raise Malformed("Reddit's answer is no listing", json.dumps(document).encode()[:10_000])


def read_children(children: Sequence[Any]) -> tuple[tuple[Post, ...], tuple[Unreadable, ...]]:
    """Each comment and submission as a post or, with its error, as unreadable. Anything else, private messages too, is left out."""
    posts, rejects = [], []
    for child in children:
        if _is_another_thing(child):
            continue
        try:
            posts.append(read_child(child))
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            rejects.append(Unreadable(json.dumps(child).encode(), f"{type(error).__name__}: {error}"))
    return tuple(posts), tuple(rejects)


def _is_another_thing(child: Any) -> bool:
    """Whether a child says that it is neither a comment nor a submission, and neither bears the name of one nor says anything."""
    kind = child.get("kind") if isinstance(child, Mapping) else None
    if not isinstance(kind, str) or kind in {COMMENT, SUBMISSION}:
        return False
    return name_of(child).partition("_")[0] not in {COMMENT, SUBMISSION} or not _item(child).keys() & {"body", "title"}


def read_child(child: Any) -> Post:
    """One comment or submission. Raises ValueError or TypeError where it has no name, no text or no instant."""
    item, own_name = _item(child), name_of(child)
    if not own_name:
        raise ValueError("the item has no name")
    return _submission(item, own_name, child) if own_name.startswith(SUBMISSION) else _comment(item, own_name, child)


def name_of(child: Any) -> str:
    """The full name of a child, such as t1_dgauydy; empty when it has none."""
    item = _item(child)
    short = _text(item.get("id"))
    return _text(item.get("name")) or (f"{child.get('kind') or COMMENT}_{short}" if short else "")


def created_of(child: Any) -> float | None:
    """When a child was written, in seconds since 1970; old answers give it only in the server's own zone."""
    item = _item(child)
    return number(item.get("created_utc") or item.get("created"))


def edited_of(child: Any) -> float | None:
    """When a child was last edited; very old ones only say that they were."""
    edited = _item(child).get("edited")
    return None if isinstance(edited, bool) else number(edited)


def is_gone(child: Any) -> bool:
    """Whether its author deleted it or somebody removed it."""
    item = _item(child)
    text = _text(item.get("body") if "body" in item else item.get("selftext")).strip().lower()
    return bool(item.get("removed_by_category")) or text in REMOVED_TEXTS


def _item(child: Any) -> Item:
    item = child.get("data") if isinstance(child, Mapping) else None
    return item if isinstance(item, Mapping) else {}


def _comment(item: Item, own_name: str, child: Item) -> Post:
    text = item.get("body")
    if not isinstance(text, str):
        raise TypeError("the comment has no text")
    parent = _text(item.get("parent_id")) or None
    thread = _text(item.get("link_id")) or _linked(item) or (parent if parent and parent.startswith(SUBMISSION) else None)
    return _post(
        item, own_name, child, text=text, thread=thread or parent or own_name, parent=parent, url=_comment_url(item, own_name, thread)
    )


def _submission(item: Item, own_name: str, child: Item) -> Post:
    text, title = _text(item.get("selftext")), _text(item.get("title"))
    if not text and item.get("is_self") is False:
        text = _text(item.get("url"))
    if not text and not title and not is_gone(child):
        raise ValueError("the submission has neither title nor text")
    permalink = _text(item.get("permalink"))
    url = _absolute(permalink) if permalink else f"{SITE}/comments/{own_name.removeprefix('t3_')}/"
    return _post(item, own_name, child, text=text, thread=own_name, parent=None, url=url, title=title)


def _post(item: Item, own_name: str, child: Item, *, text: str, thread: str, parent: str | None, url: str, title: str = "") -> Post:
    created = created_of(child)
    if created is None:
        raise ValueError("the item has no instant")
    edited = edited_of(child)
    gone = is_gone(child)
    capability, reason = _capability(item)
    return Post(
        external_id=own_name,
        author=PostAuthor("") if gone else _author(item),
        text="" if gone else text,
        posted_at=at_second(created),
        thread_id=thread,
        parent_id=parent,
        kind="comment" if own_name.startswith(COMMENT) else "submission",
        title="" if gone else title,
        url=url,
        edited_at=None if edited is None else at_second(edited),
        capability=capability,
        capability_reason=reason,
        addressed=tuple(sorted({found.lower() for found in HANDLE.findall(f"{title} {text}")})),
        deleted=gone,
        media=() if gone else _media(item),
        raw={} if gone else dict(child),
    )


def _media(item: Item) -> tuple[PostMedia, ...]:
    """A gallery's pictures, else the post's own preview, else the picture that it links to on Reddit's own host."""
    gallery = tuple(_gallery(item))
    if gallery:
        return gallery
    url = _preview(item) or (_text(item.get("url")) if _text(item.get("url")).startswith(OWN_PICTURES) else "")
    kind = MediaKind.VIDEO if item.get("is_video") is True else MediaKind.PICTURE
    return (PostMedia(kind, url),) if url else ()


def _gallery(item: Item) -> Iterator[PostMedia]:
    listed, described = _mapping(item.get("gallery_data")).get("items"), _mapping(item.get("media_metadata"))
    for one in listed if isinstance(listed, list) else ():
        found = _mapping(described.get(_text(_mapping(one).get("media_id"))))
        url = _best([*_sizes(found.get("p")), *_sizes([found.get("s")])])
        if url:
            yield PostMedia(MediaKind.PICTURE, url, _text(_mapping(one).get("caption")))


def _preview(item: Item) -> str:
    images = _mapping(item.get("preview")).get("images")
    first = _mapping(images[0]) if isinstance(images, list) and images else {}
    return _best([*_sizes(first.get("resolutions")), *_sizes([first.get("source")])])


def _sizes(given: Any) -> list[tuple[int, str]]:
    """Width and address of each size that is offered; a gallery calls them x and u, a preview width and url."""
    found = [_mapping(one) for one in given] if isinstance(given, list) else []
    sizes = ((number(one.get("x") or one.get("width")), _text(one.get("u") or one.get("url"))) for one in found)
    # Addresses come escaped for HTML unless raw_json was asked for.
    return [(int(width or 0), html.unescape(url)) for width, url in sizes if url]


def _best(sizes: Sequence[tuple[int, str]]) -> str:
    """The widest that is no wider than we show it, else the narrowest."""
    fitting = [size for size in sizes if size[0] <= WIDEST]
    return max(fitting)[1] if fitting else min(sizes, default=(0, ""))[1]


def _mapping(given: Any) -> Item:
    return given if isinstance(given, Mapping) else {}


def _author(item: Item) -> PostAuthor:
    name = _text(item.get("author"))
    if name.lower() in NOBODY_NAMES:
        return PostAuthor("")
    return PostAuthor(_text(item.get("author_fullname")) or name.lower(), name, name, url=f"{SITE}/user/{name}")


def _capability(item: Item) -> tuple[Capability, str]:
    if item.get("locked") is True:
        return Capability.NONE, "the thread is locked: nobody can answer there"
    if item.get("archived") is True:
        return Capability.NONE, "the thread is archived: nobody can answer there any more"
    return Capability.API, ""


def _linked(item: Item) -> str | None:
    """The submission that a comment of the inbox belongs to: only its links tell."""
    for key in ("context", "permalink", "link_permalink"):
        if found := IN_LINK.search(_text(item.get(key))):
            return f"{SUBMISSION}_{found[1].lower()}"
    return None


def _comment_url(item: Item, own_name: str, thread: str | None) -> str:
    short = own_name.removeprefix("t1_")
    for key in ("permalink", "context"):
        if given := _text(item.get(key)):
            return _absolute(given)
    if link := _text(item.get("link_permalink")):
        return f"{_absolute(link).rstrip('/')}/{short}/"
    return f"{SITE}/comments/{thread.removeprefix('t3_')}/_/{short}/" if thread else ""


def _absolute(link: str) -> str:
    path = link.partition("?")[0]
    return path if path.startswith(("http://", "https://")) else f"{SITE}/{path.lstrip('/')}"


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""
