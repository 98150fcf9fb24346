"""The cases behind a figure: each number on the Outcomes page opens them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, select, union_all
from sqlalchemy.orm import Session

from desk.errors import NotAllowed
from desk.figures import performance
from desk.figures.performance import EDGES, MINUTE, Clock, Measure, Within, columns, ended, happened, measured
from desk.people import people
from storage.models import Answer, Case, Ending, Person
from storage.words import Outcome

LATE = "late"
LONGEST = 15
NAMES = ("held", "early", "back", "outcome", "rule", "cause", "step", "span", "person", *Measure)
JUDGED = ("held", "back")
"""What can be said of what somebody solved."""

LAST = 253_402_300_799
"""The last second that a date can tell."""

Rows = tuple[Any, ColumnElement[bool], Any]
"""A table, which of its rows, and the column of their seconds where it has one."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Which figure: `name` is one of NAMES; `value` the outcome, the rule, the resolution, the place of a bar, `late`, or the step.

    Of a `span`, whose first answers it is, `value` is its begin and end in seconds, of a `person` their number and one of JUDGED: see `span` and
    `person`.
    """

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class FigureCase:
    """A case behind a figure. `at`: when it ended or was answered; `seconds`: how long that took, None where the figure is no time."""

    id: int
    author: str
    source: str
    preview: str
    outcome: Outcome | None
    at: datetime
    seconds: int | None
    abusive: bool = False


def span(since: datetime, until: datetime) -> Figure:
    """The first answers between two instants: one point of the line over time."""
    return Figure("span", f"{int(since.timestamp())}-{int(until.timestamp())}")


def person(person_id: int, judged: str) -> Figure:
    """What one person solved, as far as it held or came back."""
    return Figure("person", f"{person_id}-{judged}")


def span_of(value: str) -> tuple[datetime, datetime]:
    """The instants that an address names; an empty span for anything else."""
    since, until = (min(max(number_of(part), 0), LAST) for part in _two(value))
    return datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)


def person_of(value: str) -> int:
    """Whom an address names; -1, whom there is not, for anything else."""
    return number_of(_two(value)[0])


def may_open(figure: Figure, reader: Person) -> bool:
    """What one person solved is for them and for leads."""
    return figure.name != "person" or reader.id == person_of(figure.value) or bool(people.roles_of(reader) & people.LEADS)


def count(session: Session, figure: Figure, within: Within, *, by: Person, clock: Clock = Clock.HOURS) -> int:
    """How many rows the figure has; a case may stand behind several answers. Raises NotAllowed."""
    _require(figure, by)
    table, condition, _ = _rows(figure, within, clock)
    query = select(func.count()).select_from(table).where(condition)
    if figure.name == "rule":
        query = query.join(Case, Case.id == table.case_id)
    return session.scalar(query) or 0


def cases(session: Session, figure: Figure, within: Within, *, by: Person, clock: Clock = Clock.HOURS, limit: int = 50) -> list[FigureCase]:
    """The newest of them. Raises NotAllowed; a figure that there is not has none."""
    _require(figure, by)
    table, condition, seconds = _rows(figure, within, clock)
    shown = (Case.id, Case.author_name, Case.source, Case.preview, Case.outcome, table.at, Case.abusive)
    query = select(*shown, *([seconds] if seconds is not None else [])).join(Case, Case.id == table.case_id).where(condition)
    rows = session.execute(query.order_by(table.at.desc(), table.id.desc()).limit(limit))
    return [_line(tuple(row)) for row in rows]


def ids(session: Session, figure: Figure | None, within: Within, *, by: Person, clock: Clock = Clock.HOURS) -> list[int]:
    """The cases behind a figure, or behind all of the period, each once, those of the newest answers and ends first. Raises NotAllowed."""
    _require(figure, by)
    if figure is None:
        both = [select(table.case_id, table.at).where(happened(table, within)) for table in (Ending, Answer)]
        found = union_all(*both).subquery()
        case_id, at, query = found.c.case_id, found.c.at, select(found.c.case_id)
    else:
        table, condition, _ = _rows(figure, within, clock)
        case_id, at, query = table.case_id, table.at, select(table.case_id).join(Case, Case.id == table.case_id).where(condition)
    return list(session.scalars(query.group_by(case_id).order_by(func.max(at).desc(), case_id.desc())))


def number_of(value: str) -> int:
    """The number that an address names; -1, which nothing has, for anything else and for more than a database can count to."""
    return int(value) if value.isdecimal() and len(value) <= LONGEST else -1


def place_of(value: str) -> int:
    """The bar that an address names; the first one for a bar that there is not."""
    return found if 0 <= (found := number_of(value)) < len(EDGES) else 0


def _require(figure: Figure | None, by: Person) -> None:
    people.require(by, people.READ)
    if figure is not None and not may_open(figure, by):
        raise NotAllowed("What one person solved is for them and for leads")


def _two(value: str) -> tuple[str, str]:
    first, _, second = value.partition("-")
    return first, second


def _line(row: tuple[Any, ...]) -> FigureCase:
    case_id, author, source, preview, outcome, at, abusive, *seconds = row
    return FigureCase(case_id, author, source, preview, outcome, at, seconds[0] if seconds else None, abusive)


def _rows(figure: Figure, within: Within, clock: Clock) -> Rows:
    if figure.name in set(Measure):
        return _of_measure(Measure(figure.name), figure.value, within, clock)
    if figure.name in OWN_WAY:
        return OWN_WAY[figure.name](figure.value, within, clock)
    stands, solved = Ending.back_at.is_(None), Ending.outcome == Outcome.SOLVED
    conditions: dict[str, tuple[ColumnElement[bool], ...]] = {
        "held": (solved, stands, Ending.held_at.is_not(None)),
        "early": (solved, stands, Ending.held_at.is_(None)),
        "back": (solved, Ending.back_at.is_not(None)),
        "outcome": (stands, Ending.outcome == next((one for one in Outcome if one == figure.value), None)),
        "rule": (stands, Ending.outcome == Outcome.DECLINED, Case.declined_rule == figure.value),
        "cause": (stands, solved, Ending.resolution_id == number_of(figure.value)),
    }
    return Ending, and_(ended(within), *conditions[figure.name]), None


def _of_measure(measure: Measure, value: str, within: Within, clock: Clock) -> Rows:
    table, seconds, promised, kept = columns(measure, clock)
    if value == LATE and promised is not None:
        return table, and_(measured(measure, within), promised, ~kept), seconds
    place = place_of(value)
    top = [seconds < EDGES[place + 1] * MINUTE] if place + 1 < len(EDGES) else []
    return table, and_(measured(measure, within), seconds >= EDGES[place] * MINUTE, *top), seconds


def _of_step(value: str, within: Within, clock: Clock) -> Rows:
    """By all hours, whatever the page shows: as the steps are told."""
    del clock
    if value not in performance.STEPS:
        return Ending, false(), None
    seconds = getattr(Ending, performance.STEPS[value])
    return Ending, and_(performance.stayed(within), seconds.is_not(None)), seconds


def _of_span(value: str, within: Within, clock: Clock) -> Rows:
    table, seconds, _, _ = columns(Measure.FRT, clock)
    since, until = span_of(value)
    return table, and_(measured(Measure.FRT, within), table.at >= since, table.at < until, seconds.is_not(None)), seconds


def _of_person(value: str, within: Within, clock: Clock) -> Rows:
    del clock
    judged = {"held": and_(Ending.back_at.is_(None), Ending.held_at.is_not(None)), "back": Ending.back_at.is_not(None)}
    return Ending, and_(performance.solved_by(person_of(value), within), judged.get(_two(value)[1], false())), None


OWN_WAY: Mapping[str, Callable[[str, Within, Clock], Rows]] = {"step": _of_step, "span": _of_span, "person": _of_person}
"""Figures that have conditions of their own."""
