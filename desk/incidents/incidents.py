"""One cause that many customers write about: proposed by anybody who works on cases, owned, changed and closed by a lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import name_of
from desk.alerts import notices
from desk.errors import Invalid, NotFound, Stale
from desk.intake.cleaning import plain
from desk.outcomes.resolutions import CAUSE_UNKNOWN, ResolutionDraft, require_whole
from desk.people import people
from storage.models import Incident, Person, Resolution
from storage.words import NoticeKind

LONGEST_NAME = 120
LONGEST_TEXT = 2_000
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """An incident as its form holds it. `known_issue` is the line that saved replies and statements fill in; without an owner it is a proposal."""

    name: str
    cause: str = ""
    known_issue: str = ""
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident as the board shows it. `attaches_by`: the lead who lets very similar cases come in by themselves."""

    id: int
    name: str
    cause: str
    fix: str
    evidence: str
    known_issue: str
    owner_id: int | None
    owner: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    resolution_id: int | None
    attaches_by: str
    attaches_since: datetime | None
    version: int

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


def begin(session: Session, draft: IncidentDraft, *, by: Person, now: datetime) -> Incident:
    """A new incident. A lead who names nobody else owns it; what others begin is a proposal, and the leads are told.

    Raises NotAllowed, and Invalid without a name.
    """
    people.require(by, people.CARE)
    is_lead = bool(people.roles_of(by) & people.LEADS)
    incident = Incident(opened_by_id=by.id, opened_at=now, statements=[])
    _put(session, incident, draft)
    incident.owner_id = (incident.owner_id or by.id) if is_lead else None
    session.add(incident)
    session.flush()
    audit.record(session, "incident_begun", now=now, by=by, subject=f"incident {incident.id}", owner=incident.owner_id)
    told = people_who_lead(session)
    notices.tell(session, told, NoticeKind.INCIDENT, key=f"incident {incident.id}", now=now, by=by, text=incident.name)
    return incident


def change(session: Session, incident_id: int, draft: IncidentDraft, *, version: int, by: Person, now: datetime) -> Incident:
    """Say what is known by now, and who owns it. Leads only. Raises NotFound, Invalid once it is closed, Stale when somebody was faster."""
    people.require(by, people.LEADS)
    incident = to_change(session, incident_id)
    if incident.version != version:
        raise Stale("Somebody has changed this incident since: reload the page", current=incident.version)
    _put(session, incident, draft)
    incident.version += 1
    audit.record(session, "incident_changed", now=now, by=by, subject=f"incident {incident_id}", owner=incident.owner_id)
    return incident


def let_attach(session: Session, incident_id: int, on: bool, *, by: Person, now: datetime) -> Incident:
    """Let very similar cases be attached by themselves from now on, or not any more. Leads only; what came in so can be taken out again."""
    people.require(by, people.LEADS)
    incident = to_change(session, incident_id)
    if on == (incident.attaches_by_id is not None):
        return incident
    incident.attaches_by_id, incident.attaches_since = (by.id, now) if on else (None, None)
    incident.version += 1
    audit.record(session, "incident_attaches", now=now, by=by, subject=f"incident {incident_id}", on=on)
    return incident


def close(session: Session, incident_id: int, draft: ResolutionDraft, *, by: Person, now: datetime) -> Incident:
    """It is over: its cause, fix and evidence become a resolution, with which its cases are closed. Leads only.

    Its cases stay in it until they are told, closed or given back. Raises Invalid unless all three are known.
    """
    people.require(by, people.LEADS)
    incident = to_change(session, incident_id)
    if draft.cause.strip() == CAUSE_UNKNOWN:
        raise Invalid("An incident is closed when its cause is known: say what it was")
    require_whole(draft)
    told = {"cause": draft.cause.strip(), "fix": draft.fix.strip(), "evidence": draft.evidence.strip()}
    resolution = Resolution(case_id=None, person_id=by.id, at=now, **told)
    session.add(resolution)
    session.flush()
    for name, value in told.items():
        setattr(incident, name, value)
    incident.resolution_id, incident.closed_at, incident.version = resolution.id, now, incident.version + 1
    incident.attaches_by_id = incident.attaches_since = None
    audit.record(session, "incident_closed", now=now, by=by, subject=f"incident {incident_id}", resolution=resolution.id)
    return incident


def view(session: Session, incident_id: int) -> IncidentView:
    """Raises NotFound."""
    return _view(session, find(session, incident_id))


def listed(session: Session, *, closed: bool = False, limit: int = 50) -> list[IncidentView]:
    """Those that go on, or those that are closed, the newest first."""
    wanted = Incident.closed_at.is_not(None) if closed else Incident.closed_at.is_(None)
    rows = session.scalars(select(Incident).where(wanted).order_by(Incident.id.desc()).limit(limit)).all()
    return [_view(session, row) for row in rows]


def find(session: Session, incident_id: int) -> Incident:
    """Raises NotFound."""
    incident = session.get(Incident, incident_id, populate_existing=True)
    if incident is None:
        raise NotFound("There is no such incident")
    return incident


def to_change(session: Session, incident_id: int, *, closed: bool = False) -> Incident:
    """An incident that goes on, locked; with `closed` also one that is over. Raises NotFound, Invalid."""
    found = select(Incident).where(Incident.id == incident_id).with_for_update().execution_options(populate_existing=True)
    incident = session.scalar(found)
    if incident is None:
        raise NotFound("There is no such incident")
    if incident.closed_at is not None and not closed:
        raise Invalid("This incident is closed")
    return incident


def people_who_lead(session: Session) -> Sequence[int]:
    return [person.id for person in people.everyone(session) if people.roles_of(person) & people.LEADS]


def _put(session: Session, incident: Incident, draft: IncidentDraft) -> None:
    name = plain(draft.name.strip())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"An incident needs a name of at most {LONGEST_NAME} characters")
    if len(draft.cause) > LONGEST_TEXT or len(draft.known_issue) > LONGEST_LINE:
        raise Invalid(f"The cause takes at most {LONGEST_TEXT:,} characters, the known-issue line {LONGEST_LINE}")
    if draft.owner_id is not None:
        people.require(people.active(session, draft.owner_id), people.LEADS)
    incident.name, incident.cause, incident.owner_id = name, draft.cause.replace("\x00", "").strip(), draft.owner_id
    incident.known_issue = " ".join(draft.known_issue.replace("\x00", "").split())


def _view(session: Session, row: Incident) -> IncidentView:
    names = (
        "id",
        "name",
        "cause",
        "fix",
        "evidence",
        "known_issue",
        "owner_id",
        "opened_at",
        "closed_at",
        "resolution_id",
        "attaches_since",
    )
    return IncidentView(
        **{name: getattr(row, name) for name in names},
        version=row.version,
        owner=name_of(session, row.owner_id) or "",
        opened_by=name_of(session, row.opened_by_id) or "",
        attaches_by=name_of(session, row.attaches_by_id) or "",
    )
