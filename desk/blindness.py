"""Spells in which a feed could not see: failed looks and our own downtime, until the next look that worked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session, aliased

from desk.leases import NEVER_POLLED
from desk.looks import GOOD
from storage.models import Coverage, Feed
from storage.models.sources import FAILED_LOOK
from storage.types import Instant
from storage.words import LookResult

GRACE = timedelta(minutes=5)
"""How late a look may be before the feed counts as not looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """One spell of one feed. `result` is that of the look with which it began."""

    feed: str
    since: datetime
    until: datetime
    result: LookResult


def blind(session: Session, *, scope: int, since: datetime, until: datetime) -> list[Span]:
    """The blind spells of a scope's feeds between two instants, cut to them, in the order in which they began.

    A feed that should have been looked at and was not, with no record of why, is blind, too: nobody was there to write one.
    """
    feeds = session.execute(_feeds(scope)).all()
    looks: dict[int, list[Row[Any]]] = {feed.id: [] for feed in feeds}
    for look in session.execute(_failures(scope, since, until)):
        looks[look.feed_id].append(look)
    spans = [span for feed in feeds for span in _of_feed(session, feed, looks[feed.id], since=since, until=until)]
    return sorted(spans, key=lambda span: (span.since, span.feed))


def _feeds(scope: int) -> Any:
    columns = (Feed.id, Feed.name, Feed.enabled, Feed.source, Feed.next_poll_at, Feed.interval_s)
    return select(*columns).where(_in_scope(scope)).order_by(Feed.id)


def _in_scope(scope: int) -> ColumnElement[bool]:
    if scope == 0:
        return ~Feed.retired
    return Feed.id == scope if scope > 0 else (Feed.brand_id == -scope) & ~Feed.retired


def _failures(scope: int, since: datetime, until: datetime) -> Any:
    """Every failed look of the period with the instant of the look that followed."""
    following = aliased(Coverage)
    after = select(following.at).where(following.feed_id == Coverage.feed_id, following.at > Coverage.at)
    followed_at = after.order_by(following.at).limit(1).correlate(Coverage).scalar_subquery()
    columns = (Coverage.feed_id, Coverage.since, Coverage.at, Coverage.result, followed_at.label("followed_at"))
    began = func.coalesce(Coverage.since, Coverage.at, type_=Instant())
    query = select(*columns).where(FAILED_LOOK, Coverage.at >= since, began < until)
    if scope > 0:
        query = query.where(Coverage.feed_id == scope)
    if scope < 0:
        query = query.where(Coverage.feed_id.in_(select(Feed.id).where(Feed.brand_id == -scope)))
    return query.order_by(Coverage.feed_id, Coverage.at)


def _of_feed(session: Session, feed: Row[Any], failures: Sequence[Row[Any]], *, since: datetime, until: datetime) -> list[Span]:
    found = [Span(feed.name, look.since or look.at, look.followed_at or until, look.result) for look in failures]
    carried = _carried_over(session, feed, since=since, until=until)
    late = _late(feed, until=until)
    spans = [*carried, *sorted(found, key=lambda span: span.since), *late]
    return _joined(replace(s, since=max(s.since, since), until=min(s.until, until)) for s in spans if s.until > since and s.since < until)


def _carried_over(session: Session, feed: Row[Any], *, since: datetime, until: datetime) -> list[Span]:
    """The spell that the period begins in: the last look before it had failed."""
    last = select(Coverage.result).where(Coverage.feed_id == feed.id, Coverage.at < since).order_by(Coverage.at.desc()).limit(1)
    result = session.scalar(last)
    if result is None or result in GOOD:
        return []
    following = select(Coverage.at).where(Coverage.feed_id == feed.id, Coverage.at >= since).order_by(Coverage.at).limit(1)
    return [Span(feed.name, since, session.scalar(following) or until, result)]


def _late(feed: Row[Any], *, until: datetime) -> list[Span]:
    is_asked = feed.enabled and feed.source not in NEVER_POLLED
    is_late = until - feed.next_poll_at > max(GRACE, timedelta(seconds=feed.interval_s))
    return [Span(feed.name, feed.next_poll_at, until, LookResult.BLIND)] if is_asked and is_late else []


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        if found and span.since <= found[-1].until:
            found[-1] = replace(found[-1], until=max(found[-1].until, span.until))
        else:
            found.append(span)
    return found
