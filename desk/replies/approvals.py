"""Four eyes: a reply that a second person reads before it leaves. Asked by its writer, decided by somebody else, void when the customer writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from desk import audit
from desk.access import case_to_change, name_of, reply_to_change
from desk.alerts import notices
from desk.errors import Invalid, NotAllowed, NotFound, NotYours
from desk.people import people
from desk.replies import attached, changes, checks, drafts, pending_approvals, recall, replies
from desk.replies.attached import AttachmentView
from desk.replies.drafts import started
from desk.replies.pending_approvals import may_approve, required
from desk.settings import DeskSettings
from storage.models import Approval, Case, Mention, Person, Reply, ReplyAccount
from storage.models.answers import UNDECIDED
from storage.words import ApprovalReason, Capability, ChangeKind, NoticeKind, ReplyState, Shift, Verdict

__all__ = [
    "ApprovalView",
    "Waiting",
    "approve",
    "ask",
    "ask_correction",
    "correction_of_case",
    "may_approve",
    "of_case",
    "required",
    "send_back",
    "waiting",
    "waiting_by",
    "withdraw",
]

MOST = 50
PICTURES = "pictures"

ASKER, DECIDER = aliased(Person), aliased(Person)
OF_CASE = (
    select(Approval, ASKER.name, DECIDER.name, Reply.text)
    .join(ASKER, ASKER.id == Approval.asked_by_id)
    .outerjoin(DECIDER, DECIDER.id == Approval.decided_by_id)
    .join(Reply, Reply.id == Approval.reply_id)
    .where(Approval.case_id == bindparam("case_id"), Reply.state == bindparam("state"))
    .order_by(Approval.id.desc())
    .limit(1)
)
"""Built once: every look at a case asks it twice."""

OF_OTHERS = (
    select(Approval.id, Approval.case_id, Case.author_name, Person.name, Approval.asked_at)
    .join(Case, Case.id == Approval.case_id)
    .join(Person, Person.id == Approval.asked_by_id)
    .where(UNDECIDED, Approval.asked_by_id != bindparam("by"))
    .order_by(Approval.id)
    .limit(MOST)
)
ASKED = select(Approval.asked_by_id, func.count()).where(UNDECIDED).group_by(Approval.asked_by_id)


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A reply that waits for a second person, or was sent back: `text` is exactly what would leave, `account` from where.

    `attachments`: the pictures that would leave with it, while it waits. `stands`: what the answer says now, where `text` is to take its place; empty for a new reply.
    """

    id: int
    reply_id: int
    stands: str
    reason: ApprovalReason
    text: str
    account: str
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    verdict: Verdict | None
    decided_by: str
    decided_at: datetime | None
    words: str
    attachments: tuple[AttachmentView, ...] = ()

    @property
    def is_correction(self) -> bool:
        return bool(self.stands)

    @property
    def waits(self) -> bool:
        return self.verdict is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reply that somebody could approve now."""

    id: int
    case_id: int
    author: str
    asked_by: str
    asked_at: datetime


def ask(
    session: Session,
    case_id: int,
    *,
    text: str,
    key: str,
    seen_mention_id: int | None,
    account_id: int,
    by: Person,
    now: datetime,
    mention_id: int | None = None,
    seen_reply_id: int | None = None,
    seen_draft: int | None = None,
) -> Approval:
    """Send a reply to a second person instead of to the customer; anybody may ask, also where nobody demands it. The draft keeps the text.

    All that `replies.queue` asks for must be true, and is asked again when it is approved. The same key twice is the same question.
    Raises what `queue` raises, but for NeedsApproval; Invalid while another text waits, or when nobody else is here to read it.
    """
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    standing = pending_approvals.of_case(session, case_id)
    if standing is not None:
        if standing.request.get("key") == key:
            return standing
        raise Invalid("A reply waits for approval already: take it back first")
    before = replies.with_key(session, case, key)
    if before is not None and before.state != ReplyState.DRAFT:
        raise Invalid("This reply has left the editor already")
    seen = {"seen_mention_id": seen_mention_id, "seen_reply_id": seen_reply_id}
    mention, account, signed = replies.ready(session, case, text=text, account_id=account_id, mention_id=mention_id, by=by, **seen)
    drafts.require_seen(session, case, text=text, version=seen_draft)
    _require_way(mention, account)
    if not pending_approvals.has_reader(session, but=by.id):
        raise Invalid("Nobody else here may approve a reply: ask a lead to come in")
    draft = _kept(session, case, text=text, by=by, now=now)
    request = {"key": key, "account_id": account.id, "mention_id": mention.id, **seen, PICTURES: _pictures(session, case.id)}
    return _asked(session, case, draft, text=signed, request=request, by=by, now=now)


def ask_correction(session: Session, reply_id: int, *, text: str, by: Person, now: datetime) -> Approval:
    """Send other words for an answer that stands there to a second person, instead of to the platform; until then it stands as it is.

    All that `changes.ask` asks for must be true, and is asked again when it is approved. The same words twice are the same question.
    Raises what `changes.ask` raises, but for NeedsApproval; Invalid while another text waits, or when nobody else is here to read it.
    """
    people.require(by, people.CARE)
    case, reply = reply_to_change(session, reply_id)
    words, account = changes.ready(session, case, reply, ChangeKind.CORRECT, text=text, by=by)
    standing = pending_approvals.of_case(session, case.id)
    if standing is not None:
        if pending_approvals.is_correction(standing) and (standing.reply_id, standing.text) == (reply.id, words):
            return standing
        raise Invalid("A reply waits for approval already: take it back first")
    if not pending_approvals.has_reader(session, but=by.id):
        raise Invalid("Nobody else here may approve a reply: ask a lead to come in")
    request = {"change": ChangeKind.CORRECT.value, "account_id": account.id}
    return _asked(session, case, reply, text=words, request=request, by=by, now=now)


def approve(session: Session, approval_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> Reply:
    """Let it leave, as a reply of whoever asked, with exactly the text and pictures that were read. All is checked as if it were sent at this moment.

    Other words for an answer that stands there are asked of its platform.
    Raises NotAllowed for the one who asked, for learners and for other roles; Invalid once it was decided; what `replies.queue` and `changes.ask` raise.
    """
    case, approval = _to_decide(session, approval_id, by=by)
    asker = people.active(session, approval.asked_by_id)
    if approval.request["claim_no"] != case.claim_no:
        raise Invalid("The case changed hands since this was asked")
    pending_approvals.end(session, approval, Verdict.APPROVED, words="", by=by, now=now)
    if pending_approvals.is_correction(approval):
        return changes.ask(session, approval.reply_id, ChangeKind.CORRECT, text=approval.text, approval=approval, by=asker, now=now)
    if approval.request.get(PICTURES, _pictures(session, case.id)) != _pictures(session, case.id):
        raise Invalid("Its pictures were changed since this was asked: it has to be asked again")
    told: dict[str, Any] = {name: value for name, value in approval.request.items() if name not in {"claim_no", PICTURES}}
    return replies.queue(session, case.id, text=approval.text, approval=approval, by=asker, settings=settings, now=now, **told)


def send_back(session: Session, approval_id: int, *, words: str, by: Person, now: datetime) -> Approval:
    """Not like this: it goes back to its writer, with what to change. Raises as `approve`, and Invalid without words."""
    _, approval = _to_decide(session, approval_id, by=by)
    if not words.strip():
        raise Invalid("Say what should be different")
    pending_approvals.end(session, approval, Verdict.SENT_BACK, words=words.strip(), by=by, now=now)
    return approval


def withdraw(session: Session, approval_id: int, *, by: Person, now: datetime) -> Approval:
    """Whoever asked takes it back to write on. Raises NotYours for everybody else, Invalid once it was decided."""
    people.require(by, people.CARE)
    _, approval = _standing(session, approval_id)
    if approval.asked_by_id != by.id:
        raise NotYours(name_of(session, approval.asked_by_id))
    pending_approvals.end(session, approval, Verdict.WITHDRAWN, words="", by=by, now=now)
    return approval


def of_case(session: Session, case_id: int) -> ApprovalView | None:
    """The draft of this case that waits, or was sent back and not sent again since."""
    return _newest(session, case_id, ReplyState.DRAFT)


def correction_of_case(session: Session, case_id: int) -> ApprovalView | None:
    """Other words for an answer of this case that wait, or were sent back while the answer was not changed since."""
    found = _newest(session, case_id, ReplyState.SENT)
    if found is None or not found.is_correction:
        return None
    changed_at = session.scalar(select(Reply.changed_at).where(Reply.id == found.reply_id))
    is_old = changed_at is not None and found.decided_at is not None and changed_at > found.decided_at
    return None if is_old else found


def waiting(session: Session, *, by: Person) -> list[Waiting]:
    """What this person may decide now, the oldest first."""
    if not may_approve(by):
        return []
    return [Waiting(*row) for row in session.execute(OF_OTHERS, {"by": by.id})]


def waiting_by(session: Session) -> Mapping[int, int]:
    """How many replies of each person wait for somebody else."""
    return {row[0]: row[1] for row in session.execute(ASKED)}


def _require_way(mention: Mention, account: ReplyAccount) -> None:
    how, why_not = checks.capability(mention, account)
    if how == Capability.NONE:
        raise Invalid(f"This post cannot be answered: {why_not or 'the platform offers no way'}")


def _pictures(session: Session, case_id: int) -> list[list[Any]]:
    """What would leave beside the text, as the question keeps it: each picture, which is never written anew, with what is said of it."""
    return [[one.id, one.alt] for one in attached.of_draft(session, case_id)]


def _kept(session: Session, case: Case, *, text: str, by: Person, now: datetime) -> Reply:
    draft = recall.draft_of(session, case.id) or started(session, case, now=now)
    draft.text, draft.version, draft.saved_at, draft.person_id = text.replace("\x00", ""), draft.version + 1, now, by.id
    draft.claim_no, draft.seen_mention_id, draft.reason = case.claim_no, case.latest_mention_id, ""
    session.flush()
    return draft


def _asked(session: Session, case: Case, reply: Reply, *, text: str, request: Mapping[str, Any], by: Person, now: datetime) -> Approval:
    """The question itself, with what it was asked with, and those told who may answer it."""
    approval = Approval(
        case_id=case.id,
        reply_id=reply.id,
        reason=required(session, case, by=by) or ApprovalReason.ASKED,
        text=text,
        request={**request, "claim_no": case.claim_no},
        asked_by_id=by.id,
        asked_at=now,
    )
    session.add(approval)
    session.flush()
    case.version += 1
    verb = "rewording_asked" if pending_approvals.is_correction(approval) else "approval_asked"
    audit.record(session, verb, now=now, by=by, case_id=case.id, approval=approval.id, reply=reply.id, why=approval.reason.value)
    key = f"approval {approval.id}"
    notices.tell(session, _readers(session), NoticeKind.APPROVAL_ASKED, key=key, now=now, case_id=case.id, by=by, text=case.author_name)
    return approval


def _readers(session: Session) -> list[int]:
    """Who is told: leads on shift, else all leads, else whoever may read it."""
    able = [person for person in people.everyone(session) if may_approve(person)]
    leads = [person for person in able if people.roles_of(person) & people.LEADS]
    there = [person for person in leads if person.shift == Shift.ON]
    return [person.id for person in there or leads or able]


def _standing(session: Session, approval_id: int) -> tuple[Case, Approval]:
    """An approval with its case, both locked, the case first."""
    case_id = session.scalar(select(Approval.case_id).where(Approval.id == approval_id))
    if case_id is None:
        raise NotFound("There is no such approval")
    case = case_to_change(session, case_id)
    approval = pending_approvals.of_case(session, case_id)
    if approval is None or approval.id != approval_id:
        raise Invalid("This was decided or taken back already")
    return case, approval


def _to_decide(session: Session, approval_id: int, *, by: Person) -> tuple[Case, Approval]:
    people.require(by, people.CARE)
    case, approval = _standing(session, approval_id)
    if approval.asked_by_id == by.id:
        raise NotAllowed("This is your own reply: somebody else reads it")
    if not may_approve(by):
        raise NotAllowed("Whoever learns cannot approve the replies of others yet")
    return case, approval


def _newest(session: Session, case_id: int, about: ReplyState) -> ApprovalView | None:
    """The newest question about such a reply, unless it was answered with a yes or taken back."""
    row = session.execute(OF_CASE, {"case_id": case_id, "state": about}).first()
    if row is None or row[0].verdict not in {None, Verdict.SENT_BACK}:
        return None
    return _view(session, row[0], row[1], row[2], stands=row[3])


def _view(session: Session, found: Approval, asker: str, decider: str | None, *, stands: str) -> ApprovalView:
    handle = session.scalar(select(ReplyAccount.handle).where(ReplyAccount.id == found.request["account_id"]))
    is_correction = pending_approvals.is_correction(found)
    return ApprovalView(
        id=found.id,
        reply_id=found.reply_id,
        stands=stands if is_correction else "",
        reason=found.reason,
        text=found.text,
        account=handle or "",
        asked_by_id=found.asked_by_id,
        asked_by=asker,
        asked_at=found.asked_at,
        verdict=found.verdict,
        decided_by=decider or "",
        decided_at=found.decided_at,
        words=found.words,
        attachments=attached.of_draft(session, found.case_id) if found.verdict is None and not is_correction else (),
    )
