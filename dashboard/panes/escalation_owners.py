"""Who is told of cases that are a matter for the press office, the lawyers or for somebody's safety; drawn on the page of people."""

import streamlit as st

from dashboard import contact_actions
from dashboard.format import plain, word_of
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.cases import escalations
from desk.people import people
from desk.queue import choices
from storage.words import Escalation

NOBODY = 0


def draw(viewer: Viewer) -> None:
    """One choice for each kind; it is stored as soon as it is made."""
    with here().database.read() as session:
        owners, names = escalations.owners(session), choices.colleagues(session, people.READ, but=NOBODY)
    with st.container(key="escalation_owners"):
        st.subheader(text("escalation.owners"), anchor=False)
        st.text(text("escalation.owners_why"))
        with st.container(horizontal=True):
            for kind in Escalation:
                _owner(viewer, kind, owners.get(kind, NOBODY), {NOBODY: text("escalation.nobody"), **names})


def _owner(viewer: Viewer, kind: Escalation, owner_id: int, names: dict[int, str]) -> None:
    key, ids = f"owner_{kind}", list(names)
    st.selectbox(
        word_of("escalation", kind),
        ids,
        index=ids.index(owner_id) if owner_id in names else 0,
        format_func=lambda one: plain(names[one]),
        key=key,
        disabled=not viewer.may_lead,
        on_change=_chosen,
        args=(viewer.id, kind, key),
    )


def _chosen(person_id: int, kind: Escalation, key: str) -> None:
    tell(contact_actions.set_owner(here(), person_id, kind, owner_id=st.session_state[key] or None))
