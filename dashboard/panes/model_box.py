"""Which model reads the mentions, and which one is tried beside it: the last part of the page of own labels."""

import streamlit as st

from dashboard import model_actions
from dashboard.format import clock_words, plain
from dashboard.frame import tell
from dashboard.panes import own_label_list
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.labels import models
from desk.labels.models import ModelView

MODEL = "model"
"""What the address has for the comparison of the two."""


def draw(viewer: Viewer) -> None:
    """The model in force, the one that is tried, and the way to both."""
    with here().database.read() as session:
        current, tried = models.views(session)
    st.subheader(text("model.title"), anchor=False)
    with st.container(border=True, key="model_in_force", gap="small"):
        if current is None:
            st.text(text("model.none"))
        else:
            _current(viewer, current)
    with st.container(key="model_tried", gap="small"):
        if tried is None:
            st.caption(text("model.how"))
        else:
            _tried(tried)


def since(view: ModelView) -> str:
    """Since when a model classifies, and who let it."""
    if view.since is None:
        return ""
    time = clock_words(view.since, now=here().now(), zone=clock_zone())
    return text("model.since.person", time=time, person=view.person) if view.person else text("model.since", time=time)


def _current(viewer: Viewer, view: ModelView) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.text(text("model.in_force", model=view.name), width="content")
        st.badge(text("model.state.in_force"), icon=":material/check:", color="green")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(plain(since(view)), width="content")
        if view.can_go_back:
            with st.popover(text("model.back"), icon=":material/undo:", key="model_back"):
                st.text(text("model.back.note"))
                st.button(text("model.back.sure"), key="model_back_sure", on_click=_go_back, args=(viewer.id,))


def _tried(view: ModelView) -> None:
    with st.container(border=True, key=f"model_{view.id}", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.text(text("model.tried", model=view.name), width="content")
            st.badge(text("model.state.tried"), icon=":material/science:", color="blue")
        if view.error:
            st.error(plain(text("model.error", error=view.error)), icon=":material/error:")
        else:
            st.button(text("model.compare"), key="model_compare", icon=":material/compare_arrows:", on_click=_compare)


def _compare() -> None:
    own_label_list.go({MODEL: "1"})


def _go_back(viewer_id: int) -> None:
    tell(model_actions.go_back(here(), viewer_id))
