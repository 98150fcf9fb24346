"""An admin adds somebody to the team."""

import streamlit as st

from dashboard import actions
from dashboard.format import word_of
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from storage.words import Role

NAME, INITIALS, ROLES = "colleague_name", "colleague_initials", "colleague_roles"


def draw(viewer: Viewer) -> None:
    """The form for one colleague."""
    st.subheader(text("signin.colleagues"), anchor=False)
    with st.form("colleague", clear_on_submit=True, border=False):
        left, middle = st.columns([3, 2])
        left.text_input(text("signin.js.name"), key=NAME, max_chars=120)
        middle.text_input(text("signin.js.initials"), key=INITIALS, max_chars=8)
        st.multiselect(text("signin.role"), list(Role), default=[Role.AGENT], format_func=lambda role: word_of("role", role), key=ROLES)
        st.form_submit_button(text("signin.add"), on_click=_add, args=(viewer.id,))


def _add(person_id: int) -> None:
    state = st.session_state
    roles = tuple(state[ROLES])
    tell(actions.add_person(here(), person_id, name=state[NAME], initials=state[INITIALS], roles=roles))
