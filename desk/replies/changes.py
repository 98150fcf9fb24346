"""What is asked of a reply that stands on its platform: to take it back, or to correct it. Asked by a person, done by delivery.

Both may be done twice without harm, so a worker that died in the middle is simply followed by another one: with new words only where they may
still leave. Taking back goes on whatever stands in the way of a reply: it says nothing to anybody, and takes our words away from who wants none.
It undoes the answer: the customer waits again, since the post that it had answered. A closed case stays closed; its timeline tells what happened.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import audit, platforms, states
from desk.access import name_of, reply_to_change
from desk.cases import upkeep
from desk.errors import Invalid, LeaseLost, NotYours
from desk.figures import pauses
from desk.people import people
from desk.post import OutgoingChange, Spent
from desk.replies import checks, given, paid, pending_approvals, switches, way_out
from desk.replies.outbox import outgoing
from desk.replies.switches import Switch
from desk.settings import DeskSettings
from storage import dialect
from storage.models import Answer, Approval, Author, Case, Mention, Person, Reply, ReplyAccount
from storage.models.cases import TO_CHANGE
from storage.words import CaseStatus, ChangeKind, ChangeState, ReplyState, Verdict

ASKED = {ChangeKind.TAKE_BACK: "ask_take_back", ChangeKind.CORRECT: "ask_correct"}
DONE = {ChangeKind.TAKE_BACK: "taken_back", ChangeKind.CORRECT: "corrected"}
UNDER_WAY = (ChangeState.ASKED, ChangeState.WORKING)
MOST_STOPPED = 50
MAYBE_DONE = "{why}; it may say the new words already: look on the platform"


def ask(
    session: Session, reply_id: int, kind: ChangeKind, *, text: str = "", by: Person, now: datetime, approval: Approval | None = None
) -> Reply:
    """Ask for a change of a sent reply: by who wrote it, who has the case, or a lead. A corrected one says `text` as it stands, unsigned.

    New words leave as those of a new reply: exactly as they were approved, or without an `approval` where nobody has to read them first. Taking
    back is always allowed. Raises NotYours, NeedsApproval, DoNotContact; Invalid where the platform does not allow it, where nobody knows which
    post it is, or while another change is under way.
    """
    people.require(by, people.CARE)
    case, reply = reply_to_change(session, reply_id)
    words, _ = ready(session, case, reply, kind, text=text, by=by)
    if kind is ChangeKind.CORRECT and approval is not None:
        _require_approved(approval, reply, words, by=by)
    elif kind is ChangeKind.CORRECT:
        pending_approvals.require_none(session, case, by=by)
    pending_approvals.withdraw_correction(session, reply, words="the answer was changed otherwise", by=by, now=now)
    reply.change_kind, reply.change_state, reply.change_text, reply.change_reason = kind, ChangeState.ASKED, words, ""
    reply.change_by_id, reply.changed_at, reply.not_before = by.id, now, None
    reply.lease_owner = reply.lease_until = None
    case.version += 1
    audit.record(session, ASKED[kind], now=now, by=by, case_id=case.id, reply=reply.id)
    return reply


def ready(session: Session, case: Case, reply: Reply, kind: ChangeKind, *, text: str, by: Person) -> tuple[str, ReplyAccount]:
    """What the answer will say, and of which account it is, once all is true that must be, but for a second reader. Raises as `ask`."""
    if by.id not in {reply.person_id, case.assignee_id} and not people.roles_of(by) & people.LEADS:
        raise NotYours(name_of(session, case.assignee_id or reply.person_id))
    account = _changeable(session, reply, kind)
    if kind is not ChangeKind.CORRECT:
        return "", account
    words = text.replace("\x00", "").strip()
    _require_other_words(reply, words, account)
    checks.require_contact(session, case)
    return words, account


def may_change(reply: Reply, source: str) -> frozenset[ChangeKind]:
    """What can be asked of a reply now; empty for one that is not sent, whose post is not known, that was taken back or is being changed."""
    is_gone = reply.change_kind == ChangeKind.TAKE_BACK and reply.change_state == ChangeState.DONE
    if reply.state != ReplyState.SENT or reply.external_id is None or is_gone or reply.change_state in UNDER_WAY or reply.is_private:
        return frozenset()
    return platforms.changes(source)


def _changeable(session: Session, reply: Reply, kind: ChangeKind) -> ReplyAccount:
    account = session.get(ReplyAccount, reply.reply_account_id) if reply.reply_account_id else None
    if reply.state != ReplyState.SENT:
        raise Invalid(f"It is {states.words(reply.state)}: only an answer that stands on its platform can be changed there")
    if reply.change_state in UNDER_WAY:
        raise Invalid("A change of this answer is under way: wait for its end")
    if reply.change_kind == ChangeKind.TAKE_BACK and reply.change_state == ChangeState.DONE:
        raise Invalid("This answer was taken back already")
    if account is None or reply.external_id is None:
        raise Invalid("Nobody knows which post this is: change it on the platform itself")
    if kind not in may_change(reply, account.source):
        raise Invalid(f"{account.source} does not let an app do that: do it on the platform itself")
    return account


def _require_other_words(reply: Reply, text: str, account: ReplyAccount) -> None:
    checks.require_words(text, account)
    if text == reply.text.strip():
        raise Invalid("This is what it says already: word it otherwise")


def _require_approved(approval: Approval, reply: Reply, words: str, *, by: Person) -> None:
    """Raises Invalid for an approval of something else, of somebody else, or by the writer themselves."""
    is_of_this = approval.reply_id == reply.id and approval.asked_by_id == by.id and approval.text == words
    is_read = approval.verdict == Verdict.APPROVED and approval.decided_by_id not in {None, by.id}
    if not (pending_approvals.is_correction(approval) and is_of_this and is_read):
        raise Invalid("This approval is for another reply")


def lease_due(
    session: Session, owner: str, *, now: datetime, limit: int, lease: timedelta, full_sources: Sequence[str] = ()
) -> list[OutgoingChange]:
    """Changes to carry out now, each by one worker only; those of a worker that died too. None on `full_sources`, no new words while all is held.

    New words that may not leave any more are given up first: much may have happened since they were asked for.
    """
    _stop_hindered(session, now=now)
    due = and_(_is_free(now), or_(Reply.not_before.is_(None), Reply.not_before <= now))
    if full_sources:
        due &= Reply.reply_account_id.not_in(select(ReplyAccount.id).where(ReplyAccount.source.in_(full_sources)))
    if switches.is_on(session, Switch.REPLIES_HELD):
        due &= Reply.change_kind != ChangeKind.CORRECT
    session.flush()
    table, taken = Reply.__table__, {"change_state": ChangeState.WORKING, "lease_owner": owner, "lease_until": now + lease}
    rows = dialect.lease(session, table, due=due, order=Reply.id.asc(), limit=limit, change=taken, returning=[table.c.id])
    ids = [row[0] for row in rows]
    asked_of = {row.id: row for row in session.execute(select(Reply.id, Reply.change_kind, Reply.change_text).where(Reply.id.in_(ids)))}
    return [OutgoingChange(one, asked_of[one.id].change_kind, asked_of[one.id].change_text) for one in outgoing(session, ids)]


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Of a reply in SQL: something is asked of it, and no worker is at it."""
    lapsed = and_(Reply.change_state == ChangeState.WORKING, Reply.lease_until <= now)
    return and_(TO_CHANGE, or_(Reply.change_state == ChangeState.ASKED, lapsed))


