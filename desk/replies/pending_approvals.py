"""Replies that wait for a second person: when one must read first, and how such a wait ends by something else than a decision."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal, or_, select
from sqlalchemy.orm import Session, aliased

from desk import audit
from desk.alerts import notices
from desk.errors import NeedsApproval
from desk.people import people
from desk.replies import switches
from desk.replies.switches import Switch
from desk.states import CARE
from storage.dialect import among
from storage.models import Approval, Case, Person, PersonRole, Reply
from storage.models.answers import UNDECIDED
from storage.words import ApprovalReason, ChangeKind, NoticeKind, Verdict

OF_CASE = (
    select(Approval).where(Approval.case_id == bindparam("case_id"), UNDECIDED).with_for_update().execution_options(populate_existing=True)
)
"""Built once: nearly every act on a case asks it."""


def required(session: Session, case: Case, *, by: Person) -> ApprovalReason | None:
    """Why a second person must read what `by` answers here; None where nobody must.

    A case is sensitive when a person gave it an escalation label: what a model thinks of a post makes no customer wait for a second reader.
    """
    if by.is_learning:
        return ApprovalReason.LEARNER
    if case.escalation is not None:
        return ApprovalReason.SENSITIVE
    return ApprovalReason.EVERYONE if switches.is_on(session, Switch.APPROVAL_FOR_ALL) else None


def require_none(session: Session, case: Case, *, by: Person) -> None:
    """Raises NeedsApproval when this may not leave before somebody else has read it."""
    reason = required(session, case, by=by)
    if reason is not None:
        raise NeedsApproval(reason)


def may_approve(person: Person) -> bool:
    return person.active and not person.is_learning and bool(people.roles_of(person) & CARE)


def has_reader(session: Session, *, but: int) -> bool:
    """Whether somebody else may read a reply of this person."""
    return session.scalar(select(_reader(literal(but)))) or False


def _reader(author_id: Any) -> ColumnElement[bool]:
    reader = aliased(Person)
    holds_role = exists().where(PersonRole.person_id == reader.id, PersonRole.role.in_(CARE))
    return exists().where(reader.id != author_id, reader.active, ~reader.is_learning, holds_role)


def lacks_approval(session: Session) -> ColumnElement[bool]:
    """Of a reply in SQL: a second person must read it, and nobody has read exactly this. The same rule as `required`."""
    return and_(_is_needed(session, Reply.person_id), ~exists().where(_approves_it()))


def correction_lacks_approval(session: Session) -> ColumnElement[bool]:
    """The same of the new words of a reply that is to be corrected."""
    read = and_(Approval.reply_id == Reply.id, Approval.verdict == Verdict.APPROVED, Approval.text == Reply.change_text)
    return and_(_is_needed(session, Reply.change_by_id), ~exists().where(read))


def _is_needed(session: Session, writer_id: Any) -> ColumnElement[bool]:
    sensitive = exists().where(Case.id == Reply.case_id, Case.escalation.is_not(None))
    learner = exists().where(Person.id == writer_id, Person.is_learning)
    return literal(value=True) if switches.is_on(session, Switch.APPROVAL_FOR_ALL) else or_(sensitive, learner)


def is_approved(session: Session, reply: Reply) -> bool:
    """Whether somebody else has read this reply as it stands."""
    return bool(session.scalar(select(exists().where(Reply.id == reply.id, _approves_it()))))


def _approves_it() -> ColumnElement[bool]:
    """An approval lets it leave once: one that was taken back and sent anew may have other pictures, or leave from another account."""
    is_of_now = Approval.decided_at >= Reply.queued_at
    return and_(Approval.reply_id == Reply.id, Approval.verdict == Verdict.APPROVED, Approval.text == Reply.text, is_of_now)


def is_correction(approval: Approval) -> bool:
    """Whether it is about other words for an answer that stands there, not about a draft."""
    return bool(approval.request.get("change") == ChangeKind.CORRECT)


def of_case(session: Session, case_id: int) -> Approval | None:
    """The approval that a case waits for: its draft, or other words for one of its answers. The caller has locked the case."""
    return session.scalar(OF_CASE, {"case_id": case_id})


def withdraw(session: Session, case_id: int, *, words: str, by: Person | None, now: datetime) -> bool:
    """The wait is over, whatever waited: nobody has to read it any more. Whether one waited."""
    approval = of_case(session, case_id)
    return approval is not None and _withdrawn(session, approval, words=words, by=by, now=now)


def withdraw_draft(session: Session, case_id: int, *, words: str, by: Person | None, now: datetime) -> bool:
    """The draft is not what it was; other words for an answer that stands there wait on. Whether a draft waited."""
    approval = of_case(session, case_id)
    return approval is not None and not is_correction(approval) and _withdrawn(session, approval, words=words, by=by, now=now)


def withdraw_correction(session: Session, reply: Reply, *, words: str, by: Person | None, now: datetime) -> bool:
    """The answer becomes another one without it. Whether other words for it waited."""
    approval = of_case(session, reply.case_id)
    is_it = approval is not None and is_correction(approval) and approval.reply_id == reply.id
    return approval is not None and is_it and _withdrawn(session, approval, words=words, by=by, now=now)


def _withdrawn(session: Session, approval: Approval, *, words: str, by: Person | None, now: datetime) -> bool:
    end(session, approval, Verdict.WITHDRAWN, words=words, by=by, now=now)
    return True


def void(session: Session, case_ids: Collection[int], *, words: str, now: datetime) -> int:
    """What waits in these cases goes back to its writers by itself, with the reason; how many. The caller has locked the cases."""
    if not case_ids:
        return 0
    waiting = select(Approval).where(UNDECIDED, among(session, Approval.case_id, sorted(set(case_ids)))).order_by(Approval.id)
    found = session.scalars(waiting.with_for_update().execution_options(populate_existing=True)).all()
    for approval in found:
        end(session, approval, Verdict.SENT_BACK, words=words, by=None, now=now)
    return len(found)


def end(session: Session, approval: Approval, verdict: Verdict, *, words: str, by: Person | None, now: datetime) -> None:
    """Write down how it ended, and tell whoever asked. `by` is None for the system."""
    approval.verdict, approval.words, approval.decided_at = verdict, words, now
    approval.decided_by_id = by.id if by else None
    session.flush()
    told: dict[str, Any] = {"approval": approval.id, "reply": approval.reply_id, "words": words}
    about = "rewording" if is_correction(approval) else "approval"
    audit.record(session, f"{about}_{verdict.value}", now=now, by=by, case_id=approval.case_id, **told)
    case = session.get_one(Case, approval.case_id)
    case.version += 1
    if verdict != Verdict.WITHDRAWN or by is None:
        key = f"approval {approval.id} {verdict.value}"
        notices.tell(
            session, [approval.asked_by_id], NoticeKind.APPROVAL_DECIDED, key=key, now=now, case_id=case.id, by=by, text=words[:200]
        )
