"""Carry out what was asked of replies that stand on their platform: take them back, correct them.

Leased and marked like a sending (listener.deliver), but without its fear: both may be done twice, so whatever is not known is done again.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from desk.post import OutgoingChange, Spent
from desk.replies import changes, paid
from desk.settings import DeskSettings
from listener import bill
from listener.registry import Registry
from listener.source import (
    BudgetExhausted,
    Corrects,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Rejected,
    Replier,
    SourceError,
    TakesBack,
    Unavailable,
)
from storage.database import Database
from storage.words import ChangeKind

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(hours=24)


class Changer:
    """Carries out one leased change after another, each with no transaction open."""

    def __init__(self, database: Database, desk: DeskSettings, registry: Registry, *, owner: str) -> None:
        self._database = database
        self._desk = desk
        self._registry = registry
        self._owner = owner

    def work(self, change: OutgoingChange) -> None:
        """Do it and mark it. Raises LeaseLost when somebody else took it over meanwhile."""
        try:
            with bill.opened(self._database, lambda session: paid.payer(session, change.id)) as billed:
                billed.settle(_carry_out(self._registry.replier(change.source), change))
        except SourceError as error:
            self._failed(change, error)
        except Exception as error:
            log.exception("change reply=%d: replier %s failed", change.id, change.source)
            self._failed(change, Unavailable(f"{type(error).__name__}: the log of deliver has the details"))
        else:
            with self._database.write() as session:
                now = self._database.now()
                changes.mark_done(session, change.id, owner=self._owner, settings=self._desk, now=now)
            log.info("change reply=%d kind=%s result=done", change.id, change.kind)

    def _failed(self, change: OutgoingChange, error: SourceError) -> None:
        with self._database.write() as session:
            now = self._database.now()
            again = _again_at(session, change, error, now)
            mark = partial(changes.mark_later, retry_at=again) if again else changes.mark_failed
            mark(session, change.id, reason=str(error), owner=self._owner, now=now)
        log.info("change reply=%d kind=%s result=%s why=%s", change.id, change.kind, "later" if again else "failed", type(error).__name__)


def _carry_out(replier: Replier, change: OutgoingChange) -> tuple[Spent, ...]:
    if change.kind is ChangeKind.TAKE_BACK and isinstance(replier, TakesBack):
        return replier.take_back(change.reply)
    if change.kind is ChangeKind.CORRECT and isinstance(replier, Corrects):
        return replier.correct(change.reply, change.text)
    raise Refused(f"{change.source} lets no app do that: do it on the platform itself")


def _again_at(session: Session, change: OutgoingChange, error: SourceError, now: datetime) -> datetime | None:
    """When to try again; None when only a person can help, or it was tried for long enough."""
    since = changes.asked_at(session, change.id) or now
    if isinstance(error, BudgetExhausted):
        return max(error.until, now + PAUSE) if error.until else None
    if isinstance(error, Refused | Rejected) or now - since > GIVE_UP_AFTER:
        return None
    if isinstance(error, RateLimited | Unavailable):
        return max(error.retry_at or now, now + PAUSE)
    return now + PAUSE if isinstance(error, OutcomeUnknown | Malformed) else None
