"""What the keys do, and what lists, outcomes and labels mean: one dialog, from every page."""

from collections.abc import Iterable

import streamlit as st

from dashboard import parts
from dashboard.filters import VIEWS
from dashboard.format import word_of
from dashboard.texts import text, texts
from storage.words import Intent, Outcome, Urgency

SHOWN = "help_shown"
LABELS = ("needs_reply", "urgency", "sentiment", "unsure", "abusive", "correct")
Lines = Iterable[tuple[str, str]]


def ask() -> None:
    st.session_state[SHOWN] = True


def over() -> None:
    st.session_state.pop(SHOWN, None)


def button() -> None:
    st.button("?", key="help_open", help=text("help.open"), on_click=ask)


def draw() -> None:
    """The dialog, where somebody asked for it."""
    if st.session_state.get(SHOWN):
        parts.dialog(text("help.title"), _body, stands=lambda: SHOWN in st.session_state, over=over, width="medium")


def _body() -> None:
    keys, lists, outcomes, labels = st.tabs([text(f"help.{name}") for name in ("keys", "lists", "outcomes", "labels")])
    with keys:
        st.text(text("help.keys_why"))
        _lines(texts("queue.js.keys.").items())
    with lists:
        _lines((text(f"queue.view.{view}"), text(f"help.view.{view}")) for view in VIEWS)
    with outcomes:
        st.text(text("help.outcomes_why"))
        _lines((word_of("outcome", outcome), text(f"outcome_hint.{outcome}")) for outcome in Outcome)
    with labels:
        _lines((text(f"help.label.{name}"), text(f"help.label.{name}_why")) for name in LABELS)
        words = ", ".join(word_of("intent", intent) for intent in Intent)
        _lines([(text("help.label.intent"), text("help.label.intent_why", words=words))])
        _lines([(text("help.label.levels"), ", ".join(word_of("urgency", level) for level in Urgency))])


def _lines(lines: Lines) -> None:
    for name, words in lines:
        left, right = st.columns([3, 7], gap="small")
        left.text(name)
        right.text(words)
