"""What solved it before, ranked for the next customer."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case, Person, Resolution

LOOK_AT = 500
"""Resolutions that are compared by their words: the most reused ones, newest first among equals."""

WORD = re.compile(r"\w{4,}")
"""Shorter words carry little of what a case is about."""

CAUSE_UNKNOWN = "Solved on contact, cause unknown"
"""A cause that says that somebody should look for one; such cases are listed, and never offered for reuse."""


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
    """What solved it before: those that share the most words with the case first, the most reused among equals."""
    wanted = _words(session.scalar(select(Case.preview).where(Case.id == case_id)) or "")
    found = [(_shared(wanted, view, preview), view) for view, preview in _known(session)]
    ranked = sorted(found, key=lambda pair: (-pair[0], -pair[1].reused, -pair[1].id))
    return [view for shared, view in ranked if shared or not wanted][:limit]


def _known(session: Session) -> list[tuple[ResolutionView, str]]:
    query = (
        select(Resolution, Person.name, Case.preview)
        .outerjoin(Person, Person.id == Resolution.person_id)
        .outerjoin(Case, Case.id == Resolution.case_id)
        .where(Resolution.cause != CAUSE_UNKNOWN)
        .order_by(Resolution.reused.desc(), Resolution.id.desc())
    )
    return [(_view(row, name), preview or "") for row, name, preview in session.execute(query.limit(LOOK_AT))]


def _view(row: Resolution, person: str | None) -> ResolutionView:
    told = {"cause": row.cause, "fix": row.fix, "evidence": row.evidence}
    return ResolutionView(id=row.id, reused=row.reused, at=row.at, person=person or "", case_id=row.case_id, **told)


def _shared(wanted: frozenset[str], view: ResolutionView, preview: str) -> int:
    return len(wanted & _words(f"{view.cause} {view.fix} {preview}"))


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.casefold()))
