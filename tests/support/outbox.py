"""Short ways through the outbox, for tests whose subject is something else."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk.post import Sent
from desk.replies import replies
from storage.models import Case, Person, Reply
from storage.words import ReplyState
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, number


def queue(
    session: Session, case: Case, shop: Shop, by: Person, text: str = "On its way", *, key: str = "", seen: int = 0, **other: Any
) -> Reply:
    """Send from a form that shows all there is, unless told otherwise."""
    told = {"now": NOON, "settings": SETTINGS, **other}
    shown = seen or case.latest_mention_id
    key = key or f"key {number()}"
    return replies.queue(session, case.id, text=text, key=key, seen_mention_id=shown, account_id=shop.account.id, by=by, **told)


def send(session: Session, reply: Reply, *, at: datetime = NOON + MINUTE, owner: str = "worker", **sent: Any) -> Sent:
    """Deliver one reply; one that is being sent already is only reported."""
    if reply.state == ReplyState.QUEUED:
        replies.lease_due(session, owner, now=at, limit=100, lease=MINUTE)
    proof = Sent(**{"external_id": f"ours{number()}", "url": "https://x.example/ours", "sent_at": at, **sent})
    session.refresh(reply)
    replies.mark_sent(session, reply.id, proof, owner=reply.lease_owner or owner, settings=SETTINGS, now=at)
    return proof


def fail(session: Session, reply: Reply, reason: str = "refused", *, at: datetime = NOON + MINUTE) -> None:
    replies.lease_due(session, "worker", now=at, limit=100, lease=MINUTE)
    replies.mark_failed(session, reply.id, reason=reason, owner="worker", now=at)
