"""The cases of an incident: attached and taken out in one act, folded into one row, and shown on its page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import cases_to_change
from desk.errors import Invalid
from desk.incidents import incidents
from desk.people import people
from storage.dialect import among, insert_all
from storage.models import Audit, Case, Incident, Person
from storage.words import CaseStatus, Escalation, Flag, Outcome

MOST = 200
"""So many cases in one transaction: a longer list is attached in several, one after the other, so that others get to write between them."""

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of it: the cases that are in the incident now (or out of it), and why others are not."""

    case_ids: tuple[int, ...]
    refused: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Folded:
    """An incident as one row of the queue: how many of its cases wait, and since when the one that waits longest."""

    id: int
    name: str
    cases: int
    oldest: datetime
    is_closed: bool


@dataclass(frozen=True, slots=True)
class IncidentCase:
    """One case of an incident, as its page lists it."""

    id: int
    author: str
    preview: str
    language: str
    status: CaseStatus
    outcome: Outcome | None
    escalation: Escalation | None
    waiting_since: datetime | None
    attached_at: datetime | None
    abusive: bool


@dataclass(frozen=True, slots=True)
class Sizes:
    """`escalated` are among the waiting or pending ones; `back` wrote something else since, and stand in the queue again."""

    waiting: int
    pending: int
    closed: int
    escalated: int
    back: int

    @property
    def all(self) -> int:
        return self.waiting + self.pending + self.closed


def attach(session: Session, incident_id: int, case_ids: Collection[int], *, by: Person | None, now: datetime) -> Attached:
    """Take at most 200 live cases into an incident that goes on; `by` is None when a lead lets them come in by themselves.

    They leave the queue's rows and stand behind the incident's one; whoever has one keeps it. Raises NotAllowed, NotFound, Invalid.
    """
    if by is not None:
        people.require(by, people.CARE)
    wanted = sorted(set(case_ids))
    _require_few(wanted)
    incident = incidents.to_change(session, incident_id)
    found = cases_to_change(session, wanted)
    refused = {number: _why_not(found.get(number), incident_id) for number in wanted}
    ready = [number for number in wanted if not refused[number]]
    change = {"incident_id": incident_id, "attached_at": now, "left_incident_id": None}
    for case_id in ready:
        case = found[case_id]
        case.flag = None if case.flag == Flag.APART else case.flag
    _set(session, ready, **change)
    _note(session, "incident_attached", ready, incident, by=by, now=now)
    return Attached(tuple(ready), {number: words for number, words in refused.items() if words})


def detach(session: Session, incident_id: int, case_ids: Collection[int], *, by: Person, now: datetime) -> Attached:
    """Take at most 200 cases out again: they stand in the queue by themselves. The way back from `attach`."""
    people.require(by, people.CARE)
    wanted = sorted(set(case_ids))
    _require_few(wanted)
    incident = incidents.to_change(session, incident_id, closed=True)
    found = cases_to_change(session, wanted)
    inside = [number for number in wanted if number in found and found[number].incident_id == incident_id]
    _set(session, inside, incident_id=None, attached_at=None)
    _note(session, "incident_detached", inside, incident, by=by, now=now)
    return Attached(tuple(inside), {number: "It is not in this incident" for number in wanted if number not in inside})


def folded(session: Session) -> list[Folded]:
    """One row for each incident with cases that wait, the one that has waited longest first; also for a closed one, so that none is lost."""
    rows = session.execute(_folded())
    return [Folded(number, name, n, since, closed_at is not None) for number, name, n, since, closed_at in rows]


@cache
def _folded() -> Select[Any]:
    """Built once: every list of who waits asks it."""
    waits = (Case.status.in_(states.WAITING)) & Case.incident_id.is_not(None) & Case.waiting_since.is_not(None)
    oldest = func.min(Case.waiting_since).label("oldest")
    grouped = select(Case.incident_id, func.count().label("n"), oldest).where(waits).group_by(Case.incident_id)
    counted = grouped.with_hint(Case, "INDEXED BY ix_case_incident", "sqlite").subquery()
    columns = (Incident.id, Incident.name, counted.c.n, counted.c.oldest, Incident.closed_at)
    return select(*columns).join(counted, counted.c.incident_id == Incident.id).order_by(counted.c.oldest)


