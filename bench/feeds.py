"""A hundred and a thousand feeds on one process at their intervals: how late each look begins, what it costs, and what the process weighs."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import process_time

import httpx
from sqlalchemy import func, select

from bench import processes
from bench.feeds_server import ENTRIES
from bench.figures import Figure, Target, percentile, spread
from bench.places import SQLITE, Places
from storage.database import Database
from storage.models import Brand, Coverage, Feed, Mention
from storage.words import BrandKind, LookResult, Origin

PART = "feeds"
FEW, MANY = 100, 1_000
INTERVAL = timedelta(seconds=60)
WARM_UP = timedelta(seconds=65)
"""The first look at each feed brings all of it; what is measured comes behind that."""

LASTS = timedelta(seconds=60)
LATE = Target("<=", 1)
GROWTH = Target("<=", 1.0)
__all__ = ["ENTRIES", "SMALL", "Looks", "Run", "figures", "looks_of", "measuring", "run"]

BARE_CALLS = 200
BARE = 1_000_000
"""Where the numbers of the bare calls begin, so that they are no feed's."""


@dataclass(frozen=True, slots=True)
class Run:
    """How long the parts of a measurement take; a small one is over in seconds."""

    interval: timedelta = INTERVAL
    warm_up: timedelta = WARM_UP
    lasts: timedelta = LASTS


SMALL = Run(timedelta(seconds=4), timedelta(seconds=4), timedelta(seconds=5))


@dataclass(frozen=True, slots=True)
class Looks:
    """What one run showed. `late`: seconds by which each look began after its time; `bad`: results other than a page or nothing new."""

    late: Sequence[float]
    polls: int
    a_second: float
    cpu_ms: float
    memory: processes.Memory
    mentions: int
    bad: Mapping[str, int] = field(default_factory=dict)


def run(places: Places) -> Iterator[Figure]:
    """Half of the feeds are forums' RSS, half searches of Hacker News."""
    for dialect in places.dialects:
        with measuring() as (address, log):
            bare = _bare_call_ms(address)
            looks = {}
            for feeds in (FEW, MANY) if dialect == SQLITE else (MANY,):
                with places.empty(dialect) as database:
                    looks[feeds] = looks_of(database, feeds, address, log, Run())
                yield from figures(dialect, feeds, looks[feeds], bare)
            if FEW in looks:
                yield _growth(dialect, looks)


@contextmanager
def measuring() -> Iterator[tuple[str, Path]]:
    """The web server in a process of its own: its address, and the file of its requests."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "requests.log"
        arguments = [sys.executable, "-m", "bench.feeds_server", str(log)]
        with subprocess.Popen(arguments, cwd=processes.ROOT, stdout=subprocess.PIPE, text=True) as server:
            try:
                yield f"http://127.0.0.1:{server.stdout.readline().strip() if server.stdout else ''}", log
            finally:
                processes.end(server)


def looks_of(database: Database, feeds: int, address: str, log: Path, how: Run) -> Looks:
    """Let the listener work in a process of its own, and compare when it asked with when it was to ask."""
    start = _plan(database, feeds, address, how)
    since = start + how.warm_up
    with ExitStack() as opened:
        process = opened.enter_context(processes.started(["-m", "bench.feeds_listener", database.url], log=log.with_name("listener.log")))
        _wait_until(since)
        used = processes.cpu_seconds(process.pid)
        _wait_until(since + how.lasts)
        used, end = processes.cpu_seconds(process.pid) - used, datetime.now(UTC)
        memory = processes.memory(process.pid)
    late = _late(database, _asked(log), how, since=since, until=end)
    with database.read() as session:
        ended = session.execute(
            select(Coverage.result, func.count()).where(Coverage.at.between(since, end)).group_by(Coverage.result)
        ).all()
        mentions = session.scalar(select(func.count()).select_from(Mention)) or 0
    told = {row[0]: row[1] for row in ended}
    bad = {str(result): n for result, n in told.items() if result not in {LookResult.LOOKED, LookResult.EMPTY}}
    polls = sum(told.values())
    return Looks(late, polls, polls / how.lasts.total_seconds(), used / max(polls, 1) * 1000, memory, mentions, bad)


def figures(dialect: str, feeds: int, looks: Looks, bare_ms: float) -> Iterator[Figure]:
    """The delay, the processor's time and the memory of one run."""
    name = f"{dialect}, {feeds:,} feeds"
    note = ", ".join(f"{n} looks {result}" for result, n in looks.bad.items())
    told = spread(looks.late)
    beside = {**told, "looks/s": looks.a_second, "mentions": float(looks.mentions)}
    yield Figure(PART, f"{name}: a look begins after its time, p95", beside.pop("p95"), "s", len(looks.late), LATE, beside, note)
    yield Figure(PART, f"{name}: processor's time of a look", looks.cpu_ms, "ms", looks.polls, beside={"a bare call of httpx, ms": bare_ms})
    yield Figure(PART, f"{name}: memory", looks.memory.resident, "MB", beside={"share": looks.memory.share})


