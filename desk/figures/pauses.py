"""The times in which a case waits for the customer, not for us: they count in no time to resolution."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Case, Pause
from storage.words import CaseStatus

PAUSED = frozenset({CaseStatus.PENDING, CaseStatus.ON_HOLD})


def follow(session: Session, case: Case, *, at: datetime) -> None:
    """Begin or end the pause of a case whose status was set at that instant. Safe to repeat."""
    if case.status in PAUSED:
        case.pending_since = case.pending_since or at
    elif case.pending_since is not None:
        since, case.pending_since = case.pending_since, None
        keep(session, case, since=since, until=at)


def take_over(session: Session, gone: Case, kept: Case) -> None:
    """What lay in pauses of a case that becomes part of another one, until that one began to wait, was no waiting for us. Call it before the instants of either change."""
    session.flush()
    for pause in session.scalars(select(Pause).where(Pause.case_id == gone.id, Pause.since < kept.seen_at).order_by(Pause.id)).all():
        keep(session, kept, since=pause.since, until=min(pause.until, kept.seen_at))


def keep(session: Session, case: Case, *, since: datetime, until: datetime) -> None:
    """A pause that is over. One that ends before it began, by a platform's clock, was none."""
    if until > since:
        session.add(Pause(case_id=case.id, since=since, until=until))
        case.paused_s += int((until - since).total_seconds())


def undo(session: Session, case: Case, *, since: datetime, until: datetime) -> None:
    """This pause was cut short by a slip that is taken back. Whoever calls it puts back what the case itself says of its pauses."""
    session.flush()
    theirs = delete(Pause).where(Pause.case_id == case.id, Pause.since == since, Pause.until == until)
    session.execute(theirs.execution_options(synchronize_session=False))
