"""Read RSS and Atom (pure): a document into plain items, an item into a post.

feedparser reads the document and nothing more. Its clean-up of HTML is off, since it takes quadratic time on hostile
markup; only plain text is kept of an entry. The one file that imports feedparser.
"""

import calendar
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from desk.intake.cleaning import fitted, plain
from desk.post import Post, PostAuthor, PostMedia
from listener.source import Malformed
from listener.sources.rss.cursor import digest
from listener.text import TAG, plain_text
from storage.words import Capability, MediaKind

Item = Mapping[str, Any]
"""An entry as it is kept: strings, and dates in ISO 8601."""

HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
MENTIONED = re.compile(r"(?<![\w@])@([\w.-]*\w)")
COMMENT_ANCHOR = re.compile(r"(?:comment|reply|post|p)-?\d+")
FEED_TYPES = re.compile(r"application/(?:rss|atom)\+xml", re.IGNORECASE)
HREF = re.compile(r"""\bhref\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,10});")
CONTROLS = bytes(code for code in range(32) if code not in {9, 10, 13})
END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
LONGEST_END = 2_000
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
ANSWER_THERE = "nothing can be posted through a feed: answer at the entry's own page"


@dataclass(frozen=True, slots=True)
class Document:
    """What one answer held. `older` is the address of the page before it (RFC 5005); `is_whole` is False for broken XML, `is_cut` where its end is lacking."""

    items: tuple[Item, ...]
    older: str | None = None
    is_whole: bool = True
    is_cut: bool = False


def read_document(body: bytes, *, url: str, content_type: str) -> Document:
    """Read a feed of any format and encoding. Broken XML is fine as long as entries can be read. Raises Malformed."""
    if not body.strip():
        raise Malformed("the server sent an empty answer where a feed was expected")
    found = _parsed(_legal(body), content_type)
    cause = found.bozo_exception if found.bozo else None
    is_whole = cause is None or isinstance(cause, HARMLESS)
    if not found.entries and not (found.version and is_whole):
        raise Malformed(_no_feed(body, url, cause), body[:100_000])
    older = next((link.get("href") for link in found.feed.get("links", []) if link.get("rel") == "next"), None)
    is_cut = not is_whole and END.search(body[-LONGEST_END:].replace(b"\x00", b"")) is None
    return Document(tuple(_item(entry, url) for entry in found.entries), _absolute(url, older), is_whole, is_cut)


def _parsed(body: bytes, content_type: str) -> Any:
    # It is not told the document's address: it would make ids of it, and they would change when the feed moves.
    headers = {"content-type": content_type}
    try:
        return feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        # Its reader for broken documents fails on some of them with whatever error comes.
        raise Malformed(f"the answer cannot be read as RSS or Atom ({type(error).__name__})", body[:100_000]) from error


def _legal(body: bytes) -> bytes:
    """The document without the characters that no XML may hold: one of them would make the whole of it unreadable."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in body[:4]:
        return body
    return REFERENCE.sub(_legal_reference, body.translate(None, CONTROLS))


def _legal_reference(found: re.Match[bytes]) -> bytes:
    digits = found[1].lower()
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    is_legal = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return found[0] if is_legal else b"&#xFFFD;"


def item_id(item: Item) -> str:
    """The entry's own id, else its link, else a digest of what it says: the same at every look."""
    said = str(item.get("id") or item.get("link") or "")
    return fitted(said) if said else "no-id:" + digest(*(str(item.get(key) or "") for key in ("title", "body", "author", "published")))


def known_as(item: Item) -> tuple[str, str]:
    """What a cursor keeps of an entry: a digest of its id, and one that changes whenever its text does."""
    return digest(item_id(item)), digest(str(item.get("title") or ""), str(item.get("body") or ""))


def read_item(item: Item, *, site: str, now: datetime, roots: Mapping[str, str] | None = None) -> Post:
    """The post that an entry is. `roots`: thread ids of the entries beside it. Raises Malformed for one that says nothing."""
    title, text = _title(item), _body(item)
    if not title and not text:
        raise Malformed("this entry has neither title nor text")
    identifier, url = item_id(item), plain(str(item.get("link") or ""))
    published, updated = _instant(item.get("published"), now), _instant(item.get("updated"), now)
    posted_at = published or updated or now
    return Post(
        external_id=identifier,
        author=_author(item, identifier),
        title=title,
        text=text,
        posted_at=posted_at,
        edited_at=updated if updated and updated > posted_at else None,
        thread_id=(roots or {}).get(identifier) or _thread(item, identifier),
        parent_id=fitted(str(item["reply_to"])) if item.get("reply_to") else None,
        kind="comment" if item.get("reply_to") or _commented(item) else "post",
        url=url,
        capability=Capability.LINK if url else Capability.NONE,
        capability_reason=ANSWER_THERE,
        addressed=tuple(dict.fromkeys(name.lower() for name in MENTIONED.findall(f"{title} {text}"))),
        site=site,
        media=tuple(PostMedia(MediaKind.PICTURE, str(url), str(alt)) for url, alt in item.get("media") or ()),
        raw=dict(item),
    )


def thread_roots(items: Sequence[Item]) -> dict[str, str]:
    """The thread of each answer, as far up as its parents stand in the same document."""
    parents = {item_id(item): fitted(str(item["reply_to"])) for item in items if item.get("reply_to")}
    return {identifier: _root(identifier, parents) for identifier in parents}


def _root(identifier: str, parents: Mapping[str, str]) -> str:
    passed = {identifier}
    while (parent := parents.get(identifier)) is not None and parent not in passed:
        passed.add(parent)
        identifier = parent
    return identifier


def _thread(item: Item, identifier: str) -> str:
    return fitted(str(item.get("reply_to") or _commented(item) or identifier))


def _commented(item: Item) -> str:
    """The page that a comment stands on: comment feeds without threading elements link to an anchor on it."""
    page, _, anchor = str(item.get("link") or "").partition("#")
    return page if COMMENT_ANCHOR.fullmatch(anchor) else ""


def _item(entry: Any, base: str) -> dict[str, Any]:
    # feedparser's own `get` answers for one date with another, and warns.
    said: dict[str, Any] = dict(entry)
    bodies = [*said.get("content", []), said.get("summary_detail") or {}]
    body = max(bodies, key=lambda part: len(part.get("value") or ""))
    author: Mapping[str, Any] = next((person for person in [said.get("author_detail"), *said.get("authors", [])] if person), {})
    answered = said.get("thr_in-reply-to")
    found = {
        "id": said.get("id"),
        "link": _absolute(base, said.get("link")),
        "title": said.get("title"),
        "title_type": (said.get("title_detail") or {}).get("type"),
        "body": body.get("value"),
        "body_type": body.get("type"),
        "author": author.get("name") or said.get("author"),
        "author_url": author.get("href"),
        "author_email": author.get("email"),
        "published": _iso(said.get("published_parsed") or said.get("created_parsed")),
        "updated": _iso(said.get("updated_parsed")),
        "reply_to": answered.get("ref") if isinstance(answered, Mapping) else None,
    }
    media = _media(said, base)
    words = {key: plain(value) for key, value in found.items() if isinstance(value, str) and value.strip()}
    return {**words, **({"media": media} if media else {})}


def _media(said: Mapping[str, Any], base: str) -> list[list[str]]:
    """Address and description of each picture of an entry: media:content, then enclosures, then media:thumbnail."""
    contents = [one for one in said.get("media_content") or () if _is_picture(one.get("type"), one.get("medium"))]
    enclosed = [one for one in said.get("links") or () if one.get("rel") == "enclosure" and _is_picture(one.get("type"), None)]
    found = [*contents, *enclosed] or list(said.get("media_thumbnail") or ())
    alt = str(said.get("media_description") or said.get("media_title") or "")
    urls = dict.fromkeys(_absolute(base, one.get("url") or one.get("href")) for one in found)
    return [[plain(url), plain(alt)] for url in urls if url and url.startswith(("https://", "http://"))]


def _is_picture(media_type: str | None, medium: str | None) -> bool:
    return str(media_type or "").lower().startswith("image/") or (not media_type and medium == "image")


def _absolute(base: str, reference: str | None) -> str | None:
    try:
        return urljoin(base, reference) if reference else None
    except ValueError:
        return reference


def _iso(parsed: struct_time | None) -> str | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError, TypeError):
        return None


