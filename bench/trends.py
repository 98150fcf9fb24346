"""The reads of the Trends page over ninety days: by day and by hour, of everything, of a brand and of a feed, and what is behind a point."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median

from sqlalchemy.orm import Session

from bench import profiles
from bench.figures import Figure, Target, percentile, spread
from bench.fill import DAYS, NOW
from bench.places import Places
from bench.reads import Read, timed
from desk import trends
from desk.trends import By
from storage.database import Database

PART = "trends"
ROUNDS = 60
TARGET = Target("<=", 50)
ZONE = "Europe/London"
SCOPES = {"everything": 0, "a brand": -1, "the busiest feed": 1}
SINCE = NOW - timedelta(days=DAYS)


def run(places: Places) -> Iterator[Figure]:
    """Each database with all its mentions."""
    for dialect in places.dialects:
        with places.filled(dialect) as database:
            yield from _figures(database, dialect, places.mentions)


def _figures(database: Database, dialect: str, mentions: int) -> Iterator[Figure]:
    charts = timed(database, _charts(), rounds=ROUNDS)
    slowest = max(charts, key=lambda read: percentile(read.milliseconds, 0.95))
    figure = Figure(
        part=PART,
        name=f"{dialect}, {mentions:,} mentions: {DAYS} days, p95 of the slowest chart",
        value=percentile(slowest.milliseconds, 0.95),
        unit="ms",
        samples=ROUNDS,
        target=TARGET,
        beside={chart.name: median(chart.milliseconds) for chart in charts},
        note=f"the slowest: {slowest.name}",
    )
    if not figure.is_met:
        chart = _charts()[slowest.name]
        figure = replace(figure, profile=profiles.write(f"trends-{dialect}", lambda: timed(database, {"": chart}, rounds=10)))
    yield figure
    for read in timed(database, {"mentions behind a point": _behind_a_point}, rounds=ROUNDS):
        told = spread(read.milliseconds)
        yield Figure(PART, f"{dialect}: {read.name}, p95", told.pop("p95"), "ms", samples=ROUNDS, beside=told)


def _charts() -> dict[str, Read]:
    return {f"{name} by {by}": partial(_chart, scope, by) for name, scope in SCOPES.items() for by in ("day", "hour")}


def _chart(scope: int, by: By, session: Session) -> object:
    """As the page draws it: the period, the one before it, and the hours in which we were blind."""
    period = trends.compare(session, scope=scope, since=SINCE, until=NOW, by=by, zone=ZONE)
    return period, trends.blind(session, scope=scope, since=SINCE, until=NOW)


def _behind_a_point(session: Session) -> object:
    return trends.mentions_at(session, scope=-1, at=NOW - timedelta(days=30), by="day", zone=ZONE, limit=50)
