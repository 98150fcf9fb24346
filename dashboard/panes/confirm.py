"""The foot of a dialog: what went wrong, a way back, and the one thing to do."""

from collections.abc import Callable

import streamlit as st

from dashboard.actions import Result
from dashboard.format import plain
from dashboard.frame import tell
from dashboard.panes import asked
from dashboard.texts import text


def buttons(label: str, verb: Callable[[int, int], Result], person_id: int, case_id: int) -> None:
    """`verb` gets the person and the case; the dialog stays open, with the reason, when it is refused."""
    problem = st.session_state.get(asked.PROBLEM)
    if problem:
        st.error(plain(problem), icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(text("dialog.cancel"), on_click=asked.over)
        st.button(text(label), type="primary", on_click=_act, args=(verb, person_id, case_id))


def _act(verb: Callable[[int, int], Result], person_id: int, case_id: int) -> None:
    result = verb(person_id, case_id)
    if result.is_done:
        asked.over()
        tell(result)
    st.session_state[asked.PROBLEM] = "" if result.is_done else result.words
