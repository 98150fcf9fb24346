"""What the list shows as a file, for those who may take cases away."""

import streamlit as st

from dashboard.panes import address
from dashboard.texts import text
from dashboard.viewer import Viewer
from desk.queue.filters import QueueFilter

FILE = "/board/export/cases.csv"


def draw(viewer: Viewer, shown: QueueFilter) -> None:
    if not viewer.may_export:
        return
    wanted = f"{FILE}?{address.shown_as(shown.view)}"
    st.divider()
    st.subheader(text("export.open"), anchor=False, help=text("export.why"))
    with st.container(key="export", horizontal=True):
        st.link_button(text("export.excel"), f"{wanted}&mark=1", icon=":material/download:")
        st.link_button(text("export.other"), wanted, icon=":material/download:")
