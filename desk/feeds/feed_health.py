"""How each feed is doing, in one plain sentence: state, since when, why, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.intake import gaps
from desk.intake.gaps import Open
from desk.intake.leases import NEVER_POLLED, PUSHED
from desk.sources import known
from storage.models import Brand, Coverage, Feed, RollupHour
from storage.words import LookResult, Origin

WHY: Mapping[LookResult, str] = MappingProxyType(
    {
        LookResult.THROTTLED: "the source asked us to wait",
        LookResult.BUDGET_USED_UP: "the budget set for its credential is used up",
        LookResult.CREDIT_USED_UP: "the platform says that the credit is used up",
        LookResult.UNAUTHORIZED: "the credential is missing, wrong or revoked",
        LookResult.REFUSED: "the source refuses the query or the access",
        LookResult.UNAVAILABLE: "the source cannot be reached",
        LookResult.MALFORMED: "what the source sent cannot be read",
        LookResult.BLIND: "Careline was not running",
    }
)
TO_DO: Mapping[LookResult, str] = MappingProxyType(
    {
        LookResult.BUDGET_USED_UP: "raise the budget, or wait",
        LookResult.CREDIT_USED_UP: "buy credit on the platform",
        LookResult.UNAUTHORIZED: "check the secrets of its credential",
        LookResult.REFUSED: "check the query and the access",
        LookResult.MALFORMED: "report it with the details below",
    }
)
QUOTA_USED_UP = "the day's quota is used up"
MORE_QUOTA = "wait until then, look less often, or ask the platform for more"
"""Where calls are counted in units of a free quota: there is nothing to buy."""

BY_ITSELF = "nothing to do, it is tried again"
LATE = timedelta(minutes=2)
"""A feed that nobody has come to for this long after it was due is waiting for the listener."""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One feed as the Feeds page shows it. `left_out_24h`: posts that were counted, not read. `since`: since when it has not worked, None when it works; `words` says all in one sentence."""

    id: int
    name: str
    source: str
    site: str
    kind: str
    query: str
    brand: str
    interval_s: int
    enabled: bool
    origin: Origin
    last_look_at: datetime | None
    last_result: LookResult | None
    words: str
    since: datetime | None
    next_poll_at: datetime
    new_24h: int
    mentions: int
    left_out_24h: int = 0


def health(session: Session, *, now: datetime) -> list[FeedHealth]:
    """Every feed that was not retired, those that fail first."""
    feeds = session.execute(select(Feed, Brand.name).join(Brand, Brand.id == Feed.brand_id).where(~Feed.retired)).all()
    new, left_out = _new_since(session, now - timedelta(hours=24)), _left_out_since(session, now - timedelta(hours=24))
    mentions, unread = _mentions(session), gaps.told(session, now=now)
    rows = [
        _row(feed, brand, new.get(feed.id, 0), mentions.get(feed.id, 0), left_out.get(feed.id, 0), now, unread.get(feed.id, ()))
        for feed, brand in feeds
    ]
    return sorted(rows, key=lambda row: (row.since is None, row.name.lower()))


def failing_since(feed: Feed, *, now: datetime) -> datetime | None:
    """Since when this feed is not looked at with success, though it should be. None when all is well, or nothing is asked of it."""
    if not feed.enabled or feed.retired or feed.source in NEVER_POLLED:
        return None
    if feed.failing_since is not None:
        return feed.failing_since
    return feed.next_poll_at if feed.next_poll_at + LATE < now and not _is_leased(feed, now) else None


def words_of(feed: Feed, *, now: datetime, unread: Sequence[Open] = ()) -> str:
    """The feed's state as a sentence, with what of it was not read: since when, why, and what to do."""
    missed = [gap for gap in unread if gap.is_missed]
    state = _state(feed, now, is_partly_read=any(not gap.is_missed for gap in unread))
    return f"{state} {_missed(missed, now)}" if missed else state


def _missed(missed: Sequence[Open], now: datetime) -> str:
    since, until, why = min(gap.since for gap in missed), max(gap.until for gap in missed), missed[-1].why
    return (
        f"Between {_clock(since, now)} and {_clock(until, now)} posts may be missing: {why}. "
        "Read it from its start: that brings what the source still shows; to miss none, look more often."
    )


