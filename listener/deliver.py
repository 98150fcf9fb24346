"""Send the replies that are due, and look for those whose outcome nobody knows. Never a blind second sending.

The row is the truth (desk.outbox): leased in one transaction, sent with none open, marked in another.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from desk.errors import LeaseLost
from desk.post import OutgoingChange, OutgoingReply, Sent
from desk.replies import changes, paid, replies
from desk.settings import DeskSettings
from listener import bill
from listener.asking_again import AskAgain
from listener.bill import Bill
from listener.change import Changer
from listener.pool import Pool
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import (
    BudgetExhausted,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Rejected,
    RepeatsSome,
    Replier,
    SourceError,
    Unavailable,
)
from storage.database import Database

log = logging.getLogger(__name__)

MOST_A_RING = 100
SHORTEST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)
"""A reply that its platform has not taken for so long goes back to a person: an old answer may be worse than none."""

L = TypeVar("L", OutgoingReply, OutgoingChange)
Mark = Callable[[Session, datetime], None]


class Deliverer:
    """Sends replies. Any number of deliverers may work on one workspace: each reply is leased by one of them."""

    def __init__(self, database: Database, settings: ListenerSettings, desk: DeskSettings, registry: Registry, *, owner: str) -> None:
        self._database = database
        self._settings = settings
        self._desk = desk
        self._registry = registry
        self._owner = owner
        self._ask_again = AskAgain(database, desk, registry)
        self._changer = Changer(database, desk, registry, owner=owner)
        self._pool = Pool("deliver", threads=settings.threads, per_source=settings.per_source)

    def deliver_due(self) -> int:
        """Hand due replies to threads as far as there is room, and return at once. How many were taken."""
        with self._database.write() as session:
            replies.expire(session, now=self._database.now())
        sent = self._hand_out(replies.lease_due, self._send) + self._hand_out(replies.lease_uncertain, self._settle)
        return sent + self._hand_out(changes.lease_due, self._changer.work)

    def drain(self) -> None:
        """Wait until what is in hand has ended."""
        self._pool.drain()

    def close(self) -> None:
        """Take nothing more and wait for what is in hand."""
        self._pool.close()

    def _hand_out(self, lease: Callable[..., list[L]], work: Callable[[L], None]) -> int:
        taken = 0
        while taken < MOST_A_RING and (leased := self._lease(lease)):
            for reply in leased:
                self._pool.run(reply.source, partial(_logged, work, reply))
            taken += len(leased)
        return taken

    def _lease(self, lease: Callable[..., list[L]]) -> list[L]:
        limit, full = self._pool.room(), self._pool.full()
        if not limit:
            return []
        with self._database.write() as session:
            return lease(session, self._owner, now=self._database.now(), limit=limit, lease=self._settings.lease, full_sources=full)

    def _send(self, reply: OutgoingReply) -> None:
        try:
            replier = self._registry.replier(reply.source)
        except Refused as error:
            self._mark(partial(self._by_hand, reply, str(error)))
            return
        if why := self._ask_again.objection(reply):
            self._mark(partial(self._kept_back, reply, why))
            return
        try:
            with self._billed(reply):
                sent = replier.send(reply)
        except SourceError as error:
            self._mark(partial(self._after_error, reply, error))
        except Exception as error:
            log.exception("deliver reply=%d: replier %s failed", reply.id, reply.source)
            self._mark(partial(self._uncertain, reply, f"{type(error).__name__} while sending: the log of deliver has the details"))
        else:
            self._stands(reply, sent)

    def _settle(self, reply: OutgoingReply) -> None:
        """Find out about a reply whose outcome is unknown. Where the same key posts once, sending again finds out, unless it may not leave now."""
        repeats, why = False, ""
        try:
            replier = self._registry.replier(reply.source)
            repeats = _may_repeat(replier, reply)
            why = self._ask_again.objection(reply) if repeats and reply.may_leave else ""
            with self._billed(reply):
                found = replier.send(reply) if repeats and reply.may_leave and not why else replier.find(reply)
        except SourceError as error:
            self._mark(partial(self._uncertain, reply, f"it may stand there already; looking for it did not work: {error}"))
        except Exception as error:
            log.exception("deliver reply=%d: looking for it failed", reply.id)
            self._mark(partial(self._uncertain, reply, f"{type(error).__name__} while looking for it: the log of deliver has the details"))
        else:
            if found is None:
                self._mark(partial(self._absent, reply, repeats and not why, why))
            else:
                self._stands(reply, found)

    def _billed(self, reply: OutgoingReply) -> AbstractContextManager[Bill]:
        """What looking for it costs is charged on the way. The sending itself is paid for once it is known to stand there, whoever finds out."""
        return bill.opened(self._database, lambda session: paid.payer(session, reply.id))

    def _after_error(self, reply: OutgoingReply, error: SourceError, session: Session, now: datetime) -> None:
        """What an error of sending means: once more later, not at all, by a person's hand, or nobody knows."""
        again = _again_at(reply, error, now)
        if isinstance(error, OutcomeUnknown | Malformed):
            self._uncertain(reply, str(error), session, now)
        elif isinstance(error, Rejected) and error.by_hand:
            self._by_hand(reply, str(error), session, now)
        elif again is None:
            replies.mark_failed(session, reply.id, reason=str(error), owner=self._owner, now=now)
            log.info("deliver reply=%d result=failed why=%s", reply.id, type(error).__name__)
        else:
            replies.mark_retry(session, reply.id, retry_at=again, reason=str(error), owner=self._owner, now=now)
            log.info("deliver reply=%d result=retry why=%s at=%s", reply.id, type(error).__name__, again.isoformat())

    def _stands(self, reply: OutgoingReply, sent: Sent) -> None:
        """It has been paid for, even if its marking comes to nothing."""
        if sent.costs:
            self._mark(lambda session, now: paid.sent(session, reply.id, sent.costs, now=now))
        self._mark(partial(self._sent, reply, sent))

    def _sent(self, reply: OutgoingReply, sent: Sent, session: Session, now: datetime) -> None:
        replies.mark_sent(session, reply.id, sent, owner=self._owner, settings=self._desk, now=now)
        log.info("deliver reply=%d result=sent", reply.id)

    def _kept_back(self, reply: OutgoingReply, why: str, session: Session, now: datetime) -> None:
        replies.mark_failed(session, reply.id, reason=why, owner=self._owner, now=now)
        log.info("deliver reply=%d result=kept_back", reply.id)

    def _by_hand(self, reply: OutgoingReply, reason: str, session: Session, now: datetime) -> None:
        replies.mark_by_hand(session, reply.id, reason=reason, owner=self._owner, now=now)
        log.info("deliver reply=%d result=by_hand", reply.id)

    def _uncertain(self, reply: OutgoingReply, reason: str, session: Session, now: datetime) -> None:
        replies.mark_uncertain(session, reply.id, reason=reason, owner=self._owner, now=now)
        log.warning("deliver reply=%d result=uncertain", reply.id)

    def _absent(self, reply: OutgoingReply, repeats: bool, why: str, session: Session, now: datetime) -> None:
        replies.mark_absent(session, reply.id, owner=self._owner, now=now, repeats=repeats, why=why)
        log.info("deliver reply=%d result=absent", reply.id)

    def _mark(self, mark: Mark) -> None:
        with self._database.write() as session:
            mark(session, self._database.now())


