"""Reads for the board: the queue, its counts, one case, all mentions, and a mark that says whether to draw anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
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
from storage.models.cases import ABUSIVE, ESCALATED, OUTBOX, PENDING, WAITING
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

    `flagged`: a person must look at it; `escalated`: live, with an escalation label; `shield`: abusive, and waiting; `team`: of this person's teams.
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
    escalated: int = 0
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
    escalated: int
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
    asked, told = _asked(), {"now": now, "soon": now + due_within}
    outbox = {state: number for state, number in session.execute(asked["outbox"])}  # noqa: C416  rows of two are no pairs to mypy
    return Figures(
        **dict(zip(COUNTED, session.execute(asked["open"], told).one(), strict=True)),
        uncertain=outbox.get(ReplyState.UNCERTAIN, 0),
        by_hand=outbox.get(ReplyState.BY_HAND, 0),
        pending=session.scalar(asked["pending"]) or 0,
        escalated=session.scalar(asked["escalated"]) or 0,
        shield=session.scalar(asked["shield"], told) or 0,
        owned=_owned(session, asked),
        teams={row[0]: row[1] for row in session.execute(asked["teams"], told)},
        shielded=dict(zip(COUNTED, session.execute(asked["kept_back"], told).one(), strict=True)),
    )


COUNTED = ("waiting", "unclaimed", "breached", "due_soon", "flagged")


@cache
def _asked() -> Mapping[str, Any]:
    """Built once: they are asked several times a second. Each is answered from one partial index; "waiting" and "pending" hold all live cases."""
    now: Any = bindparam("now")
    alone, sees, outbox = Case.incident_id.is_(None), in_sight(now), Reply.state.in_((ReplyState.UNCERTAIN, ReplyState.BY_HAND))
    by_owner, by_team = select(Case.assignee_id, func.count()), select(Case.team_id, func.count())
    owned = by_owner.where(Case.assignee_id.is_not(None)).group_by(Case.assignee_id)
    teams = by_team.where(sees, alone, is_open_to_all(now), Case.team_id.is_not(None)).group_by(Case.team_id)
    counted, cases = _counted(now), select(func.count()).select_from(Case)
    return {
        "open": _by_index(counted.where(sees, alone, is_open_to_all(now)), "ix_case_queue"),
        "kept_back": _by_index(counted.where(ABUSIVE, sees, alone, Case.shielded_until > now), "ix_case_shield"),
        "shield": _by_index(cases.where(ABUSIVE, sees), "ix_case_shield"),
        "escalated": _by_index(cases.where(ESCALATED), "ix_case_escalated"),
        "pending": _by_index(cases.where(PENDING), "ix_case_pending"),
        "teams": _by_index(teams, "ix_case_queue"),
        "owned_waiting": _by_index(owned.where(WAITING), "ix_case_queue"),
        "owned_pending": _by_index(owned.where(PENDING), "ix_case_pending"),
        "outbox": select(Reply.state, func.count()).where(OUTBOX, outbox).group_by(Reply.state),
    }


def _counted(now: Any) -> Select[Any]:
    soon = _count(and_(due() > now, due() <= bindparam("soon")))
    return select(func.count(), _count(Case.assignee_id.is_(None)), _count(due() <= now), soon, _count(Case.flag.is_not(None)))


def _by_index(counted: Any, index: str) -> Any:
    return counted.with_hint(Case, f"INDEXED BY {index}", "sqlite")


def _owned(session: Session, asked: Mapping[str, Any]) -> dict[int, int]:
    """Live cases by assignee."""
    owned: dict[int, int] = {}
    for part in ("owned_waiting", "owned_pending"):
        for person_id, number in session.execute(asked[part]):
            owned[person_id] = owned.get(person_id, 0) + number
    return owned


def _count(condition: ColumnElement[bool]) -> Any:
    return func.count(sql_case((condition, 1)))


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """When the next answer is due that we promised to somebody who waits, put-off cases among them; None when nobody waits."""
    soonest: datetime | None = session.scalar(
        select(func.min(due())).where(WAITING, due() > now).with_hint(Case, "INDEXED BY ix_case_queue", "sqlite")
    )
    return soonest
