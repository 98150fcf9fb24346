"""Answers from draft to proof. The row is the truth; what leaves, leaves through `desk.replies.outbox`."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import case_to_change, name_of, reply_to_change, require_live
from desk.cases import contact, upkeep
from desk.errors import AlreadyAnswered, Invalid, NeedsApproval, NotYours
from desk.figures import answers
from desk.intake.own_posts import own_post_seen
from desk.people import people
from desk.replies import attached, checks, drafts, paid, pending_approvals, recall, saved_replies, switches, welcomes, wording
from desk.replies.drafts import DraftView, save_draft, started
from desk.replies.outbox import (
    expire,
    lease_due,
    lease_uncertain,
    mark_absent,
    mark_by_hand,
    mark_failed,
    mark_retry,
    mark_sent,
    mark_uncertain,
)
from desk.replies.switches import Switch
from desk.settings import DeskSettings
from storage.models import Approval, Case, Mention, Person, Reply, ReplyAccount
from storage.words import ApprovalReason, Capability, ReplyState, Verdict

__all__ = [
    "DraftView",
    "expire",
    "lease_due",
    "lease_uncertain",
    "mark_absent",
    "mark_by_hand",
    "mark_failed",
    "mark_retry",
    "mark_sent",
    "mark_uncertain",
    "own_post_seen",
    "prove",
    "queue",
    "retry",
    "save_draft",
    "settle",
    "tell",
    "undo",
]


def queue(
    session: Session,
    case_id: int,
    *,
    text: str,
    key: str,
    seen_mention_id: int | None,
    account_id: int,
    by: Person,
    settings: DeskSettings,
    now: datetime,
    mention_id: int | None = None,
    seen_reply_id: int | None = None,
    seen_draft: int | None = None,
    approval: Approval | None = None,
) -> Reply:
    """Send an answer: queued until the undo is over, or `by_hand` where only a person can post it.

    `key` was made when the form was first drawn: the same key twice is the same reply. `seen_mention_id` and `seen_reply_id` are the newest post
    and the newest reply that the form showed, `seen_draft` the version of the draft that it was written on; `mention_id` is the post to answer,
    else the customer's latest. A private message is answered in private, a post in public: whoever answers in public what was last said in
    private has to choose that post.
    With an `approval` the text leaves exactly as it was approved; without one it leaves only where nobody has to read it first.
    Raises NotYours, Stale (the customer wrote again, or words in the draft would be lost), AlreadyAnswered, DoNotContact, NeedsApproval, Invalid.
    The account's signature is added to the text.
    """
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    before = with_key(session, case, key)
    if before is not None and before.state != ReplyState.DRAFT:
        return before
    seen = {"seen_mention_id": seen_mention_id, "seen_reply_id": seen_reply_id}
    mention, account, signed = ready(session, case, text=text, account_id=account_id, mention_id=mention_id, by=by, **seen)
    drafts.require_seen(session, case, text=text, version=seen_draft)
    if approval is None:
        pending_approvals.require_none(session, case, by=by)
    else:
        signed = _approved_text(approval, case, by=by)
    return _leave(session, case, mention, account, text=signed, key=key, seen=seen_mention_id, by=by, settings=settings, now=now)


def tell(
    session: Session,
    case_id: int,
    *,
    text: str,
    key: str,
    account_id: int,
    incident_id: int,
    approved_by_id: int | None,
    not_before: datetime,
    by: Person,
    now: datetime,
) -> Reply:
    """Queue one of the replies that a lead sends to the customers of an incident. The case stays with whom it is, also with nobody.

    Whoever claims it before the reply leaves gets the text as a draft. Nothing is told to somebody who asked us to stop, by hand, in private, or
    over a draft or a reply that is there already. Raises as `queue`, and AlreadyAnswered for a key that was used.
    """
    people.require(by, people.LEADS)
    case = case_to_change(session, case_id)
    require_live(case)
    if with_key(session, case, key) is not None or recall.draft_of(session, case_id) is not None:
        raise AlreadyAnswered("This customer was told already, or somebody is writing to them")
    mention, account, seen = _to_tell(session, case, text=text, account_id=account_id, by=by)
    reason = pending_approvals.required(session, case, by=by)
    if reason is not None and (reason is not ApprovalReason.EVERYONE or approved_by_id in {None, by.id}):
        raise NeedsApproval(reason)
    places = {"case_id": case.id, "mention_id": mention.id, "reply_account_id": account.id, "person_id": by.id, "incident_id": incident_id}
    fence = {"claim_no": case.claim_no, "seen_mention_id": seen, "queued_at": now, "not_before": not_before}
    reply = Reply(key=key, text=text, state=ReplyState.DRAFT, created_at=now, saved_at=now, **places, **fence)
    states.become(reply, ReplyState.QUEUED)
    session.add(reply)
    case.version += 1
    session.flush()
    audit.record(session, "told", now=now, by=by, case_id=case.id, reply=reply.id, incident=incident_id, account=account.id)
    return reply


def _to_tell(session: Session, case: Case, *, text: str, account_id: int, by: Person) -> tuple[Mention, ReplyAccount, int]:
    """The post to answer, the account to answer from, and the newest post, where a program may answer and nobody has. Raises as `tell` does."""
    mention, account = checks.mention_to_answer(session, case, None), checks.account_to_answer(session, case, account_id)
    if mention.is_private or checks.capability(mention, account)[0] != Capability.API:
        raise Invalid("This post is answered by a person")
    seen, seen_reply = _newest(session, case)
    contact.require(session, case.author_id, proactive=True)
    welcomes.require(session, case, mention)
    checks.require_unanswered(session, case, mention, text=text, seen_mention_id=seen, seen_reply_id=seen_reply, by=by, but=None)
    checks.require_words(text, account)
    return mention, account, seen


def _newest(session: Session, case: Case) -> tuple[int, int]:
    """The newest post of the customer, and our newest reply: what somebody has seen who sees all there is."""
    theirs = (Mention.case_id == case.id) & ~Mention.is_own & Mention.deleted_at.is_(None)
    post = session.scalar(select(func.max(Mention.id)).where(theirs)) or 0
    return post, session.scalar(select(func.max(Reply.id)).where(Reply.case_id == case.id)) or 0


def ready(
    session: Session,
    case: Case,
    *,
    text: str,
    account_id: int,
    mention_id: int | None,
    seen_mention_id: int | None,
    seen_reply_id: int | None,
    by: Person,
) -> tuple[Mention, ReplyAccount, str]:
    """What a reply answers, from which account, and its signed text, once all that must be true before it leaves is true. Raises as `queue` does."""
    _require_assignee(session, case, by=by)
    mention, account = checks.mention_to_answer(session, case, mention_id), checks.account_to_answer(session, case, account_id)
    signed = wording.signed(
        text.replace("\x00", ""), wording.signature(account.signature, name=by.name, initials=by.initials, alias=by.alias)
    )
    _require_sendable(session, case, mention, text=text, seen_mention_id=seen_mention_id, seen_reply_id=seen_reply_id, by=by)
    welcomes.require(session, case, mention)
    checks.require_words(signed if text.strip() else "", account, is_private=mention.is_private)
    attached.require_pictures(session, case, mention, account)
    return mention, account, signed


def _approved_text(approval: Approval, case: Case, *, by: Person) -> str:
    """Raises Invalid for an approval of something else, of somebody else, or by the writer themselves."""
    is_of_this = approval.case_id == case.id and approval.asked_by_id == by.id
    if approval.verdict != Verdict.APPROVED or approval.decided_by_id in {None, by.id} or not is_of_this:
        raise Invalid("This approval is for another reply")
    return approval.text


def with_key(session: Session, case: Case, key: str) -> Reply | None:
    reply = session.scalar(select(Reply).where(Reply.key == key).execution_options(populate_existing=True))
    if reply is not None and reply.case_id != case.id:
        raise Invalid("This form belongs to another case: open it again")
    return reply


def _require_assignee(session: Session, case: Case, *, by: Person) -> None:
    if case.assignee_id != by.id:
        raise NotYours(name_of(session, case.assignee_id))
    require_live(case)


def _require_sendable(
    session: Session,
    case: Case,
    mention: Mention,
    *,
    text: str,
    seen_mention_id: int | None,
    seen_reply_id: int | None,
    by: Person,
    but: int | None = None,
) -> None:
    checks.require_contact(session, case)
    checks.require_fresh(session, case, seen_mention_id=seen_mention_id)
    seen = {"seen_mention_id": seen_mention_id, "seen_reply_id": seen_reply_id}
    checks.require_unanswered(session, case, mention, text=text, **seen, by=by, but=but)


def _leave(
    session: Session,
    case: Case,
    mention: Mention,
    account: ReplyAccount,
    *,
    text: str,
    key: str,
    seen: int | None,
    by: Person,
    settings: DeskSettings,
    now: datetime,
) -> Reply:
    how, why_not = checks.capability(mention, account)
    if how == Capability.NONE:
        raise Invalid(f"This post cannot be answered: {why_not or 'the platform offers no way'}")
    if how == Capability.LINK and switches.is_on(session, Switch.REPLIES_HELD):
        raise Invalid("All replies are held: it stays a draft until a lead ends the hold")
    draft = recall.draft_of(session, case.id)
    pending_approvals.withdraw_draft(session, case.id, words="another reply was sent", by=by, now=now)
    reply = draft or started(session, case, now=now)
    reply.key, reply.text, reply.version = key, text, reply.version + 1
    reply.mention_id, reply.reply_account_id, reply.person_id = mention.id, account.id, by.id
    reply.claim_no, reply.seen_mention_id, reply.queued_at = case.claim_no, seen, now
    reply.attempt, reply.is_private = 0, mention.is_private
    is_api = how == Capability.API
    states.become(reply, ReplyState.QUEUED if is_api else ReplyState.BY_HAND)
    reply.reason, reply.not_before = ("", now + settings.undo) if is_api else (why_not, None)
    session.flush()
    attached.bind(session, reply)
    audit.record(session, "reply", now=now, by=by, case_id=case.id, reply=reply.id, state=reply.state.value, account=account.id)
    return reply


def undo(session: Session, reply_id: int, *, by: Person, now: datetime) -> Reply:
    """Take a reply back into the editor: one that waits, one that failed, one that was to be posted by hand.

    Raises Invalid when it is too late, NotYours unless `by` wrote it or has the case.
    """
    people.require(by, people.CARE)
    case, reply = reply_to_change(session, reply_id)
    if by.id not in {reply.person_id, case.assignee_id}:
        raise NotYours(name_of(session, case.assignee_id))
    if reply.state not in states.RECALLABLE:
        raise Invalid(f"Too late to take it back: it is {states.words(reply.state)}")
    recall.to_draft(session, reply, now=now, reason=f"taken back by {by.name}")
    audit.record(session, "undo", now=now, by=by, case_id=case.id, reply=reply.id)
    return reply


def retry(session: Session, reply_id: int, *, by: Person, now: datetime) -> Reply:
    """Send a failed reply once more, or an uncertain one that was looked for and is not there; same key, same text.

    Raises Invalid while its outcome is unknown, and whatever `queue` would raise now.
    """
    people.require(by, people.CARE)
    case, reply = reply_to_change(session, reply_id)
    _require_assignee(session, case, by=by)
    if reply.state == ReplyState.UNCERTAIN and reply.proof != states.ABSENT:
        raise Invalid("It may stand on the platform: look there first, and say whether it does")
    if reply.state not in {ReplyState.FAILED, ReplyState.UNCERTAIN}:
        raise Invalid(f"It is {states.words(reply.state)}: there is nothing to send again")
    if not pending_approvals.is_approved(session, reply):
        pending_approvals.require_none(session, case, by=by)
    mention = checks.mention_to_answer(session, case, reply.mention_id)
    checks.account_to_answer(session, case, reply.reply_account_id or 0)
    seen = reply.seen_mention_id
    _require_sendable(session, case, mention, text=reply.text, seen_mention_id=seen, seen_reply_id=reply.id, by=by, but=reply.id)
    states.become(reply, ReplyState.QUEUED)
    reply.reason, reply.proof, reply.not_before = "", "", now
    reply.claim_no, reply.lease_owner, reply.lease_until = case.claim_no, None, None
    audit.record(session, "retry", now=now, by=by, case_id=case.id, reply=reply.id)
    return reply


def settle(session: Session, reply_id: int, *, was_sent: bool, url: str = "", by: Person, now: datetime) -> Reply:
    """A person looked at the platform and says whether an uncertain reply stands there. If not, it has failed and may be tried again.

    Raises Invalid unless it is uncertain, NotYours when a colleague has the case.
    """
    case, reply = _own_reply(session, reply_id, by=by)
    if reply.state != ReplyState.UNCERTAIN:
        raise Invalid(f"It is {states.words(reply.state)}: there is nothing to decide")
    if was_sent:
        reply.url = _web_address(url) if url else reply.url
        paid.stands(session, reply, now=now)
        _stands(session, case, reply, proof="person", by=by, now=now)
    else:
        states.become(reply, ReplyState.FAILED)
        reply.reason = f"{by.name} looked: it is not there"
        reply.lease_owner = reply.lease_until = reply.not_before = None
    audit.record(session, "settle", now=now, by=by, case_id=case.id, reply=reply.id, was_sent=was_sent)
    return reply


def prove(session: Session, reply_id: int, *, url: str, by: Person, now: datetime) -> Reply:
    """A reply that was posted by hand: its link is the proof. Raises Invalid for a link that is none, or that is the customer's own post."""
    case, reply = _own_reply(session, reply_id, by=by)
    if reply.state != ReplyState.BY_HAND:
        raise Invalid(f"It is {states.words(reply.state)}: it needs no proof")
    address, asked = _web_address(url), session.get_one(Mention, reply.mention_id)
    if address.rstrip("/") == asked.url.strip().rstrip("/"):
        raise Invalid("This is the customer's post: paste the link of the answer")
    reply.url = address
    _stands(session, case, reply, proof="link", by=by, now=now)
    audit.record(session, "prove", now=now, by=by, case_id=case.id, reply=reply.id)
    return reply


def _own_reply(session: Session, reply_id: int, *, by: Person) -> tuple[Case, Reply]:
    people.require(by, people.CARE)
    case, reply = reply_to_change(session, reply_id)
    if case.assignee_id not in {None, by.id} and reply.person_id != by.id and not people.roles_of(by) & people.LEADS:
        raise NotYours(name_of(session, case.assignee_id))
    return case, reply


def _stands(session: Session, case: Case, reply: Reply, *, proof: str, by: Person, now: datetime) -> None:
    states.become(reply, ReplyState.SENT)
    reply.reason, reply.proof, reply.sent_at = "", proof, reply.sending_at or now
    reply.person_id = reply.person_id or by.id
    reply.lease_owner = reply.lease_until = reply.not_before = None
    saved_replies.count_use(session, reply)
    answers.note(session, case, at=reply.sent_at, person_id=reply.person_id)
    upkeep.answered(session, case, at=reply.sent_at, unanswered=upkeep.posts_after(reply.seen_mention_id))


def _web_address(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Invalid("This is no link: it starts with https://")
    return url.strip()
