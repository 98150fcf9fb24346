"""What one rule did, the newest first, each entry with a way back; and the way back from all of it for a rule gone wrong."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from dashboard import rule_actions, rule_words
from dashboard.filters import read_number
from dashboard.format import clock_words, plain
from dashboard.frame import PAGES, tell
from dashboard.panes import rule_list
from dashboard.rule_words import Names
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.people import people
from desk.rules import rule_log
from desk.rules.rule_log import FiringView

PAGE = 20
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
SINCE = "rule_undo_since"


def draw(viewer: Viewer, rule_id: int, names: Names) -> None:
    """One page of the log."""
    before = read_number(st.query_params.get(rule_list.OLDER))
    with here().database.read() as session:
        by = people.active(session, viewer.id)
        found = rule_log.firings(session, rule_id, by=by, limit=PAGE + 1, before=before)
    st.subheader(text("rules.log"), anchor=False)
    if not found:
        st.text(text("rules.log.none"))
        return
    _undo_all(viewer, rule_id)
    _entries(viewer, found[:PAGE], names)
    if len(found) > PAGE:
        st.button(text("rules.log.older"), key="rule_older", on_click=_older, args=(found[PAGE - 1].id,))


def _undo_all(viewer: Viewer, rule_id: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = text("rules.undo_all.since")
        st.selectbox(label, list(SPANS), key=SINCE, format_func=lambda span: text(f"rules.undo_all.{span}"), width=200)
        st.button(text("rules.undo_all"), key="rule_undo_all", icon=":material/undo:", on_click=_take_back, args=(viewer.id, rule_id))
    st.caption(text("rules.undo_all.note"))


def _entries(viewer: Viewer, found: Sequence[FiringView], names: Names) -> None:
    now, zone = here().now(), clock_zone()
    for entry in found:
        with st.container(border=True, key=f"firing_{entry.id}"):
            what, acts = st.columns([80, 20], vertical_alignment="center")
            with what, st.container(gap="xxsmall"):
                st.caption(plain(f"{clock_words(entry.at, now=now, zone=zone)} · {entry.author}"))
                st.text(entry.text)
                st.caption(plain(rule_words.did(entry.did, names)))
            with acts, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
                _acts(viewer, entry, undone=_undone(entry, clock_words(entry.undone_at, now=now, zone=zone) if entry.undone_at else ""))


def _acts(viewer: Viewer, entry: FiringView, *, undone: str) -> None:
    if entry.case_id is not None:
        st.page_link(PAGES / "queue.py", label=text("rules.case", case=entry.case_id), query_params={"case": str(entry.case_id)})
    if undone:
        st.caption(plain(undone))
        return
    spoken = text("rules.undo.what", author=plain(entry.author))
    st.button(text("rules.undo"), key=f"rule_undo_{entry.id}", help=spoken, on_click=_undo, args=(viewer.id, entry.id))


def _undone(entry: FiringView, time: str) -> str:
    return text("rules.log.undone", person=entry.undone_by, time=time) if time else ""


def _undo(viewer_id: int, firing_id: int) -> None:
    tell(rule_actions.undo(here(), viewer_id, firing_id))


def _take_back(viewer_id: int, rule_id: int) -> None:
    span = SPANS.get(st.session_state.get(SINCE, ""), SPANS["hour"])
    tell(rule_actions.undo_all(here(), viewer_id, rule_id, since=here().now() - span))


def _older(firing_id: int) -> None:
    st.query_params[rule_list.OLDER] = str(firing_id)
