"""Beside one's initials on every page: whether one is on shift, and the way to another state."""

from collections.abc import Callable

import streamlit as st

from dashboard import parts, shift_actions
from dashboard.actions import Result
from dashboard.format import clock_words
from dashboard.own_zone import zone_of
from dashboard.shift_values import state_mark
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.people import shifts
from desk.people.shifts import ShiftView
from storage.words import Shift

Tell = Callable[[Result], None]

PAGE = "app_pages/shift.py"


def draw(viewer: Viewer, tell: Tell) -> None:
    """Nothing for who does not work on cases. `tell` says what became of it."""
    if not viewer.may_care:
        return
    with here().database.read() as session:
        view = shifts.state_of(session, viewer.id)
    mark = state_mark(view.shift)
    with parts.popover(f"{mark.glyph} {mark.word}", key=f"shift_{view.shift}") as menu:
        if menu.open:
            _ways(viewer, view, tell)


def _ways(viewer: Viewer, view: ShiftView, tell: Tell) -> None:
    st.text(state_words(view, viewer.id))
    st.text(text(f"shift.why.{view.shift}"))
    buttons(viewer, view.shift, tell, where="frame")
    if view.shift is not Shift.OFF:
        st.page_link(PAGE, label=text("shift.hand_over"), icon=":material/forward:")


def state_words(view: ShiftView, person_id: int) -> str:
    if view.since is None:
        return text(f"shift.{view.shift}")
    time = clock_words(view.since, now=here().now(), zone=zone_of(here(), person_id))
    return text("shift.state_since", state=text(f"shift.{view.shift}"), time=time)


def buttons(viewer: Viewer, shift: Shift, tell: Tell, *, where: str) -> None:
    """The ways that lead on from this state, but for its end: that hands over first."""
    if shift is Shift.OFF:
        st.button(text("shift.begin"), key=f"{where}_begin", type="primary", on_click=_begin, args=(viewer.id, tell))
    elif shift is Shift.BREAK:
        st.button(text("shift.resume"), key=f"{where}_begin", type="primary", on_click=_begin, args=(viewer.id, tell))
    else:
        st.button(text("shift.pause"), key=f"{where}_pause", on_click=_pause, args=(viewer.id, tell))


def _begin(person_id: int, tell: Tell) -> None:
    tell(shift_actions.begin(here(), person_id))


def _pause(person_id: int, tell: Tell) -> None:
    tell(shift_actions.pause(here(), person_id))
