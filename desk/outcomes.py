"""How a case ends. Solved is only what has a resolution; everything else stands beside it, never inside it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import audit, holds, states
from desk.access import own_case, require_live
from desk.errors import Invalid, NotFound
from desk.resolutions import CAUSE_UNKNOWN, ResolutionView, resolutions
from storage.models import Case, Person, Reply, Resolution
from storage.words import CaseStatus, Outcome

__all__ = ["CAUSE_UNKNOWN", "ResolutionDraft", "ResolutionView", "close", "resolutions"]


@dataclass(frozen=True, slots=True)
class ResolutionDraft:
    """What solved it: the cause, the fix, and how we know that it worked. With `CAUSE_UNKNOWN` as cause the rest may be empty."""

    cause: str
    fix: str
    evidence: str


def close(
    session: Session,
    case_id: int,
    *,
    outcome: Outcome,
    by: Person,
    now: datetime,
    resolution: ResolutionDraft | None = None,
    reuse: int | None = None,
    reason: str = "",
) -> Case:
    """End one's own case. `solved` takes a new resolution or the id of one to reuse, `declined` takes the reason that the customer was given.

    Raises NotYours, and Invalid for a case that is closed, has a reply under way, or lacks what its outcome needs.
    """
    case = own_case(session, case_id, by=by)
    require_live(case)
    _refuse_under_way(session, case_id)
    _require_ground(case, outcome, resolution=resolution, reuse=reuse, reason=reason)
    case.resolution_id = _resolution(session, case, resolution, reuse, by=by, now=now)
    case.declined_reason = reason.strip() if outcome == Outcome.DECLINED else ""
    _end(case, outcome, now=now)
    holds.drop_all(session, case_id)
    audit.record(
        session,
        "close",
        now=now,
        by=by,
        case_id=case_id,
        outcome=outcome.value,
        resolution=case.resolution_id,
        reused=bool(reuse),
        reason=reason,
    )
    return case


def _refuse_under_way(session: Session, case_id: int) -> None:
    state = session.scalar(select(Reply.state).where(Reply.case_id == case_id, Reply.state.in_(states.UNDER_WAY)).limit(1))
    if state is not None:
        raise Invalid(f"A reply is {states.words(state)}: wait for its end, or take it back, before you close the case")


def _require_ground(case: Case, outcome: Outcome, *, resolution: ResolutionDraft | None, reuse: int | None, reason: str) -> None:
    if outcome == Outcome.SOLVED and (resolution is None) == (reuse is None):
        raise Invalid("Solved needs what solved it: write it down, or reuse what solved it before")
    if outcome != Outcome.SOLVED and (resolution is not None or reuse is not None):
        raise Invalid(f"Only a solved case has a resolution, this one is closed as {outcome.value}")
    if outcome == Outcome.DECLINED and not reason.strip():
        raise Invalid("Declined needs the reason that the customer was given")
    if outcome == Outcome.ANSWERED and case.answered_at is None:
        raise Invalid("Nobody has answered this customer yet: choose another outcome")


def _resolution(session: Session, case: Case, draft: ResolutionDraft | None, reuse: int | None, *, by: Person, now: datetime) -> int | None:
    if reuse is not None:
        return _reused(session, reuse)
    if draft is None:
        return None
    _require_whole(draft)
    told = {"cause": draft.cause.strip(), "fix": draft.fix.strip(), "evidence": draft.evidence.strip()}
    written = Resolution(case_id=case.id, person_id=by.id, at=now, **told)
    session.add(written)
    session.flush()
    return written.id


def _require_whole(draft: ResolutionDraft) -> None:
    if draft.cause.strip() == CAUSE_UNKNOWN:
        return
    missing = [name for name in ("cause", "fix", "evidence") if not getattr(draft, name).strip()]
    if missing:
        raise Invalid(f"A resolution needs {' and '.join(missing)}; if nobody knows the cause, say so")


def _reused(session: Session, resolution_id: int) -> int:
    counted = update(Resolution).where(Resolution.id == resolution_id, Resolution.cause != CAUSE_UNKNOWN)
    found: int | None = session.scalar(counted.values(reused=Resolution.reused + 1).returning(Resolution.id))
    if found is None:
        raise NotFound("There is no such resolution to reuse")
    return found


def _end(case: Case, outcome: Outcome, *, now: datetime) -> None:
    due = case.first_due_at if case.answered_at is None else case.next_due_at
    if case.waiting_since is not None and due is not None and now > due:
        case.breached_at = case.breached_at or due
    case.status, case.outcome, case.closed_at, case.version = CaseStatus.CLOSED, outcome, now, case.version + 1
    case.waiting_since = case.snoozed_until = case.next_due_at = None
