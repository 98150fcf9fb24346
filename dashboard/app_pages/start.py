"""How a team begins with a workspace of its own."""

import streamlit as st

from dashboard import colleagues
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here


def _steps() -> None:
    st.text(text("start.why"))
    st.subheader(text("start.step_1"), anchor=False)
    st.text(text("start.step_1_how"))
    st.code(text("start.example"), language=None)
    st.subheader(text("start.step_2"), anchor=False)
    st.text(text("start.step_2_how"))
    st.code(text("start.command"), language=None)
    st.text(text("start.then"))


def _draw() -> None:
    viewer = seen()
    with st.container(horizontal_alignment="center"), st.container(key="start", width=760):
        st.header(text("start.title"), anchor=False)
        if here().settings.is_sample:
            _steps()
        else:
            st.text(text("start.own"))
        if isinstance(viewer, Viewer) and viewer.may_add_people:
            colleagues.draw(viewer)


_draw()
