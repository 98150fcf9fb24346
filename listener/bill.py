"""What platforms bill, entered in the ledger as soon as they have answered: a look that fails later has been paid for all the same.

Each entry is a transaction of its own, so that what rolls a page back rolls back none of it, and a process that is killed loses no more than
the call in hand.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from desk.money import ledger
from desk.money.ledger import Kind, Payer
from desk.post import Spent
from listener.http import Unreached
from listener.source import SourceError
from storage.database import Database

log = logging.getLogger(__name__)

ATTEMPTS = 3


@dataclass(slots=True)
class Bill:
    """What one look, one question or one sending has come to so far."""

    _database: Database
    _payer: Callable[[Session], Payer]
    _total: dict[Kind, Spent] = field(default_factory=dict)
    _entries: dict[Kind, int] = field(default_factory=dict)
    _is_behind: bool = False

    @property
    def costs(self) -> tuple[Spent, ...]:
        return tuple(self._total.values())

    def charge(self, costs: Sequence[Spent]) -> None:
        """Add what was billed. A ledger that takes nothing just now stops nothing: it is tried again with the next entry, and at the end."""
        if costs:
            self._total, self._is_behind = _sum((*self.costs, *costs)), True
            self._enter()

    def settle(self, told: Sequence[Spent]) -> None:
        """All that an answer says it has cost: what of it was charged on the way is not charged again."""
        self.charge([rest for key, whole in _sum(told).items() if (rest := _rest(whole, self._total.get(key))).units > 0])

    def close(self) -> None:
        for _ in range(ATTEMPTS):
            self._enter()
        if self._is_behind:
            log.error("the ledger lacks %s", "; ".join(f"{one.units} {one.kind} ({one.micros} micro-{one.currency})" for one in self.costs))

    def _enter(self) -> None:
        if not self._is_behind:
            return
        try:
            with self._database.write() as session:
                entries = ledger.keep(session, self._payer(session), self.costs, self._entries, now=self._database.now())
        except Exception:
            log.warning("what was billed is not in the ledger yet, tried again", exc_info=True)
        else:
            self._entries, self._is_behind = entries, False


def _sum(costs: Sequence[Spent]) -> dict[Kind, Spent]:
    found: dict[Kind, Spent] = {}
    for one in costs:
        key = (one.kind, one.currency)
        before = found.get(key, Spent(one.kind, 0, 0, one.currency))
        found[key] = Spent(one.kind, before.units + one.units, before.micros + one.micros, one.currency)
    return found


def _rest(whole: Spent, charged: Spent | None) -> Spent:
    return Spent(whole.kind, whole.units - charged.units, whole.micros - charged.micros, whole.currency) if charged else whole


_open: ContextVar[Bill | None] = ContextVar("bill", default=None)


@contextmanager
def opened(database: Database, payer: Callable[[Session], Payer]) -> Iterator[Bill]:
    """A bill for all that is charged within: `payer` is asked only when there is something to enter."""
    bill = Bill(database, payer)
    token = _open.set(bill)
    try:
        yield bill
    finally:
        _open.reset(token)
        bill.close()


def charge(*costs: Spent) -> None:
    """A platform has answered, and bills this. Where no bill is open it is asked outside of a workspace."""
    bill = _open.get()
    if bill is not None:
        bill.charge(costs)


@contextmanager
def charging(*costs: Spent) -> Iterator[None]:
    """Around one call that is billed whatever becomes of it, unless no connection came about."""
    try:
        yield
    except Unreached:
        raise
    except SourceError:
        charge(*costs)
        raise
    charge(*costs)
