"""What of the noise All mentions shows: without what is muted, only that, or everything; and one group of copies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.filters import read_number
from dashboard.format import number_words
from dashboard.panes import mute_box, mute_list
from dashboard.texts import text
from dashboard.viewer import Viewer
from desk.queue.inbox import MentionFilter, MentionRow

SHOWN, ALIKE = "muted", "alike"
WITHOUT, ONLY, ALL = "", "1", "all"
MUTED: Mapping[str, bool | None] = {WITHOUT: False, ONLY: True, ALL: None}


def narrowed(shown: MentionFilter) -> MentionFilter:
    """The same list without its noise, as the address says: copies once, unless somebody looks at a group of them."""
    group = read_number(st.query_params.get(ALIKE))
    muted = MUTED.get(st.query_params.get(SHOWN, WITHOUT), False) if group is None else None
    return replace(shown, muted=muted, alike_id=group, once=group is None)


def is_narrowed(shown: MentionFilter) -> bool:
    """Whether somebody asked for less than there is."""
    return replace(shown, muted=shown.muted or None, once=False) != MentionFilter()


def choice(widget: str, after: str) -> None:
    """Which mentions, muted ones or others; `after` is where the page of the list is kept."""
    current = st.query_params.get(SHOWN, WITHOUT)
    st.session_state[widget] = current if current in MUTED else WITHOUT
    names = {value: text(f"mute.shown.{name}") for name, value in (("without", WITHOUT), ("only", ONLY), ("all", ALL))}
    st.selectbox(
        text("mute.shown"),
        list(names),
        key=widget,
        format_func=lambda value: names[value],
        on_change=_changed,
        args=(widget, after),
        width=180,
    )


def above(viewer: Viewer, shown: MentionFilter, rows: Sequence[MentionRow]) -> None:
    """What stands over the list: the mutes over what they hold, and over a group what it is."""
    with st.container(key="noise_above"):
        if shown.alike_id is not None:
            _group(viewer, rows)
        elif shown.muted and mute_box.may(viewer):
            mute_list.draw(viewer)
            st.subheader(text("mute.list.mentions"), anchor=False)


def _group(viewer: Viewer, rows: Sequence[MentionRow]) -> None:
    size = rows[0].marks.alike + 1 if rows else 0
    with st.container(horizontal=True, vertical_alignment="center", key="alike_group"):
        st.text(text("alike.group", n=number_words(size)) if size else text("alike.gone"), width="content")
        if rows and mute_box.may(viewer):
            st.button(text("alike.mute"), key="alike_mute", icon=":material/block:", on_click=_mute, args=(rows[0].id,))
        st.button(text("alike.leave"), key="alike_leave", on_click=leave)


def _mute(mention_id: int) -> None:
    mute_box.ask(mention_id, is_campaign=True)


def enter(first_id: int) -> None:
    """Show this group."""
    st.query_params[ALIKE] = str(first_id)


def leave() -> None:
    st.query_params.pop(ALIKE, None)


def _changed(widget: str, after: str) -> None:
    st.session_state.pop(after, None)
    value = st.session_state[widget]
    if value:
        st.query_params[SHOWN] = value
    else:
        st.query_params.pop(SHOWN, None)
