"""What people do with feeds: add, change, pause, resume, look now, read from the start, retire. A feed of settings.toml is changed there."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.alerts import errands
from desk.errors import Invalid, NotFound
from desk.feeds.feed_health import FeedHealth, health
from desk.feeds.feed_rows import apply, columns_of
from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.feeds.workspace import sync
from desk.intake.leases import NEVER_POLLED, PUSHED, LeasedFeed, lease_due, lease_one, spec_called, spec_of, spec_of_draft
from desk.people import people
from storage.models import Feed, Person
from storage.words import ErrandKind, Origin

__all__ = [
    "AccountPlan",
    "BrandPlan",
    "FeedDraft",
    "FeedHealth",
    "LeasedFeed",
    "WorkspacePlan",
    "add",
    "change",
    "health",
    "lease_due",
    "lease_one",
    "pause",
    "poll_now",
    "read_from_start",
    "resume",
    "retire",
    "spec_called",
    "spec_of",
    "spec_of_draft",
    "sync",
]

SHORTEST_INTERVAL_S = 10
LONGEST_NAME = 80


def add(session: Session, draft: FeedDraft, *, by: Person | None, now: datetime) -> Feed:
    """A new feed; it is due at once. `by` is None for the command line. Raises Invalid for a name that is taken, an unknown brand or credential, an interval too short."""
    if by:
        people.require(by, people.FEEDS)
    _check(session, draft)
    feed = Feed(
        **columns_of(session, draft),
        origin=Origin.BOARD,
        enabled=draft.source not in NEVER_POLLED - PUSHED,
        created_at=now,
        next_poll_at=now,
    )
    session.add(feed)
    session.flush()
    audit.record(session, "feed_added", now=now, by=by, subject=f"feed {feed.id}", name=feed.name, source=feed.source)
    return feed


def change(session: Session, feed_id: int, draft: FeedDraft, *, by: Person, now: datetime) -> Feed:
    """Change a feed of the board. What it caught already stays; another place or kind is read from its start again."""
    people.require(by, people.FEEDS)
    feed = _of_board(session, feed_id)
    _check(session, draft, but=feed_id)
    columns = columns_of(session, draft)
    changed = sorted(name for name, value in columns.items() if getattr(feed, name) != value)
    apply(session, feed, columns, now=now)
    audit.record(session, "feed_changed", now=now, by=by, subject=f"feed {feed_id}", changed=changed)
    return feed


def pause(session: Session, feed_id: int, *, by: Person, now: datetime) -> Feed:
    """Look at it no more until somebody resumes it. A feed of settings.toml can be paused too."""
    return _switch(session, feed_id, enabled=False, by=by, now=now)


def resume(session: Session, feed_id: int, *, by: Person, now: datetime) -> Feed:
    """Look at it again, from where it stopped, at once."""
    return _switch(session, feed_id, enabled=True, by=by, now=now)


def retire(session: Session, feed_id: int, *, by: Person, now: datetime) -> Feed:
    """End a feed of the board for good; its mentions stay, its name stays taken."""
    people.require(by, people.FEEDS)
    feed = _of_board(session, feed_id)
    feed.retired, feed.enabled = True, False
    audit.record(session, "feed_retired", now=now, by=by, subject=f"feed {feed_id}")
    return feed


def poll_now(session: Session, feed_id: int, *, by: Person, now: datetime) -> Feed:
    """Make a feed due at once. Its credential may still have to wait."""
    people.require(by, people.FEEDS)
    feed = _found(session, feed_id)
    if not feed.enabled:
        raise Invalid(f"{feed.name} is paused: resume it first")
    if feed.source in PUSHED:
        raise Invalid(f"{feed.name} is filled by deliveries: there is nothing to look at")
    feed.next_poll_at = min(feed.next_poll_at, now)
    audit.record(session, "feed_poll_now", now=now, by=by, subject=f"feed {feed_id}")
    return feed


def read_from_start(session: Session, feed_id: int, *, by: Person, now: datetime) -> Feed:
    """Have a feed read as if for the first time, as far back as its source still shows: what is known already is stored only once."""
    people.require(by, people.FEEDS)
    feed = _found(session, feed_id)
    if not feed.enabled:
        raise Invalid(f"{feed.name} is paused: resume it first")
    if feed.source in NEVER_POLLED:
        raise Invalid(f"{feed.name} is filled by deliveries: there is nothing to look at")
    errands.ask(session, ErrandKind.BACKFILL, {"feed_id": feed_id}, by=by, now=now, subject=f"feed {feed_id}")
    return feed


def _switch(session: Session, feed_id: int, *, enabled: bool, by: Person, now: datetime) -> Feed:
    people.require(by, people.FEEDS)
    feed = _found(session, feed_id)
    if feed.retired or feed.source in NEVER_POLLED - PUSHED:
        raise Invalid(f"{feed.name} {'was retired' if feed.retired else 'is filled by  careline import: there is nothing to pause'}")
    if feed.enabled == enabled:
        return feed
    # Neither the time out of use nor failures from before it speak of how the feed is now.
    feed.enabled, feed.next_poll_at, feed.error_count, feed.failing_since = enabled, now, 0, None
    audit.record(session, "feed_resumed" if enabled else "feed_paused", now=now, by=by, subject=f"feed {feed_id}")
    return feed


def _check(session: Session, draft: FeedDraft, *, but: int | None = None) -> None:
    name = draft.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A feed needs a name of at most {LONGEST_NAME} characters")
    taken = session.scalar(select(Feed.id).where(func.lower(Feed.name) == name.lower(), Feed.id != (but or 0)))
    if taken is not None:
        raise Invalid(f"There is a feed called {name} already")
    if draft.interval_s < SHORTEST_INTERVAL_S:
        raise Invalid(f"A feed is looked at every {SHORTEST_INTERVAL_S} seconds at most")


def _found(session: Session, feed_id: int) -> Feed:
    feed = session.scalar(select(Feed).where(Feed.id == feed_id).with_for_update().execution_options(populate_existing=True))
    if feed is None:
        raise NotFound("There is no such feed")
    return feed


def _of_board(session: Session, feed_id: int) -> Feed:
    feed = _found(session, feed_id)
    if feed.origin == Origin.SETTINGS:
        raise Invalid(f"{feed.name} stands in settings.toml: change it there")
    if feed.retired:
        raise Invalid(f"{feed.name} was retired")
    return feed
