"""What solved it before, ranked for the next customer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid, NotFound
from desk.people import people
from storage.models import Case, Incident, Person, Resolution
from storage.words import Outcome

LOOK_AT = 500
"""Resolutions that are compared by their words: the most reused ones, newest first among equals."""

COLUMNS = (Resolution.id, Resolution.cause, Resolution.fix, Resolution.evidence, Resolution.reused, Resolution.at, Resolution.case_id)

ASKED_FOR = select(Case.preview, Case.brand_id).where(Case.id == bindparam("case_id"))
INCIDENT_OF_BRAND = (
    select(Case.id)
    .join(Incident, Incident.id == Case.incident_id)
    .where(Incident.resolution_id == bindparam("resolution_id"), Case.brand_id == bindparam("brand"))
    .limit(1)
)
WORD = re.compile(r"\w{4,}")
"""Shorter words carry little of what a case is about."""

CAUSE_UNKNOWN = "Solved on contact, cause unknown"
"""A cause that says that somebody should look for one; such cases are listed, and never offered for reuse."""


@dataclass(frozen=True, slots=True)
class ResolutionDraft:
    """What solved it: the cause, the fix, and how we know that it worked. With `CAUSE_UNKNOWN` as cause the rest may be empty."""

    cause: str
    fix: str
    evidence: str


@dataclass(frozen=True, slots=True)
class UnknownCause:
    """A case that was solved on contact: somebody should look for the cause. `preview` is what the customer wrote."""

    resolution_id: int
    case_id: int
    at: datetime
    person: str
    author: str
    preview: str
    abusive: bool = False


@dataclass(frozen=True, slots=True)
class ResolutionView:
    """A resolution as it is offered. `reused` customers were spared the search; `case_id` is the case that it was written for."""

    id: int
    cause: str
    fix: str
    evidence: str
    reused: int
    at: datetime
    person: str
    case_id: int | None


def resolutions(session: Session, *, case_id: int | None = None, limit: int = 10) -> list[ResolutionView]:
    """What solved it before for the case's brand: those that share the most words with the case first, the most reused among equals.

    That of an incident is offered to the brands of its cases: one brand's promise is none of another's. Without a case: all of them.
    """
    asked = session.execute(ASKED_FOR, {"case_id": case_id}).first()
    wanted = _words(asked.preview if asked else "")
    query, told = (_of_brand(), {"brand": asked.brand_id}) if asked else (_ranked(), {})
    found = [(_shared(wanted, row), row) for row in session.execute(query, {"most": LOOK_AT, **told})]
    ranked = sorted(found, key=lambda pair: (-pair[0], -pair[1].reused, -pair[1].id))
    fitting = (row for shared, row in ranked if (shared or not wanted) and (asked is None or _concerns(session, row, asked.brand_id)))
    return [_view(row) for row in islice(fitting, limit)]


def _concerns(session: Session, row: Row[Any], brand_id: int) -> bool:
    """Whether it was found for this brand. Asked of few: an incident may have hundreds of cases."""
    return row.case_id is not None or session.scalar(INCIDENT_OF_BRAND, {"resolution_id": row.id, "brand": brand_id}) is not None


def search(session: Session, words: str, *, limit: int = 20) -> list[ResolutionView]:
    """Resolutions that have each of these words somewhere, the most reused first."""
    query = _ranked()
    for word in words.split():
        query = query.where(
            or_(*(column.icontains(word, autoescape=True) for column in (Resolution.cause, Resolution.fix, Resolution.evidence)))
        )
    return [_view(row) for row in session.execute(query, {"most": limit})]


def prefill(session: Session, case_id: int) -> ResolutionDraft | None:
    """What is known of the case's incident, to begin with; None where it belongs to none, or nobody knows its cause."""
    of_case = select(Incident).join(Case, Case.incident_id == Incident.id).where(Case.id == case_id)
    incident = session.scalar(of_case)
    return ResolutionDraft(incident.cause, incident.fix, incident.evidence) if incident is not None and incident.cause.strip() else None


