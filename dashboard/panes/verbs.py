"""Callbacks of the Queue page: each is one act through `actions`, then the address and the toast follow."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import actions, notice_actions, tour_actions
from dashboard.filters import read_filter
from dashboard.frame import tell
from dashboard.panes import address, asked, incident_box, mute_box
from dashboard.panes import help as help_pane
from dashboard.workspace import here

LIST, BESIDE, DRAWER, EDITOR = "queue", "beside", "drawer", "editor"
THREAD = "conversation"
"""The keys of the components that send messages."""

Act = Callable[[int, int], None]


def message(key: str, name: str) -> Mapping[str, Any]:
    """What a component has just sent; empty when it sent something else or nothing."""
    sent = st.session_state.get(key)
    value = sent.get(name) if sent else None
    return value if isinstance(value, Mapping) else {}


def opened() -> None:
    """A row of the list was opened."""
    sent = message(LIST, "open")
    if address.seen_seq(sent.get("seq")) and isinstance(sent.get("case"), int):
        address.set_case(sent["case"])


def listed(person_id: int) -> None:
    """A key was pressed in the list."""
    sent = message(LIST, "act")
    if not address.seen_seq(sent.get("seq")):
        return
    verb, case_id = sent.get("verb"), sent.get("case")
    if verb == "clear":
        address.clear()
    elif verb == "next":
        claim_next(person_id)
    elif verb == "help":
        help_pane.ask()
    elif verb == "incident" and isinstance(case_id, int):
        incident_box.go_to(case_id)
    elif isinstance(case_id, int) and case_id > 0 and isinstance(verb, str) and verb in BY_KEY:
        address.set_case(case_id)
        BY_KEY[verb](person_id, case_id)


def beside(key: str, case_id: int, person_id: int) -> None:
    """Something beside the case was pressed: an earlier case, a fix to use again, a note to remove."""
    sent = message(key, "act")
    verb, value = sent.get("verb"), sent.get("value")
    if not isinstance(value, int):
        return
    if verb in {"open", "reuse", "customer"}:
        tour_actions.looked(here(), person_id, case_id)
    if verb == "open":
        address.set_case(value)
        asked.over()
    elif verb == "reuse":
        asked.ask(asked.CLOSE, case_id, reuse=value)
    elif verb == "customer":
        asked.ask(asked.CUSTOMER, case_id)
    elif verb == "remove_note":
        tell(notice_actions.remove_note(here(), person_id, value))


def at_post() -> None:
    """Something at a post of the conversation was pressed."""
    sent = message(THREAD, "act")
    if sent.get("verb") == "mute" and isinstance(sent.get("value"), int):
        mute_box.ask(sent["value"])


def claim(person_id: int, case_id: int) -> None:
    tell(actions.claim(here(), person_id, case_id))


def claim_next(person_id: int) -> None:
    """The most pressing case that nobody has, within what the list shows."""
    shown = read_filter({**address.params(), "view": "unclaimed"}, person_id=None)
    result = actions.claim_next(here(), person_id, shown)
    tell(result)
    if result.case_id:
        address.set_case(result.case_id)


def release(person_id: int, case_id: int) -> None:
    tell(actions.release(here(), person_id, case_id))


def take_over(person_id: int, case_id: int) -> None:
    tell(actions.take_over(here(), person_id, case_id))


def reopen(person_id: int, case_id: int) -> None:
    tell(actions.reopen(here(), person_id, case_id))


def make_case(person_id: int, mention_id: int) -> None:
    """A person makes a case of a mention and goes to it."""
    result = actions.open_for_mention(here(), person_id, mention_id)
    tell(result)
    if result.case_id:
        st.session_state["go_to_case"] = result.case_id


def asking(kind: str) -> Act:
    """An act that opens a dialog."""
    return lambda _person_id, case_id: asked.ask(kind, case_id)


BY_KEY: Mapping[str, Act] = {
    "claim": claim,
    "close": asking(asked.CLOSE),
    "snooze": asking(asked.SNOOZE),
    "hand_over": asking(asked.HAND_OVER),
}
