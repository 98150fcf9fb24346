"""Which cases a list shows and in which order, so that each question is answered from one partial index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session

from desk import states
from storage.dialect import holds
from storage.models import Case
from storage.models.cases import CLOSED, PENDING, WAITING
from storage.search import fold
from storage.types import Instant
from storage.words import Intent, Sentiment, Urgency

View = Literal["waiting", "mine", "unclaimed", "pending", "closed", "all"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: the next page starts behind it."""

    at: datetime | None
    id: int


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the list shows. `assignee_id` names whose cases the view "mine" shows; `flagged` shows only what a person must look at."""

    view: View = "waiting"
    source: str | None = None
    feed_id: int | None = None
    brand_id: int | None = None
    intent: Intent | None = None
    sentiment: Sentiment | None = None
    urgency: Urgency | None = None
    language: str | None = None
    text: str = ""
    flagged: bool = False
    assignee_id: int | None = None
    after: Cursor | None = None


EQUAL = ("source", "feed_id", "brand_id", "intent", "sentiment", "urgency", "language")
INDEX: Mapping[View, str] = {
    "waiting": "ix_case_queue",
    "unclaimed": "ix_case_queue",
    "mine": "ix_case_mine",
    "pending": "ix_case_pending",
    "closed": "ix_case_closed",
    "all": "ix_case_all",
}


def chosen(session: Session, query: Select[Any], shown: QueueFilter, *, now: datetime) -> Select[Any]:
    """The query over `case_`, narrowed to what the filter shows, in its order, from its cursor on."""
    narrowed = query.where(_view(shown, now), *_conditions(session, shown))
    # SQLite prefers an index on assignee_id or a sort to the index that holds the answer in order, ANALYZE or not.
    return _paged(narrowed.with_hint(Case, f"INDEXED BY {_index(shown)}", "sqlite"), shown)


def found(session: Session, columns: Sequence[Any], shown: QueueFilter, *, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """One page of these columns of `case_`, in the view's order."""
    if not shown.text.strip():
        return session.execute(chosen(session, select(*columns), shown, now=now).limit(limit)).all()
    # Looked for among the ids alone: that is all in the index, while PostgreSQL would rather read every row of the table.
    ids = session.scalars(chosen(session, select(Case.id), shown, now=now).limit(limit)).all()
    return session.execute(_ordered(select(*columns).where(Case.id.in_(ids)), shown)).all() if ids else []


def next_unclaimed(session: Session, shown: QueueFilter, *, now: datetime) -> int | None:
    """The most pressing case that nobody has, locked; on PostgreSQL one that nobody else is just taking. The filter's view plays no part."""
    free = chosen(session, select(Case.id), replace(shown, view="unclaimed", after=None), now=now)
    case_id: int | None = session.scalar(free.limit(1).with_for_update(skip_locked=True))
    return case_id


def _index(shown: QueueFilter) -> str:
    return "ix_case_words" if shown.view == "all" and shown.text.strip() else INDEX[shown.view]


def _view(shown: QueueFilter, now: datetime) -> ColumnElement[bool]:
    match shown.view:
        case "waiting":
            return and_(WAITING, _in_sight(now))
        case "unclaimed":
            return and_(WAITING, _in_sight(now), Case.assignee_id.is_(None))
        case "mine":
            return and_(Case.assignee_id == shown.assignee_id, Case.status.in_(states.LIVE))
        case "pending":
            return and_(PENDING)
        case "closed":
            return and_(CLOSED)
        case "all":
            return true()


def _in_sight(now: datetime) -> ColumnElement[bool]:
    return or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now)


def _conditions(session: Session, shown: QueueFilter) -> list[ColumnElement[bool]]:
    equal = [getattr(Case, name) == getattr(shown, name) for name in EQUAL if getattr(shown, name) is not None]
    flagged = [Case.flag.is_not(None)] if shown.flagged else []
    wanted = fold(shown.text.strip())
    return [*equal, *flagged, *([holds(session, Case.searched, wanted)] if wanted else [])]


def _paged(query: Select[Any], shown: QueueFilter) -> Select[Any]:
    after = shown.after
    if shown.view == "all":
        return _ordered(query.where(Case.id < after.id) if after else query, shown)
    column, newest_first = (Case.closed_at, True) if shown.view == "closed" else (Case.answer_by, False)
    return _ordered(_behind(query, column, after, newest_first=newest_first), shown)


def _ordered(query: Select[Any], shown: QueueFilter) -> Select[Any]:
    if shown.view == "all":
        return query.order_by(Case.id.desc())
    if shown.view == "closed":
        return query.order_by(Case.closed_at.desc(), Case.id.desc())
    return query.order_by(Case.answer_by, Case.id)


def _behind(query: Select[Any], column: Any, after: Cursor | None, *, newest_first: bool) -> Select[Any]:
    if after is None:
        return query
    place, last = tuple_(column, Case.id), tuple_(literal(after.at, Instant()), literal(after.id))
    return query.where(place < last if newest_first else place > last)
