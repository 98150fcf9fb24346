"""The own labels of one mention: what it has, and one click that says that it is, or is not."""

from collections.abc import Sequence

import streamlit as st

from dashboard import own_label_actions, parts
from dashboard.format import plain
from dashboard.frame import tell
from dashboard.panes import own_label_examples
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.labels import label_examples, label_marks, own_labels
from desk.labels.own_labels import OwnLabelView
from storage.words import OwnLabelKind

ASKED = "own_label_mention"
"""Holds the mention whose labels are being looked at."""


def draw(viewer: Viewer, mention_id: int, *, has_any: bool) -> None:
    """The button beside a case's acts; nothing where the team has no labels."""
    if not has_any:
        return
    with parts.popover(text("own.box"), key="own_popover") as box:
        if box.open:
            _labels(viewer, mention_id, feeds=())


def ask(mention_id: int) -> None:
    """Look at this mention in the next run."""
    st.session_state[ASKED] = mention_id


def dialog(viewer: Viewer) -> None:
    """The labels of the mention that was asked for, if any."""
    mention_id: int | None = st.session_state.get(ASKED)
    if mention_id is None:
        return

    def body() -> None:
        with here().database.read() as session:
            feeds = own_labels.feeds_of(session, mention_id)
        _labels(viewer, mention_id, feeds=feeds)

    parts.dialog(text("own.box.title"), body, stands=lambda: ASKED in st.session_state, over=_over)


def _labels(viewer: Viewer, mention_id: int, *, feeds: Sequence[int]) -> None:
    with here().database.read() as session:
        known = own_labels.listed(session)
        on = label_marks.of_mentions(session, [mention_id]).get(mention_id, frozenset())
        said = label_examples.said_of(session, mention_id)
    shown = [view for view in known if view.kind is OwnLabelKind.LABEL or view.feed_id in feeds]
    if not shown:
        st.text(text("own.box.none"))
    for view in shown:
        _label(viewer, view, mention_id, has=view.id in on, said=said.get(view.id))


def _label(viewer: Viewer, view: OwnLabelView, mention_id: int, *, has: bool, said: bool | None) -> None:
    is_feed = view.kind is OwnLabelKind.RELEVANCE
    with st.container(border=True, gap="xsmall", key=f"own_box_{view.id}"):
        name = text("own.about_us.feed", feed=view.name) if is_feed else view.name
        state = "" if is_feed else f" · {text('own.box.has' if has else 'own.box.has_not')}"
        st.markdown(f"**{plain(name)}**{state}")
        if view.meaning:
            st.text(view.meaning)
        with st.container(horizontal=True, gap="small"):
            for is_it in (True, False):
                words = own_label_examples.words(view, is_it=is_it)
                st.button(
                    text(f"own.{words}"),
                    key=f"own_box_{words}_{view.id}",
                    type="primary" if said is is_it else "secondary",
                    on_click=_say,
                    args=(viewer.id, view.id, mention_id, is_it),
                )


def _say(viewer_id: int, label_id: int, mention_id: int, is_it: bool) -> None:
    tell(own_label_actions.say(here(), viewer_id, label_id, mention_id, is_it=is_it))


def _over() -> None:
    st.session_state.pop(ASKED, None)
