"""The switch between lists, the search, and the filters behind one button."""

from collections.abc import Mapping

import streamlit as st

from dashboard import staff
from dashboard.filters import LONGEST_TEXT, is_narrowed
from dashboard.format import word_of
from dashboard.panes import address, case_export, saved_views
from dashboard.texts import text
from dashboard.viewer import Viewer
from desk.queue.choices import Choices
from desk.queue.filters import QueueFilter
from storage.words import Intent, Sentiment, Urgency


def draw(viewer: Viewer, shown: QueueFilter, choices: Choices, colleagues: Mapping[int, str]) -> None:
    """The filter bar above the list; each change goes to the address."""
    saved = staff.views_offered(viewer.id)
    saved_views.switch(shown, saved)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            text("queue.search"),
            key=address.widget("q"),
            placeholder=text("queue.search_hint"),
            max_chars=LONGEST_TEXT,
            live=True,
            on_change=address.keep,
            args=("q",),
            label_visibility="collapsed",
        )
        label = text("queue.filter_on" if is_narrowed(shown) else "queue.filter")
        with st.popover(label, key="filter_popover", icon=":material/filter_list:", width="content"):
            _filters(choices, colleagues if viewer.may_lead else {})
            case_export.draw(viewer, shown)
        saved_views.keep(viewer, shown, saved)
    with st.container(key="alike_shown"):
        if shown.alike_id is not None:
            st.button(text("alike.cases_leave"), key="alike_leave", icon=":material/close:", on_click=address.put, args=("alike", ""))


def _filters(choices: Choices, colleagues: Mapping[int, str]) -> None:
    _choice("source", {source: word_of("source", source) for source in choices.sources})
    _choice("feed", _by_id(choices.feeds))
    if len(choices.brands) > 1:
        _choice("brand", _by_id(choices.brands))
    _choice("intent", {intent.value: word_of("intent", intent) for intent in Intent})
    _choice("sentiment", {sentiment.value: word_of("sentiment", sentiment) for sentiment in Sentiment})
    _choice("urgency", {urgency.value: word_of("urgency", urgency) for urgency in Urgency})
    if len(choices.languages) > 1:
        _choice("language", {language: language for language in choices.languages})
    if choices.tags:
        _choice("tag", _by_id(choices.tags))
    if choices.labels:
        _choice("label", _by_id(choices.labels))
    if choices.teams:
        _choice("team", _by_id(choices.teams))
    if colleagues:
        _choice("owner", _by_id(colleagues))
    st.checkbox(
        text("queue.filter.flagged"), key="filter_flagged_box", value=st.query_params.get("flagged") == "1", on_change=_flagged_changed
    )
    st.button(text("queue.clear"), on_click=address.clear)


def _by_id(names: Mapping[int, str]) -> Mapping[str, str]:
    return {str(row_id): name for row_id, name in names.items()}


def _choice(name: str, options: Mapping[str, str]) -> None:
    key = address.widget(name)
    # Said in each run: what is said once, while the popover is closed, never arrives in it.
    current = st.session_state.get(key)
    st.session_state[key] = current if current in options else ""
    st.selectbox(
        text(f"queue.filter.{name}"),
        ["", *options],
        key=key,
        format_func=lambda value: options.get(value, text("queue.any")),
        on_change=address.keep,
        args=(name,),
    )


def _flagged_changed() -> None:
    address.put("flagged", "1" if st.session_state["filter_flagged_box"] else "")
