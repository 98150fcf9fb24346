"""Replies to many customers leave one after the other, also when they could not leave for a while: the pause between two stays what it was."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from storage.dialect import among
from storage.models import Reply
from storage.models.cases import OUTBOX
from storage.words import ReplyState

PACED = and_(OUTBOX, Reply.state == ReplyState.QUEUED, Reply.incident_id.is_not(None))
OVERDUE = (
    select(Reply.reply_account_id)
    .where(PACED, Reply.not_before <= bindparam("now"))
    .group_by(Reply.reply_account_id)
    .having(func.count() > 1)
)


def keep(session: Session, *, now: datetime) -> int:
    """After a hold or a stop of delivery more than one of an account's paced replies is due: all but the first move on. How many did."""
    accounts = [account for account in session.scalars(OVERDUE, {"now": now}) if account is not None]
    if not accounts:
        return 0
    waiting = select(Reply).where(PACED, among(session, Reply.reply_account_id, accounts)).order_by(Reply.not_before, Reply.id)
    by_account: dict[int | None, list[Reply]] = defaultdict(list)
    for reply in session.scalars(waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True)):
        by_account[reply.reply_account_id].append(reply)
    return sum(_shift(replies, now=now) for replies in by_account.values())


def _shift(replies: Sequence[Reply], *, now: datetime) -> int:
    first, *others = replies
    if not others or first.not_before is None or others[0].not_before is None or others[0].not_before > now:
        return 0
    by = now - first.not_before
    for reply in others:
        reply.not_before = (reply.not_before or now) + by
    return len(others)
