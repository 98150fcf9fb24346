"""The way out: what delivery leases, and what it reports. Each report is fenced by the lease, so a worker that was thought dead changes nothing.

A reply whose outcome nobody knows is `uncertain`: it is looked for. Sent again by itself it is only where that posts it once, and while it may leave.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import case_to_change, reply_to_change
from desk.cases import upkeep
from desk.errors import LeaseLost
from desk.figures import answers
from desk.post import OutgoingReply, Sent
from desk.replies import attached, pacing, paid, recall, saved_replies, switches, way_out
from desk.replies.switches import Switch
from desk.settings import DeskSettings
from storage import dialect
from storage.models import Author, Case, Credential, Mention, Reply, ReplyAccount, Thread
from storage.models.cases import OUTBOX
from storage.words import ReplyState

LOOK_AGAIN = (
    (timedelta(minutes=5), timedelta(minutes=1)),
    (timedelta(hours=1), timedelta(minutes=10)),
    (timedelta(days=1), timedelta(hours=2)),
)
"""While an uncertain reply is younger than this, look for it again after that; of an older one a person decides, each look may cost."""

MAY_BE_SENT = (ReplyState.UNCERTAIN, ReplyState.FAILED, ReplyState.QUEUED)
"""States in which news that it was sent after all is welcome from any worker: it keeps the reply from going out twice."""


def lease_due(
    session: Session, owner: str, *, now: datetime, limit: int, lease: timedelta, full_sources: Sequence[str] = ()
) -> list[OutgoingReply]:
    """Replies to send now, each to one worker only: their undo is over, and the case is still with whom it was. None on `full_sources`.

    Those whose case was claimed by somebody else since become that person's draft; those that must not leave any more (`desk.replies.way_out`) become
    drafts with the reason. None at all while a lead holds all replies.
    """
    _recall_moved(session, now=now)
    way_out.recall_hindered(session, now=now)
    if switches.is_on(session, Switch.REPLIES_HELD):
        return []
    pacing.keep(session, now=now)
    is_due = and_(OUTBOX, Reply.state == ReplyState.QUEUED, Reply.not_before <= now)
    waits = and_(is_due, way_out.claim_holds(), way_out.is_clear(session), _is_elsewhere(full_sources))
    change = {
        "state": ReplyState.SENDING,
        "sending_at": now,
        "lease_owner": owner,
        "lease_until": now + lease,
        "attempt": Reply.attempt + 1,
    }
    return _leased(session, waits, limit=limit, change=change)


def lease_uncertain(
    session: Session, owner: str, *, now: datetime, limit: int, lease: timedelta, full_sources: Sequence[str] = ()
) -> list[OutgoingReply]:
    """Replies to look for on their platform, each by one worker only; none on `full_sources`.

    Whoever asked us to stop, a hold of all replies and all else that would keep a queued one here keep these from being sent again:
    they come without `may_leave`.
    """
    is_free = or_(Reply.lease_until.is_(None), Reply.lease_until <= now)
    waits = and_(OUTBOX, Reply.state == ReplyState.UNCERTAIN, Reply.not_before <= now, is_free, _is_elsewhere(full_sources))
    leased = _leased(session, waits, limit=limit, change={"lease_owner": owner, "lease_until": now + lease})
    may_leave = way_out.may_leave(session, [one.id for one in leased])
    return [replace(one, may_leave=one.id in may_leave) for one in leased]


def expire(session: Session, *, now: datetime) -> int:
    """Workers that died while sending: nobody knows whether the reply went out. How many became uncertain."""
    lapsed = and_(OUTBOX, Reply.state == ReplyState.SENDING, Reply.lease_until <= now)
    change = {"state": ReplyState.UNCERTAIN, "lease_until": None, "not_before": now, "reason": "the sender stopped before it knew"}
    columns = [Reply.__table__.c.id, Reply.__table__.c.case_id]
    found = dialect.lease(session, Reply.__table__, due=lapsed, order=Reply.not_before.asc(), limit=200, change=change, returning=columns)
    for reply_id, case_id in found:
        audit.record(session, "uncertain", now=now, by=None, case_id=case_id, reply=reply_id)
    return len(found)


def mark_sent(session: Session, reply_id: int, sent: Sent, *, owner: str, settings: DeskSettings, now: datetime) -> None:
    """It stands on the platform: the customer has an answer, the case waits for them.

    Raises LeaseLost when another worker is sending it. A worker that comes back late with good news is believed.
    """
    case, reply = reply_to_change(session, reply_id)
    if reply.state == ReplyState.SENT and reply.external_id in {None, sent.external_id}:
        _note_sent(session, reply, sent, now=now)
        return
    is_ours = reply.state == ReplyState.SENDING and reply.lease_owner == owner
    if not is_ours and not (reply.state in MAY_BE_SENT and reply.attempt > 0):
        raise LeaseLost(f"reply {reply_id} is {reply.state.value}, leased by {reply.lease_owner}")
    states.become(reply, ReplyState.SENT)
    reply.sent_at, reply.proof, reply.reason = sent.sent_at, "api", ""
    _end_lease(reply)
    _note_sent(session, reply, sent, now=now)
    saved_replies.count_use(session, reply)
    answers.note(session, case, at=min(sent.sent_at, now), person_id=reply.person_id)
    upkeep.answered(session, case, at=min(sent.sent_at, now), unanswered=upkeep.posts_after(reply.seen_mention_id))
    upkeep.renew(session, case, settings=settings)
    audit.record(session, "sent", now=now, by=None, case_id=case.id, reply=reply_id)


def _note_sent(session: Session, reply: Reply, sent: Sent, *, now: datetime) -> None:
    taken = select(Reply.id).where(
        Reply.reply_account_id == reply.reply_account_id, Reply.external_id == sent.external_id, Reply.id != reply.id
    )
    other = session.scalar(taken)
    if other is None:
        reply.external_id = sent.external_id
    else:
        reply.reason = f"the platform shows one post for this and for reply {other}"
    reply.url = sent.url or reply.url
    paid.sending(session, reply, sent.costs, now=now)


def mark_retry(session: Session, reply_id: int, *, retry_at: datetime, reason: str, owner: str, now: datetime) -> None:
    """It surely did not go out, and may at `retry_at`: it is queued again. Raises LeaseLost."""
    case, reply = _fenced(session, reply_id, owner, ReplyState.SENDING)
    states.become(reply, ReplyState.QUEUED)
    reply.not_before, reply.reason = retry_at, reason
    _end_lease(reply)
    audit.record(session, "send_later", now=now, by=None, case_id=case.id, reply=reply_id, retry_at=retry_at.isoformat(), reason=reason)


def mark_failed(session: Session, reply_id: int, *, reason: str, owner: str, now: datetime) -> None:
    """The platform refuses it for good; a person reads the reason and decides. Raises LeaseLost."""
    _end(session, reply_id, ReplyState.FAILED, reason=reason, owner=owner, now=now)


def mark_by_hand(session: Session, reply_id: int, *, reason: str, owner: str, now: datetime) -> None:
    """The platform takes it from a person only: it waits for proof that somebody posted it. Raises LeaseLost."""
    _end(session, reply_id, ReplyState.BY_HAND, reason=reason, owner=owner, now=now)


def _end(session: Session, reply_id: int, state: ReplyState, *, reason: str, owner: str, now: datetime) -> None:
    case, reply = _fenced(session, reply_id, owner, ReplyState.SENDING)
    states.become(reply, state)
    reply.reason, reply.not_before = reason, None
    _end_lease(reply)
    audit.record(session, state.value, now=now, by=None, case_id=case.id, reply=reply_id, reason=reason)


def mark_uncertain(session: Session, reply_id: int, *, reason: str, owner: str, now: datetime) -> None:
    """Nobody knows whether it went out, or looking for it failed: it will be looked for (again). Raises LeaseLost."""
    case, reply = _fenced(session, reply_id, owner, ReplyState.SENDING, ReplyState.UNCERTAIN)
    reply.state, reply.reason = ReplyState.UNCERTAIN, reason
    reply.not_before = _next_look(reply, now=now)
    _end_lease(reply)
    audit.record(session, "uncertain", now=now, by=None, case_id=case.id, reply=reply_id, reason=reason)


def _next_look(reply: Reply, *, now: datetime) -> datetime | None:
    age = now - (reply.sending_at or now)
    return next((now + pause for until, pause in LOOK_AGAIN if age < until), None)


def mark_absent(session: Session, reply_id: int, *, owner: str, now: datetime, repeats: bool = False, why: str = "") -> None:
    """It was looked for and is surely not there: a person may send it again, and reads `why` it was not. Raises LeaseLost.

    Where it `repeats`, the same key posting once, it is queued again and leaves as any other. One that must not leave any more becomes a
    draft with the reason, as a queued one does, and its people are told.
    """
    case, reply = _fenced(session, reply_id, owner, ReplyState.UNCERTAIN)
    audit.record(session, "absent", now=now, by=None, case_id=case.id, reply=reply_id)
    _end_lease(reply)
    if reason := way_out.objection(session, reply):
        _recall_absent(session, case, reply, reason=reason, now=now)
    elif repeats:
        states.become(reply, ReplyState.QUEUED)
        reply.reason, reply.not_before = "it was looked for and is not there", now
    else:
        reply.proof, reply.not_before = states.ABSENT, None
        reply.reason = why or "it was looked for and is not there: it may be sent again"


def _recall_absent(session: Session, case: Case, reply: Reply, *, reason: str, now: datetime) -> None:
    states.become(reply, ReplyState.FAILED)
    recall.tell(session, case, reply, by=None, now=now)
    recall.to_draft(session, reply, now=now, reason=reason)
    case.version += 1
    audit.record(session, "call_back", now=now, by=None, case_id=case.id, reply=reply.id, reason=reason)


def _fenced(session: Session, reply_id: int, owner: str, *allowed: ReplyState) -> tuple[Case, Reply]:
    case, reply = reply_to_change(session, reply_id)
    if reply.state not in allowed or reply.lease_owner != owner:
        raise LeaseLost(f"reply {reply_id} is {reply.state.value}, leased by {reply.lease_owner}")
    return case, reply


def _end_lease(reply: Reply) -> None:
    reply.lease_owner = reply.lease_until = None


def _is_elsewhere(full_sources: Sequence[str]) -> ColumnElement[bool]:
    if not full_sources:
        return true()
    full = select(ReplyAccount.id).where(ReplyAccount.source.in_(full_sources))
    return Reply.reply_account_id.not_in(full)


def _recall_moved(session: Session, *, now: datetime) -> None:
    for case_id in sorted(session.scalars(_moved(), {"now": now}).all()):
        case = case_to_change(session, case_id)
        behind = select(Reply).where(Reply.case_id == case_id, Reply.state == ReplyState.QUEUED, Reply.claim_no != case.claim_no)
        for reply in session.scalars(behind.with_for_update().execution_options(populate_existing=True)).all():
            recall.to_draft(session, reply, now=now, reason=way_out.MOVED)
            audit.record(session, "recall", now=now, by=None, case_id=case_id, reply=reply.id)


@cache
def _moved() -> Select[Any]:
    is_due = and_(OUTBOX, Reply.state == ReplyState.QUEUED, Reply.not_before <= bindparam("now"))
    return select(Reply.case_id).where(is_due, ~way_out.claim_holds()).distinct()


def _leased(session: Session, due: ColumnElement[bool], *, limit: int, change: dict[str, object]) -> list[OutgoingReply]:
    session.flush()
    table = Reply.__table__
    rows = dialect.lease(session, table, due=due, order=Reply.not_before.asc(), limit=limit, change=change, returning=[table.c.id])
    return outgoing(session, [row[0] for row in rows])


def outgoing(session: Session, reply_ids: Sequence[int]) -> list[OutgoingReply]:
    """Replies as a replier gets them, with their pictures."""
    pictures = attached.outgoing(session, reply_ids)
    rows = session.execute(_outgoing(), {"ids": list(reply_ids)}) if reply_ids else ()
    return [replace(_as_outgoing(*row), attachments=pictures.get(row[0].id, ())) for row in rows]


@cache
def _outgoing() -> Select[Any]:
    """Built once: seven tables, asked at each delivery."""
    columns: list[Any] = [Reply, Mention, Thread.external_id, ReplyAccount, Credential.name, Author.handle, Author.external_id]
    return (
        select(*columns)
        .join(Mention, Mention.id == Reply.mention_id)
        .join(Thread, Thread.id == Mention.thread_id)
        .join(Author, Author.id == Mention.author_id)
        .join(ReplyAccount, ReplyAccount.id == Reply.reply_account_id)
        .outerjoin(Credential, Credential.id == ReplyAccount.credential_id)
        .where(Reply.id.in_(bindparam("ids", expanding=True)))
        .order_by(Reply.not_before, Reply.id)
        .execution_options(populate_existing=True)
    )


def _as_outgoing(
    reply: Reply, mention: Mention, thread: str, account: ReplyAccount, credential: str | None, handle: str, author_id: str
) -> OutgoingReply:
    return OutgoingReply(
        id=reply.id,
        key=reply.key,
        text=reply.text,
        source=account.source,
        site=account.site,
        account=account.name,
        account_handle=account.handle,
        credential=credential,
        parent_id=mention.external_id,
        thread_id=thread,
        parent_url=mention.url,
        author_handle=handle,
        queued_at=reply.queued_at or reply.saved_at,
        sending_at=reply.sending_at or reply.saved_at,
        external_id=reply.external_id or "",
        author_id=author_id,
        is_private=reply.is_private,
    )
