"""Spells in which a feed could not see: failed looks and our own downtime, until the next look that worked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select
from sqlalchemy.orm import Session, aliased

from desk.feeds.health import PUBLIC
from desk.intake import gaps
from desk.intake.leases import NEVER_POLLED, PUSHED
from desk.intake.looks import GOOD
from storage.models import Coverage, Feed, Heartbeat
from storage.models.sources import FAILED_LOOK
from storage.types import Instant
from storage.words import LookResult

Spell = tuple[datetime, datetime, LookResult, int | None]

GRACE = timedelta(minutes=5)
"""How late a look may be before the feed counts as not looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """One spell of one feed. `result` is that of the look with which it began; `counted`: how many posts were counted in it and not read.

    `is_read_late`: the look that ended it went on from where the last good one had ended, and came to all of it. `is_missed`: looks worked, but
    could not come to all posts of it any more; those may be missing for good.
    """

    feed: str
    since: datetime
    until: datetime
    result: LookResult
    counted: int | None = None
    is_read_late: bool = False
    is_missed: bool = False


def blind(session: Session, *, scope: int, since: datetime, until: datetime) -> list[Span]:
    """The blind spells of a scope's feeds between two instants, cut to them, in the order in which they began.

    A feed that should have been looked at and was not, with no record of why, is blind, too: nobody was there to write one.
    """
    feeds = session.execute(_feeds(scope, since)).all()
    spells: dict[int, list[Spell]] = {feed.id: _carried_over(feed, until) for feed in feeds}
    pushed = {feed.id for feed in feeds if feed.source in PUSHED}
    for feed_id, began, at, result, counted, followed_at in session.execute(_failures(scope, since, until)):
        # Who delivers may be silent for days: there our own return ends the spell.
        spells[feed_id].append((began, at if feed_id in pushed else followed_at or until, result, counted))
    silent = _silence(session, until) if pushed else []
    missed: dict[int, list[tuple[datetime, datetime]]] = {feed.id: [] for feed in feeds}
    for feed_id, began, ended in gaps.missing(session, list(missed), since=since, until=until):
        missed[feed_id].append((began, ended))
    found = [
        span
        for feed in feeds
        for span in _seen_of(feed, [*sorted(spells[feed.id]), *_late(feed, until, silent)], missed[feed.id], since=since, until=until)
    ]
    return sorted(found, key=lambda span: (span.since, span.feed, span.is_missed))


def _silence(session: Session, until: datetime) -> list[Spell]:
    """How long the process that takes deliveries has shown no sign of life."""
    last = session.scalar(select(Heartbeat.beat_at).where(Heartbeat.process == PUBLIC))
    return [(last, until, LookResult.BLIND, None)] if last is not None and until - last > GRACE else []


def _seen_of(
    feed: Row[Any], spells: Sequence[Spell], missed: Sequence[tuple[datetime, datetime]], *, since: datetime, until: datetime
) -> list[Span]:
    """A feed's spells, told apart by whether a later look has read them, and what may be missing."""
    found = []
    for span in _of_feed(feed, spells, since=since, until=until):
        is_lost = any(began < span.until and ended > span.since for began, ended in missed)
        # What could not be read is behind the place from which later looks go on.
        is_ended = span.until < until and feed.source not in PUSHED and span.result is not LookResult.MALFORMED
        found.append(replace(span, is_read_late=is_ended and not is_lost))
    cut = [(max(began, since), min(ended, until)) for began, ended in missed]
    return found + [Span(feed.name, *times, LookResult.LOOKED, is_missed=True) for times in cut if times[0] < times[1]]


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
    query = select(Coverage.feed_id, began, Coverage.at, Coverage.result, Coverage.counted, followed_at).where(
        FAILED_LOOK, Coverage.at >= since, began < until
    )
    if scope > 0:
        query = query.where(Coverage.feed_id == scope)
    if scope < 0:
        query = query.where(Coverage.feed_id.in_(select(Feed.id).where(Feed.brand_id == -scope)))
    return query.order_by(Coverage.feed_id, Coverage.at)


def _carried_over(feed: Row[Any], until: datetime) -> list[Spell]:
    """The spell that the period begins in: the last look before it had failed."""
    if feed.last_result is None or feed.last_result in GOOD or feed.source in PUSHED:
        return []
    return [(feed.since, feed.next_look_at or until, feed.last_result, None)]


def _late(feed: Row[Any], until: datetime, silent: list[Spell]) -> list[Spell]:
    if feed.source in PUSHED:
        return silent if feed.enabled else []
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
