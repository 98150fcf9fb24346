"""All incidents: those that go on with how many wait, those that are closed, and the form that begins one."""

import streamlit as st

from dashboard import incident_actions
from dashboard.format import clock_words, plain
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.incidents import incident_cases, incidents
from desk.incidents.incident_cases import Sizes
from desk.incidents.incidents import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, IncidentDraft, IncidentView

INCIDENT = "incident"
NAME, CAUSE, LINE = "incident_new_name", "incident_new_cause", "incident_new_line"


def go(incident_id: int | None) -> None:
    """Show this incident, or all of them."""
    if incident_id is None:
        st.query_params.pop(INCIDENT, None)
    else:
        st.query_params[INCIDENT] = str(incident_id)


def state_words(view: IncidentView) -> tuple[str, str]:
    """How it stands, and the colour of that."""
    if not view.is_open:
        return text("incident.state.closed"), "gray"
    return (text("incident.state.open"), "red") if view.owner_id is not None else (text("incident.state.proposed"), "orange")


def draw(viewer: Viewer) -> None:
    with here().database.read() as session:
        going_on = [(view, incident_cases.sizes(session, view.id)) for view in incidents.listed(session)]
        closed = [(view, incident_cases.sizes(session, view.id)) for view in incidents.listed(session, closed=True, limit=20)]
    with st.container(key="incidents_open"):
        if not going_on:
            st.text(text("incident.none"))
        for view, sizes in going_on:
            _card(view, sizes)
    if viewer.may_care:
        with st.expander(text("incident.new"), expanded=not going_on, icon=":material/add:"):
            _form(viewer)
    if closed:
        with st.expander(text("incident.closed"), icon=":material/history:"):
            for view, sizes in closed:
                _card(view, sizes)


def _card(view: IncidentView, sizes: Sizes) -> None:
    words, colour = state_words(view)
    since = clock_words(view.opened_at, now=here().now(), zone=clock_zone())
    with (
        st.container(border=True, key=f"incident_card_{view.id}"),
        st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"),
    ):
        with st.container(gap="xxsmall", width="content"):
            st.markdown(f"**{plain(view.name)}**")
            st.text(text("incident.since", time=since, person=view.opened_by))
        with st.container(horizontal=True, width="content", gap="xsmall", vertical_alignment="center"):
            st.badge(plain(words), color=colour)
            badges(sizes)
            st.button(text("incident.open"), key=f"incident_open_{view.id}", on_click=go, args=(view.id,))


def badges(sizes: Sizes) -> None:
    """How many cases stand how; what is nobody's is left out."""
    shown = {"waiting": "red", "escalated": "orange", "back": "orange", "pending": "blue", "closed": "gray"}
    for name, colour in shown.items():
        number = getattr(sizes, name)
        if number or name == "waiting":
            st.badge(text(f"incident.count.{name}", n=number), color=colour if number else "gray")


def _form(viewer: Viewer) -> None:
    if not viewer.may_lead:
        st.text(text("incident.propose_help"))
    st.text_input(text("incident.name"), key=NAME, max_chars=LONGEST_NAME, placeholder=text("incident.name_hint"))
    st.text_area(text("incident.cause"), key=CAUSE, max_chars=LONGEST_TEXT, height=68)
    hint = text("incident.known_issue_help", variable=plain("{known_issue}"))
    st.text_input(text("incident.known_issue"), key=LINE, max_chars=LONGEST_LINE, help=hint)
    label = text("incident.begin" if viewer.may_lead else "incident.propose")
    st.button(label, key="incident_begin", type="primary", on_click=_begin, args=(viewer.id,))


def _begin(person_id: int) -> None:
    state = st.session_state
    result = incident_actions.begin(here(), person_id, IncidentDraft(state[NAME], state[CAUSE], state[LINE]))
    tell(result)
    if result.is_done and result.values:
        go(result.values["incident"])
