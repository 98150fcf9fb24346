"""Reads for the board: the queue, its counts, one case, all mentions, and a mark that says whether to draw anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import people
from desk.browse import MentionFilter, MentionRow, mentions
from desk.caseview import AccountView, CaseView, Instants, NoteView, PastCase, ReplyView, ThreadPost, case
from desk.drafts import DraftView
from desk.filters import Cursor, QueueFilter, View, found
from desk.labels import LabelView
from desk.rows import COLUMNS, CaseRow, HoldView, drawn
from desk.timeline import Entry
from storage.models import Audit, Case, Hold, Person, Reply
from storage.models.cases import OUTBOX, PENDING, PUT_OFF, WAITING
from storage.words import ReplyState

__all__ = [
    "AccountView",
    "CaseRow",
    "CaseView",
    "Counts",
    "Cursor",
    "DraftView",
    "Entry",
    "Figures",
    "HoldView",
    "Instants",
    "LabelView",
    "MentionFilter",
    "MentionRow",
    "NoteView",
    "PastCase",
    "QueueFilter",
    "ReplyView",
    "ThreadPost",
    "View",
    "case",
    "change_mark",
    "counts",
    "cursor_behind",
    "figures",
    "mentions",
    "next_due",
    "queue",
]

SOON = timedelta(minutes=15)
LAST_FEW = 200
"""On PostgreSQL acts may become visible out of the order of their ids; more of them than this at once do not."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases and replies that somebody must look at. `due_soon`: the promised answer is due within 15 minutes; `breached`: it is overdue."""

    waiting: int
    unclaimed: int
    mine: int
    breached: int
    due_soon: int
    uncertain: int
    by_hand: int
    pending: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The same for everybody, so that many boards need to count once; `owned`: live cases of each person who has any."""

    waiting: int
    unclaimed: int
    breached: int
    due_soon: int
    uncertain: int
    by_hand: int
    pending: int
    owned: Mapping[int, int]

    def of(self, person_id: int) -> Counts:
        """As one person sees them."""
        shared = {name: getattr(self, name) for name in self.__slots__ if name != "owned"}
        return Counts(mine=self.owned.get(person_id, 0), **shared)


def queue(session: Session, filter: QueueFilter, *, now: datetime, limit: int = 50) -> list[CaseRow]:  # noqa: A002  the board's word
    """One page: most pressing first while somebody waits, newest first among the closed and in "all"."""
    rows = found(session, COLUMNS, filter, now=now, limit=limit)
    return drawn(session, rows, now=now) if rows else []


def cursor_behind(rows: list[CaseRow], filter: QueueFilter) -> Cursor | None:  # noqa: A002  the board's word
    """Where the next page starts; None behind an empty one."""
    if not rows:
        return None
    last = rows[-1]
    return Cursor(at=last.closed_at if filter.view == "closed" else last.answer_by, id=last.id)


def counts(session: Session, *, by: Person, now: datetime) -> Counts:
    """The figures beside the views."""
    people.require(by, people.READ)
    return figures(session, now=now).of(by.id)


def figures(session: Session, *, now: datetime) -> Figures:
    """The figures beside the views, for everybody at once."""
    due = sql_case((Case.answered_at.is_(None), Case.first_due_at), else_=Case.next_due_at)
    counted = select(
        func.count(),
        _count(Case.assignee_id.is_(None)),
        _count(due <= now),
        _count(and_(due > now, due <= now + SOON)),
    ).where(WAITING, or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now))
    waiting, unclaimed, breached, due_soon = session.execute(counted.with_hint(Case, "INDEXED BY ix_case_queue", "sqlite")).one()
    outbox = _outbox(session, ReplyState.UNCERTAIN, ReplyState.BY_HAND)
    return Figures(
        waiting=waiting,
        unclaimed=unclaimed,
        breached=breached,
        due_soon=due_soon,
        uncertain=outbox.get(ReplyState.UNCERTAIN, (0, 0))[0],
        by_hand=outbox.get(ReplyState.BY_HAND, (0, 0))[0],
        pending=session.scalar(_pending()) or 0,
        owned=_owned(session),
    )


def _owned(session: Session) -> dict[int, int]:
    """Live cases by assignee, from the two partial indexes that hold all live cases."""
    owned: dict[int, int] = {}
    for part, index in ((WAITING, "ix_case_queue"), (PENDING, "ix_case_pending")):
        theirs = select(Case.assignee_id, func.count()).where(part, Case.assignee_id.is_not(None)).group_by(Case.assignee_id)
        for person_id, number in session.execute(theirs.with_hint(Case, f"INDEXED BY {index}", "sqlite")):
            owned[person_id or 0] = owned.get(person_id or 0, 0) + number
    return owned


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """When the next answer is due that we promised to somebody who waits, put-off cases among them; None when nobody waits."""
    due = sql_case((Case.answered_at.is_(None), Case.first_due_at), else_=Case.next_due_at)
    soonest: datetime | None = session.scalar(
        select(func.min(due)).where(WAITING, due > now).with_hint(Case, "INDEXED BY ix_case_queue", "sqlite")
    )
    return soonest


def _pending() -> Select[int]:
    return select(func.count()).select_from(Case).where(PENDING).with_hint(Case, "INDEXED BY ix_case_pending", "sqlite")


def _count(condition: ColumnElement[bool]) -> Any:
    return func.count(sql_case((condition, 1)))


def _outbox(session: Session, *chosen_states: ReplyState) -> dict[ReplyState, tuple[int, int]]:
    figures = select(Reply.state, func.count(), func.sum(Reply.id)).where(OUTBOX, Reply.state.in_(chosen_states)).group_by(Reply.state)
    return {state: (number, int(total)) for state, number, total in session.execute(figures)}


def change_mark(session: Session, *, now: datetime | None = None) -> str:
    """A short text that differs whenever the queue would be drawn differently; with `now` also when a hold or a snooze has run out.

    It reads a few hundred index entries, whatever the number of mentions.
    """
    few = select(Audit.id).order_by(Audit.id.desc()).limit(LAST_FEW).subquery()
    last, total = session.execute(select(func.max(few.c.id), func.sum(few.c.id))).one()
    # All that happens to a case leaves a record, but for what delivery takes up.
    outbox = sorted((state.value, *figures) for state, figures in _outbox(session, ReplyState.QUEUED, ReplyState.SENDING).items())
    seen = repr((last, int(total or 0), outbox, _presence(session, now), _awake(session, now)))
    return f"{last or 0}-{crc32(seen.encode()):08x}"


def _presence(session: Session, now: datetime | None) -> list[tuple[int, int, str]]:
    held = select(Hold.case_id, Hold.person_id, Hold.kind).order_by(Hold.case_id, Hold.person_id)
    rows = session.execute(held.where(Hold.until > now) if now else held)
    return [(case_id, person_id, kind.value) for case_id, person_id, kind in rows]


def _awake(session: Session, now: datetime | None) -> int:
    if now is None:
        return 0
    return session.scalar(select(func.count()).select_from(Case).where(PUT_OFF, Case.snoozed_until <= now)) or 0
