"""All mentions, those that need no answer among them: nothing that was heard is out of reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import Session

from storage.dialect import among
from storage.models import Author, Catch, Feed, Mention
from storage.search import search
from storage.words import Flag, Intent, Sentiment, Urgency

MOST_HITS = 2_000
"""Newest mentions that have the words; the other filters choose among them."""

EQUAL = ("source", "sentiment", "intent", "urgency", "language", "needs_reply", "abusive", "author_id", "is_own")


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """What "All mentions" shows. `text` is searched in full; `without_case` shows only what nobody works on; `since` and `until` are posting times."""

    text: str = ""
    source: str | None = None
    feed_id: int | None = None
    brand_id: int | None = None
    sentiment: Sentiment | None = None
    intent: Intent | None = None
    urgency: Urgency | None = None
    language: str | None = None
    needs_reply: bool | None = None
    abusive: bool | None = None
    author_id: int | None = None
    is_own: bool | None = None
    without_case: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A mention as the list draws it. Labels are None while it waits for triage; `case_id` is None where it has made no case."""

    id: int
    author: str
    handle: str
    source: str
    site: str
    title: str
    text: str
    url: str
    posted_at: datetime
    seen_at: datetime
    sentiment: Sentiment | None
    confidence: float | None
    intent: Intent | None
    urgency: Urgency | None
    needs_reply: bool | None
    abusive: bool | None
    language: str | None
    flag: Flag | None
    is_own: bool
    case_id: int | None


COPIED = tuple(name for name in MentionRow.__slots__ if name not in {"author", "handle"})


def mentions(session: Session, filter: MentionFilter, *, now: datetime, limit: int = 50, after: int | None = None) -> list[MentionRow]:  # noqa: A002, ARG001
    """A page of mentions, the last seen first, those that were erased left out. `after` is the id of the last row of the page before."""
    query = select(Author.name.label("name"), Author.handle.label("handle"), *(getattr(Mention, name) for name in COPIED))
    query = query.join(Author, Author.id == Mention.author_id).where(Mention.deleted_at.is_(None), *_conditions(session, filter))
    if filter.feed_id is not None:
        query, place = query.join(Catch, Catch.mention_id == Mention.id).where(Catch.feed_id == filter.feed_id), Catch.mention_id
    else:
        place = Mention.id
    page = (query.where(place < after) if after is not None else query).order_by(place.desc()).limit(limit)
    return [_row(dict(row._mapping)) for row in session.execute(page)]  # noqa: SLF001  SQLAlchemy's public name


def _row(found: dict[str, Any]) -> MentionRow:
    name = found.pop("name")
    return MentionRow(author=name or found["handle"], **found)


def _conditions(session: Session, shown: MentionFilter) -> list[ColumnElement[bool]]:
    found = [getattr(Mention, name) == getattr(shown, name) for name in EQUAL if getattr(shown, name) is not None]
    if shown.text.strip():
        hits = search(session, shown.text, MOST_HITS)
        found.append(among(session, Mention.id, hits) if hits else false())
    if shown.brand_id is not None:
        theirs = exists().where(Catch.mention_id == Mention.id, Feed.id == Catch.feed_id, Feed.brand_id == shown.brand_id)
        found.append(theirs)
    if shown.without_case:
        found.append(Mention.case_id.is_(None))
    if shown.since is not None:
        found.append(Mention.posted_at >= shown.since)
    if shown.until is not None:
        found.append(Mention.posted_at < shown.until)
    return found