def _state(feed: Feed, now: datetime, *, is_partly_read: bool) -> str:
    if feed.source in PUSHED:
        return _delivered(feed, now)
    if feed.source in NEVER_POLLED:
        return "Filled by  careline import: there is nothing to look at."
    if not feed.enabled:
        return "Paused: nobody looks at it until it is resumed."
    since = failing_since(feed, now=now)
    if since is None:
        return _well(feed, now)
    if feed.failing_since is None:
        return f"Due since {_clock(since, now)}, but nobody looked: start the listener with  careline up."
    result = feed.last_result or LookResult.UNAVAILABLE
    detail = f" ({feed.last_detail})" if feed.last_detail else ""
    why, to_do = WHY.get(result, result.value), TO_DO.get(result, BY_ITSELF)
    if result is LookResult.UNAUTHORIZED:
        to_do = known.of(feed.source).no_access or to_do
    if result is LookResult.CREDIT_USED_UP and known.of(feed.source).quota_zone:
        why, to_do = QUOTA_USED_UP, MORE_QUOTA
    return (
        f"{'Read in part only' if is_partly_read else 'Not seen'} since {_clock(since, now)}: {why}{detail}. "
        f"Next look {_clock(feed.next_poll_at, now)}; {to_do}."
    )


def _well(feed: Feed, now: datetime) -> str:
    if feed.last_look_at is None:
        return "Not looked at yet: it is due now."
    found = "something was there" if feed.last_result == LookResult.LOOKED else "nothing new was there"
    note = f" ({feed.last_detail})" if feed.last_detail else ""
    return f"Works: looked {_clock(feed.last_look_at, now)}, {found}{note}."


def _delivered(feed: Feed, now: datetime) -> str:
    """A feed that other programs fill: nobody can tell whether nothing happened there, or nobody sent it."""
    if not feed.enabled:
        return "Paused: deliveries are refused until it is resumed."
    if feed.last_look_at is None:
        return "Waits for its first delivery: docs/webhooks.md says how one is sent."
    is_unread = feed.last_result == LookResult.MALFORMED
    return (
        f"Filled by deliveries: the last one came {_clock(feed.last_look_at, now)}{'; nothing of it could be read' if is_unread else ''}."
    )


def _clock(at: datetime, now: datetime) -> str:
    return f"{at:%H:%M} UTC" if abs(at - now) < timedelta(hours=12) else f"{at:%Y-%m-%d %H:%M} UTC"


def _is_leased(feed: Feed, now: datetime) -> bool:
    return feed.lease_until is not None and feed.lease_until >= now


def _row(feed: Feed, brand: str, new: int, mentions: int, left_out: int, now: datetime, unread: Sequence[Open]) -> FeedHealth:
    return FeedHealth(
        id=feed.id,
        name=feed.name,
        source=feed.source,
        site=feed.site,
        kind=feed.kind,
        query=feed.query,
        brand=brand,
        interval_s=feed.interval_s,
        enabled=feed.enabled,
        origin=feed.origin,
        last_look_at=feed.last_look_at,
        last_result=feed.last_result,
        words=words_of(feed, now=now, unread=unread),
        since=failing_since(feed, now=now),
        next_poll_at=feed.next_poll_at,
        new_24h=new,
        mentions=mentions,
        left_out_24h=left_out,
    )


def _new_since(session: Session, since: datetime) -> dict[int, int]:
    new = select(Coverage.feed_id, func.sum(Coverage.new)).where(Coverage.at >= since).group_by(Coverage.feed_id)
    return {feed_id: int(n) for feed_id, n in session.execute(new)}


def _left_out_since(session: Session, since: datetime) -> dict[int, int]:
    left_out = select(Coverage.feed_id, func.sum(Coverage.left_out)).where(Coverage.at >= since).group_by(Coverage.feed_id)
    return {feed_id: int(n) for feed_id, n in session.execute(left_out)}


def _mentions(session: Session) -> dict[int, int]:
    by_feed = select(RollupHour.scope, func.sum(RollupHour.n)).where(RollupHour.scope > 0).group_by(RollupHour.scope)
    return {scope: int(n) for scope, n in session.execute(by_feed)}
