"""Which processes live, and how long nobody listened: signs of life, and blind spans of our own making."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from desk.intake.leases import NEVER_POLLED, PUSHED
from storage.dialect import excluded, upsert
from storage.models import Coverage, Feed, Heartbeat
from storage.words import LookResult

ALIVE = timedelta(seconds=30)
"""Three missed beats: a process that has not been heard of for longer is not alive."""

LISTENER = "listen"
"""The process without which nothing is heard."""

PUBLIC = "public"
"""The process without which nothing is delivered to us."""

SHORTEST_DOWNTIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """A process and its last sign of life."""

    process: str
    pid: int
    started_at: datetime
    beat_at: datetime
    detail: str
    is_alive: bool


def beat(session: Session, process: str, *, pid: int, started_at: datetime, now: datetime, detail: str = "") -> None:
    """A sign of life."""
    row = {"process": process, "pid": pid, "started_at": started_at, "beat_at": now, "detail": detail}
    change = {name: excluded(name) for name in row if name != "process"}
    upsert(session, Heartbeat.__table__, [row], key=("process",), change=change)


def processes(session: Session, *, now: datetime) -> list[ProcessHealth]:
    """Every process that has ever shown a sign of life, by name."""
    rows = session.scalars(select(Heartbeat).order_by(Heartbeat.process).execution_options(populate_existing=True))
    return [ProcessHealth(r.process, r.pid, r.started_at, r.beat_at, r.detail, now - r.beat_at <= ALIVE) for r in rows]


def record_own_downtime(session: Session, *, now: datetime, process: str = LISTENER) -> None:
    """Called before the listener, or the process that takes deliveries, starts: since its last sign of life its feeds were blind. Safe to repeat."""
    last = session.scalar(select(Heartbeat.beat_at).where(Heartbeat.process == process))
    if last is None:
        return
    told = select(func.max(Coverage.at)).join(Feed, Feed.id == Coverage.feed_id).where(Coverage.result == LookResult.BLIND)
    known = session.scalar(told.where(_depends_on(process)))
    since = max(last, known) if known else last
    if now - since >= SHORTEST_DOWNTIME:
        record_blind(session, since=since, until=now, process=process)


def record_blind(session: Session, *, since: datetime, until: datetime, process: str = LISTENER) -> None:
    """Nobody listened, or took deliveries, from `since` to `until`: written down for every feed that should have been filled."""
    missed = Feed.enabled & ~Feed.retired & _depends_on(process) & (Feed.created_at < until)
    feeds = session.execute(select(Feed.id, Feed.created_at).where(missed).order_by(Feed.id)).all()
    rows = [
        {
            "feed_id": feed.id,
            "since": max(since, feed.created_at),
            "at": until,
            "result": LookResult.BLIND,
            "detail": "Careline was not running",
        }
        for feed in feeds
    ]
    if rows:
        session.execute(insert(Coverage), rows)


def _depends_on(process: str) -> ColumnElement[bool]:
    """The feeds that are blind without a process."""
    return Feed.source.in_(PUSHED) if process == PUBLIC else Feed.source.not_in(NEVER_POLLED)
