"""What somebody has on their hands: their open cases with drafts, promises and waits, and the colleagues who could take them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from desk.cases import hands, promises
from desk.cases.promises import PromiseView
from desk.people import people
from desk.queue.filters import QueueFilter, found
from desk.queue.rows import COLUMNS, CaseRow, drawn
from storage.dialect import among
from storage.models import Approval, Person, PersonRole, Reply
from storage.models.answers import UNDECIDED
from storage.words import ReplyState, Shift

MOST_CASES = 200
"""More than anybody has; the rest follows when these are handed over."""


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One of somebody's cases. `draft` is what they have written and not sent; `awaits_approval`: a second person reads it now."""

    row: CaseRow
    draft: str
    promises: tuple[PromiseView, ...]
    awaits_approval: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works on cases; `has_room` is false when as many cases wait for them as may."""

    id: int
    name: str
    open_cases: int
    has_room: bool
    shift: Shift = Shift.ON


@dataclass(frozen=True, slots=True)
class Workload:
    """Somebody's shift and their cases, the most pressing first; and who else is on shift, those for whom the fewest wait first."""

    shift: Shift
    shift_at: datetime | None
    cases: tuple[OwnCase, ...]
    colleagues: tuple[Colleague, ...]


def of(session: Session, *, by: Person, now: datetime) -> Workload:
    """All of it with a few statements, however many cases there are."""
    people.require(by, people.CARE)
    shown = QueueFilter(view="mine", assignee_id=by.id)
    rows = drawn(session, found(session, COLUMNS, shown, now=now, limit=MOST_CASES), now=now)
    ids = [row.id for row in rows]
    drafts, promised, asked = _drafts(session, ids), promises.standing(session, ids), _awaiting(session, ids)
    cases = tuple(OwnCase(row, drafts.get(row.id, ""), promised.get(row.id, ()), row.id in asked) for row in rows)
    return Workload(by.shift, by.shift_at, cases, _colleagues(session, but=by.id, now=now))


def _drafts(session: Session, case_ids: list[int]) -> dict[int, str]:
    theirs = select(Reply.case_id, Reply.text).where(among(session, Reply.case_id, case_ids), Reply.state == ReplyState.DRAFT)
    return {row.case_id: row.text for row in session.execute(theirs) if row.text.strip()}


def _awaiting(session: Session, case_ids: list[int]) -> set[int]:
    return set(session.scalars(select(Approval.case_id).where(UNDECIDED, among(session, Approval.case_id, case_ids))))


def _colleagues(session: Session, *, but: int, now: datetime) -> tuple[Colleague, ...]:
    return _loaded(session, [person for person in hands.on_shift(session) if person.id != but], now=now)


def takers(session: Session, *, but: int, now: datetime) -> tuple[Colleague, ...]:
    """To whom a case can be handed: who is on shift first, then who is on a break, then who is off; of each those for whom the fewest wait first."""
    caring = select(PersonRole.person_id).where(PersonRole.role.in_(people.CARE))
    columns: list[Any] = [Person.id, Person.name, Person.open_limit, Person.shift]
    rows = session.execute(select(*columns).where(Person.active, Person.id != but, Person.id.in_(caring))).all()
    order = tuple(Shift)
    return tuple(sorted(_loaded(session, rows, now=now), key=lambda one: order.index(one.shift)))


def _loaded(session: Session, persons: Sequence[Person] | Sequence[Row[Any]], *, now: datetime) -> tuple[Colleague, ...]:
    loads = hands.loads(session, [person.id for person in persons], now=now)
    found = [
        Colleague(one.id, one.name, loads[one.id], one.open_limit is None or loads[one.id] < one.open_limit, one.shift) for one in persons
    ]
    return tuple(sorted(found, key=lambda one: (not one.has_room, one.open_cases, one.name, one.id)))
