"""What may be said to everybody in an incident: a text in one language with its variants, approved by a lead before it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import Any

from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid, NotFound
from desk.incidents import incidents
from desk.people import people
from desk.replies import wording
from desk.replies.saved_replies import LANGUAGE, VARIABLE, VARIABLES
from storage.models import Incident, Person

ENOUGH = 3
"""So many variants are needed before one may be told to many: nobody reads the same sentence under each post."""

MOST_VARIANTS = 10
LONGEST = 2_000


class Purpose(StrEnum):
    """`KNOWN`: we know of it, and work on it. `FIXED`: it is over."""

    KNOWN = "known"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Statement:
    """One text in one language. `approved_by_id` is empty until a lead other than its writer, where there is one, has approved it."""

    id: int
    purpose: Purpose
    language: str
    variants: tuple[str, ...]
    by_id: int
    approved_by_id: int | None = None

    @property
    def may_be_told(self) -> bool:
        return self.approved_by_id is not None and len(self.variants) >= ENOUGH


def of_incident(incident: Incident) -> tuple[Statement, ...]:
    return tuple(_read(row) for row in incident.statements or [])


def propose(
    session: Session, incident_id: int, *, purpose: Purpose, language: str, variants: Sequence[str], by: Person, now: datetime
) -> Statement:
    """Write a statement; one in the same language for the same purpose is replaced, and has to be approved anew.

    Raises NotAllowed, Invalid for too many or too long variants, two that say the same, and a place that nobody could fill.
    """
    people.require(by, people.CARE)
    incident = incidents.to_change(session, incident_id, closed=True)
    code, texts = language.strip().lower(), [text.replace("\x00", "").strip() for text in variants if text.strip()]
    _require_sound(code, texts)
    before = of_incident(incident)
    number = max((one.id for one in before), default=0) + 1
    written = Statement(number, purpose, code, tuple(texts), by.id)
    kept = [one for one in before if (one.purpose, one.language) != (purpose, code)]
    _put(incident, [*kept, written])
    audit.record(session, "statement_written", now=now, by=by, subject=f"incident {incident_id}", statement=number, language=code)
    return written


def approve(session: Session, incident_id: int, statement_id: int, *, by: Person, now: datetime) -> Statement:
    """It may be told as it stands. Raises NotAllowed unless by a lead, Invalid for its own writer while another lead is here, or too few variants."""
    people.require(by, people.LEADS)
    incident = incidents.to_change(session, incident_id, closed=True)
    found = _find(incident, statement_id)
    if found.by_id == by.id and any(lead != by.id for lead in incidents.people_who_lead(session)):
        raise Invalid("You wrote this statement: another lead approves it")
    if len(found.variants) < ENOUGH:
        raise Invalid(f"A statement for many needs at least {ENOUGH} variants, this has {len(found.variants)}")
    approved = Statement(found.id, found.purpose, found.language, found.variants, found.by_id, by.id)
    _put(incident, [approved if one.id == found.id else one for one in of_incident(incident)])
    incident.approved_by_id, incident.approved_at = by.id, now
    audit.record(session, "statement_approved", now=now, by=by, subject=f"incident {incident_id}", statement=statement_id)
    return approved


def remove(session: Session, incident_id: int, statement_id: int, *, by: Person, now: datetime) -> None:
    """It is told no more. Raises NotFound."""
    people.require(by, people.LEADS)
    incident = incidents.to_change(session, incident_id, closed=True)
    found = _find(incident, statement_id)
    _put(incident, [one for one in of_incident(incident) if one.id != found.id])
    audit.record(session, "statement_removed", now=now, by=by, subject=f"incident {incident_id}", statement=statement_id)


def _find(incident: Incident, statement_id: int) -> Statement:
    found = next((one for one in of_incident(incident) if one.id == statement_id), None)
    if found is None:
        raise NotFound("There is no such statement any more: reload the page")
    return found


def _require_sound(language: str, texts: Sequence[str]) -> None:
    if not language or not LANGUAGE.fullmatch(language):
        raise Invalid("A statement needs its language by its code, such as en or de")
    if not texts or len(texts) > MOST_VARIANTS or max(map(len, texts)) > LONGEST:
        raise Invalid(f"A statement has 1 to {MOST_VARIANTS} variants of at most {LONGEST:,} characters")
    if any(wording.says_the_same(one, other) for one, other in combinations(texts, 2)):
        raise Invalid("Two variants say the same: word each of them differently")
    unknown = sorted({place for text in texts for place in wording.placeholders(VARIABLE.sub("", text))})
    if unknown:
        raise Invalid(f"Nobody can fill {', '.join(unknown)}: use {', '.join(f'{{{name}}}' for name in VARIABLES)}")


def _put(incident: Incident, statements: Sequence[Statement]) -> None:
    incident.statements = [asdict(one) | {"variants": list(one.variants)} for one in statements]
    incident.version += 1


def _read(row: Mapping[str, Any]) -> Statement:
    told = {**row, "purpose": Purpose(row["purpose"]), "variants": tuple(row["variants"])}
    return Statement(**told)
