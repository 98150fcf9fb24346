"""One row of an archive file (pure): its columns, and the post that it is.

| column | what it holds |
|---|---|
| `text` | what was said; required |
| `posted_at` | when: ISO 8601 (UTC where it names no zone), or seconds or milliseconds since 1970; required |
| `id` | the post's own id; without one, a digest of author, time and text, so that a repeated import finds it again |
| `author` | handle or name of who wrote it |
| `author_id`, `author_name`, `reach` | its stable id, its shown name, its followers |
| `title`, `url`, `kind`, `language` | as on the platform |
| `thread_id`, `parent_id` | the conversation's first post, and the post that this one answers |
| `site` | which place of this kind; else that of the feed |
| `edited_at` | when it was last edited |
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from desk.post import Post, PostAuthor
from listener.source import Malformed
from storage.words import Capability

REQUIRED = ("text", "posted_at")
COLUMNS = (
    *REQUIRED,
    *("id", "author", "author_id", "author_name", "reach", "title", "url", "kind", "language"),
    *("thread_id", "parent_id", "site", "edited_at"),
)
ANSWER_THERE = "this post comes from a file: answer it where it was written"
EXAMPLE = "2026-03-01T12:00:00Z"


def read_row(row: Mapping[str, Any]) -> Post:
    """The post that a row is. Raises Malformed, which names the column, what was expected and an example."""
    text, posted_at = _text(row, "text"), _instant(row, "posted_at")
    if not text or posted_at is None:
        missing = " and ".join(name for name, value in (("text", text), ("posted_at", posted_at)) if not value)
        raise Malformed(f"{missing}: required, but empty")
    author = _text(row, "author")
    identifier = _text(row, "id") or _digest(author, posted_at, text)
    url = _text(row, "url")
    return Post(
        external_id=identifier,
        author=PostAuthor(
            external_id=_text(row, "author_id") or author,
            handle=author.removeprefix("@"),
            name=_text(row, "author_name") or author,
            reach=_count(row, "reach"),
        ),
        text=text,
        title=_text(row, "title"),
        posted_at=posted_at,
        edited_at=_instant(row, "edited_at"),
        thread_id=_text(row, "thread_id") or identifier,
        parent_id=_text(row, "parent_id") or None,
        kind=_text(row, "kind")[:24] or "post",
        language=_text(row, "language")[:8] or None,
        url=url,
        capability=Capability.LINK if url else Capability.NONE,
        capability_reason=ANSWER_THERE,
        site=_text(row, "site") or None,
        raw=dict(row),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Malformed(f"{name}: expected text, got {type(value).__name__}")
    return str(value).strip()


def _instant(row: Mapping[str, Any], name: str) -> datetime | None:
    written = _text(row, name)
    try:
        return _read_instant(written) if written else None
    except (ValueError, OverflowError, OSError):
        raise Malformed(f"{name}: expected an instant such as {EXAMPLE}, got {written[:40]!r}") from None


def _read_instant(written: str) -> datetime:
    whole = written.partition(".")[0]
    if len(whole) >= 9 and written.replace(".", "", 1).isdecimal():
        return datetime.fromtimestamp(float(written) / (1000 if len(whole) >= 12 else 1), UTC)
    found = datetime.fromisoformat(written)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _count(row: Mapping[str, Any], name: str) -> int | None:
    written = _text(row, name)
    try:
        found = float(written) if written else math.nan
        return int(found) if found >= 0 and found < 2**62 else None
    except ValueError:
        raise Malformed(f"{name}: expected a number such as 1200, got {written[:40]!r}") from None


def _digest(author: str, posted_at: datetime, text: str) -> str:
    said = f"{author}\0{posted_at.isoformat()}\0{text}"
    return f"no-id:{sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
