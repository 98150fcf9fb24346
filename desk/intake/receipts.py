"""A bridge says, later and by itself, what became of a reply that it took."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import reply_to_change
from desk.errors import Invalid, NotFound
from desk.intake.cleaning import plain
from desk.post import Sent
from desk.replies import outbox
from desk.settings import DeskSettings
from storage.models import Credential, Reply, ReplyAccount
from storage.words import ReplyState

LONGEST_REASON = 500
UNSETTLED = (ReplyState.SENDING, ReplyState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A reply that a receipt may be for, and whose credential signs it."""

    reply_id: int
    state: ReplyState
    credential: str


def awaited(session: Session, key: str, *, source: str) -> Awaited:
    """The reply with that idempotency key, if it was given to an account of this source. Raises NotFound."""
    row = session.execute(
        select(Reply.id, Reply.state, Credential.name)
        .join(ReplyAccount, ReplyAccount.id == Reply.reply_account_id)
        .join(Credential, Credential.id == ReplyAccount.credential_id)
        .where(Reply.key == key, ReplyAccount.source == source, Reply.attempt > 0)
    ).first()
    if row is None:
        raise NotFound("no reply with this key was given to a bridge: use the key that came with it")
    return Awaited(*row)


def stands(session: Session, reply_id: int, sent: Sent, *, settings: DeskSettings, now: datetime) -> None:
    """The reply stands on its platform. Safe to repeat. Raises Invalid for one that a person has taken back meanwhile."""
    _, reply = reply_to_change(session, reply_id)
    if reply.state not in {ReplyState.SENT, *outbox.MAY_BE_SENT, *UNSETTLED}:
        raise Invalid(f"this reply is {states.words(reply.state)}: no receipt is awaited")
    outbox.mark_sent(session, reply_id, sent, owner=reply.lease_owner or "receipt", settings=settings, now=now)


def refused(session: Session, reply_id: int, reason: str, *, now: datetime) -> None:
    """The platform does not take it: a person reads why and decides. Safe to repeat. Raises Invalid for one that is not under way."""
    case, reply = reply_to_change(session, reply_id)
    if reply.state == ReplyState.FAILED:
        return
    if reply.state not in UNSETTLED:
        raise Invalid(f"this reply is {states.words(reply.state)}: no receipt is awaited")
    states.become(reply, ReplyState.FAILED)
    words = plain(reason)[:LONGEST_REASON]
    reply.reason, reply.not_before, reply.lease_owner, reply.lease_until = words, None, None, None
    audit.record(session, "failed", now=now, by=None, case_id=case.id, reply=reply_id, reason=words)
