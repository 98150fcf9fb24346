"""Which dialog was asked for. One at a time, and only about the case that is open."""

from dataclasses import dataclass

import streamlit as st

CLOSE, SNOOZE, HAND_OVER, MERGE, SPLIT, HISTORY = "close", "snooze", "hand_over", "merge", "split", "history"
PROMISE = "promise"
CONFIRM, CUSTOMER = "confirm_solved", "customer"
KEY, PROBLEM = "dialog", "dialog_problem"


@dataclass(frozen=True, slots=True)
class Asked:
    """A dialog about one case; `reuse` names a resolution to begin with."""

    kind: str
    case_id: int
    reuse: int | None = None


def ask(kind: str, case_id: int, *, reuse: int | None = None) -> None:
    st.session_state[KEY] = Asked(kind, case_id, reuse)
    st.session_state.pop(PROBLEM, None)


def current(case_id: int | None) -> Asked | None:
    """The dialog to draw now; one about another case is over."""
    found: Asked | None = st.session_state.get(KEY)
    if found and found.case_id != case_id:
        over()
        return None
    return found


def over() -> None:
    st.session_state.pop(KEY, None)
