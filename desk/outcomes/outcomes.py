"""How a case ends. Solved is only what has a resolution; everything else stands beside it, never inside it."""

from datetime import datetime

from sqlalchemy import case as sql_case
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import own_case, require_live
from desk.cases import holds, promises
from desk.errors import Invalid, NotFound
from desk.figures import endings
from desk.outcomes import declines, held
from desk.outcomes.declines import Declined
from desk.outcomes.resolutions import CAUSE_UNKNOWN, ResolutionDraft, ResolutionView, require_whole, resolutions
from desk.people import people
from desk.replies import moves, pending_approvals
from desk.replies.moves import Moved
from storage.models import Case, Person, Reply, Resolution
from storage.words import CaseStatus, Outcome

__all__ = ["CAUSE_UNKNOWN", "Declined", "Moved", "ResolutionDraft", "ResolutionView", "close", "resolutions"]


def close(
    session: Session,
    case_id: int,
    *,
    outcome: Outcome,
    by: Person,
    now: datetime,
    resolution: ResolutionDraft | None = None,
    reuse: int | None = None,
    confirmed_by: int | None = None,
    declined: Declined | None = None,
    moved: Moved | None = None,
    owner: Person | None = None,
) -> Case:
    """End one's own case. `solved` takes a new resolution or the id of one to reuse, `declined` takes reason, rule and what we can do instead.

    `moved` takes where it goes on. `confirmed_by`: the post in which the customer says that it is solved, from after our first answer.
    `owner`: whose case it is, and who is counted as having ended it, where a lead ends it for them.

    Raises NotYours, and Invalid for a case that is closed, has a reply under way, or lacks what its outcome needs.
    """
    owner = owner or by
    if owner.id != by.id:
        people.require(by, people.LEADS)
    case = own_case(session, case_id, by=owner)
    require_live(case)
    _refuse_under_way(session, case_id)
    promises.require_none(session, case_id)
    _require_ground(case, outcome, resolution=resolution, reuse=reuse, declined=declined, moved=moved)
    case.resolution_id = _resolution(session, case, resolution, reuse, by=by, now=now)
    declines.put(case, declined)
    moves.put(case, moved)
    _end(case, outcome, now=now)
    endings.begin(session, case, by=owner, now=now)
    pending_approvals.withdraw_draft(session, case_id, words="the case was closed", by=by, now=now)
    holds.drop_all(session, case_id)
    audit.record(
        session, "close", now=now, by=by, case_id=case_id, outcome=outcome.value, resolution=case.resolution_id, reused=bool(reuse)
    )
    if moved is not None:
        audit.record(session, "moved", now=now, by=by, case_id=case_id, channel=case.moved_to, reference=case.moved_ref)
    if confirmed_by is not None:
        held.confirm(session, case_id, mention_id=confirmed_by, by=by, now=now)
    return case


def _refuse_under_way(session: Session, case_id: int) -> None:
    state = session.scalar(select(Reply.state).where(Reply.case_id == case_id, Reply.state.in_(states.UNDER_WAY)).limit(1))
    if state is not None:
        raise Invalid(f"A reply is {states.words(state)}: wait for its end, or take it back, before you close the case")


def _require_ground(
    case: Case,
    outcome: Outcome,
    *,
    resolution: ResolutionDraft | None,
    reuse: int | None,
    declined: Declined | None,
    moved: Moved | None,
) -> None:
    if outcome == Outcome.SOLVED and (resolution is None) == (reuse is None):
        raise Invalid("Solved needs what solved it: write it down, or reuse what solved it before")
    if outcome != Outcome.SOLVED and (resolution is not None or reuse is not None):
        raise Invalid(f"Only a solved case has a resolution, this one is closed as {outcome.value}")
    if (outcome == Outcome.DECLINED) != (declined is not None):
        raise Invalid(
            "Declined needs the reason that the customer was given, the rule and what we can do instead; no other outcome has them"
        )
    if (outcome == Outcome.MOVED) != (moved is not None):
        raise Invalid("Moved needs where it goes on and the reference there; no other outcome has them")
    if outcome == Outcome.ANSWERED and case.answered_at is None:
        raise Invalid("Nobody has answered this customer yet: choose another outcome")


def _resolution(session: Session, case: Case, draft: ResolutionDraft | None, reuse: int | None, *, by: Person, now: datetime) -> int | None:
    if reuse is not None:
        return _reused(session, case, reuse)
    if draft is None:
        return None
    require_whole(draft)
    told = {"cause": draft.cause.strip(), "fix": draft.fix.strip(), "evidence": draft.evidence.strip()}
    written = Resolution(case_id=case.id, person_id=by.id, at=now, **told)
    session.add(written)
    session.flush()
    return written.id


def _reused(session: Session, case: Case, resolution_id: int) -> int:
    """Counted for whoever is spared the search by it: the case that it was found in is not."""
    counted = update(Resolution).where(Resolution.id == resolution_id, Resolution.cause != CAUSE_UNKNOWN)
    spared = sql_case((Resolution.case_id == case.id, 0), else_=1)
    found: int | None = session.scalar(counted.values(reused=Resolution.reused + spared).returning(Resolution.id))
    if found is None:
        raise NotFound("There is no such resolution to reuse")
    return found


def _end(case: Case, outcome: Outcome, *, now: datetime) -> None:
    due = case.first_due_at if case.answered_at is None else case.next_due_at
    if case.waiting_since is not None and due is not None and now > due:
        case.breached_at = case.breached_at or due
    case.status, case.outcome, case.closed_at, case.version = CaseStatus.CLOSED, outcome, now, case.version + 1
    case.waiting_since = case.snoozed_until = case.next_due_at = None
