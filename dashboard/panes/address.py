"""What the address of the Queue page says, and how acts change it. The address and SQL hold the state; widgets only show it."""

from collections.abc import Mapping

import streamlit as st

from dashboard.filters import NAMES, VIEWS, read_number, written

CASE = "case"
SHOWN = "filters_shown"
SEQ = "queue_seq"
DEFAULTS = {"view": VIEWS[0]}


def params() -> Mapping[str, str]:
    said = st.query_params.to_dict()
    return {name: said.get(name, "") for name in NAMES}


def open_case() -> int | None:
    return read_number(st.query_params.get(CASE))


def set_case(case_id: int | None) -> None:
    if case_id is None:
        st.query_params.pop(CASE, None)
    else:
        st.query_params[CASE] = str(case_id)


def widget(name: str) -> str:
    """The key of the widget that shows one part of the filter."""
    return f"filter_{name}"


def follow() -> None:
    """Let the widgets show what the address says, when it was changed by other means than them."""
    now = params()
    if st.session_state.get(SHOWN) != now:
        for name, value in now.items():
            st.session_state[widget(name)] = value or DEFAULTS.get(name, "")
        st.session_state[SHOWN] = now


def keep(name: str) -> None:
    """A widget was changed: the address follows."""
    put(name, st.session_state.get(widget(name)) or "")


def put(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    st.session_state[SHOWN] = dict(params())


def show(wanted: Mapping[str, str]) -> None:
    """Show exactly this: what is not named is no longer filtered by."""
    for name in NAMES:
        put(name, wanted.get(name, ""))
    st.session_state.pop(SHOWN, None)


def shown_as(view: str) -> str:
    """What the address shows, as it is kept under a name and compared."""
    return written({**params(), "view": view})


def clear() -> None:
    for name in NAMES:
        if name != "view":
            st.query_params.pop(name, None)


def seen_seq(seq: object) -> bool:
    """Whether this number of the list's component is new: a message that it sent twice counts once."""
    if not isinstance(seq, int) or seq <= st.session_state.get(SEQ, 0):
        return False
    st.session_state[SEQ] = seq
    return True
