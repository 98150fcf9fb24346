"""What an engine reads of a post, and how far back whoever reads looks that came after the posts did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

BACK = timedelta(days=28)
AMONG = 20_000
"""A candidate, another model that took over and an own label that was switched on look back so far, and at so many of the newest mentions."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mention that waits for its verdict; `text` is what the engine reads."""

    mention_id: int
    revision: int
    text: str


def as_read(title: str | None, text: str | None) -> str:
    """A post as an engine reads it: title and text as one, so that what people teach and what is asked later look alike. None: it is gone."""
    return f"{title}\n{text}" if title else (text or "")


def waiting(rows: Iterable[Any]) -> list[Waiting]:
    """In the order of the rows, each of which has `id`, `revision`, `title` and `text`."""
    return [Waiting(row.id, row.revision, as_read(row.title, row.text)) for row in rows]
