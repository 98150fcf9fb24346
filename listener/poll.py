"""Look at the feeds that are due: lease, fetch, record. The schedule is data on the feed's row; this holds none."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.exc import OperationalError, StatementError

from desk import feeds, ingest
from desk.errors import LeaseLost
from desk.feeds import LeasedFeed
from desk.ingest import Ingested
from desk.post import FeedSpec, Page
from desk.settings import DeskSettings
from listener.pool import Pool
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.source import (
    BudgetExhausted,
    RateLimited,
    Refused,
    SourceError,
    Unauthorized,
    Unavailable,
)
from storage.database import Database
from storage.words import LookResult

log = logging.getLogger(__name__)

ATTEMPTS = 3
MOST_A_RING = 100
"""Fast sources would else keep one ring busy for as long as feeds are due."""

RESULTS: Mapping[type[SourceError], LookResult] = {
    RateLimited: LookResult.THROTTLED,
    Unauthorized: LookResult.UNAUTHORIZED,
    Refused: LookResult.REFUSED,
    Unavailable: LookResult.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of one look. `retry_at`: not before then again, where the source or a failure asks for that."""

    result: LookResult
    new: int = 0
    seen: int = 0
    retry_at: datetime | None = None
    cursor: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A look that did not work, as it is recorded."""

    result: LookResult
    detail: str
    retry_at: datetime | None = None


class Poller:
    """Looks at feeds. Any number of pollers may work on one workspace: each feed is leased by one of them."""

    def __init__(self, database: Database, settings: ListenerSettings, desk: DeskSettings, registry: Registry, *, owner: str) -> None:
        self._database = database
        self._settings = settings
        self._desk = desk
        self._registry = registry
        self._owner = owner
        self._pool = Pool("poll", threads=settings.threads, per_source=settings.per_source)

    def poll_due(self) -> int:
        """Hand due feeds to threads as far as there is room, and return at once. How many were taken."""
        taken = 0
        while taken < MOST_A_RING and (leased := self._lease()):
            for feed in leased:
                self._pool.run(feed.spec.source, partial(self._look_apart, feed))
            taken += len(leased)
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
        self._pool.close()

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
        found = fetched(self._registry, leased.spec, leased.cursor)
        report = self._recorded(leased, found) if isinstance(found, Page) else self._failed(leased, found)
        log.info(
            "poll feed=%d source=%s result=%s new=%d seen=%d ms=%d",
            *(leased.spec.id, leased.spec.source, report.result, report.new, report.seen, (time.monotonic() - started) * 1000),
        )
        return report

    def _recorded(self, leased: LeasedFeed, page: Page) -> PollReport:
        try:
            stored = self._stored(leased, page)
        except OperationalError:
            raise
        except (StatementError, ValueError, TypeError):
            # Nothing of the page was stored and the cursor stands: the feed says so instead of trying it over for ever unseen.
            log.exception("poll feed=%d: its page cannot be stored", leased.spec.id)
            return self._failed(
                leased, Failure(LookResult.MALFORMED, "what the source sent cannot be stored: the listener's log has the details")
            )
        return PollReport(stored.result, stored.new, stored.seen, page.retry_at, page.cursor, page.detail)

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

    def _lease(self) -> list[LeasedFeed]:
        limit, full = self._pool.room(), self._pool.full()
        if not limit:
            return []
        with self._database.write() as session:
            now = self._database.now()
            return feeds.lease_due(session, self._owner, now=now, limit=limit, lease=self._settings.lease, full_sources=full)


def fetched(registry: Registry, feed: FeedSpec, cursor: str | None) -> Page | Failure:
    """What the source says, with no transaction open. Its errors are results; one that it never promised is a result as well."""
    try:
        return registry.source(feed.source).fetch(feed, cursor)
    except SourceError as error:
        return failure_of(error)
    except Exception as error:
        log.exception("poll feed=%d: source %s failed", feed.id, feed.source)
        return Failure(LookResult.MALFORMED, f"{type(error).__name__} while reading: the listener's log has the details")


def failure_of(error: SourceError) -> Failure:
    """The one result that an error of a source is stored as, and until when the feed has to wait where it says so."""
    if isinstance(error, BudgetExhausted):
        return Failure(LookResult.CREDIT_USED_UP if error.vendor else LookResult.BUDGET_USED_UP, str(error), error.until)
    result = next((result for kind, result in RESULTS.items() if isinstance(error, kind)), LookResult.MALFORMED)
    return Failure(result, str(error), getattr(error, "retry_at", None))
