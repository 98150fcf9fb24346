"""Replies that have not left yet go back to the editor. No word is lost: a draft that stands there already is joined."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk import states
from desk.alerts import notices
from desk.replies import attached, pending_approvals, wording
from storage.models import Case, Person, Reply, ReplyAccount
from storage.words import NoticeKind, ReplyState

UNWANTED = "the customer asked us not to contact them"

WAITING = (
    select(Reply)
    .where(Reply.case_id == bindparam("case_id"), Reply.state == bindparam("state"))
    .order_by(Reply.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


DRAFT = (
    select(Reply)
    .where(Reply.case_id == bindparam("case_id"), Reply.state == ReplyState.DRAFT)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def queued(session: Session, case: Case, *, now: datetime, reason: str) -> int:
    """All queued replies of a case become its draft, and nothing waits for approval any more; how many. The caller has locked the case."""
    replies = _waiting(session, case, ReplyState.QUEUED)
    for reply in replies:
        to_draft(session, reply, now=now, reason=reason)
    pending_approvals.withdraw(session, case.id, words=reason, by=None, now=now)
    return len(replies)


def by_hand(session: Session, case: Case, *, by: Person | None, now: datetime, reason: str) -> int:
    """Replies that somebody was to post by hand become the draft as well; how many. The caller has locked the case."""
    replies = _waiting(session, case, ReplyState.BY_HAND)
    for reply in replies:
        tell(session, case, reply, by=by, now=now)
        to_draft(session, reply, now=now, reason=reason)
    return len(replies)


def tell(session: Session, case: Case, reply: Reply, *, by: Person | None, now: datetime) -> None:
    """Who wrote a reply and who has its case learn that it must not leave: they may be about to post it, or count on it."""
    concerned = {person_id for person_id in (reply.person_id, case.assignee_id) if person_id is not None}
    key = f"recalled {reply.id} {reply.version}"
    notices.tell(session, concerned, NoticeKind.RECALLED, key=key, now=now, case_id=case.id, by=by, text=case.author_name)


def to_draft(session: Session, reply: Reply, *, now: datetime, reason: str) -> None:
    """One reply becomes the draft of its case, joined with the draft that stands there. The caller has locked the case."""
    reply.text = _without_signature(session, reply)
    standing = draft_of(session, reply.case_id)
    if standing is not None:
        pending_approvals.withdraw_draft(session, reply.case_id, words=reason, by=None, now=now)
        reply.text = wording.joined(reply.text, standing.text)
        reply.version = max(reply.version, standing.version)
        states.become(standing, ReplyState.CANCELLED)
        standing.reason = "joined with the reply that was taken back"
        session.flush()  # only one draft may stand at a time, and the unit of work orders its updates by id
    states.become(reply, ReplyState.DRAFT)
    attached.unbind(session, reply)
    reply.reason, reply.version, reply.saved_at = reason, reply.version + 1, now
    reply.not_before = reply.lease_owner = reply.lease_until = None
    session.flush()


def draft_of(session: Session, case_id: int) -> Reply | None:
    return session.scalar(DRAFT, {"case_id": case_id})


def _waiting(session: Session, case: Case, state: ReplyState) -> Sequence[Reply]:
    return session.scalars(WAITING, {"case_id": case.id, "state": state}).all()


def _without_signature(session: Session, reply: Reply) -> str:
    account = session.get(ReplyAccount, reply.reply_account_id) if reply.reply_account_id else None
    person = session.get(Person, reply.person_id) if reply.person_id else None
    if account is None or person is None:
        return reply.text
    return wording.unsigned(
        reply.text, wording.signature(account.signature, name=person.name, initials=person.initials, alias=person.alias)
    )
