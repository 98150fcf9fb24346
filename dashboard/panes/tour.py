"""The tour above the queue of the sample, one step at a time; and one line for somebody whose replies a colleague reads."""

from pathlib import Path

import streamlit as st

from dashboard import tour_actions
from dashboard.panes import address
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.people import tour
from desk.people.tour import Step, Tour

GO = "tour_go"
SHIFT_PAGE = Path(__file__).parents[1] / "app_pages" / "shift.py"


def draw(viewer: Viewer) -> None:
    """For who works on cases: the tour in the sample, until it is done or left."""
    if not viewer.may_care:
        return
    if viewer.is_learning:
        with st.container(key="newcomer", horizontal=True, vertical_alignment="center"):
            st.text(text("newcomer.learning"))
            practise()
    if not here().settings.is_sample or viewer.tour_step in {tour.DONE, tour.LEFT}:
        return
    if st.session_state.pop(GO, False):
        st.switch_page(SHIFT_PAGE)
    with st.container(key="tour", horizontal=True, vertical_alignment="center", gap="small"):
        if viewer.tour_step == tour.NEW:
            _offer(viewer)
        else:
            _step(viewer, _standing(viewer))


def practise() -> None:
    """The way to the practice board, where there is one."""
    if here().settings.practice_url:
        st.link_button(text("practice.open"), here().settings.practice_url, help=text("practice.why"), type="tertiary")


def resume(viewer: Viewer) -> None:
    """A way back into it, for who left it."""
    if here().settings.is_sample and viewer.may_care and viewer.tour_step == tour.LEFT:
        st.button(text("tour.resume"), key="tour_resume", on_click=tour_actions.begin, args=(here(), viewer.id))


def _standing(viewer: Viewer) -> Tour:
    with here().database.read() as session:
        return tour.of(session, viewer.id, has_open_case=address.open_case() is not None)


def _offer(viewer: Viewer) -> None:
    st.text(text("tour.offer"))
    st.button(text("tour.begin"), key="tour_begin", type="primary", on_click=tour_actions.begin, args=(here(), viewer.id))
    st.button(text("tour.later"), key="tour_later", type="tertiary", on_click=tour_actions.leave, args=(here(), viewer.id))


def _step(viewer: Viewer, standing: Tour) -> None:
    step = standing.step
    if step is None:
        st.text(text("tour.over"))
        st.button(text("tour.end"), key="tour_end", type="primary", on_click=tour_actions.finish, args=(here(), viewer.id))
        return
    where = text("tour.where", n=list(Step).index(step) + 1, all=len(Step))
    st.text(where, width="content")
    st.text(text(f"tour.{step}"))
    if step is Step.SHIFT:
        st.button(text("tour.open_shift"), key="tour_shift", type="primary", on_click=_open_shift, args=(viewer.id,))
    st.button(text("tour.leave"), key="tour_leave", type="tertiary", on_click=tour_actions.leave, args=(here(), viewer.id))


def _open_shift(person_id: int) -> None:
    tour_actions.saw_shift(here(), person_id)
    st.session_state[GO] = True