def unknown(session: Session, *, limit: int = 50) -> list[UnknownCause]:
    """Cases that are solved without anybody knowing why, the newest first."""
    query = select(Resolution, Person.name, Case.id, Case.author_name, Case.preview, Case.abusive).join(Case, Case.id == Resolution.case_id)
    solved = query.where(Resolution.cause == CAUSE_UNKNOWN, Case.resolution_id == Resolution.id, Case.outcome == Outcome.SOLVED)
    rows = session.execute(solved.outerjoin(Person, Person.id == Resolution.person_id).order_by(Resolution.id.desc()).limit(limit))
    return [
        UnknownCause(row.id, case_id, row.at, name or "", author, preview, abusive) for row, name, case_id, author, preview, abusive in rows
    ]


def cause_of(session: Session, resolution_id: int) -> str:
    """The cause that a resolution names; empty for one that there is not."""
    return session.scalar(select(Resolution.cause).where(Resolution.id == resolution_id)) or ""


def complete(session: Session, resolution_id: int, draft: ResolutionDraft, *, by: Person, now: datetime) -> Resolution:
    """A lead found out what the cause was: from now on it can be reused. Raises NotAllowed, NotFound, and Invalid for one that has its cause."""
    people.require(by, people.LEADS)
    found = select(Resolution).where(Resolution.id == resolution_id).with_for_update().execution_options(populate_existing=True)
    resolution = session.scalar(found)
    if resolution is None:
        raise NotFound("There is no such resolution")
    if resolution.cause != CAUSE_UNKNOWN:
        raise Invalid("Its cause is known already: reload the page")
    if draft.cause.strip() == CAUSE_UNKNOWN:
        raise Invalid("Say what the cause was, now that it is known")
    require_whole(draft)
    resolution.cause, resolution.fix, resolution.evidence = draft.cause.strip(), draft.fix.strip(), draft.evidence.strip()
    told = update(Case).where(Case.resolution_id == resolution_id).values(version=Case.version + 1)
    session.execute(told.execution_options(synchronize_session=False))
    audit.record(session, "complete", now=now, by=by, case_id=resolution.case_id, resolution=resolution_id)
    return resolution


def require_whole(draft: ResolutionDraft) -> None:
    """Raises Invalid unless a resolution says all three, or that nobody knows the cause."""
    if draft.cause.strip() == CAUSE_UNKNOWN:
        return
    missing = [name for name in ("cause", "fix", "evidence") if not getattr(draft, name).strip()]
    if missing:
        raise Invalid(f"A resolution needs {' and '.join(missing)}; if nobody knows the cause, say so")


@cache
def _ranked() -> Select[*tuple[Any, ...]]:
    # Columns, not whole rows of the session: each opened case is compared with all of them.
    return (
        select(*COLUMNS, Person.name, Case.preview)
        .outerjoin(Person, Person.id == Resolution.person_id)
        .outerjoin(Case, Case.id == Resolution.case_id)
        .where(Resolution.cause != CAUSE_UNKNOWN)
        .order_by(Resolution.reused.desc(), Resolution.id.desc())
        .limit(bindparam("most"))
    )


@cache
def _of_brand() -> Select[*tuple[Any, ...]]:
    """Those of the brand's cases, and those of incidents, whose brands are asked for one by one."""
    return _ranked().where(or_(Case.brand_id == bindparam("brand"), Resolution.case_id.is_(None)))


def _view(row: Row[Any]) -> ResolutionView:
    told = {"cause": row.cause, "fix": row.fix, "evidence": row.evidence}
    return ResolutionView(id=row.id, reused=row.reused, at=row.at, person=row.name or "", case_id=row.case_id, **told)


def _shared(wanted: frozenset[str], row: Sequence[Any]) -> int:
    _, cause, fix, *_, preview = row
    return len(wanted & _words(f"{cause} {fix} {preview or ''}"))


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.casefold()))