def _stop_hindered(session: Session, *, now: datetime) -> None:
    unwanted = exists().where(Case.id == Reply.case_id, Author.id == Case.author_id, Author.do_not_contact)
    unread = pending_approvals.correction_lacks_approval(session)
    why = sql_case((unwanted, way_out.UNWANTED), else_=way_out.UNREAD)
    free = and_(_is_free(now), Reply.change_kind == ChangeKind.CORRECT)
    found = select(Reply.case_id, Reply.id, why).where(free, or_(unwanted, unread)).order_by(Reply.case_id, Reply.id).limit(MOST_STOPPED)
    for _, reply_id, reason in session.execute(found).all():
        case, reply = reply_to_change(session, reply_id)
        is_left = reply.change_state == ChangeState.WORKING and reply.lease_until is not None and reply.lease_until <= now
        if reply.change_state == ChangeState.ASKED or is_left:
            _stop(session, case, reply, reason=reason, now=now)


def stop_corrections(session: Session, case: Case, *, reason: str, now: datetime) -> None:
    """New words for answers of this case leave no more, also where a worker is at them. The caller has locked the case."""
    theirs = select(Reply).where(Reply.case_id == case.id, TO_CHANGE, Reply.change_kind == ChangeKind.CORRECT).order_by(Reply.id)
    for reply in session.scalars(theirs.with_for_update().execution_options(populate_existing=True)).all():
        _stop(session, case, reply, reason=reason, now=now)


