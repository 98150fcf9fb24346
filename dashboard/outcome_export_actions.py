"""Taking the Outcomes page away as files: its figures, and the cases behind them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from dashboard.outcome_view import Asked, asked
from dashboard.table_file import BYTE_ORDER_MARK, lines
from dashboard.workspace import Workspace
from desk.figures import exports, figure_exports
from desk.figures.exports import Export
from desk.figures.performance import Within
from desk.people import people
from desk.queue import choices


def figures(workspace: Workspace, person_id: int, params: Mapping[str, str], *, has_mark: bool) -> str:
    """The file of the figures that the page shows, written down before it leaves. Raises NotAllowed."""
    shown, within, starts = _period(workspace, person_id, params)
    with workspace.database.read() as session:
        by, known = people.active(session, person_id), choices.choices(session)
        names = {"feed": known.feeds, "team": known.teams} if shown.scope == "all" else {}
        found = figure_exports.read(session, within, starts=starts, names=names, clock=shown.clock, by=by)
    with workspace.database.write() as session:
        figure_exports.record(session, what=shown.scope, by=people.active(session, person_id), now=within.until)
    rows: Iterator[tuple[object, ...]] = figure_exports.rows(found, within, shown=_name(shown, known), clock=shown.clock)
    return (BYTE_ORDER_MARK if has_mark else "") + lines(figure_exports.COLUMNS, *rows)


def cases(workspace: Workspace, person_id: int, params: Mapping[str, str]) -> Export:
    """Which cases stand behind the figure that the page lists, or behind all of its figures. Raises NotAllowed."""
    shown, within, _ = _period(workspace, person_id, params)
    with workspace.database.read() as session:
        export = figure_exports.choose(session, shown.show, within, clock=shown.clock, by=people.active(session, person_id))
    with workspace.database.write() as session:
        exports.record(session, export, by=people.active(session, person_id), now=within.until)
    return export


def _period(workspace: Workspace, person_id: int, params: Mapping[str, str]) -> tuple[Asked, Within, list[datetime]]:
    """As the page counts it: by the calendar of whoever looks."""
    shown, now, zone = asked(params), workspace.now(), workspace.locales.of(person_id).zone
    return shown, shown.within(now, zone=zone), shown.starts(now, zone=zone)


def _name(shown: Asked, known: choices.Choices) -> str:
    """What the figures are of, by its name; the word of the address for what is not there any more."""
    kind, _, number = shown.scope.partition("-")
    named = {"brand": known.brands, "feed": known.feeds, "team": known.teams}.get(kind, {})
    return named.get(int(number), shown.scope) if number else shown.scope
