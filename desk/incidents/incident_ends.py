"""What becomes of the cases of an incident that is over: who was told that it is fixed is solved by it, the others go back to the queue."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from desk import states
from desk.access import cases_to_change
from desk.cases import hands
from desk.errors import DeskError, Invalid
from desk.incidents import incident_cases, incident_telling, incidents
from desk.incidents.incident_cases import MOST, Attached
from desk.incidents.incident_statements import Purpose
from desk.outcomes import outcomes
from desk.people import people
from storage.models import Case, Person, Promise, Reply
from storage.models.order import STANDING
from storage.words import Outcome, ReplyState

AT_ONCE = 20
"""So many cases are closed in one transaction: each takes a dozen statements."""


def close_told(session: Session, incident_id: int, *, by: Person, now: datetime, after: int = 0) -> Attached:
    """Close up to 20 cases whose customer was told that it is fixed and wrote nothing since: solved by the incident's resolution, counted as reused.

    Whoever has such a case keeps it, and solved it; the lead who says so does where nobody has it. `after`: the last case that was looked at.
    Raises NotAllowed, and Invalid while the incident goes on.
    """
    people.require(by, people.LEADS)
    chosen = select(Case.id).where(*_told_and_quiet(incident_id), Case.id > after).order_by(Case.id).limit(AT_ONCE)
    people.stay(session, [by.id, *session.scalars(chosen.with_only_columns(Case.assignee_id))])
    people.active(session, by.id)
    incident = incidents.to_change(session, incident_id, closed=True)
    if incident.resolution_id is None:
        raise Invalid("Close the incident first, with what solved it")
    wanted = session.scalars(chosen).all()
    closed, refused = list[int](), dict[int, str]()
    for case_id, case in cases_to_change(session, wanted).items():
        try:
            with session.begin_nested():
                owner = _owner(session, case, by=by, now=now)
                outcomes.close(session, case_id, outcome=Outcome.SOLVED, reuse=incident.resolution_id, owner=owner, by=by, now=now)
            closed.append(case_id)
        except DeskError as error:
            refused[case_id] = str(error)
    return Attached(tuple(closed), refused)


def _owner(session: Session, case: Case, *, by: Person, now: datetime) -> Person:
    """Whose case it is when it ends."""
    owner = session.get(Person, case.assignee_id, populate_existing=True) if case.assignee_id is not None else None
    if owner is not None and owner.active and people.roles_of(owner) & people.CARE:
        return owner
    hands.give(session, case, by, now=now, reason="its incident was closed")
    return by


def give_back(session: Session, incident_id: int, *, by: Person, now: datetime) -> Attached:
    """Let up to 200 cases that still wait stand in the queue by themselves. Leads only. Raises Invalid while the incident goes on."""
    people.require(by, people.LEADS)
    incident = incidents.to_change(session, incident_id, closed=True)
    if incident.closed_at is None:
        raise Invalid("This incident goes on: take out single cases, or close it first")
    waits = select(Case.id).where(Case.incident_id == incident_id, Case.status.in_(states.WAITING), ~_is_under_way())
    wanted = session.scalars(waits.order_by(Case.id).limit(MOST)).all()
    return incident_cases.detach(session, incident_id, wanted, by=by, now=now) if wanted else Attached((), {})


def to_close(session: Session, incident_id: int) -> int:
    """How many cases `close_told` would close."""
    return len(session.scalars(select(Case.id).where(*_told_and_quiet(incident_id))).all())


def _told_and_quiet(incident_id: int) -> tuple[ColumnElement[bool], ...]:
    says_so = Reply.key.startswith(incident_telling.keys_of(incident_id, Purpose.FIXED), autoescape=True)
    told = exists().where(Reply.case_id == Case.id, Reply.incident_id == incident_id, Reply.state == ReplyState.SENT, says_so)
    promised = exists().where(Promise.case_id == Case.id, STANDING)
    return Case.incident_id == incident_id, Case.status.in_(states.LIVE), Case.waiting_since.is_(None), told, ~promised, ~_is_under_way()


def _is_under_way() -> ColumnElement[bool]:
    return exists().where(Reply.case_id == Case.id, Reply.state.in_(states.UNDER_WAY))
