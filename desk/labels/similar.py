"""Cases like this one: asked for when a case is opened, found by the classifier, shown with what solved them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.errors import NotFound
from desk.labels import vectors
from desk.outcomes.resolutions import CAUSE_UNKNOWN
from desk.people import people
from storage.dialect import among
from storage.models import Case, Embedding, Errand, Mention, Person, Resolution
from storage.words import CaseStatus, ErrandKind, ErrandState, Outcome

ASKED_AGAIN = timedelta(hours=1)
"""An answer is taken for so long: cases come and are solved meanwhile."""

MOST = 8
LEAST = 0.6
"""The cosine from which two openings count as alike. By the model that ships, half of 400 care tweets to many brands have another one above it."""


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A case like the one that is open. `score` is the cosine of the two openings; `resolution_id` is there when its fix may be used again."""

    case_id: int
    score: float
    status: CaseStatus
    outcome: Outcome | None
    opened_at: datetime
    preview: str
    resolution_id: int | None
    cause: str
    fix: str
    abusive: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is known of cases like this one. While it waits nobody has answered; `error` says why nobody will."""

    waits: bool
    cases: tuple[SimilarCase, ...] = ()
    error: str = ""


def ask(session: Session, case_id: int, *, by: Person, now: datetime) -> int | None:
    """Ask the classifier for cases like this one, unless somebody did within the hour; the errand's id, None without an embedding.

    No act of a person: it is asked by itself when a case is opened, and leaves no record. Raises NotAllowed, NotFound.
    """
    people.require(by, people.READ)
    name = vectors.offered(session)
    if not name:
        return None
    if session.get(Case, case_id) is None:
        raise NotFound("There is no such case")
    asked = _latest(session, case_id, name, now=now)
    if asked is not None:
        return asked.id
    request = {"case_id": case_id, "embedding": name}
    errand = Errand(kind=ErrandKind.SIMILAR, subject=_subject(case_id, name), request=request, person_id=by.id, created_at=now)
    session.add(errand)
    session.flush()
    return errand.id


def seen(session: Session, case_id: int, *, by: Person, now: datetime) -> Likeness | None:
    """What the classifier found, as the cases stand now; None where nothing can be found, because its engine has no embedding."""
    people.require(by, people.READ)
    name = vectors.offered(session)
    if not name:
        return None
    asked = _latest(session, case_id, name, now=now)
    if asked is None or asked.state in {ErrandState.QUEUED, ErrandState.RUNNING}:
        return Likeness(waits=True)
    result = asked.result or {}
    if asked.state is ErrandState.FAILED:
        return Likeness(waits=False, error=str(result.get("error", "")))
    return Likeness(waits=False, cases=_cases(session, case_id, result.get("cases") or []))


def _subject(case_id: int, name: str) -> str:
    return f"{case_id} {name}"[:120]


def _latest(session: Session, case_id: int, name: str, *, now: datetime) -> Errand | None:
    same = (Errand.kind == ErrandKind.SIMILAR) & (Errand.subject == _subject(case_id, name)) & (Errand.subject != "")
    query = select(Errand).where(same, Errand.created_at > now - ASKED_AGAIN).order_by(Errand.id.desc()).limit(1)
    return session.scalar(query.execution_options(populate_existing=True))


def _cases(session: Session, case_id: int, found: Sequence[Mapping[str, Any]]) -> tuple[SimilarCase, ...]:
    """The cases as they are now: one that was merged, erased or moved to another brand since is left out."""
    scores = {int(one["case_id"]): float(one["score"]) for one in found}
    here = select(Case.brand_id).where(Case.id == case_id).scalar_subquery()
    query = select(Case, Resolution).outerjoin(Resolution, Resolution.id == Case.resolution_id)
    rows = session.execute(query.where(among(session, Case.id, list(scores)), Case.brand_id == here, Case.preview != ""))
    drawn = [_drawn(case, resolution, scores[case.id]) for case, resolution in rows if case.merged_into_id is None]
    return tuple(sorted(drawn, key=lambda one: (-one.score, -one.case_id)))[:MOST]


def _drawn(case: Case, resolution: Resolution | None, score: float) -> SimilarCase:
    fix = resolution if resolution is not None and resolution.cause != CAUSE_UNKNOWN else None
    return SimilarCase(
        case_id=case.id,
        score=score,
        status=case.status,
        outcome=case.outcome,
        opened_at=case.opened_at,
        preview=case.preview,
        resolution_id=fix.id if fix else None,
        cause=fix.cause if fix else "",
        fix=fix.fix if fix else "",
        abusive=case.abusive,
    )


def tellable(session: Session, name: str, case_id: int, mention_ids: Collection[int]) -> dict[int, int]:
    """Which of these mentions may be told beside the case, with the case that each belongs to now.

    The same brand; not deleted, not private, not erased since; not this case, nor another one of its author in the same thread.
    """
    this = session.get(Case, case_id)
    if this is None:
        return {}
    is_same_talk = (Case.author_id == this.author_id) & (Case.thread_id == this.thread_id)
    query = select(Mention.id, Case.id).join(Case, Case.id == Mention.case_id).join(Embedding, Embedding.mention_id == Mention.id)
    allowed = query.where(
        among(session, Mention.id, mention_ids), vectors.readable(), Embedding.name == name, Case.brand_id == this.brand_id
    )
    rows = session.execute(allowed.where(Case.id != case_id, ~is_same_talk))
    return {row[0]: row[1] for row in rows}
