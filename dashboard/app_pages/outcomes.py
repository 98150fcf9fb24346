"""The Outcomes page: how cases ended, whether what solved them held, how long customers waited. Every figure opens its cases.

`?scope=team-2&days=28&clock=wall&show=back` lists one team's cases that had been solved and came back.
"""

from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from dashboard.outcome_view import Asked
from dashboard.panes import outcome_bar, outcome_cases, outcome_ends, outcome_export, outcome_past, outcome_person, outcome_times
from dashboard.panes.outcome_bar import Scopes
from dashboard.panes.outcome_times import Times
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone, seen
from dashboard.workspace import here
from desk.access import name_of
from desk.figures import figure_cases, past_figures, performance
from desk.figures.figure_cases import Figure, FigureCase
from desk.figures.past_figures import Past
from desk.figures.performance import Cause, Measure, Outcomes, Spread, Within
from desk.outcomes import declines, resolutions
from desk.outcomes.declines import RuleCount
from desk.outcomes.resolutions import UnknownCause
from desk.people import people
from desk.queue import choices


@dataclass(frozen=True, slots=True)
class Found:
    """All that one run of the page draws, read from one state of the database."""

    ends: Outcomes
    times: Times
    rules: tuple[RuleCount, ...]
    causes: tuple[Cause, ...]
    unknown: tuple[UnknownCause, ...]
    listed: tuple[FigureCase, ...]
    n_listed: int
    about: str
    figure: Figure | None
    past: Past | None


def _draw(viewer: Viewer) -> None:
    st.header(text("outcomes.title"), anchor=False)
    with here().database.read() as session:
        scopes = Scopes.of(choices.choices(session))
    shown = outcome_bar.read(scopes)
    outcome_bar.draw(shown, scopes)
    within = shown.within(here().now(), zone=clock_zone())
    found = _read(viewer, shown, within, scopes)
    outcome_past.draw(found.past, within)
    if _is_empty(found):
        st.subheader(text("outcomes.empty", days=shown.days), anchor=False)
        st.text(text("outcomes.empty.what"))
    else:
        _whole(viewer, found, shown, within)
    outcome_ends.unknown(viewer, found.unknown)
    outcome_export.draw(viewer, shown)


def _whole(viewer: Viewer, found: Found, shown: Asked, within: Within) -> None:
    if found.figure is not None:
        outcome_cases.draw(found.figure, found.listed, n=found.n_listed, about=found.about)
    outcome_ends.solved(found.ends)
    outcome_ends.others(found.ends, found.rules)
    outcome_times.draw(found.times, shown)
    outcome_ends.causes(found.causes)
    outcome_person.draw(viewer, within)


def _is_empty(found: Found) -> bool:
    ends = found.ends
    counted = ends.solved + ends.came_back + sum(ends.others.values()) + sum(spread.n for spread in found.times.spreads.values())
    return not counted


def _read(viewer: Viewer, shown: Asked, within: Within, scopes: Scopes) -> Found:
    with here().database.read() as session:
        by = people.active(session, viewer.id)
        figure = shown.show if shown.show is not None and figure_cases.may_open(shown.show, by) else None
        listed = figure_cases.cases(session, figure, within, by=by, clock=shown.clock) if figure else []
        return Found(
            ends=performance.outcomes(session, within),
            times=_times(session, shown, within, scopes),
            rules=tuple(declines.by_rule(session, within)),
            causes=tuple(performance.causes(session, within)),
            unknown=tuple(resolutions.unknown(session)),
            listed=tuple(listed),
            n_listed=figure_cases.count(session, figure, within, by=by, clock=shown.clock) if figure else 0,
            about=_about(session, figure),
            figure=figure,
            past=past_figures.standing(session),
        )


def _about(session: Session, figure: Figure | None) -> str:
    """What a figure is about that only a number names."""
    if figure is not None and figure.name == "cause":
        return resolutions.cause_of(session, figure_cases.number_of(figure.value))
    if figure is not None and figure.name == "person":
        return name_of(session, figure_cases.person_of(figure.value)) or ""
    return ""


def _times(session: Session, shown: Asked, within: Within, scopes: Scopes) -> Times:
    starts = shown.starts(here().now(), zone=clock_zone())
    parts: dict[str, tuple[str, Spread]] = {}
    for kind in ("feed", "team") if shown.scope == "all" else ():
        by_id = performance.parts(session, Measure.FRT, within, clock=shown.clock, by=f"{kind}_id")
        named = {f"{kind}-{number}": spread for number, spread in by_id.items()}
        parts |= {scope: (scopes.names[scope], spread) for scope, spread in named.items() if scope in scopes.names}
    return Times(
        spreads={measure: performance.spread(session, measure, within, clock=shown.clock) for measure in Measure},
        starts=starts,
        days=performance.over_time(session, Measure.FRT, within, starts, clock=shown.clock),
        steps=performance.steps(session, within),
        parts=parts,
    )


viewer = seen()
if isinstance(viewer, Viewer):
    _draw(viewer)
