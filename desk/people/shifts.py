"""On shift, on a break, off: who is given cases, and what becomes of those whose owner is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import states
from desk.access import case_to_change, cases_to_change, require_live
from desk.cases import cases, hands
from desk.errors import DeskError, Invalid, NotAllowed, NotFound
from desk.people import people, presence
from desk.settings import DeskSettings
from storage.models import Case, Hold, Person, PersonRole
from storage.words import HoldKind, Shift

MOST_AT_ONCE = 200


STATE = select(Person.shift, Person.shift_at).where(Person.id == bindparam("person_id"))
"""Built once: every page asks it."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What becomes of one case at the end of a shift: it goes to a colleague who is on shift, or to its team where `to_person_id` is None."""

    case_id: int
    to_person_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShiftView:
    """Whether somebody takes cases now, and since when; None where nobody ever said."""

    shift: Shift
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A shift that is over: how many cases went to colleagues and how many to their teams."""

    to_colleagues: int
    to_teams: int


def begin(session: Session, person_id: int, *, by: Person, now: datetime) -> Person:
    """From now on "next" gives them cases. For oneself; a lead for others, who are signed in. Raises NotAllowed, NotFound, Invalid."""
    person = _to_change(session, person_id, by=by)
    if person.id != by.id and not presence.is_signed_in(session, person.id, at=now):
        raise Invalid(f"{person.name} is not signed in: their shift begins when they are")
    return presence.become(session, person, Shift.ON, by=by, now=now)


def pause(session: Session, person_id: int, *, by: Person, now: datetime) -> Person:
    """A break: they keep their cases, those whose due time comes near go back to the team. Raises NotAllowed, NotFound; Invalid when they are off."""
    person = _to_change(session, person_id, by=by)
    if person.shift is Shift.OFF:
        raise Invalid(f"{person.name} is not on shift")
    return presence.become(session, person, Shift.BREAK, by=by, now=now)


def end(session: Session, *, handovers: Sequence[HandOver] = (), by: Person, now: datetime, person_id: int | None = None) -> Ended:
    """Hand over what is named here and go off shift, as one act: if one case cannot be handed over, none is.

    Promises and drafts go with their case; what is not named stays, until its due time comes near (`return_overdue`).
    `person_id`: whose shift, where a lead ends somebody else's. Raises NotAllowed, NotFound; Invalid, which names the case that stands in the way.
    """
    person = _to_change(session, by.id if person_id is None else person_id, by=by)
    if len({one.case_id for one in handovers}) < len(handovers):
        raise Invalid("A case is named twice: it can go one way only")
    people.stay(session, [one.to_person_id for one in handovers])
    for one in sorted(handovers, key=lambda one: one.case_id):
        try:
            _hand(session, one, person, by=by, now=now)
        except DeskError as error:
            raise Invalid(f"Case {one.case_id}: {error}. Nothing was handed over") from error
    presence.become(session, person, Shift.OFF, by=by, now=now)
    to_teams = sum(one.to_person_id is None for one in handovers)
    return Ended(len(handovers) - to_teams, to_teams)


def _hand(session: Session, one: HandOver, person: Person, *, by: Person, now: datetime) -> None:
    case = case_to_change(session, one.case_id)
    if case.assignee_id != person.id:
        raise Invalid(f"{person.name} does not have it any more")
    require_live(case)
    if one.to_person_id is None:
        _hand_to_team(session, case, one.note, by=by, now=now)
    else:
        _hand_to(session, case, people.active(session, one.to_person_id), one.note, by=by, now=now)


def _hand_to_team(session: Session, case: Case, note: str, *, by: Person, now: datetime) -> None:
    cases.release(session, case.id, by=by, now=now)
    if note.strip():
        cases.add_note(session, case.id, text=note, by=by, now=now)


def _hand_to(session: Session, case: Case, to: Person, note: str, *, by: Person, now: datetime) -> None:
    if to.shift is not Shift.ON:
        raise Invalid(f"{to.name} is not on shift")
    cases.hand_over(session, case.id, to_person_id=to.id, note=note, by=by, now=now)


def return_overdue(session: Session, *, settings: DeskSettings, now: datetime) -> int:
    """Nothing stays with somebody away beyond its due time: give back what waits with them and is due soon, unless they are at it after all.

    Returns how many, at most `MOST_AT_ONCE`.
    """
    soon = now + settings.alerts.breach_near
    caring = select(PersonRole.person_id).where(PersonRole.role.in_(people.CARE))
    away = select(Person.id).where(or_(Person.shift != Shift.ON, ~Person.active, Person.id.not_in(caring)))
    due = sql_case((Case.answered_at.is_(None), Case.first_due_at), else_=Case.next_due_at)
    at_it = exists().where(Hold.case_id == Case.id, Hold.person_id == Case.assignee_id, Hold.until > now, Hold.kind != HoldKind.AWAY)
    theirs = select(Case.id).where(Case.assignee_id.in_(away), Case.status.in_(states.WAITING), Case.answer_by <= soon, due <= soon)
    chosen = theirs.where(~at_it).limit(MOST_AT_ONCE).with_hint(Case, "INDEXED BY ix_case_mine", "sqlite").with_for_update(skip_locked=True)
    found = cases_to_change(session, session.scalars(chosen).all())
    for case in found.values():
        case.snoozed_until = None
        hands.send_back(session, case, now=now)
    return len(found)


def _to_change(session: Session, person_id: int, *, by: Person) -> Person:
    people.require(by, people.CARE)
    if person_id != by.id and not people.roles_of(by) & people.LEADS:
        raise NotAllowed("Only a lead changes somebody else's shift")
    found = select(Person).where(Person.id == person_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    person = session.scalar(found)
    if person is None or not person.active:
        raise NotFound("Nobody of that name works here")
    return person


def state_of(session: Session, person_id: int) -> ShiftView:
    """How it stands with somebody's shift. Raises NotFound."""
    row = session.execute(STATE, {"person_id": person_id}).first()
    if row is None:
        raise NotFound("Nobody of that name works here")
    return ShiftView(row.shift, row.shift_at)
