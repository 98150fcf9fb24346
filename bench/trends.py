"""The reads of the Trends page: ninety days by day, a week by hour, of everything, of a brand and of a feed, and what is behind a point."""

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
from desk.figures import trends
from desk.figures.totals import first_hour, totals
from desk.figures.trends import By
from storage.database import Database

PART = "trends"
ROUNDS = 60
TARGET = Target("<=", 50)
ZONE = "Europe/London"
SCOPES = {"everything": 0, "a brand": -1, "the busiest feed": 1}
SPANS: dict[By, timedelta] = {"day": timedelta(days=DAYS), "hour": timedelta(days=7)}


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
        name=f"{dialect}, {mentions:,} mentions: {DAYS} days, p95 of the slowest page",
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
    """What the page offers: days over ninety of them, hours over a week."""
    return {f"{name} by {by}": partial(_page, scope, by) for name, scope in SCOPES.items() for by in SPANS}


def _page(scope: int, by: By, session: Session) -> object:
    """All that one run of the page reads: the period and the one before it, totals, and the hours in which we were blind."""
    since, before = NOW - SPANS[by], NOW - 2 * SPANS[by]
    return (
        trends.compare(session, scope=scope, since=since, until=NOW, by=by, zone=ZONE),
        totals(session, since=since, until=NOW, scope=scope or None),
        totals(session, since=before, until=since, scope=scope or None),
        first_hour(session, scope),
        trends.blind(session, scope=scope, since=since, until=NOW),
    )


def _behind_a_point(session: Session) -> object:
    return trends.mentions_at(session, scope=-1, at=NOW - timedelta(days=30), by="day", zone=ZONE, limit=50)
