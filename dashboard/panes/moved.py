"""Closing as moved: where the customer goes on, and under which reference."""

import streamlit as st

from dashboard.texts import text
from desk.outcomes.outcomes import Moved
from storage.words import Outcome

TO, REFERENCE = "close_moved_to", "close_moved_ref"


def draw(case_id: int) -> None:
    """The two fields; the reference that we gave the customer is the number of the case, unless they got another one."""
    st.text_input(text("moved.to"), placeholder=text("moved.to_hint"), key=TO, max_chars=80)
    st.session_state.setdefault(REFERENCE, str(case_id))
    st.text_input(text("moved.reference"), placeholder=text("moved.reference_hint"), key=REFERENCE, max_chars=120)


def told(outcome: Outcome) -> Moved | None:
    """What was entered, where the case is closed as moved."""
    state = st.session_state
    return Moved(state.get(TO, ""), state.get(REFERENCE, "")) if outcome is Outcome.MOVED else None
