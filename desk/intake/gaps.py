"""What a look did not read: parts that are read later, and posts that it never came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from desk.intake.cleaning import plain, with_zone
from desk.intake.leases import LeasedFeed
from desk.post import Gap, Page, UnreadPart
from storage.dialect import among
from storage.models import CoverageGap

TOLD_FOR = timedelta(days=1)
"""So long posts that may be missing are news; the trend shows them for good."""

LONGEST_PART, LONGEST_WHY = 255, 1_000


@dataclass(frozen=True, slots=True)
class Open:
    """What was not read to this moment. `part`: one of several that a feed asks for; empty where posts may be missing for good."""

    since: datetime
    until: datetime
    why: str
    part: str = ""

    @property
    def is_missed(self) -> bool:
        return not self.part


def record(session: Session, leased: LeasedFeed, page: Page, *, now: datetime) -> None:
    """Write down what a look left unread, and close what it has read in the end."""
    feed_id, since = leased.spec.id, leased.unread_since or now
    _read_in_the_end(session, feed_id, {part.part[:LONGEST_PART] for part in page.unread}, now=now)
    if leased.cursor is None and not page.more and not page.gaps:
        _filled(session, feed_id, page, now=now)
    known = set(session.scalars(select(CoverageGap.part).where(CoverageGap.feed_id == feed_id, CoverageGap.closed_at.is_(None))))
    rows = [_missed(feed_id, gap, since, now) for gap in page.gaps]
    rows += [_unread(feed_id, part, since, now) for part in page.unread if part.part[:LONGEST_PART] not in known]
    if rows:
        session.execute(insert(CoverageGap), rows)


def told(session: Session, *, now: datetime) -> dict[int, list[Open]]:
    """What is to be told of each feed now: its unread parts, and what came to be missing of late."""
    recent = or_(CoverageGap.part != "", CoverageGap.found_at > now - TOLD_FOR)
    found: dict[int, list[Open]] = {}
    for row in session.scalars(select(CoverageGap).where(CoverageGap.closed_at.is_(None), recent).order_by(CoverageGap.id)):
        found.setdefault(row.feed_id, []).append(Open(row.since, row.until, row.why, row.part))
    return found


def missing(session: Session, feed_ids: Sequence[int], *, since: datetime, until: datetime) -> list[tuple[int, datetime, datetime]]:
    """From when to when posts of these feeds may be missing, by feed, as far as it touches a period."""
    open_ones = (CoverageGap.closed_at.is_(None)) & (CoverageGap.part == "") & among(session, CoverageGap.feed_id, list(feed_ids))
    rows = select(CoverageGap.feed_id, CoverageGap.since, CoverageGap.until).where(
        open_ones, CoverageGap.until > since, CoverageGap.since < until
    )
    return [(row.feed_id, row.since, row.until) for row in session.execute(rows.order_by(CoverageGap.since, CoverageGap.id))]


def _missed(feed_id: int, gap: Gap, since: datetime, now: datetime) -> dict[str, Any]:
    until = gap.until or now
    given = {"since": min(gap.since or since, until), "until": until, "part": "", "why": plain(gap.why)[:LONGEST_WHY]}
    return {"feed_id": feed_id, "found_at": now, **given}


def _unread(feed_id: int, part: UnreadPart, since: datetime, now: datetime) -> dict[str, Any]:
    given = {"since": since, "until": now, "part": part.part[:LONGEST_PART], "why": plain(part.why)[:LONGEST_WHY]}
    return {"feed_id": feed_id, "found_at": now, **given}


def _read_in_the_end(session: Session, feed_id: int, still: set[str], *, now: datetime) -> None:
    parts = (CoverageGap.feed_id == feed_id) & CoverageGap.closed_at.is_(None) & (CoverageGap.part != "")
    read = update(CoverageGap).where(parts, CoverageGap.part.not_in(sorted(still))).values(closed_at=now)
    session.execute(read.execution_options(synchronize_session=False))


def _filled(session: Session, feed_id: int, page: Page, *, now: datetime) -> None:
    """A look from the start that came to posts from before a gap has read what lay in it."""
    reaches = min((with_zone(post.posted_at) for post in page.posts if not post.deleted), default=None)
    if reaches is None:
        return
    passed = (CoverageGap.feed_id == feed_id) & CoverageGap.closed_at.is_(None) & (CoverageGap.part == "") & (CoverageGap.since >= reaches)
    session.execute(update(CoverageGap).where(passed).values(closed_at=now).execution_options(synchronize_session=False))
