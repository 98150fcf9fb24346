"""Look at the feeds that are due: lease, fetch, record. The schedule is data on the feed's row; this holds none."""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.exc import OperationalError, StatementError

from desk.errors import LeaseLost
from desk.feeds import feeds
from desk.feeds.feeds import LeasedFeed
from desk.intake import ingest, looks
from desk.intake.ingest import Ingested
from desk.intake.looks import Unread
from desk.post import Page
from desk.settings import DeskSettings
from listener import authors, bill, thrift
from listener.bill import Bill
from listener.fetching import Failure, failure_of, fetched
from listener.pool import Pool
from listener.registry import Registry
from listener.settings import ListenerSettings
from storage.database import Database
from storage.words import LookResult

__all__ = ["Failure", "PollReport", "Poller", "failure_of", "fetched"]

log = logging.getLogger(__name__)

ATTEMPTS = 3
MOST_A_RING = 20
"""Fast sources would else keep one ring busy for as long as feeds are due. The looks that end take the rest."""

Found = Page | Failure | tuple[Unread, datetime]


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of one look. `retry_at`: not before then again, where the source or a failure asks for that."""

    result: LookResult
    new: int = 0
    seen: int = 0
    retry_at: datetime | None = None
    cursor: str | None = None
    detail: str = ""


class Poller:
    """Looks at feeds. Any number of pollers may work on one workspace: each feed is leased by one of them."""

    def __init__(self, database: Database, settings: ListenerSettings, desk: DeskSettings, registry: Registry, *, owner: str) -> None:
        self._database = database
        self._settings = settings
        self._desk = desk
        self._registry = registry
        self._owner = owner
        self._pool = Pool("poll", threads=settings.threads, per_source=settings.per_source, freed=self._go_on)
        self._ringing = threading.Lock()
        self._is_asked = self._is_short = self._is_closed = False

    def poll_due(self) -> int:
        """Hand due feeds to threads as far as there is room, and return at once. How many were taken; none while another thread is at it."""
        taken, self._is_asked = 0, True
        # Whoever comes while another thread is at it leaves the flag, and that thread looks once more.
        while self._is_asked and taken < MOST_A_RING and self._ringing.acquire(blocking=False):
            try:
                self._is_asked = False
                taken += self._take()
            finally:
                self._ringing.release()
        return taken

    def poll_one(self, name: str) -> PollReport:
        """Look at one feed now, due or not. Raises NotFound, Invalid while another worker looks at it, LeaseLost."""
        with self._database.write() as session:
            leased = feeds.lease_one(session, name, self._owner, now=self._database.now(), lease=self._settings.lease)
        return self._look(leased)

    def poll_from_start(self, name: str) -> PollReport:
        """Look at one feed as if for the first time: what is known already is stored only once. Raises as `poll_one` does."""
        with self._database.write() as session:
            leased = feeds.lease_one(session, name, self._owner, now=self._database.now(), lease=self._settings.lease)
        return self._look(replace(leased, cursor=None))

    def drain(self) -> None:
        """Wait until the looks in hand have ended."""
        self._pool.drain()

    def close(self) -> None:
        """Take no more feeds and wait for the looks in hand."""
        with self._ringing:
            self._is_closed = True
        self._pool.close()

    def _take(self) -> int:
        taken = 0
        while taken < MOST_A_RING and not self._is_closed and (leased := self._lease()):
            for feed in leased:
                self._pool.run(feed.spec.source, partial(self._look_apart, feed))
            taken += len(leased)
        return taken

    def _go_on(self) -> None:
        """A thread is free: what waited for one is taken now. By the clock's rings alone no more than a handful would be looked at in each."""
        if not self._is_short:
            return
        try:
            self.poll_due()
        except Exception:
            log.exception("due feeds could not be taken, tried again at the next ring")

    def _look_apart(self, leased: LeasedFeed) -> None:
        """A look on a thread of its own: whatever happens, the feed comes back when its lease has run out."""
        try:
            self._look(leased)
        except LeaseLost as error:
            log.warning("poll feed=%d: %s", leased.spec.id, error)
        except Exception:
            log.exception("poll feed=%d was not recorded, looked at again after its lease", leased.spec.id)

    def _look(self, leased: LeasedFeed) -> PollReport:
        started = time.monotonic()
        with bill.opened(self._database, lambda _: leased.payer) as paid, authors.remembered(self._database):
            found = _settled(thrift.look(self._registry, leased, now=self._database.now()), paid)
        report = self._stored_as(leased, found)
        log.info(
            "poll feed=%d source=%s result=%s new=%d seen=%d ms=%d",
            *(leased.spec.id, leased.spec.source, report.result, report.new, report.seen, (time.monotonic() - started) * 1000),
        )
        return report

    def _stored_as(self, leased: LeasedFeed, found: Found) -> PollReport:
        if isinstance(found, Page):
            return self._recorded(leased, found)
        return self._failed(leased, found) if isinstance(found, Failure) else self._passed_over(leased, *found)

    def _recorded(self, leased: LeasedFeed, page: Page) -> PollReport:
        try:
            stored = self._stored(leased, page)
        except OperationalError:
            raise
        except (StatementError, ArithmeticError, ValueError, TypeError):
            # Nothing of the page was stored and the cursor stands: the feed says so instead of trying it over for ever unseen.
            log.exception("poll feed=%d: its page cannot be stored", leased.spec.id)
            return self._failed(
                leased, Failure(LookResult.MALFORMED, "what the source sent cannot be stored: the listener's log has the details")
            )
        cursor = leased.cursor if page.cursor is None else page.cursor
        return PollReport(stored.result, stored.new, stored.seen, page.retry_at, cursor, stored.detail)

    def _stored(self, leased: LeasedFeed, page: Page) -> Ingested:
        """Store a page. A deadlock or a lock that was held too long is tried again: to fetch the page anew may cost money."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._database.write() as session:
                    return ingest.record_page(session, leased, page, settings=self._desk, now=self._database.now())
            except OperationalError:
                if attempt == ATTEMPTS:
                    raise
                log.warning("poll feed=%d: the database did not take its page, tried again", leased.spec.id)
        raise AssertionError("unreachable")

    def _failed(self, leased: LeasedFeed, failure: Failure) -> PollReport:
        with self._database.write() as session:
            again = ingest.record_failure(
                session, leased, result=failure.result, detail=failure.detail, retry_at=failure.retry_at, now=self._database.now()
            )
        return PollReport(failure.result, retry_at=again, cursor=leased.cursor, detail=failure.detail)

    def _passed_over(self, leased: LeasedFeed, unread: Unread, retry_at: datetime) -> PollReport:
        with self._database.write() as session:
            looks.pass_over(session, leased, unread, retry_at=retry_at, now=self._database.now())
        return PollReport(LookResult.BUDGET_USED_UP, retry_at=retry_at, cursor=leased.cursor, detail=unread.detail)

    def _lease(self) -> list[LeasedFeed]:
        limit, full = self._pool.room(), self._pool.full()
        leased = self._leased(limit, full) if limit else []
        self._is_short = bool(full) or len(leased) == limit
        return leased

    def _leased(self, limit: int, full: Sequence[str]) -> list[LeasedFeed]:
        with self._database.write() as session:
            now = self._database.now()
            return feeds.lease_due(session, self._owner, now=now, limit=limit, lease=self._settings.lease, full_sources=full)


def _settled(found: Found, paid: Bill) -> Found:
    """The same without what it cost: that is in the ledger, whatever becomes of the page."""
    if isinstance(found, Page):
        paid.settle(found.costs)
        return replace(found, costs=())
    if isinstance(found, Failure):
        return found
    unread, retry_at = found
    paid.settle(unread.costs)
    return replace(unread, costs=()), retry_at