def _instant(value: str | None, now: datetime) -> datetime | None:
    """A believable date: one before the web is none, one ahead of us was a wrong clock."""
    found = datetime.fromisoformat(value) if value else None
    return min(found, now) if found and found >= OLDEST else None


def _title(item: Item) -> str:
    # RSS never says whether its titles are HTML; many are.
    title = str(item.get("title") or "")
    return " ".join(plain_text(title).split())


def _body(item: Item) -> str:
    body = str(item.get("body") or "")
    return body.strip() if item.get("body_type") == "text/plain" else plain_text(body)


def _author(item: Item, identifier: str) -> PostAuthor:
    """Who wrote it: by page and name together, since many feeds give all authors one page. Nobody's entries are not one person's."""
    name, url, email = (str(item.get(key) or "").strip() for key in ("author", "author_url", "author_email"))
    known = "#".join(part for part in (url, name or email) if part)
    return PostAuthor(fitted(known or f"unknown:{identifier}"), handle=fitted(name), name=fitted(name), url=url)


def _no_feed(body: bytes, url: str, cause: Exception | None) -> str:
    page = body[:200_000].decode("utf-8", "replace")
    links = [tag[3] for tag in TAG.finditer(page) if tag[2].lower() == "link" and FEED_TYPES.search(tag[3])]
    offered = [_absolute(url, found[1]) for link in links if (found := HREF.search(link))]
    if offered:
        return f"this address is a web page, not a feed. The page names this feed: {offered[0]}"
    if "<html" in page[:2000].lower():
        return "this address is a web page, not a feed: look for its RSS or Atom link"
    return f"the answer cannot be read as RSS or Atom ({str(cause).strip()})" if cause else "the answer is neither RSS nor Atom"
