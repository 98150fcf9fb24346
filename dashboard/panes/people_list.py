"""Everybody who works here, one row each, with what may be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import people_actions
from dashboard.format import clock_words, plain, word_of
from dashboard.frame import tell
from dashboard.panes import people_dialogs
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.people import people
from desk.people.roster import Colleague
from storage.words import Shift

WIDTHS = [32, 19, 15, 13, 9, 12]
SHIFTS: dict[Shift, tuple[str, Any]] = {
    Shift.ON: (":material/check_circle:", "green"),
    Shift.BREAK: (":material/coffee:", "orange"),
    Shift.OFF: (":material/do_not_disturb_on:", "gray"),
}


def draw(viewer: Viewer, colleagues: Sequence[Colleague], *, now: datetime) -> None:
    for colleague in colleagues:
        with st.container(border=True, key=f"person_{colleague.id}"):
            _row(viewer, colleague, now=now)


def _row(viewer: Viewer, colleague: Colleague, *, now: datetime) -> None:
    who, roles, teams, last, waiting, acts = st.columns(WIDTHS, vertical_alignment="center")
    with who:
        _who(viewer, colleague)
    _figure(roles, text("people.column.roles"), ", ".join(sorted(word_of("role", role) for role in colleague.roles)))
    _figure(teams, text("people.column.teams"), ", ".join(colleague.teams) or text("people.no_team"))
    _figure(last, text("people.column.last"), _last(colleague, now))
    _figure(waiting, text("people.column.waiting"), str(colleague.waiting))
    with acts, st.container(horizontal=True, horizontal_alignment="right"):
        _menu(viewer, colleague)


def _who(viewer: Viewer, colleague: Colleague) -> None:
    icon, colour = SHIFTS[colleague.shift]
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(colleague.name)}**", width="content")
            if colleague.id == viewer.id:
                st.badge(text("people.you"), color="blue")
            if colleague.roles & people.CARE:
                st.badge(text(f"people.shift.{colleague.shift}"), icon=icon, color=colour)
            if colleague.is_learning:
                st.badge(text("people.learning"), icon=":material/school:", color="violet", help=text("people.learning_hint"))
        signs = f"{colleague.initials} · {colleague.alias}" if colleague.alias else colleague.initials
        st.text(f"{signs} · {colleague.email}" if colleague.email else signs)


def _last(colleague: Colleague, now: datetime) -> str:
    if colleague.last_sign_in is None:
        return text("people.never")
    return clock_words(colleague.last_sign_in, now=now, zone=clock_zone())


def _figure(column: Any, label: str, value: str) -> None:
    with column, st.container(gap=None):
        st.caption(label)
        st.text(value)


def _menu(viewer: Viewer, colleague: Colleague) -> None:
    key = f"people_menu_{colleague.id}"
    learning = "learned" if colleague.is_learning else "learning"
    doable = ["change", learning, "leave"] if viewer.may_add_people else [learning]
    st.menu_button(
        text("people.menu"),
        doable,
        key=key,
        format_func=lambda name: text(f"people.do.{name}"),
        on_click=_chosen,
        args=(viewer.id, colleague.id, key),
    )


def _chosen(viewer_id: int, colleague_id: int, key: str) -> None:
    name = st.session_state.get(key)
    if name in {"learning", "learned"}:
        tell(people_actions.set_learning(here(), viewer_id, colleague_id, is_learning=name == "learning"))
    elif name in {people_dialogs.CHANGE, people_dialogs.LEAVE}:
        people_dialogs.ask(name, colleague_id)
