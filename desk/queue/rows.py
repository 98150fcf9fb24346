"""One line of the queue, with who is at the case and how its reply stands: one query for each of them, not for each row."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from desk import states
from desk.cases import tags, urgency
from desk.noise import alike
from storage.models import Author, Case, Hold, Person, Reply
from storage.words import CaseStatus, Escalation, Flag, HoldKind, Intent, Outcome, ReplyState, Sentiment, Urgency


@dataclass(frozen=True, slots=True)
class HoldView:
    """Somebody who is at a case right now."""

    person_id: int
    person: str
    initials: str
    kind: HoldKind
    since: datetime


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the queue draws it. `due_at`: when we promised the answer that is waited for, None when nobody waits.

    `is_maybe_high`: high only because nobody in need may be missed. `alike`: how many other live cases began with nearly the same words, in the group of `alike_id`.
    """

    id: int
    author: str
    source: str
    site: str
    preview: str
    status: CaseStatus
    sentiment: Sentiment | None
    confidence: float | None
    intent: Intent | None
    urgency: Urgency | None
    abusive: bool
    flag: Flag | None
    language: str | None
    answer_by: datetime
    first_due_at: datetime | None
    waiting_since: datetime | None
    posted_at: datetime
    assignee_id: int | None
    reopened: int
    contacts: int
    snoozed_until: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    escalation: Escalation | None
    shielded_until: datetime | None
    due_at: datetime | None
    assignee: str | None
    holds: tuple[HoldView, ...]
    reply_state: ReplyState | None
    is_blocked: bool = False
    tags: tuple[str, ...] = ()
    alike_id: int | None = None
    alike: int = 0
    is_maybe_high: bool = False


COPIED = tuple(field.name for field in fields(CaseRow))[:25]
COLUMNS = [getattr(Case, {"author": "author_name"}.get(name, name)) for name in COPIED] + [
    Case.answered_at,
    Case.next_due_at,
    Case.chance_high,
]

UNTOLD = (ReplyState.DRAFT, ReplyState.CANCELLED)
THESE: Any = bindparam("case_ids", expanding=True)
HOLDS = (
    select(Hold.case_id, Hold.person_id, Person.name, Person.initials, Hold.kind, Hold.since)
    .join(Person, Person.id == Hold.person_id)
    .where(Hold.case_id.in_(THESE), Hold.until > bindparam("now"))
    .order_by(Hold.since)
)
"""Built once, as those below: building one takes three times as long as its answer."""

REPLIES = select(Reply.case_id, Reply.id, Reply.state).where(Reply.case_id.in_(THESE), Reply.state.not_in(UNTOLD))
BLOCKED = select(Case.id).join(Author, Author.id == Case.author_id).where(Case.id.in_(THESE), Author.blocked_at.is_not(None))
NAMES = select(Person.id, Person.name).where(Person.id.in_(bindparam("person_ids", expanding=True)))


def drawn(session: Session, found: Sequence[Row[Any]], *, now: datetime) -> list[CaseRow]:
    """Rows of `COLUMNS` as the queue draws them, in the same order."""
    case_ids = [row.id for row in found]
    held, answers, blocked = _holds(session, case_ids, now=now), _reply_states(session, case_ids), _blocked(session, case_ids)
    names = _names(session, {row.assignee_id for row in found if row.assignee_id is not None})
    rows = [_row(row, names.get(row.assignee_id), tuple(held[row.id]), answers.get(row.id), row.id in blocked) for row in found]
    tagged = tags.of_cases(session, case_ids)
    rows = [replace(row, tags=tuple(tag.name for tag in tagged[row.id])) if row.id in tagged else row for row in rows]
    grouped = alike.of_cases(session, case_ids)
    return [replace(row, alike_id=grouped[row.id][0], alike=grouped[row.id][1]) if row.id in grouped else row for row in rows]


def _row(found: Row[Any], assignee: str | None, held: tuple[HoldView, ...], reply_state: ReplyState | None, is_blocked: bool) -> CaseRow:
    due = found.first_due_at if found.answered_at is None else found.next_due_at
    values: tuple[Any, ...] = (
        *found[: len(COPIED)],
        due if found.waiting_since is not None else None,
        assignee,
        held,
        reply_state,
        is_blocked,
    )
    return replace(CaseRow(*values), is_maybe_high=urgency.is_maybe_high(found.urgency, found.chance_high))


def _blocked(session: Session, case_ids: Sequence[int]) -> set[int]:
    """Cases of authors who are blocked: an emergency of theirs is shown, folded."""
    return set(session.scalars(BLOCKED, {"case_ids": case_ids}))


def _names(session: Session, person_ids: set[int]) -> dict[int, str]:
    if not person_ids:
        return {}
    return {row.id: row.name for row in session.execute(NAMES, {"person_ids": sorted(person_ids)})}


def _holds(session: Session, case_ids: Sequence[int], *, now: datetime) -> dict[int, list[HoldView]]:
    found: dict[int, list[HoldView]] = defaultdict(list)
    for row in session.execute(HOLDS, {"case_ids": case_ids, "now": now}):
        found[row.case_id].append(HoldView(row.person_id, row.name, row.initials, row.kind, row.since))
    return found


def _reply_states(session: Session, case_ids: Sequence[int]) -> dict[int, ReplyState]:
    """Of each case the reply that matters: one that is under way, else the latest that left the editor."""
    found = sorted(session.execute(REPLIES, {"case_ids": case_ids}).all(), key=lambda row: (row.state in states.UNDER_WAY, row.id))
    return {row.case_id: row.state for row in found}
