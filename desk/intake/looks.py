"""The end of one look at a feed: its one result, what it cost, what it told of the credential, and when to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, literal, update
from sqlalchemy.orm import Session

from desk.errors import LeaseLost, NotFound
from desk.intake.cleaning import plain
from desk.intake.leases import LeasedFeed
from desk.intake.mentions import Catcher
from desk.money import call_limits, ledger
from desk.money.budget import part_of
from desk.money.ledger import Payer
from desk.post import Limits, Page, Spent
from storage.models import Coverage, Feed
from storage.types import Instant
from storage.words import BudgetPart, LookResult

GOOD = frozenset({LookResult.LOOKED, LookResult.EMPTY})
"""The results after which we know what is there."""

CREDENTIAL_WAITS = frozenset({LookResult.THROTTLED, LookResult.BUDGET_USED_UP, LookResult.CREDIT_USED_UP})
"""The results that concern every feed of the credential."""

LONGEST_WAIT = timedelta(hours=1)
LONGEST_DETAIL = 2_000


@dataclass(frozen=True, slots=True)
class Looked:
    """The feed whose look ended, as its row says. `error_count` includes this look; `calls`: of which rate limit of its credential it was."""

    feed_id: int
    brand_id: int
    credential_id: int | None
    interval: timedelta
    error_count: int
    part: BudgetPart = BudgetPart.KEYWORDS
    calls: str = call_limits.WHOLE


@dataclass(frozen=True, slots=True)
class Unread:
    """A look that the budget did not let read anything. `counted`: how many posts there are since the last one that did, where that is known."""

    detail: str
    counted: int | None = None
    costs: tuple[Spent, ...] = ()
    limits: Limits | None = None


def end(session: Session, leased: LeasedFeed, *, result: LookResult, detail: str, now: datetime, **changes: Any) -> Looked:
    """Give the lease back and write the result on the feed, in one statement that holds only while the lease is ours.

    It comes first in its transaction: whoever lost the lease stores nothing. Raises LeaseLost.
    """
    is_good = result in GOOD
    ours = (Feed.id == leased.spec.id) & (Feed.lease_owner == leased.lease_owner)
    ended = (
        update(Feed)
        .where(ours)
        .values(
            lease_owner=None,
            lease_until=None,
            last_look_at=now,
            last_result=result,
            last_detail=plain(detail)[:LONGEST_DETAIL],
            error_count=0 if is_good else Feed.error_count + 1,
            failing_since=None if is_good else func.coalesce(Feed.failing_since, literal(now, Instant())),
            **changes,
        )
    )
    returning = ended.returning(Feed.id, Feed.brand_id, Feed.credential_id, Feed.interval_s, Feed.error_count, Feed.kind, Feed.source)
    row = session.execute(returning.execution_options(synchronize_session=False)).first()
    if row is None:
        raise LeaseLost(f"another worker looks at feed {leased.spec.name} now: nothing was stored")
    return _looked(row)


def of_feed(session: Session, feed_id: int) -> tuple[Looked, Catcher]:
    """A feed that is filled without a lease. Raises NotFound."""
    feed = session.get(Feed, feed_id)
    if feed is None:
        raise NotFound("There is no such feed")
    return _looked(feed), Catcher(feed.id, feed.brand_id, feed.source, feed.site)


def _looked(row: Any) -> Looked:
    calls = call_limits.calls_of(row.source, row.kind)
    interval = timedelta(seconds=row.interval_s)
    return Looked(row.id, row.brand_id, row.credential_id, interval, row.error_count, part_of(row.kind), calls)


def after_page(page: Page, *, interval: timedelta, now: datetime) -> datetime:
    """When to look again after a page that could be read. A look that brought nothing, since a part failed, is not repeated at once."""
    if page.more and (page.posts or not page.unread):
        return max(now, page.retry_at or now)
    return max(now + interval, page.retry_at or now)


def after_failure(*, interval: timedelta, error_count: int, retry_at: datetime | None, now: datetime) -> datetime:
    """When to look again after the `error_count`th failure in a row: when the source said, else later each time, within the hour."""
    if retry_at is not None:
        return max(retry_at, now)
    wait: timedelta = interval * 2 ** min(error_count - 1, 20)
    return now + min(wait, max(LONGEST_WAIT, interval))


def record_costs(session: Session, looked: Looked, costs: Sequence[Spent], *, now: datetime) -> None:
    ledger.enter(session, Payer(looked.credential_id, looked.part, feed_id=looked.feed_id), costs, now=now)


def record_limits(session: Session, looked: Looked, limits: Limits | None) -> None:
    """What the headers said corrects what was reserved; where nothing is left these calls wait for their reset."""
    if looked.credential_id is not None:
        call_limits.note(session, (looked.credential_id, looked.calls), limits)


def hold(session: Session, looked: Looked, result: LookResult, *, until: datetime) -> None:
    """What a look met that does not concern its feed alone: a spent rate limit its kind of calls, a spent budget or credit the whole credential."""
    if looked.credential_id is None or result not in CREDENTIAL_WAITS:
        return
    calls = looked.calls if result is LookResult.THROTTLED else call_limits.WHOLE
    call_limits.hold(session, (looked.credential_id, calls), until=until)


def pass_over(session: Session, leased: LeasedFeed, unread: Unread, *, retry_at: datetime, now: datetime) -> None:
    """The budget let nothing be read: what was counted instead, and when to look again. It holds no other feed of the credential, and no reply.

    Raises LeaseLost.
    """
    used_up = LookResult.BUDGET_USED_UP
    looked = end(session, leased, result=used_up, detail=unread.detail, now=now, next_poll_at=retry_at)
    record_coverage(session, looked, result=used_up, detail=unread.detail, now=now, retry_at=retry_at, counted=unread.counted)
    record_costs(session, looked, unread.costs, now=now)
    record_limits(session, looked, unread.limits)


def record_coverage(session: Session, looked: Looked, *, result: LookResult, detail: str, now: datetime, **other: Any) -> None:
    row = {"feed_id": looked.feed_id, "at": now, "result": result, "detail": plain(detail)[:LONGEST_DETAIL], **other}
    session.execute(insert(Coverage), [row])
