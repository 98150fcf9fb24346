"""What is said in an incident: its statements, their approval, and the form that writes one."""

import streamlit as st

from dashboard import incident_actions
from dashboard.format import plain
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.access import name_of
from desk.incidents import incident_statements, incidents
from desk.incidents.incident_statements import ENOUGH, LONGEST, Purpose, Statement
from desk.incidents.incidents import IncidentView
from desk.replies.saved_replies import VARIABLES

FIELDS = 5


def draw(viewer: Viewer, view: IncidentView) -> None:
    with here().database.read() as session:
        statements = incident_statements.of_incident(incidents.find(session, view.id))
        names = {one.id: name_of(session, one.approved_by_id) or "" for one in statements}
    st.subheader(text("incident.statements"), anchor=False)
    with st.container(key="statements"):
        if not statements:
            st.text(text("incident.statements_none", n=ENOUGH))
        for one in statements:
            with st.container(border=True, key=f"statement_{one.id}"):
                _one(viewer, view, one, names[one.id])
    if viewer.may_care:
        with st.expander(text("incident.write"), key="statement_form", icon=":material/edit:"):
            _form(viewer, view)


def title(one: Statement) -> str:
    return text("incident.statement", purpose=text(f"incident.purpose.{one.purpose}"), language=one.language, n=len(one.variants))


def _one(viewer: Viewer, view: IncidentView, one: Statement, approver: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(title(one), width="content")
        is_approved = one.approved_by_id is not None
        words = text("incident.approved", person=approver) if is_approved else text("incident.unapproved")
        st.badge(plain(words), color="green" if is_approved else "orange")
        if viewer.may_lead and not is_approved:
            st.button(text("incident.approve"), key=f"approve_{one.id}", on_click=_approve, args=(viewer.id, view.id, one.id))
        if viewer.may_lead:
            st.button(text("incident.remove"), key=f"remove_{one.id}", type="tertiary", on_click=_remove, args=(viewer.id, view.id, one.id))
    for variant in one.variants:
        st.text(f"– {variant}")


def _form(viewer: Viewer, view: IncidentView) -> None:
    st.caption(plain(text("incident.variants_help", variables=" ".join(f"{{{name}}}" for name in VARIABLES))))
    first = Purpose.KNOWN if view.is_open else Purpose.FIXED
    st.session_state.setdefault(_key(view, "purpose"), first)
    st.session_state.setdefault(_key(view, "language"), "en")
    st.radio(
        text("incident.write_purpose"),
        list(Purpose),
        format_func=lambda one: text(f"incident.purpose.{one}"),
        key=_key(view, "purpose"),
        horizontal=True,
    )
    st.text_input(text("incident.language"), key=_key(view, "language"), max_chars=8, width=120, help=text("incident.language_help"))
    for number in range(1, FIELDS + 1):
        st.text_area(text("incident.variant", n=number), key=_key(view, f"variant_{number}"), max_chars=LONGEST, height=68)
    st.button(text("incident.write_save"), key="statement_save", type="primary", on_click=_save, args=(viewer.id, view))


def _key(view: IncidentView, name: str) -> str:
    return f"statement_{name}_{view.id}"


def _save(person_id: int, view: IncidentView) -> None:
    state = st.session_state
    variants = [state[_key(view, f"variant_{number}")] for number in range(1, FIELDS + 1)]
    told = {"purpose": state[_key(view, "purpose")], "language": state[_key(view, "language")]}
    result = incident_actions.propose(here(), person_id, view.id, variants=variants, **told)
    tell(result)
    if result.is_done:
        for number in range(1, FIELDS + 1):
            state[_key(view, f"variant_{number}")] = ""


def _approve(person_id: int, incident_id: int, statement_id: int) -> None:
    tell(incident_actions.approve(here(), person_id, incident_id, statement_id))


def _remove(person_id: int, incident_id: int, statement_id: int) -> None:
    tell(incident_actions.remove(here(), person_id, incident_id, statement_id))
