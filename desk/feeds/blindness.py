"""Spells in which a feed could not see: failed looks and our own downtime, until the next look that worked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select
from sqlalchemy.orm import Session, aliased

from desk.intake.leases import NEVER_POLLED
from desk.intake.looks import GOOD
from storage.models import Coverage, Feed
from storage.models.sources import FAILED_LOOK
from storage.types import Instant
from storage.words import LookResult

Spell = tuple[datetime, datetime, LookResult, int | None]

GRACE = timedelta(minutes=5)
"""How late a look may be before the feed counts as not looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """One spell of one feed. `result` is that of the look with which it began; `counted`: how many posts were counted in it and not read."""

    feed: str
    since: datetime
    until: datetime
    result: LookResult
    counted: int | None = None


def blind(session: Session, *, scope: int, since: datetime, until: datetime) -> list[Span]:
    """The blind spells of a scope's feeds between two instants, cut to them, in the order in which they began.

    A feed that should have been looked at and was not, with no record of why, is blind, too: nobody was there to write one.
    """
    feeds = session.execute(_feeds(scope, since)).all()
    spells: dict[int, list[Spell]] = {feed.id: _carried_over(feed, until) for feed in feeds}
    for feed_id, began, result, counted, followed_at in session.execute(_failures(scope, since, until)):
        spells[feed_id].append((began, followed_at or until, result, counted))
    found = [span for feed in feeds for span in _of_feed(feed, [*sorted(spells[feed.id]), *_late(feed, until)], since=since, until=until)]
    return sorted(found, key=lambda span: (span.since, span.feed))


def _feeds(scope: int, since: datetime) -> Any:
    """The feeds with their last look before `since`, and the first one after it."""
    before = select(Coverage.result).where(Coverage.feed_id == Feed.id, Coverage.at < since).order_by(Coverage.at.desc())
    after = select(Coverage.at).where(Coverage.feed_id == Feed.id, Coverage.at >= since).order_by(Coverage.at)
    columns = (Feed.id, Feed.name, Feed.enabled, Feed.source, Feed.next_poll_at, Feed.interval_s)
    looks = (
        query.limit(1).correlate(Feed).scalar_subquery().label(name) for query, name in ((before, "last_result"), (after, "next_look_at"))
    )
    return select(*columns, *looks, literal(since, Instant()).label("since")).where(_in_scope(scope)).order_by(Feed.id)


def _in_scope(scope: int) -> ColumnElement[bool]:
    if scope == 0:
        return ~Feed.retired
    return Feed.id == scope if scope > 0 else (Feed.brand_id == -scope) & ~Feed.retired


def _failures(scope: int, since: datetime, until: datetime) -> Any:
    """Every failed look of the period with the instant of the look that followed."""
    following = aliased(Coverage)
    after = select(following.at).where(following.feed_id == Coverage.feed_id, following.at > Coverage.at)
    followed_at = after.order_by(following.at).limit(1).correlate(Coverage).scalar_subquery()
    began = func.coalesce(Coverage.since, Coverage.at, type_=Instant())
    query = select(Coverage.feed_id, began, Coverage.result, Coverage.counted, followed_at).where(
        FAILED_LOOK, Coverage.at >= since, began < until
    )
    if scope > 0:
        query = query.where(Coverage.feed_id == scope)
    if scope < 0:
        query = query.where(Coverage.feed_id.in_(select(Feed.id).where(Feed.brand_id == -scope)))
    return query.order_by(Coverage.feed_id, Coverage.at)


def _carried_over(feed: Row[Any], until: datetime) -> list[Spell]:
    """The spell that the period begins in: the last look before it had failed."""
    if feed.last_result is None or feed.last_result in GOOD:
        return []
    return [(feed.since, feed.next_look_at or until, feed.last_result, None)]


def _late(feed: Row[Any], until: datetime) -> list[Spell]:
    is_asked = feed.enabled and feed.source not in NEVER_POLLED
    is_late = until - feed.next_poll_at > max(GRACE, timedelta(seconds=feed.interval_s))
    return [(feed.next_poll_at, until, LookResult.BLIND, None)] if is_asked and is_late else []


def _of_feed(feed: Row[Any], spells: Sequence[Spell], *, since: datetime, until: datetime) -> list[Span]:
    """Spells that touch are one; it keeps the result with which it began, and the last count: each counts from the last look that read."""
    joined: list[Spell] = []
    for began, ended, result, counted in spells:
        begins, ends = max(began, since), min(ended, until)
        if joined and begins <= joined[-1][1]:
            first, last, kept, before = joined[-1]
            joined[-1] = (first, max(last, ends), kept, before if counted is None else counted)
        elif begins < ends:
            joined.append((begins, ends, result, counted))
    return [Span(feed.name, *spell) for spell in joined]
