"""All mentions, those that need no answer among them: nothing that was heard is out of reach."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, select
from sqlalchemy.orm import Session

from desk.labels.standing import has_intent
from desk.noise import noise
from desk.noise.noise import NO_MARKS, Marks
from storage.dialect import among
from storage.models import Author, Catch, Feed, Mention, MentionLabel, MentionTag, Rule
from storage.search import search
from storage.words import Flag, Intent, Sentiment, Urgency

MOST_HITS = 2_000
"""Newest mentions that have the words; where there are other filters, they choose among them."""

SHORT = timedelta(days=2)
"""A span of posting times up to this is looked up by its hours: few mentions, wherever on the way back from the newest one they stand."""

HOUR = timedelta(hours=1)

EQUAL = ("source", "sentiment", "urgency", "language", "needs_reply", "abusive", "author_id", "is_own")


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """What "All mentions" shows. `text` is searched in full; `without_case` shows only what nobody works on; `since` and `until` are posting times.

    `intent` finds what the model sees besides as well. `is_aside`: what is probably not about us. `muted`: only what a mute or a rule keeps from becoming a case, or all but that. `alike_id`: the group of
    that mention. `once`: of those that say nearly the same only the newest that the list shows.
    """

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
    tag_id: int | None = None
    label_id: int | None = None
    is_aside: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    muted: bool | None = None
    alike_id: int | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A mention as the list draws it. Labels are None while it waits for triage; `case_id` is None where it has made no case.

    `muted_by`: the rule that let it make none; `aside_by_id`: by which it is probably not about us. `marks`: the mute that did, and how many others say nearly the same.
    """

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
    is_private: bool
    is_blocked: bool
    muted_by: str = ""
    aside_by_id: int | None = None
    marks: Marks = NO_MARKS
    kind: str = "post"


COPIED = tuple(name for name in MentionRow.__slots__ if name not in {"author", "handle", "is_blocked", "muted_by", "marks"})


def mentions(
    session: Session,
    filter: MentionFilter,  # noqa: A002
    *,
    now: datetime,  # noqa: ARG001
    limit: int = 50,
    after: int | None = None,
    with_private: bool = False,
) -> list[MentionRow]:
    """A page of mentions, the last seen first, those that were erased left out, and private messages unless they are asked for.

    `after` is the id of the last row of the page before.
    """
    few = 2 * limit if replace(filter, muted=filter.muted or None, once=False) == MentionFilter(text=filter.text) else MOST_HITS
    hits = search(session, filter.text, few, before=after) if filter.text.strip() else None
    rows = _page(session, filter, hits, limit=limit, after=after, with_private=with_private)
    if len(rows) == limit or hits is None or len(hits) < few or few == MOST_HITS:
        return rows
    # More than half of those few are private messages.
    hits = search(session, filter.text, MOST_HITS, before=after)
    return _page(session, filter, hits, limit=limit, after=after, with_private=with_private)


def _page(
    session: Session,
    filter: MentionFilter,  # noqa: A002
    hits: Collection[int] | None,
    *,
    limit: int,
    after: int | None,
    with_private: bool,
) -> list[MentionRow]:
    is_blocked = Author.blocked_at.is_not(None).label("is_blocked")
    muted_by = Rule.name.label("muted_by")
    query = select(
        Author.name.label("name"), Author.handle.label("handle"), is_blocked, muted_by, *(getattr(Mention, name) for name in COPIED)
    )
    query = query.outerjoin(Rule, Rule.id == Mention.muted_by_id)
    query = query.join(Author, Author.id == Mention.author_id).where(Mention.deleted_at.is_(None), *_shown(session, filter, hits))
    query = query if with_private else query.where(~Mention.is_private)
    if filter.feed_id is not None:
        query, place = query.join(Catch, Catch.mention_id == Mention.id).where(Catch.feed_id == filter.feed_id), Catch.mention_id
    else:
        place = Mention.id
    query = query.with_hint(Mention, "INDEXED BY ix_mention_bucket", "sqlite") if _is_short(filter) else query
    page = (query.where(place < after) if after is not None else query).order_by(place.desc()).limit(limit)
    rows = [_row(dict(row._mapping)) for row in session.execute(page)]  # noqa: SLF001  SQLAlchemy's public name
    marked = noise.marks(session, [row.id for row in rows])
    return [replace(row, marks=marked[row.id]) if row.id in marked else row for row in rows]


def _row(found: dict[str, Any]) -> MentionRow:
    name, muted_by = found.pop("name"), found.pop("muted_by")
    return MentionRow(author=name or found["handle"], muted_by=(muted_by or "") if found["case_id"] is None else "", **found)


def _shown(session: Session, shown: MentionFilter, hits: Collection[int] | None) -> list[ColumnElement[bool]]:
    found = _conditions(session, shown, hits)
    if shown.muted is not None:
        found.append(noise.muted() if shown.muted else noise.unmuted())
    if shown.alike_id is not None:
        found.append(noise.of_group(shown.alike_id))
    if not shown.once:
        return found
    caught = [] if shown.feed_id is None else [exists().where(Catch.mention_id == Mention.id, Catch.feed_id == shown.feed_id)]
    return [*found, noise.newest_of_copies([*found, *caught])]


def _conditions(session: Session, shown: MentionFilter, hits: Collection[int] | None) -> list[ColumnElement[bool]]:
    found = [getattr(Mention, name) == getattr(shown, name) for name in EQUAL if getattr(shown, name) is not None]
    found += [has_intent(Mention, shown.intent)] if shown.intent is not None else []
    if hits is not None:
        found.append(among(session, Mention.id, hits) if hits else false())
    if shown.brand_id is not None:
        theirs = exists().where(Catch.mention_id == Mention.id, Feed.id == Catch.feed_id, Feed.brand_id == shown.brand_id)
        found.append(theirs)
    if shown.tag_id is not None:
        # Through the tag's own index: few mentions have one, and they are read from it in order.
        found.append(Mention.id.in_(select(MentionTag.mention_id).where(MentionTag.tag_id == shown.tag_id)))
    if shown.label_id is not None:
        found.append(Mention.id.in_(select(MentionLabel.mention_id).where(MentionLabel.label_id == shown.label_id)))
    if shown.is_aside is not None:
        found.append(Mention.aside_by_id.is_not(None) if shown.is_aside else Mention.aside_by_id.is_(None))
    if shown.without_case:
        # Not as a plain column: nearly all mentions have none, and SQLite would sort those instead of reading the newest ones.
        found.append(func.coalesce(Mention.case_id, 0) == 0)
    return [*found, *_spans(shown)]


def _spans(shown: MentionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if shown.since is not None:
        found.append(Mention.posted_at >= shown.since)
    if shown.until is not None:
        found.append(Mention.posted_at < shown.until)
    if shown.since is not None and shown.until is not None and _is_short(shown):
        found += [Mention.bucket_at > shown.since - HOUR, Mention.bucket_at < shown.until]
    return found


def _is_short(shown: MentionFilter) -> bool:
    chosen = (shown.feed_id, shown.author_id, shown.tag_id, shown.label_id, shown.is_aside, shown.text.strip() or None)
    return shown.since is not None and shown.until is not None and shown.until - shown.since <= SHORT and chosen == (None,) * len(chosen)
