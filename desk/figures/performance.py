"""Figures of how cases ended and how long customers waited, over a period: read from two narrow tables, counted by the database.

Nothing here counts what a person handled: there is one share for a person, of what they solved how much held, for themself and for leads.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from desk.errors import NotAllowed
from desk.outcomes.resolutions import CAUSE_UNKNOWN
from desk.people import people
from storage.models import Answer, Ending, Person, Resolution
from storage.words import Outcome

MINUTE = 60
EDGES = (0, 5, 15, 30, 60, 120, 240, 480, 1440, 2880)
"""Where the bars of a distribution begin, in minutes; the last one is open."""

NO_MATTER = (Outcome.DUPLICATE, Outcome.SPAM, Outcome.NO_ACTION)
"""Ends that say nothing about care; they are shown apart."""


STEPS = {"seen": "seen_s", "claimed": "claimed_s", "answered": "answered_s", "closed": "ttr_s"}
"""The steps of a case that ended, and what each took."""


class Measure(StrEnum):
    """What is measured. FRT and NRT from when we saw the post to our answer; TTR from when we saw it to its end, less its pauses."""

    FRT = "frt"
    NRT = "nrt"
    TTR = "ttr"


class Clock(StrEnum):
    """Business hours, or every hour."""

    HOURS = "hours"
    WALL = "wall"


@dataclass(frozen=True, slots=True)
class Within:
    """What figures are of: what happened from `since` up to `until`, narrowed to one brand, feed or team."""

    since: datetime
    until: datetime
    brand_id: int | None = None
    feed_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in whole minutes. `bars`: how many from each of EDGES to the next. Quartiles are None where there is nothing.

    `kept` of `promised` came within what was promised.
    """

    n: int
    p50: timedelta | None
    p75: timedelta | None
    p90: timedelta | None
    bars: tuple[int, ...]
    promised: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How cases ended. Of what was solved: what `held`, what it is too `early` to say of, and what `came_back`, which counts as solved no more.

    `others`: the ends that stand beside it, and those that say nothing about care.
    """

    held: int
    early: int
    came_back: int
    others: Mapping[Outcome, int]

    @property
    def solved(self) -> int:
        return self.held + self.early

    @property
    def judged(self) -> int:
        """Solved cases of which it is known whether they held."""
        return self.held + self.came_back


@dataclass(frozen=True, slots=True)
class Cause:
    """What solved cases of the period: `n` of them, and how many customers it has spared the search in all."""

    resolution_id: int
    cause: str
    fix: str
    n: int
    reused: int


def spread(session: Session, measure: Measure, within: Within, *, clock: Clock) -> Spread:
    """One distribution."""
    return parts(session, measure, within, clock=clock, by=None).get(None) or _spread(Counter(), 0, 0)


def parts(session: Session, measure: Measure, within: Within, *, clock: Clock, by: str | None) -> dict[Any, Spread]:
    """A distribution for each feed, brand or team: `by` is the name of that column, None for one of all."""
    table, seconds, promised, kept = columns(measure, clock)
    return _spreads(session, measure, within, seconds=seconds, key=getattr(table, by) if by else None, promised=promised, kept=kept)


def over_time(session: Session, measure: Measure, within: Within, starts: Sequence[datetime], *, clock: Clock) -> list[Spread]:
    """A distribution for each span that begins at one of these instants, oldest first; the last one ends with the period."""
    table, seconds, promised, kept = columns(measure, clock)
    ladder = [(table.at >= start, place) for place, start in reversed(list(enumerate(starts)))]
    found = _spreads(session, measure, within, seconds=seconds, key=case(*ladder, else_=-1), promised=promised, kept=kept)
    return [found.get(place) or _spread(Counter(), 0, 0) for place in range(len(starts))]


def steps(session: Session, within: Within) -> dict[str, Spread]:
    """The way of a case that ended, by the wall: from posted to seen, then from seen to claimed, to answered and, less pauses, to closed."""
    return {name: _spread(_minutes(session, getattr(Ending, column), stayed(within)), 0, 0) for name, column in STEPS.items()}


def stayed(within: Within) -> ColumnElement[bool]:
    """Endings of the period that say something about care, and that no return of the case took back."""
    return and_(ended(within), Ending.back_at.is_(None), Ending.outcome.not_in(NO_MATTER))


def outcomes(session: Session, within: Within) -> Outcomes:
    """How cases ended in the period. One that came back since counts only as that, and only if it had been solved."""
    held, back = Ending.held_at.is_not(None), Ending.back_at.is_not(None)
    query = select(Ending.outcome, held, back, func.count()).where(ended(within)).group_by(Ending.outcome, held, back)
    counted: Counter[tuple[Outcome, str]] = Counter()
    for outcome, is_held, is_back, n in session.execute(query):
        counted[outcome, "back" if is_back else "held" if is_held else ""] += n
    others: dict[Outcome, int] = {one: counted[one, ""] + counted[one, "held"] for one in Outcome if one is not Outcome.SOLVED}
    solved = {name: counted[Outcome.SOLVED, name] for name in ("held", "", "back")}
    return Outcomes(solved["held"], solved[""], solved["back"], others)


def causes(session: Session, within: Within, *, limit: int = 12) -> list[Cause]:
    """What solved the cases of the period, what spared the most customers first. Unknown causes are listed elsewhere."""
    n = func.count()
    solved = and_(ended(within), Ending.outcome == Outcome.SOLVED, Ending.back_at.is_(None))
    counted = select(Ending.resolution_id, n.label("n")).where(solved).group_by(Ending.resolution_id).subquery()
    query = select(Resolution, counted.c.n).join(counted, counted.c.resolution_id == Resolution.id).where(Resolution.cause != CAUSE_UNKNOWN)
    rows = session.execute(query.order_by(Resolution.reused.desc(), counted.c.n.desc(), Resolution.id.desc()).limit(limit))
    return [Cause(row.id, row.cause, row.fix, found, row.reused) for row, found in rows]


def of_person(session: Session, person_id: int, within: Within, *, by: Person) -> Outcomes:
    """What one person solved, and how much of it held. Raises NotAllowed for anybody but that person and leads."""
    if by.id != person_id:
        people.require(by, people.LEADS)
    elif not by.active:
        raise NotAllowed(f"{by.name} no longer works here")
    held, back = Ending.held_at.is_not(None), Ending.back_at.is_not(None)
    rows = session.execute(select(held, back, func.count()).where(solved_by(person_id, within)).group_by(held, back))
    counted = {"back" if is_back else "held" if is_held else "early": n for is_held, is_back, n in rows}
    return Outcomes(counted.get("held", 0), counted.get("early", 0), counted.get("back", 0), {})


def solved_by(person_id: int, within: Within) -> ColumnElement[bool]:
    """What one person solved in the period, wherever."""
    return and_(Ending.person_id == person_id, Ending.outcome == Outcome.SOLVED, Ending.at >= within.since, Ending.at < within.until)


def bucket(minutes: int) -> int:
    """The place of the bar that a number of minutes belongs to."""
    return sum(minutes >= edge for edge in EDGES) - 1


def columns(measure: Measure, clock: Clock) -> tuple[Any, Any, Any, Any]:
    """The table of a measure, its seconds, and the conditions for a promise and for one that was kept."""
    if measure is Measure.TTR:
        return Ending, Ending.ttr_hours_s if clock is Clock.HOURS else Ending.ttr_s, None, None
    seconds = Answer.hours_s if clock is Clock.HOURS else Answer.wall_s
    return Answer, seconds, Answer.due_at.is_not(None), Answer.at <= Answer.due_at


def measured(measure: Measure, within: Within) -> ColumnElement[bool]:
    """Which rows a measure is taken of. A time to resolution is that of a case which was solved, answered, moved or declined, and stayed so."""
    if measure is Measure.TTR:
        return and_(ended(within), Ending.back_at.is_(None), Ending.outcome.not_in((*NO_MATTER, Outcome.NO_ANSWER)))
    return and_(happened(Answer, within), Answer.is_first if measure is Measure.FRT else ~Answer.is_first)


def ended(within: Within) -> ColumnElement[bool]:
    """Endings of the period."""
    return happened(Ending, within)


def happened(table: Any, within: Within) -> ColumnElement[bool]:
    """Answers or endings of the period."""
    equal = [getattr(table, name) == value for name in ("brand_id", "feed_id", "team_id") if (value := getattr(within, name)) is not None]
    return and_(table.at >= within.since, table.at < within.until, *equal)


def _spreads(session: Session, measure: Measure, within: Within, *, seconds: Any, key: Any, promised: Any, kept: Any) -> dict[Any, Spread]:
    minute = (seconds // MINUTE).label("minute")
    sums = [func.sum(case((one, 1), else_=0)) for one in (promised, kept)] if promised is not None else []
    keys = [key.label("key")] if key is not None else []
    query = select(minute, func.count(), *sums, *keys).where(measured(measure, within), seconds.is_not(None)).group_by(minute, *keys)
    minutes: dict[Any, Counter[int]] = defaultdict(Counter)
    promises: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for row in session.execute(query):
        place = row.key if keys else None
        minutes[place][int(row[0])] += row[1]
        for at in range(len(sums)):
            promises[place][at] += int(row[2 + at] or 0)
    return {place: _spread(counted, *promises[place]) for place, counted in minutes.items()}


def _minutes(session: Session, seconds: Any, where: ColumnElement[bool]) -> Counter[int]:
    minute = (seconds // MINUTE).label("minute")
    rows = session.execute(select(minute, func.count()).where(where, seconds.is_not(None)).group_by(minute))
    return Counter({int(at): n for at, n in rows})


def _spread(minutes: Counter[int], promised: int, kept: int) -> Spread:
    bars = [0] * len(EDGES)
    for at, n in minutes.items():
        bars[bucket(at)] += n
    p50, p75, p90 = (_quantile(minutes, part) for part in (50, 75, 90))
    return Spread(minutes.total(), p50, p75, p90, tuple(bars), promised, kept)


def _quantile(minutes: Mapping[int, int], percent: int) -> timedelta | None:
    """The least number of minutes that so many percent did not exceed."""
    wanted, seen = -(-sum(minutes.values()) * percent // 100), 0
    for at in sorted(minutes):
        seen += minutes[at]
        if seen >= wanted:
            return timedelta(minutes=at)
    return None
