"""What the Outcomes page shows, as files: its figures, one row each, and the cases behind them. No figure here is about one person."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk import audit
from desk.figures import figure_cases, past_figures, performance
from desk.figures.exports import MAY, Export
from desk.figures.figure_cases import Figure
from desk.figures.performance import EDGES, Cause, Clock, Measure, Outcomes, Spread, Within
from desk.outcomes import declines
from desk.outcomes.declines import RuleCount
from desk.people import people
from storage.models import Person

MOST_NAMED = 1_000
"""Causes in one file: those that spared the most customers."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. Times in whole minutes; `of` and `kept`: how many had a promise, and how many of them were in time. None: not asked of this."""

    figure: str
    part: str
    n: int
    of: int | None = None
    kept: int | None = None
    half_min: int | None = None
    three_quarters_min: int | None = None
    nine_tenths_min: int | None = None
    spared: int | None = None


COLUMNS = ("since", "until", "shown", "clock", *(field.name for field in fields(Line)))


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period, read from one state of the database. `parts`: first answers by the name of a feed or team."""

    ends: Outcomes
    rules: Sequence[RuleCount]
    causes: Sequence[Cause]
    spreads: Mapping[Measure, Spread]
    days: Sequence[tuple[datetime, Spread]]
    steps: Mapping[str, Spread]
    parts: Sequence[tuple[str, str, Spread]]
    left_out: int = 0
    """Cases from before figures were kept, in none of them."""


def read(
    session: Session,
    within: Within,
    *,
    starts: Sequence[datetime],
    names: Mapping[str, Mapping[int, str]],
    clock: Clock,
    by: Person,
) -> Figures:
    """All of it; `starts` are the days or weeks of the period, `names` the feeds and teams to part it by. Raises NotAllowed."""
    people.require(by, MAY)
    days, past = performance.over_time(session, Measure.FRT, within, starts, clock=clock), past_figures.standing(session)
    return Figures(
        ends=performance.outcomes(session, within),
        rules=declines.by_rule(session, within),
        causes=performance.causes(session, within, limit=MOST_NAMED),
        spreads={measure: performance.spread(session, measure, within, clock=clock) for measure in Measure},
        days=list(zip(starts, days, strict=True)),
        steps=performance.steps(session, within),
        left_out=past.left_out if past and past.concerns(within.since) else 0,
        parts=[part for kind, known in names.items() for part in _parts(session, kind, known, within, clock=clock)],
    )


def _parts(session: Session, kind: str, names: Mapping[int, str], within: Within, *, clock: Clock) -> Iterator[tuple[str, str, Spread]]:
    found = performance.parts(session, Measure.FRT, within, clock=clock, by=f"{kind}_id")
    return ((kind, names[number], spread) for number, spread in found.items() if number in names)


def lines(found: Figures) -> Iterator[Line]:
    """The figures in the page's order; names of figures and parts stay the same whatever language the page is read in."""
    ends = found.ends
    yield from (Line("solved", name, n) for name, n in (("held", ends.held), ("early", ends.early), ("came_back", ends.came_back)))
    yield from (Line("outcome", outcome.value, n) for outcome, n in ends.others.items())
    yield from (Line("declined_by_rule", rule.rule, rule.n) for rule in found.rules)
    for measure, spread in found.spreads.items():
        yield _timed(measure.value, "all", spread)
        yield from (Line(f"{measure.value}_minutes", _bar(place), n) for place, n in enumerate(spread.bars))
    yield from (_timed("frt_from", at.isoformat(), spread) for at, spread in found.days)
    yield from (_timed("step", name, spread) for name, spread in found.steps.items())
    yield from (_timed(f"frt_of_{kind}", name, spread) for kind, name, spread in found.parts)
    if found.left_out:
        yield Line("not_counted", "from_before", found.left_out)
    yield from (Line("cause", cause.cause, cause.n, spared=cause.reused) for cause in found.causes)


def rows(found: Figures, within: Within, *, shown: str, clock: Clock) -> Iterator[tuple[object, ...]]:
    """The file's rows, each with what it is of."""
    told = (within.since.isoformat(), within.until.isoformat(), shown, clock.value)
    return ((*told, *astuple(line)) for line in lines(found))


def choose(session: Session, figure: Figure | None, within: Within, *, clock: Clock, by: Person) -> Export:
    """The cases behind one figure, or behind all of the period, the newest first. Raises NotAllowed."""
    people.require(by, MAY)
    ids = array("q", figure_cases.ids(session, figure, within, by=by, clock=clock))
    return Export(ids, by.id, names_authors=bool(people.roles_of(by) & people.CARE))


def record(session: Session, *, what: str, by: Person, now: datetime) -> None:
    """Write down that figures leave, before they do."""
    audit.record(session, "figures_exported", now=now, by=by, shown=what)


def _timed(figure: str, part: str, spread: Spread) -> Line:
    promise = (spread.promised, spread.kept) if spread.promised else (None, None)
    return Line(figure, part, spread.n, *promise, *(_whole(span) for span in (spread.p50, spread.p75, spread.p90)))


def _whole(span: timedelta | None) -> int | None:
    return None if span is None else span // timedelta(minutes=1)


def _bar(place: int) -> str:
    """From where to where a bar reaches, in minutes; no spreadsheet takes this for a date."""
    return f"{EDGES[place]} to {EDGES[place + 1]}" if place + 1 < len(EDGES) else f"from {EDGES[place]}"
