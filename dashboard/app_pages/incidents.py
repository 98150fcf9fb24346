"""The page of incidents: what goes on and what is likely, or one incident with its cases, its statements and what was told (`?incident=7`)."""

import streamlit as st

from dashboard import incident_actions
from dashboard.filters import read_number
from dashboard.panes import incident_cases, incident_head, incident_likely, incident_list, incident_over, incident_tell, incident_texts
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here
from desk.errors import NotFound
from desk.incidents import incidents
from desk.incidents.incidents import IncidentView

LOOKED = "incident_looked"


def _found(incident_id: int) -> IncidentView | None:
    with here().database.read() as session:
        try:
            return incidents.view(session, incident_id)
        except NotFound:
            return None


def _all(viewer: Viewer) -> None:
    st.header(text("incident.title"), anchor=False)
    st.text(text("incident.why"))
    with st.container(key="incidents_likely"):
        incident_likely.draw(viewer)
    incident_list.draw(viewer)


def _one(viewer: Viewer, view: IncidentView) -> None:
    if viewer.may_care and view.is_open and st.session_state.get(LOOKED) != view.id:
        st.session_state[LOOKED] = view.id
        incident_actions.look_for_more(here(), viewer.id, view.id)
    incident_head.draw(viewer, view)
    left, right = st.columns([56, 44], gap="large")
    with left:
        incident_cases.draw(viewer, view)
    with right:
        with st.container(key="incident_closed"):
            incident_over.draw(viewer, view)
        incident_texts.draw(viewer, view)
        with st.container(key="incident_telling"):
            incident_tell.draw(viewer, view)
        incident_over.closing(viewer, view)


def _draw(viewer: Viewer) -> None:
    asked = read_number(st.query_params.get(incident_list.INCIDENT))
    if asked is None:
        st.session_state.pop(LOOKED, None)
        _all(viewer)
        return
    view = _found(asked)
    if view is None:
        st.text(text("incident.not_found"))
        st.button(text("incident.back_to_all"), key="incident_all", on_click=incident_list.go, args=(None,))
        return
    _one(viewer, view)


viewer = seen()
if isinstance(viewer, Viewer):
    with st.container(key="incident_page"):
        _draw(viewer)
