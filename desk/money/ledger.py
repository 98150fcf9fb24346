"""The ledger: who paid for what, in money or in units of a platform's quota, and what a credential spent by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from desk import platforms
from desk.post import Spent
from storage.models import Cost, Reply
from storage.words import BudgetPart

Kind = tuple[str, str]
"""What was paid for, and in which currency."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose budget pays, for which part of it, and on account of which feed or reply."""

    credential_id: int | None
    part: BudgetPart
    feed_id: int | None = None
    reply_id: int | None = None


def enter(session: Session, payer: Payer, costs: Sequence[Spent], *, now: datetime) -> None:
    """Put what was paid into the ledger, in the transaction that stores what it brought."""
    rows = [{**_of(payer, now), "kind": one.kind, "units": one.units, "micros": one.micros, "currency": one.currency} for one in costs]
    if rows:
        session.execute(insert(Cost), rows)
    _note_at_reply(session, payer, sum(one.micros for one in costs))


def keep(session: Session, payer: Payer, costs: Sequence[Spent], entries: Mapping[Kind, int], *, now: datetime) -> dict[Kind, int]:
    """Enter what a bill that grows has come to by now: one entry of each kind, whose id is returned and handed in the next time.

    The figures are those of the whole bill, so that to repeat it changes nothing.
    """
    kept: dict[Kind, Cost] = {}
    more = 0
    for one in costs:
        key = (one.kind, one.currency)
        known = session.get(Cost, entries[key]) if key in entries else None
        entry = known or Cost(**_of(payer, now), kind=one.kind, units=0, micros=0, currency=one.currency)
        more += one.micros - entry.micros
        entry.units, entry.micros = one.units, one.micros
        session.add(entry)
        kept[key] = entry
    session.flush()
    _note_at_reply(session, payer, more)
    return {key: entry.id for key, entry in kept.items()}


def _of(payer: Payer, now: datetime) -> dict[str, object]:
    return {
        "at": now,
        "credential_id": payer.credential_id,
        "feed_id": payer.feed_id,
        "reply_id": payer.reply_id,
        "part": payer.part,
    }


def _note_at_reply(session: Session, payer: Payer, micros: int) -> None:
    """What a reply cost is shown beside it; what was asked before it left is no part of that."""
    if micros and payer.reply_id is not None and payer.part is BudgetPart.REPLIES:
        session.execute(update(Reply).where(Reply.id == payer.reply_id).values(cost_micros=Reply.cost_micros + micros))


@dataclass(frozen=True, slots=True)
class Ledger:
    """One credential's entries: micro-units of money, or units of a quota."""

    session: Session
    credential_id: int
    is_quota: bool

    def first(self, since: datetime) -> datetime | None:
        """When the first of it was spent since then."""
        return self.session.scalar(select(func.min(Cost.at)).where(*self._billed(since)))

    def spent(self, since: datetime) -> dict[BudgetPart, int]:
        """How much by part."""
        what = Cost.units if self.is_quota else Cost.micros
        by_part = select(Cost.part, func.sum(what)).where(*self._billed(since)).group_by(Cost.part)
        return {part: int(amount) for part, amount in self.session.execute(by_part)}

    def _billed(self, since: datetime) -> tuple[ColumnElement[bool], ...]:
        is_billed = Cost.kind == platforms.QUOTA_UNIT if self.is_quota else Cost.micros > 0
        return (Cost.credential_id == self.credential_id, Cost.at >= since, is_billed)