def sizes(session: Session, incident_id: int) -> Sizes:
    """How many cases it has, by how they stand."""
    inside = Case.incident_id == incident_id
    grouped = select(Case.status, Case.escalation.is_not(None).label("escalated"), func.count()).where(inside)
    rows = session.execute(grouped.group_by(Case.status, Case.escalation.is_not(None))).all()
    back = select(func.count()).select_from(Case).where(Case.left_incident_id == incident_id, Case.status.in_(states.LIVE))

    def those(*wanted: CaseStatus) -> int:
        return sum(n for status, _, n in rows if status in wanted)

    return Sizes(
        waiting=those(*states.WAITING),
        pending=those(CaseStatus.PENDING, CaseStatus.ON_HOLD),
        closed=those(CaseStatus.CLOSED),
        escalated=sum(n for status, is_escalated, n in rows if is_escalated and status != CaseStatus.CLOSED),
        back=session.scalar(back) or 0,
    )


def shown(session: Session, incident_id: int, *, escalated: bool, limit: int = SHOWN) -> list[IncidentCase]:
    """Its live cases, those with an escalation label apart from the others, the longest waiting first."""
    apart = Case.escalation.is_not(None) if escalated else Case.escalation.is_(None)
    inside = select(Case).where(Case.incident_id == incident_id, Case.status.in_(states.LIVE), apart)
    rows = session.scalars(inside.order_by(Case.waiting_since.is_(None), Case.waiting_since, Case.id).limit(limit))
    return [_drawn(case) for case in rows]


def back(session: Session, incident_id: int, *, limit: int = 50) -> list[IncidentCase]:
    """Cases that were in it and came back to the queue, because the customer wrote something else."""
    left = select(Case).where(Case.left_incident_id == incident_id, Case.status.in_(states.LIVE))
    return [_drawn(case) for case in session.scalars(left.order_by(Case.answer_by, Case.id).limit(limit))]


def _drawn(case: Case) -> IncidentCase:
    told = ("id", "preview", "status", "outcome", "escalation", "waiting_since", "attached_at", "abusive")
    return IncidentCase(author=case.author_name, language=case.language or "", **{name: getattr(case, name) for name in told})


def _require_few(wanted: Sequence[int]) -> None:
    if not wanted:
        raise Invalid("Select at least one case")
    if len(wanted) > MOST:
        raise Invalid(f"At most {MOST} cases in one act: {len(wanted)} are selected")


def _why_not(case: Case | None, incident_id: int) -> str:
    if case is None:
        return "There is no such case"
    if case.status == CaseStatus.CLOSED:
        return "It is closed"
    if case.incident_id == incident_id:
        return "It is in this incident already"
    return "It is in another incident" if case.incident_id is not None else ""


def _set(session: Session, case_ids: Sequence[int], **change: object) -> None:
    if case_ids:
        session.flush()
        changed = update(Case).where(among(session, Case.id, case_ids)).values(version=Case.version + 1, **change)
        session.execute(changed.execution_options(synchronize_session=False))
        session.expire_all()


def _note(session: Session, verb: str, case_ids: Sequence[int], incident: Incident, *, by: Person | None, now: datetime) -> None:
    told = {"at": now, "person_id": by.id if by else None, "verb": verb, "subject": f"incident {incident.id}"}
    detail = {"incident": incident.id, "name": incident.name}
    if case_ids:
        insert_all(session, Audit.__table__, [{**told, "case_id": case_id, "detail": detail} for case_id in case_ids])
        audit.record(session, verb, now=now, by=by, subject=f"incident {incident.id}", cases=len(case_ids))