def _may_repeat(replier: Replier, reply: OutgoingReply) -> bool:
    return replier.may_repeat(reply) if isinstance(replier, RepeatsSome) else replier.idempotent


def deliver_due(database: Database, settings: ListenerSettings, desk: DeskSettings, registry: Registry, *, owner: str) -> int:
    """Send everything that is due and wait for the outcome. How many replies were taken."""
    deliverer = Deliverer(database, settings, desk, registry, owner=owner)
    try:
        taken = total = deliverer.deliver_due()
        while taken:
            deliverer.drain()
            taken = deliverer.deliver_due()
            total += taken
    finally:
        deliverer.close()
    return total


def _again_at(reply: OutgoingReply, error: SourceError, now: datetime) -> datetime | None:
    """When to send a reply again that surely did not go out; None when a person has to do something first."""
    age = now - reply.queued_at
    if isinstance(error, BudgetExhausted):
        return max(error.until, now + SHORTEST_PAUSE) if error.until else None
    if not isinstance(error, RateLimited | Unavailable) or age > GIVE_UP_AFTER:
        return None
    # The pause is the age so far: it doubles from one attempt to the next.
    return max(error.retry_at, now + SHORTEST_PAUSE) if error.retry_at else now + min(max(age, SHORTEST_PAUSE), LONGEST_PAUSE)


def _logged(work: Callable[[L], None], reply: L) -> None:
    """Whatever happens, the reply is not lost: when its lease has run out it is uncertain, and looked for."""
    try:
        work(reply)
    except LeaseLost as error:
        log.warning("deliver reply=%d: %s", reply.id, error)
    except Exception:
        log.exception("deliver reply=%d was not marked, looked for after its lease", reply.id)