def _growth(dialect: str, looks: Mapping[int, Looks]) -> Figure:
    """Ten times the feeds cost no more than ten times as much: of a look and of memory for each feed."""
    few, many = looks[FEW], looks[MANY]
    beside = {"ms a look": few.cpu_ms, "then": many.cpu_ms, "MB": few.memory.resident, "MB then": many.memory.resident}
    times = max(many.cpu_ms / few.cpu_ms, many.memory.resident / few.memory.resident / (MANY / FEW))
    return Figure(PART, f"{dialect}: cost of {MANY:,} feeds, times that of {FEW} for each feed", times, "", 2, GROWTH, beside)


def _plan(database: Database, feeds: int, address: str, how: Run) -> datetime:
    """Feeds whose first looks are spread over their interval; the instant from which on they are due."""
    start = datetime.now(UTC) + timedelta(seconds=2)
    with database.write() as session:
        session.add(Brand(id=1, name="Acme", kind=BrandKind.OWN))
        session.flush()
        for number in range(1, feeds + 1):
            source, place = ("rss", "rss") if number % 2 else ("hackernews", "hn")
            options = {"url": f"{address}/{place}/{number}", "allow_loopback": True}
            due = start + how.interval * (number / feeds)
            feed = Feed(id=number, name=f"feed {number}", source=source, query="acme", brand_id=1, options=options, origin=Origin.BOARD)
            feed.interval_s, feed.created_at, feed.next_poll_at = int(how.interval.total_seconds()), start, due
            session.add(feed)
    return start


def _late(database: Database, asked: Mapping[int, Sequence[float]], how: Run, *, since: datetime, until: datetime) -> list[float]:
    """Each look is due an interval after the one before was stored. One that was due and has not begun is as late as it is by now."""
    with database.read() as session:
        rows = session.execute(select(Coverage.feed_id, Coverage.at).order_by(Coverage.at)).all()
    stored = defaultdict[int, list[float]](list)
    for feed_id, at in rows:
        stored[feed_id].append(at.timestamp())
    late = []
    for feed_id, instants in stored.items():
        dues = [at + how.interval.total_seconds() for at in instants]
        begun = [*asked[feed_id][1:], *([until.timestamp()] * len(dues))]
        pairs = zip(dues, begun, strict=False)
        late += [began - due for due, began in pairs if since.timestamp() <= due <= until.timestamp()]
    return late


def _asked(log: Path) -> dict[int, list[float]]:
    found = defaultdict[int, list[float]](list)
    for line in log.read_text(encoding="utf-8").splitlines():
        at, feed = line.split()
        found[int(feed)].append(float(at))
    log.write_text("", encoding="utf-8")
    return found


def _bare_call_ms(address: str) -> float:
    """The client alone, a connection for each call as the listener makes them; processor's time."""
    verified = httpx.create_ssl_context()
    used = []
    for number in range(BARE_CALLS):
        started = process_time()
        with httpx.Client(verify=verified) as client:
            client.get(f"{address}/rss/{BARE + number}").raise_for_status()
        used.append((process_time() - started) * 1000)
    return percentile(used, 0.5)


def _wait_until(instant: datetime) -> None:
    Event().wait(max(0.0, (instant - datetime.now(UTC)).total_seconds()))
