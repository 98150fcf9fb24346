"""Cases that are also a matter for the press office, the lawyers or for somebody's safety: a label, and an owner who is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, cast, delete, exists, select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.alerts import notices
from desk.errors import Invalid, NotAllowed
from desk.people import people, presence
from storage.dialect import excluded, upsert
from storage.models import Case, EscalationOwner, Notice, Person, PersonRole
from storage.models.cases import ESCALATED
from storage.words import Escalation, NoticeKind, Shift

GRAVITY = (None, Escalation.PRESS, Escalation.LEGAL, Escalation.SAFETY)
"""A case has one label: of two the graver, which stands further back."""


def graver(one: Escalation | None, other: Escalation | None) -> Escalation | None:
    return max(one, other, key=GRAVITY.index)


def at_least(standing: Escalation | None) -> list[Escalation]:
    """This label and the graver ones: what anybody may put in its place."""
    return [kind for kind in Escalation if graver(standing, kind) == kind]


def label(session: Session, case_id: int, kind: Escalation, *, by: Person, now: datetime) -> Case:
    """Put an escalation label on a case. Its owner is told; answers are read by a second person from then on.

    Where no owner is there, all leads are told. Raises NotAllowed where it would take the place of a graver one that `by` may not take off.
    """
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    if case.escalation == kind:
        return case
    if graver(case.escalation, kind) != kind:
        _require_taking_off(session, case.escalation, by)
    _put(session, case, kind, by=by, now=now)
    return case


def take_off(session: Session, case_id: int, *, by: Person, now: datetime) -> Case:
    """Nobody else's matter any more: answers leave unread again. For leads, and for the owner of such cases. Raises NotAllowed."""
    if by.id not in owners(session).values():
        people.require(by, people.LEADS)
    people.require(by, people.READ)
    case = case_to_change(session, case_id)
    if case.escalation is None:
        return case
    _require_taking_off(session, case.escalation, by)
    was, case.escalation, case.version = case.escalation, None, case.version + 1
    audit.record(session, "unescalate", now=now, by=by, case_id=case_id, was_kind=was.value)
    return case


def carry(session: Session, case: Case, kind: Escalation | None, *, by: Person, now: datetime) -> None:
    """What came into this case from another one had this label: it holds here, unless a graver one does. The caller has locked the case."""
    if kind is not None and graver(case.escalation, kind) != case.escalation:
        _put(session, case, kind, by=by, now=now)


def may_take_off(session: Session, kind: Escalation | None, *, by: Person) -> bool:
    """Whether this label may go by their word. Four eyes would be none if whoever writes could take it off to send."""
    return kind is None or bool(people.roles_of(by) & people.LEADS) or owners(session).get(kind) == by.id


def _require_taking_off(session: Session, kind: Escalation | None, by: Person) -> None:
    if kind is not None and not may_take_off(session, kind, by=by):
        raise NotAllowed(f"Only a lead or the owner of such cases takes the mark {kind.value} off")


def _put(session: Session, case: Case, kind: Escalation, *, by: Person, now: datetime) -> None:
    was, case.escalation, case.version = case.escalation, kind, case.version + 1
    audit.record(session, "escalate", now=now, by=by, case_id=case.id, kind=kind.value, was_kind=was and was.value)
    key = f"case {case.id} {kind.value} {case.version}"
    notices.tell(session, _to_tell(session, kind, now=now), NoticeKind.ESCALATED, key=key, now=now, case_id=case.id, by=by, text=kind.value)


def _to_tell(session: Session, kind: Escalation, *, now: datetime) -> set[int]:
    """The owner; with all leads where there is none, or they are not there to hear it."""
    owner_id = owners(session).get(kind)
    owner = session.get(Person, owner_id, populate_existing=True) if owner_id is not None else None
    if owner is not None and _is_there(session, owner, now=now):
        return {owner.id}
    return {*session.scalars(_leads()), *([owner.id] if owner is not None else [])}


def _leads() -> Select[int]:
    return select(PersonRole.person_id).join(Person).where(PersonRole.role.in_(people.LEADS), Person.active)


def _is_there(session: Session, owner: Person, *, now: datetime) -> bool:
    """On shift; who works on no cases has no shifts, and is there while signed in."""
    return owner.shift is Shift.ON if people.roles_of(owner) & people.CARE else presence.is_signed_in(session, owner.id, at=now)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A live case with a label that nobody who must know has looked at; `owner` is empty where nobody owns such cases."""

    case_id: int
    kind: Escalation
    owner: str


def unseen(session: Session) -> list[Unseen]:
    """By case. Who must know: whoever was told of the label as it stands, and any owner or lead who has the case."""
    seen = (Notice.case_id == Case.id) & (Notice.kind == NoticeKind.ESCALATED) & (Notice.text == cast(Case.escalation, String))
    know = [*owners(session).values(), *session.scalars(_leads())]
    has_it = Case.assignee_id.is_not(None) & Case.assignee_id.in_(know)
    query = select(Case.id, Case.escalation, Person.name).outerjoin(EscalationOwner, EscalationOwner.kind == Case.escalation)
    query = query.outerjoin(Person, (Person.id == EscalationOwner.person_id) & Person.active)
    rows = session.execute(query.where(ESCALATED, ~has_it, ~exists().where(seen, Notice.seen_at.is_not(None))).order_by(Case.id))
    return [Unseen(case_id, kind, name or "") for case_id, kind, name in rows if kind is not None]


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
