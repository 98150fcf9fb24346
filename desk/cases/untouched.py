"""Cases that nobody has looked into may close by themselves when their reason is gone."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from desk import audit
from desk.figures import endings
from storage.models import Case, Hold, Note, Reply
from storage.words import CaseStatus, Outcome


def close_untouched(session: Session, case: Case, *, why: str, now: datetime) -> bool:
    """Close a case with `no_action` unless a person has done anything with it or is looking at it; whether it was closed.

    The caller has locked the case. `why` is one word for the record.
    """
    if case.status != CaseStatus.NEW or case.assignee_id is not None or case.claimed_at is not None or _has_traces(session, case.id, now):
        return False
    case.status, case.outcome, case.closed_at = CaseStatus.CLOSED, Outcome.NO_ACTION, now
    case.waiting_since = case.snoozed_until = case.flag = None
    case.version += 1
    endings.begin(session, case, by=None, now=now)
    audit.record(session, "close", now=now, by=None, case_id=case.id, outcome=Outcome.NO_ACTION.value, why=why)
    return True


def _has_traces(session: Session, case_id: int, now: datetime) -> bool:
    replies = exists().where(Reply.case_id == case_id)
    notes = exists().where(Note.case_id == case_id)
    held = exists().where(Hold.case_id == case_id, Hold.until > now)
    return bool(session.scalar(select(replies | notes | held)))