def _stop(session: Session, case: Case, reply: Reply, *, reason: str, now: datetime) -> None:
    """Where a worker has tried, nobody knows which words stand there."""
    is_tried = reply.change_state == ChangeState.WORKING or bool(reply.change_reason)
    _give_up(session, case, reply, reason=MAYBE_DONE.format(why=reason) if is_tried else reason, now=now)


def mark_done(session: Session, reply_id: int, *, costs: Sequence[Spent] = (), owner: str, settings: DeskSettings, now: datetime) -> None:
    """The platform did it: a corrected answer says its new text, a taken back one leaves the customer waiting. Raises LeaseLost."""
    case, reply = _fenced(session, reply_id, owner)
    kind = ChangeKind(reply.change_kind or "")
    _end(reply, ChangeState.DONE, now=now)
    paid.enter(session, reply, costs, now=now)
    if kind is ChangeKind.CORRECT:
        reply.text = reply.change_text
    else:
        _unanswer(session, case, reply, now=now)
        upkeep.renew(session, case, settings=settings)
    case.version += 1
    audit.record(session, DONE[kind], now=now, by=None, case_id=case.id, reply=reply_id)


def mark_failed(session: Session, reply_id: int, *, reason: str, owner: str, now: datetime) -> None:
    """The platform refuses for good: the answer stands as it was, and may be asked about anew. Raises LeaseLost."""
    case, reply = _fenced(session, reply_id, owner)
    _give_up(session, case, reply, reason=reason, now=now)


def mark_later(session: Session, reply_id: int, *, retry_at: datetime, reason: str, owner: str, now: datetime) -> None:
    """It is not known to be done, and may be tried at `retry_at`; doing it twice is doing it once. Raises LeaseLost."""
    case, reply = _fenced(session, reply_id, owner)
    reply.change_state, reply.change_reason, reply.not_before = ChangeState.ASKED, reason, retry_at
    reply.lease_owner = reply.lease_until = None
    case.version += 1
    audit.record(session, "change_later", now=now, by=None, case_id=case.id, reply=reply_id, reason=reason)


def asked_at(session: Session, reply_id: int) -> datetime | None:
    """When the change that is under way was asked for."""
    return session.scalar(select(Reply.changed_at).where(Reply.id == reply_id))


def _fenced(session: Session, reply_id: int, owner: str) -> tuple[Case, Reply]:
    case, reply = reply_to_change(session, reply_id)
    if reply.change_state != ChangeState.WORKING or reply.lease_owner != owner:
        raise LeaseLost(f"the change of reply {reply_id} is {reply.change_state}, leased by {reply.lease_owner}")
    return case, reply


def _give_up(session: Session, case: Case, reply: Reply, *, reason: str, now: datetime) -> None:
    _end(reply, ChangeState.FAILED, now=now)
    reply.change_reason, case.version = reason, case.version + 1
    audit.record(session, "change_failed", now=now, by=None, case_id=case.id, reply=reply.id, reason=reason)


def _end(reply: Reply, state: ChangeState, *, now: datetime) -> None:
    reply.change_state, reply.changed_at, reply.change_reason = state, now, ""
    reply.lease_owner = reply.lease_until = reply.not_before = None


def _unanswer(session: Session, case: Case, reply: Reply, *, now: datetime) -> None:
    """The customer waits again, since the post that was answered, unless another answer of ours stands behind it."""
    asked = session.get(Mention, reply.mention_id) if reply.mention_id else None
    session.execute(delete(Answer).where(Answer.case_id == case.id, Answer.at == reply.sent_at))
    standing = given.instants(session, case.id)
    case.answered_at = min(standing, default=None)
    is_answered = asked is None or any(at > asked.posted_at for at in standing)
    if case.status == CaseStatus.CLOSED or is_answered:
        return
    case.status = CaseStatus.OPEN
    case.waiting_since = min(asked.seen_at, case.waiting_since or asked.seen_at) if asked else case.waiting_since
    case.snoozed_until = None
    pauses.follow(session, case, at=now)
