"""All mentions: everything that was heard, also what made no case."""

import streamlit as st

from dashboard import components
from dashboard.filters import LONGEST_TEXT, read_number
from dashboard.mention_values import mention_block
from dashboard.panes import verbs
from dashboard.texts import text
from dashboard.viewer import Viewer, who
from dashboard.workspace import here
from desk import inbox
from desk.inbox import MentionFilter

PAGE = 50
LIST, WORDS, AFTER, GO_TO = "mentions", "mention_words", "mentions_after", "go_to_case"


def _chosen(viewer: Viewer) -> None:
    sent = verbs.message(LIST, "act")
    if not isinstance(sent.get("value"), int):
        return
    if sent.get("verb") == "make":
        verbs.make_case(viewer.id, sent["value"])
    elif sent.get("verb") == "open":
        st.session_state[GO_TO] = sent["value"]


def _searched() -> None:
    st.session_state.pop(AFTER, None)
    words = st.session_state[WORDS]
    if words:
        st.query_params["q"] = words
    else:
        st.query_params.pop("q", None)


def _older(after: int | None) -> None:
    st.session_state[AFTER] = after


def _filter() -> MentionFilter:
    params = st.query_params
    return MentionFilter(
        text=params.get("q", "")[:LONGEST_TEXT], source=params.get("source") or None, feed_id=read_number(params.get("feed"))
    )


def _draw(viewer: Viewer) -> None:
    st.header(text("mentions.title"), anchor=False)
    st.text(text("mentions.why"))
    st.session_state.setdefault(WORDS, st.query_params.get("q", ""))
    st.text_input(
        text("mentions.search"),
        key=WORDS,
        placeholder=text("mentions.search_hint"),
        live="300ms",
        on_change=_searched,
        max_chars=LONGEST_TEXT,
        label_visibility="collapsed",
    )
    after: int | None = st.session_state.get(AFTER)
    shown = _filter()
    with here().database.read() as session:
        rows = inbox.mentions(session, shown, now=here().now(), limit=PAGE + 1, after=after)
    blocks = [mention_block(row, may_care=viewer.may_care) for row in rows[:PAGE]]
    none = [{"type": "empty", "words": text("mentions.none" if shown.text else "mentions.none_yet")}]
    components.sheet(
        key=LIST,
        data={"kind": "mentions", "blocks": blocks or none, "texts": components.words("case.js.")},
        on_act_change=lambda: _chosen(viewer),
    )
    with st.container(horizontal=True):
        if after is not None:
            st.button(text("mentions.newest"), on_click=_older, args=(None,))
        if len(rows) > PAGE:
            st.button(text("mentions.more"), on_click=_older, args=(rows[PAGE - 1].id,))


viewer = who()
if isinstance(viewer, Viewer):
    case_id = st.session_state.pop(GO_TO, None)
    if case_id is not None:
        st.switch_page("app_pages/queue.py", query_params={"case": str(case_id)})
    _draw(viewer)
