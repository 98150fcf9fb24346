"""May we answer here? Beside the account: what was noted of this subreddit, and the form that notes it."""

import streamlit as st

from dashboard import welcome_actions, welcome_words
from dashboard.actions import Kind, Result
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.queue.inbox import CaseView
from desk.replies.welcomes import WelcomeView
from storage.words import WelcomeKind


def draw(viewer: Viewer, view: CaseView) -> None:
    """The button with its form; nothing where nobody has to ask."""
    if view.welcome is None:
        return
    with st.popover(welcome_words.label(view.welcome), key="welcome_popover", help=text("welcome.help")):
        _form(viewer, view.welcome)


def _form(viewer: Viewer, found: WelcomeView) -> None:
    st.text(welcome_words.noted(found))
    if found.kind is not None and not viewer.may_change_feeds:
        st.text(text("welcome.by_ops"))
        return
    key = f"welcome_{found.brand_id}_{found.place}"
    st.radio(
        text("welcome.question", brand=found.brand, place=found.place),
        list(WelcomeKind),
        index=list(WelcomeKind).index(found.kind) if found.kind else None,
        format_func=lambda kind: text(f"welcome.kind.{kind}"),
        key=f"{key}_kind",
    )
    st.text_input(text("welcome.reason"), key=f"{key}_reason", max_chars=300)
    st.button(text("welcome.note"), key="welcome_note", on_click=_noted, args=(viewer.id, found.brand_id, found.place, key))


def _noted(person_id: int, brand_id: int, place: str, key: str) -> None:
    kind = st.session_state[f"{key}_kind"]
    if kind is None:
        tell(Result(Kind.REFUSED, text("welcome.choose")))
        return
    result = welcome_actions.note(here(), person_id, brand_id, place, kind=WelcomeKind(kind), reason=st.session_state[f"{key}_reason"])
    tell(result)
    if result.is_done:
        st.session_state[f"{key}_reason"] = ""
