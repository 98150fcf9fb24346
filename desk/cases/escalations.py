"""Cases that are also a matter for the press office, the lawyers or for somebody's safety: a label, and an owner who is told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.alerts import notices
from desk.errors import Invalid
from desk.people import people
from storage.dialect import excluded, upsert
from storage.models import Case, EscalationOwner, Person
from storage.words import Escalation, NoticeKind


def label(session: Session, case_id: int, kind: Escalation | None, *, by: Person, now: datetime) -> Case:
    """Put an escalation label on a case, or take it off with None. Its owner is told; answers are read by a second person from then on."""
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    if case.escalation == kind:
        return case
    was, case.escalation, case.version = case.escalation, kind, case.version + 1
    if kind is None:
        audit.record(session, "unescalate", now=now, by=by, case_id=case_id, was_kind=was and was.value)
        return case
    audit.record(session, "escalate", now=now, by=by, case_id=case_id, kind=kind.value, was_kind=was and was.value)
    owner = owners(session).get(kind)
    if owner is not None:
        key = f"case {case_id} {kind.value} {case.version}"
        notices.tell(session, [owner], NoticeKind.ESCALATED, key=key, now=now, case_id=case_id, by=by, text=kind.value)
    return case


def owners(session: Session) -> Mapping[Escalation, int]:
    """Who owns which kind; those who left own nothing."""
    rows = select(EscalationOwner.kind, EscalationOwner.person_id).join(Person, Person.id == EscalationOwner.person_id).where(Person.active)
    return {row.kind: row.person_id for row in session.execute(rows)}


def set_owner(session: Session, kind: Escalation, person_id: int | None, *, by: Person, now: datetime) -> None:
    """Name who is told of such cases, or nobody. Leads only. Raises Invalid for somebody who cannot open a case."""
    people.require(by, people.LEADS)
    if person_id is None:
        session.execute(delete(EscalationOwner).where(EscalationOwner.kind == kind))
    else:
        owner = people.active(session, person_id)
        if not people.roles_of(owner) & people.READ:
            raise Invalid(f"{owner.name} has no role here")
        row = {"kind": kind, "person_id": owner.id}
        upsert(session, EscalationOwner.__table__, [row], key=("kind",), change={"person_id": excluded("person_id")})
    audit.record(session, "escalation_owner", now=now, by=by, subject=kind.value, owner=person_id)
