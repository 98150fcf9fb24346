"""All labels of the team's own, and the feeds that were taught what is about us."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import own_label_actions
from dashboard.actions import Result
from dashboard.format import plain
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.labels.own_labels import LONGEST_MEANING, LONGEST_NAME, OwnLabelView
from storage.words import OwnLabelKind

ID = "id"
NAME, MEANING, PROBLEM, FEED = "own_name", "own_meaning", "own_problem", "own_feed"
WIDTHS = [62, 20, 18]


def draw(viewer: Viewer, found: Sequence[OwnLabelView], feeds: Mapping[int, str]) -> None:
    """Labels first, then feeds; `feeds` are those that can still be taught."""
    labels = [view for view in found if view.kind is OwnLabelKind.LABEL]
    taught = [view for view in found if view.kind is OwnLabelKind.RELEVANCE]
    with st.container(key="own_labels", gap="small"):
        if not labels:
            st.info(text("own.none"), icon=":material/label:")
        for view in labels:
            _row(view)
    st.subheader(text("own.about_us"), anchor=False)
    st.text(text("own.about_us.why"))
    with st.container(key="own_feeds", gap="small"):
        if not taught:
            st.caption(text("own.about_us.none"))
        for view in taught:
            _row(view)
    if feeds:
        with st.container(horizontal=True, vertical_alignment="bottom", key="own_teach_feed"):
            st.selectbox(text("own.about_us.choose"), list(feeds), key=FEED, format_func=lambda feed_id: feeds[feed_id], width=320)
            st.button(text("own.about_us.add"), key="own_feed_add", on_click=_teach, args=(viewer.id,))


def form(view: OwnLabelView | None, *, viewer: Viewer) -> None:
    """Name and meaning, of a new label (None) or of one that there is."""
    suffix = str(view.id) if view else "new"
    with st.form(f"own_form_{suffix}", border=False):
        name, hint = text("own.name"), text("own.name.hint")
        st.text_input(name, value=view.name if view else "", key=f"{NAME}_{suffix}", max_chars=LONGEST_NAME, placeholder=hint)
        meaning, hint = text("own.meaning"), text("own.meaning.hint")
        st.text_area(meaning, value=view.meaning if view else "", key=f"{MEANING}_{suffix}", max_chars=LONGEST_MEANING, placeholder=hint)
        problem = st.session_state.get(PROBLEM)
        if problem:
            st.error(plain(problem), icon=":material/edit:")
        st.form_submit_button(text("own.save"), type="primary", on_click=_save, args=(viewer.id, view.id if view else None))


def badge(view: OwnLabelView) -> None:
    """How it stands, as a word in a colour."""
    name, icon, colour = _state(view)
    st.badge(text(f"own.state.{name}"), icon=f":material/{icon}:", color=colour)


def shown_name(view: OwnLabelView) -> str:
    return text("own.about_us.feed", feed=view.name) if view.kind is OwnLabelKind.RELEVANCE else view.name


def go(query: Mapping[str, str]) -> None:
    """Another part of this page."""
    st.session_state.pop(PROBLEM, None)
    st.query_params.from_dict(dict(query))


def _state(view: OwnLabelView) -> tuple[str, str, str]:
    if view.waits:
        return "learning", "hourglass_top", "blue"
    if view.is_on:
        is_current = view.in_force is not None and view.in_force.is_current
        return ("on", "check", "green") if is_current else ("waits", "hourglass_top", "orange")
    return ("off", "pause", "gray") if view.newest else ("taught", "school", "orange")


def _row(view: OwnLabelView) -> None:
    with st.container(border=True, key=f"own_{view.id}"):
        what, examples, state = st.columns(WIDTHS, vertical_alignment="center")
        with what, st.container(gap="xxsmall"):
            name = plain(shown_name(view))
            opened = text("own.open", label=name)
            st.button(f"**{name}**", key=f"own_open_{view.id}", type="tertiary", help=opened, on_click=go, args=({ID: str(view.id)},))
            if view.meaning:
                st.text(view.meaning)
        is_feed = view.kind is OwnLabelKind.RELEVANCE
        examples.text(text("own.examples.us" if is_feed else "own.examples", yes=view.yes, no=view.no))
        with state, st.container(horizontal=True, horizontal_alignment="right"):
            badge(view)


def _save(viewer_id: int, label_id: int | None) -> None:
    suffix = "new" if label_id is None else str(label_id)
    said = {"name": st.session_state[f"{NAME}_{suffix}"], "meaning": st.session_state[f"{MEANING}_{suffix}"]}
    if label_id is None:
        result = own_label_actions.add(here(), viewer_id, **said)
    else:
        result = own_label_actions.change(here(), viewer_id, label_id, **said)
    _open(result)


def _teach(viewer_id: int) -> None:
    _open(own_label_actions.of_feed(here(), viewer_id, st.session_state[FEED]))


def _open(result: Result) -> None:
    if result.is_done and result.values:
        tell(result)
        go({ID: str(result.values["label"])})
    else:
        st.session_state[PROBLEM] = result.words
