"""What was closed and what came of it: one row for each closing, taken off again when the case comes back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.figures import pauses
from storage.models import Case, Ending, Person


def begin(session: Session, case: Case, *, by: Person | None, now: datetime) -> Ending:
    """The case was closed at `now` with its outcome. `by` is None for what the system closed by itself."""
    pauses.follow(session, case, at=now)
    case.confirmed_at = case.held_at = None
    ending = Ending(
        case_id=case.id,
        person_id=by.id if by else None,
        brand_id=case.brand_id,
        feed_id=case.feed_id,
        team_id=case.team_id,
        outcome=case.outcome,
        resolution_id=case.resolution_id,
        at=now,
        seen_s=_seconds(case.posted_at, case.seen_at) or 0,
        claimed_s=_seconds(case.seen_at, case.claimed_at),
        answered_s=_seconds(case.seen_at, case.answered_at),
        ttr_s=max(0, (_seconds(case.seen_at, now) or 0) - case.paused_s),
    )
    session.add(ending)
    return ending


def _seconds(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else max(0, int((until - since).total_seconds()))


def hold(session: Session, case: Case, *, at: datetime) -> None:
    """What solved it held, as far as we know at that instant. The caller has locked the case."""
    case.held_at, case.version = at, case.version + 1
    ending = standing(session, case.id)
    if ending is not None:
        ending.held_at = at


def take_back(session: Session, case: Case, *, at: datetime) -> None:
    """The case came back: whatever ended it, and held, ended it not."""
    if case.closed_at is not None:
        pauses.keep(session, case, since=case.closed_at, until=at)
    case.confirmed_at = case.held_at = None
    ending = standing(session, case.id)
    if ending is not None:
        ending.back_at, ending.held_at = at, None
        session.flush()


def undo(session: Session, case: Case) -> None:
    """Its last closing was a slip that is taken back: nothing ended, so nothing is left of it."""
    session.flush()
    found = standing(session, case.id)
    if found is not None:
        session.delete(found)
        session.flush()


def standing(session: Session, case_id: int) -> Ending | None:
    """The ending that a closed case has now; none for one that was closed before endings were kept."""
    found = select(Ending).where(Ending.case_id == case_id, Ending.back_at.is_(None))
    return session.scalar(found.execution_options(populate_existing=True))
