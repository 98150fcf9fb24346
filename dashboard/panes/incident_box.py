"""Beside a case: whether it is one of many, in two clicks."""

import streamlit as st

from dashboard import incident_actions, staff
from dashboard.frame import PAGES, tell
from dashboard.panes import incident_list
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.errors import NotFound
from desk.incidents import incidents
from desk.incidents.incidents import LONGEST_NAME, IncidentDraft, IncidentView
from desk.queue.inbox import CaseView
from storage.words import CaseStatus

GO_TO = "go_to_incident"


def draw(viewer: Viewer, view: CaseView) -> None:
    """The button beside a case's acts."""
    inside = _inside(view)
    if inside is None and view.row.status == CaseStatus.CLOSED:
        return
    with st.popover(text("incident.box_in" if inside else "incident.box"), key="incident_popover"):
        if inside:
            _in(viewer, view, inside)
        else:
            _out(viewer, view, staff.incidents_known())


def _inside(view: CaseView) -> IncidentView | None:
    if view.incident_id is None:
        return None
    with here().database.read() as session:
        try:
            return incidents.view(session, view.incident_id)
        except NotFound:
            return None


def follow() -> None:
    """Go to the incident that was asked for, if any."""
    asked = st.session_state.pop(GO_TO, None)
    if asked is not None:
        st.switch_page(PAGES / "incidents.py", query_params={incident_list.INCIDENT: str(asked)})


def go_to(incident_id: int) -> None:
    """Show this incident in the next run."""
    st.session_state[GO_TO] = incident_id


def _in(viewer: Viewer, view: CaseView, inside: IncidentView) -> None:
    st.text(text("incident.box_inside", name=inside.name))
    st.button(text("incident.box_go"), key="incident_go", type="primary", on_click=go_to, args=(inside.id,))
    st.button(text("incident.box_out"), key="incident_out", on_click=_take_out, args=(viewer.id, inside.id, view.row.id))


def _out(viewer: Viewer, view: CaseView, known: list[IncidentView]) -> None:
    st.text(text("incident.box_why"))
    names = {one.id: one.name for one in known}
    if names:
        key = "incident_box_which"
        if st.session_state.get(key) not in names:
            st.session_state.pop(key, None)
        st.selectbox(text("incident.box_attach"), list(names), format_func=names.__getitem__, key=key)
        st.button(text("incident.box_attach_do"), key="incident_box_attach", on_click=_attach, args=(viewer.id, view.row.id, key))
    key = f"incident_box_name_{view.row.id}"
    st.text_input(text("incident.name"), key=key, max_chars=LONGEST_NAME, placeholder=text("incident.name_hint"))
    st.button(text("incident.box_new"), key="incident_box_new", type="primary", on_click=_begin, args=(viewer.id, view.row.id, key))


def _begin(person_id: int, case_id: int, key: str) -> None:
    result = incident_actions.begin(here(), person_id, IncidentDraft(st.session_state[key]), case_id=case_id)
    tell(result)
    if result.is_done and result.values:
        go_to(result.values["incident"])


def _attach(person_id: int, case_id: int, key: str) -> None:
    tell(incident_actions.attach(here(), person_id, st.session_state[key], [case_id]))


def _take_out(person_id: int, incident_id: int, case_id: int) -> None:
    tell(incident_actions.detach(here(), person_id, incident_id, [case_id]))
