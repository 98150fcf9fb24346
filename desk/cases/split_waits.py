"""What is left of a case once some of its posts, and our answers to them, have become another one: its instants, and who waits in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from desk.figures import pauses
from desk.replies import given
from storage.models import Case, Mention
from storage.words import CaseStatus


def follow(session: Session, case: Case, moved: Sequence[Mention], *, is_answer_gone: bool, now: datetime) -> None:
    """The caller has locked the case, which is live, and renews it."""
    _follow_instants(session, case, moved)
    waited_for_moved = case.waiting_since in {mention.seen_at for mention in moved}
    was_answered = case.answered_at is not None
    if is_answer_gone:
        case.answered_at = min(given.instants(session, case.id), default=None)
    if waited_for_moved or (is_answer_gone and was_answered and case.answered_at is None):
        _wait(session, case, now=now)


def _follow_instants(session: Session, case: Case, moved: Sequence[Mention]) -> None:
    first = _first(session, case)
    if case.opening_mention_id in {mention.id for mention in moved}:
        case.opening_mention_id = first.id
    if case.seen_at in {mention.seen_at for mention in moved}:
        case.posted_at, case.seen_at = first.posted_at, first.seen_at
        case.claimed_at = max(case.claimed_at, case.seen_at) if case.claimed_at else None


def _first(session: Session, case: Case) -> Row[int, datetime, datetime]:
    theirs = select(Mention.id, Mention.posted_at, Mention.seen_at).where(Mention.case_id == case.id, ~Mention.is_own)
    return session.execute(theirs.order_by(Mention.posted_at, Mention.id).limit(1)).one()


def _wait(session: Session, case: Case, *, now: datetime) -> None:
    """It waits for us since the first of its posts that none of its answers could know; where they knew all of them, for the customer."""
    theirs = (Mention.case_id == case.id) & ~Mention.is_own & Mention.deleted_at.is_(None)
    unknown = select(func.min(Mention.seen_at)).where(theirs, given.unknown_to_all(session, case.id))
    since = session.scalar(unknown)
    if since is None and case.answered_at is None:
        return
    case.waiting_since, case.next_due_at = since, None
    if since is None:
        case.status = CaseStatus.PENDING
    else:
        case.status = CaseStatus.NEW if case.status == CaseStatus.NEW else CaseStatus.OPEN
        case.snoozed_until = None
    pauses.follow(session, case, at=now)
