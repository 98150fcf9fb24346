"""The end of an incident: what solved it, and what becomes of its cases."""

import streamlit as st

from dashboard import incident_actions
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.incidents import incident_cases, incident_ends
from desk.incidents.incidents import LONGEST_TEXT, IncidentView
from desk.outcomes.resolutions import ResolutionDraft

FIELDS = ("cause", "fix", "evidence")


def draw(viewer: Viewer, view: IncidentView) -> None:
    """Of a closed incident: what solved it, and the acts that are left."""
    if view.is_open:
        return
    with here().database.read() as session:
        told, sizes = incident_ends.to_close(session, view.id), incident_cases.sizes(session, view.id)
    with st.container(border=True, key="incident_over"):
        st.subheader(text("incident.over"), anchor=False)
        st.text(text("incident.resolution", cause=view.cause))
        st.text(text("incident.resolution_fix", fix=view.fix))
        st.text(text("incident.resolution_evidence", evidence=view.evidence))
        if not viewer.may_lead or sizes.waiting + sizes.pending == 0:
            return
        st.text(text("incident.over_tell"))
        with st.container(horizontal=True, gap="small"):
            label, hint = text("incident.over_close", n=told), text("incident.over_close_help")
            st.button(label, key="incident_spare", help=hint, disabled=not told, on_click=_close_told, args=(viewer.id, view.id))
            label = text("incident.over_back", n=sizes.waiting)
            st.button(label, key="incident_give_back", disabled=not sizes.waiting, on_click=_give_back, args=(viewer.id, view.id))


def closing(viewer: Viewer, view: IncidentView) -> None:
    """Of one that goes on: the form that closes it."""
    if not view.is_open or not viewer.may_lead:
        return
    with st.expander(text("incident.close"), icon=":material/check_circle:"):
        st.text(text("incident.close_why"))
        keys = {name: f"incident_end_{name}_{view.id}" for name in FIELDS}
        for name, key in keys.items():
            st.session_state.setdefault(key, getattr(view, name))
            st.text_area(text(f"incident.{name}"), key=key, max_chars=LONGEST_TEXT, height=68)
        st.button(text("incident.close_do"), key="incident_close", type="primary", on_click=_close, args=(viewer.id, view.id, keys))


def _close(person_id: int, incident_id: int, keys: dict[str, str]) -> None:
    draft = ResolutionDraft(**{name: st.session_state[key] for name, key in keys.items()})
    tell(incident_actions.close(here(), person_id, incident_id, draft))


def _close_told(person_id: int, incident_id: int) -> None:
    tell(incident_actions.close_told(here(), person_id, incident_id))


def _give_back(person_id: int, incident_id: int) -> None:
    tell(incident_actions.give_back(here(), person_id, incident_id))
