"""A look as far as its credential's budget lets it go on: all of it, a sample, a count, or none at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desk.intake.leases import LeasedFeed
from desk.intake.looks import Unread
from desk.money.call_limits import DaysCalls
from desk.post import Page
from listener.fetching import Failure, failure_of, fetched
from listener.registry import Registry
from listener.source import Counts, SourceError
from storage.words import LookResult, Way

SAMPLE = 10
"""X gives no fewer in one search."""

SELDOM = 4
"""How many times its interval a thinned feed waits."""

COUNTED_EVERY = timedelta(hours=1)
COUNTS_REACH = timedelta(days=7)
AGAIN = timedelta(hours=1)
"""A feed that is passed over is asked about again then at the latest: what brings it back wakes it at once."""


def look(registry: Registry, leased: LeasedFeed, *, now: datetime) -> Page | Failure | tuple[Unread, datetime]:
    """What the source says, with no transaction open; with `Unread` when to look again."""
    if leased.spent is not None:
        return Failure(LookResult.THROTTLED, _spent(leased.spent), leased.spent.anew_at)
    if leased.way is Way.FULL:
        return fetched(registry, leased.spec, leased.cursor)
    if leased.way is Way.THINNED:
        return _sampled(registry, leased, now=now)
    if leased.way is Way.COUNTED:
        return _counted(registry, leased, now=now)
    return Unread("the budget lets nothing of it be read"), now + AGAIN


def _spent(day: DaysCalls) -> str:
    return f"the platform gives this credential {day.most} such calls a day, and today's are spent: the next day's begin at {day.anew_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _sampled(registry: Registry, leased: LeasedFeed, *, now: datetime) -> Page | Failure:
    spec = replace(leased.spec, options={**leased.spec.options, "max_pages": 1, "page_size": SAMPLE, "sample": True})
    found = fetched(registry, spec, leased.cursor)
    if not isinstance(found, Page):
        return found
    again = now + SELDOM * timedelta(seconds=leased.spec.interval_s)
    said = f"the budget lets only a sample be read, up to {SAMPLE} posts a look"
    return replace(found, retry_at=max(again, found.retry_at or again), detail="; ".join(filter(None, (said, found.detail))))


def _counted(registry: Registry, leased: LeasedFeed, *, now: datetime) -> Failure | tuple[Unread, datetime]:
    again = now + max(COUNTED_EVERY, timedelta(seconds=leased.spec.interval_s))
    try:
        source = registry.source(leased.spec.source)
        found = source.count(leased.spec, since=max(leased.unread_since or now, now - COUNTS_REACH)) if isinstance(source, Counts) else None
    except SourceError as error:
        return failure_of(error)
    if found is None:
        return Unread("the budget lets nothing of it be read, and it cannot be counted"), again
    return Unread(f"counted, not read: {found.n} posts", found.n, found.costs, found.limits), again
