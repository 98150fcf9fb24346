"""The head of an incident: how it stands, who owns it, what is known, and the two stops of a lead beside it."""

import streamlit as st

from dashboard import incident_actions
from dashboard.format import clock_words, plain
from dashboard.frame import tell
from dashboard.panes import incident_list, stops
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.incidents import incident_cases
from desk.incidents.incidents import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, IncidentDraft, IncidentView
from desk.people import people
from desk.queue import choices

NOBODY = 0


def draw(viewer: Viewer, view: IncidentView) -> None:
    with here().database.read() as session:
        sizes = incident_cases.sizes(session, view.id)
    words, colour = incident_list.state_words(view)
    st.button(
        text("incident.back_to_all"),
        key="incident_all",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=incident_list.go,
        args=(None,),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="incident_head"):
        st.header(plain(view.name), anchor=False, width="content")
        st.badge(plain(words), color=colour)
        incident_list.badges(sizes)
    since = clock_words(view.opened_at, now=here().now(), zone=clock_zone())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(text("incident.since", time=since, person=view.opened_by), width="content")
        st.text(text("incident.owned", person=view.owner or text("incident.owner_none")), width="content")
        with st.container(key="incident_unowned", width="content"):
            if viewer.may_lead and view.is_open and view.owner_id is None:
                st.button(text("incident.take"), key="incident_take", type="primary", on_click=_take, args=(viewer.id, view))
        if viewer.may_lead and view.is_open:
            with st.popover(text("incident.details"), key="incident_details"):
                _form(viewer, view)
            stops.beside(viewer, tell)


def _take(person_id: int, view: IncidentView) -> None:
    draft = IncidentDraft(view.name, view.cause, view.known_issue, person_id)
    tell(incident_actions.change(here(), person_id, view.id, draft, version=view.version))


def _form(viewer: Viewer, view: IncidentView) -> None:
    with here().database.read() as session:
        leads = {NOBODY: text("incident.owner_none"), **choices.colleagues(session, people.LEADS, but=0)}
    # A version in the keys: what somebody else has saved meanwhile is shown, not overwritten.
    at = f"{view.id}_{view.version}"
    keys = {name: f"incident_{name}_{at}" for name in ("name", "cause", "line", "owner")}
    held = {"name": view.name, "cause": view.cause, "line": view.known_issue, "owner": view.owner_id or NOBODY}
    for name, value in held.items():
        st.session_state.setdefault(keys[name], value)
    if st.session_state[keys["owner"]] not in leads:
        st.session_state[keys["owner"]] = NOBODY
    st.text_input(text("incident.name"), key=keys["name"], max_chars=LONGEST_NAME)
    st.text_area(text("incident.cause"), key=keys["cause"], max_chars=LONGEST_TEXT, height=96)
    hint = text("incident.known_issue_help", variable=plain("{known_issue}"))
    st.text_input(text("incident.known_issue"), key=keys["line"], max_chars=LONGEST_LINE, help=hint)
    st.selectbox(text("incident.owner"), list(leads), format_func=leads.__getitem__, key=keys["owner"])
    st.button(text("incident.save"), key="incident_save", type="primary", on_click=_save, args=(viewer.id, view, keys))


def _save(person_id: int, view: IncidentView, keys: dict[str, str]) -> None:
    state = st.session_state
    draft = IncidentDraft(state[keys["name"]], state[keys["cause"]], state[keys["line"]], state[keys["owner"]] or None)
    tell(incident_actions.change(here(), person_id, view.id, draft, version=view.version))
