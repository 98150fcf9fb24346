"""Short ways into an incident, for tests whose subject is a part of it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk.incidents import incident_statements, incidents
from desk.incidents.incident_statements import Purpose, Statement
from desk.incidents.incidents import IncidentDraft
from storage.models import Incident, Person
from tests.support.desk import NOON

KNOWN = (
    "Hi {customer}, we know of the outage and are at it.",
    "Hello {customer}, our team works on this outage right now.",
    "{customer}, sorry for the trouble: the outage is known, and being repaired.",
)
FIXED = (
    "Hi {customer}, the outage is over. Thank you for waiting.",
    "Hello {customer}, all lines are up again since today.",
    "{customer}, it works again. We are sorry that it took so long.",
)


def incident(session: Session, by: Person, name: str = "Outage Berlin") -> Incident:
    return incidents.begin(session, IncidentDraft(name, known_issue="We know of the outage."), by=by, now=NOON)


def approved(
    session: Session,
    outage: Incident,
    writer: Person,
    reader: Person,
    *,
    purpose: Purpose = Purpose.KNOWN,
    language: str = "en",
    variants: Sequence[str] = KNOWN,
) -> Statement:
    """A statement that may be told."""
    written = incident_statements.propose(session, outage.id, purpose=purpose, language=language, variants=variants, by=writer, now=NOON)
    return incident_statements.approve(session, outage.id, written.id, by=reader, now=NOON)
