"""Reads for the board: the queue, its counts, one case, all mentions, and a mark that says whether to draw anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk.cases.caseview import AccountView, CaseView, Instants, PastCase, ReplyView, ThreadPost, WayView, case
from desk.cases.notes import NoteView
from desk.cases.timeline import Entry
from desk.labels.labels import LabelView
from desk.people import people
from desk.queue.browse import MentionFilter, MentionRow, mentions
from desk.queue.filters import SOON, Cursor, QueueFilter, View, due, found, in_sight, is_open_to_all
from desk.queue.marks import change_mark
from desk.queue.rows import COLUMNS, CaseRow, HoldView, drawn
from desk.replies.drafts import DraftView
from storage.models import Case, Person, Reply
from storage.models.cases import ABUSIVE, OUTBOX, PENDING, WAITING
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
    "WayView",
    "case",
    "change_mark",
    "counts",
    "cursor_behind",
    "figures",
    "mentions",
    "next_due",
    "queue",
]


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases and replies that somebody must look at. `due_soon`: the promised answer is due within some minutes; `breached`: it is overdue.

    `flagged`: a person must look at it; `shield`: abusive, and waiting; `team`: of this person's teams.
    """

    waiting: int
    unclaimed: int
    mine: int
    breached: int
    due_soon: int
    uncertain: int
    by_hand: int
    pending: int
    flagged: int = 0
    shield: int = 0
    team: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The same for everybody, so that many boards need to count once; `owned`: live cases of each person who has any, `teams`: waiting ones of each team.

    `shielded`: how many of them only some see, by the name of the count that they are missing in.
    """

    waiting: int
    unclaimed: int
    breached: int
    due_soon: int
    flagged: int
    uncertain: int
    by_hand: int
    pending: int
    shield: int
    owned: Mapping[int, int]
    teams: Mapping[int, int]
    shielded: Mapping[str, int]

    def of(self, person_id: int, *, my_teams: Iterable[int] = (), sees_shielded: bool = False) -> Counts:
        """As one person sees them."""
        own = {"mine": self.owned.get(person_id, 0), "team": sum(self.teams.get(team_id, 0) for team_id in my_teams)}
        shared: dict[str, int] = {field.name: getattr(self, field.name) for field in fields(Counts) if field.name not in own}
        more = self.shielded if sees_shielded else {}
        return Counts(**own, **{name: number + more.get(name, 0) for name, number in shared.items()})


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


def figures(session: Session, *, now: datetime, due_within: timedelta = SOON) -> Figures:
    """The figures beside the views, for everybody at once."""
    there = and_(in_sight(now), Case.incident_id.is_(None))
    counted = _counted(now, due_within).where(there, is_open_to_all(now))
    kept_back = _counted(now, due_within).where(ABUSIVE, there, Case.shielded_until > now)
    abusive = select(func.count()).select_from(Case).where(ABUSIVE, in_sight(now))
    outbox = _outbox(session, ReplyState.UNCERTAIN, ReplyState.BY_HAND)
    return Figures(
        **_by_index(session, counted, "ix_case_queue"),
        uncertain=outbox.get(ReplyState.UNCERTAIN, (0, 0))[0],
        by_hand=outbox.get(ReplyState.BY_HAND, (0, 0))[0],
        pending=session.scalar(_pending()) or 0,
        shield=session.scalar(abusive.with_hint(Case, "INDEXED BY ix_case_shield", "sqlite")) or 0,
        owned=_owned(session),
        teams=_of_teams(session, now),
        shielded=_by_index(session, kept_back, "ix_case_shield"),
    )


COUNTED = ("waiting", "unclaimed", "breached", "due_soon", "flagged")


def _counted(now: datetime, due_within: timedelta) -> Select[Any]:
    soon = _count(and_(due() > now, due() <= now + due_within))
    return select(func.count(), _count(Case.assignee_id.is_(None)), _count(due() <= now), soon, _count(Case.flag.is_not(None)))


def _by_index(session: Session, counted: Select[Any], index: str) -> dict[str, int]:
    return dict(zip(COUNTED, session.execute(counted.with_hint(Case, f"INDEXED BY {index}", "sqlite")).one(), strict=True))


def _of_teams(session: Session, now: datetime) -> dict[int, int]:
    """What waits of each team that has any."""
    theirs = and_(in_sight(now), is_open_to_all(now), Case.incident_id.is_(None), Case.team_id.is_not(None))
    grouped = select(Case.team_id, func.count()).where(theirs).group_by(Case.team_id)
    rows = session.execute(grouped.with_hint(Case, "INDEXED BY ix_case_queue", "sqlite"))
    return {team_id: number for team_id, number in rows if team_id is not None}


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
    soonest: datetime | None = session.scalar(
        select(func.min(due())).where(WAITING, due() > now).with_hint(Case, "INDEXED BY ix_case_queue", "sqlite")
    )
    return soonest


def _pending() -> Select[int]:
    return select(func.count()).select_from(Case).where(PENDING).with_hint(Case, "INDEXED BY ix_case_pending", "sqlite")


def _count(condition: ColumnElement[bool]) -> Any:
    return func.count(sql_case((condition, 1)))


def _outbox(session: Session, *chosen_states: ReplyState) -> dict[ReplyState, tuple[int, int]]:
    figures = select(Reply.state, func.count(), func.sum(Reply.id)).where(OUTBOX, Reply.state.in_(chosen_states)).group_by(Reply.state)
    return {state: (number, int(total)) for state, number, total in session.execute(figures)}
