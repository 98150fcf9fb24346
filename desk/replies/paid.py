"""What an answer cost: sending it once, however many workers, feeds and people find out that it stands there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import platforms
from desk.access import reply_to_change
from desk.money import ledger
from desk.money.ledger import Payer
from desk.post import Spent
from storage.models import Cost, Mention, Reply, ReplyAccount
from storage.words import BudgetPart


def payer(session: Session, reply_id: int) -> Payer:
    """The account's credential pays for its answers."""
    theirs = select(ReplyAccount.credential_id).join(Reply, Reply.reply_account_id == ReplyAccount.id).where(Reply.id == reply_id)
    return Payer(session.scalar(theirs), BudgetPart.REPLIES, reply_id=reply_id)


def enter(session: Session, reply: Reply, costs: Sequence[Spent], *, now: datetime) -> None:
    """What was paid for an answer."""
    if costs:
        ledger.enter(session, payer(session, reply.id), costs, now=now)


def sending(session: Session, reply: Reply, costs: Sequence[Spent], *, now: datetime) -> None:
    """What sending it cost. One that was lost on the way and is found may be told of again: each kind counts once."""
    if costs:
        # Entries are found by credential and instant: of them this reply has those since it was queued.
        whose = (Cost.credential_id == payer(session, reply.id).credential_id) & (Cost.at >= reply.queued_at)
        ours = select(Cost.kind).where(whose, Cost.reply_id == reply.id, Cost.part == BudgetPart.REPLIES)
        told = set(session.scalars(ours))
        enter(session, reply, [one for one in costs if one.kind not in told], now=now)


def sent(session: Session, reply_id: int, costs: Sequence[Spent], *, now: datetime) -> None:
    """The same of a reply by its id, whatever state it is in: it has been paid for, even if its marking comes to nothing."""
    _, reply = reply_to_change(session, reply_id)
    sending(session, reply, costs, now=now)


def stands(session: Session, reply: Reply, *, now: datetime) -> None:
    """It stands there, and who sent it never knew: what its platform charges for it."""
    account, mention = session.get_one(ReplyAccount, reply.reply_account_id), session.get_one(Mention, reply.mention_id)
    if platforms.prices(account.source):
        price = platforms.reply_price(account.source, reply.text, is_addressed=True, is_private=mention.is_private)
        sending(session, reply, (price,), now=now)
