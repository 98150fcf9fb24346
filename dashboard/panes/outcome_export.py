"""The Outcomes page as files, for those who may take cases away: the figures as shown, and the cases behind them."""

from urllib.parse import urlencode

import streamlit as st

from dashboard.outcome_view import Asked
from dashboard.texts import text
from dashboard.viewer import Viewer

FIGURES, CASES = "/board/export/outcomes.csv", "/board/export/outcome-cases.csv"


def draw(viewer: Viewer, shown: Asked) -> None:
    if not viewer.may_export:
        return
    st.divider()
    st.subheader(text("export.open"), anchor=False, help=text("export.outcomes.why"))
    asked = urlencode(shown.as_query())
    with st.container(key="outcomes_export", horizontal=True):
        _file("figures", text("export.outcomes.figures"), f"{FIGURES}?{asked}")
        _file("cases", text("export.outcomes.listed" if shown.show else "export.outcomes.cases"), f"{CASES}?{asked}")


def _file(key: str, what: str, address: str) -> None:
    with st.container(key=f"outcomes_export_{key}", border=True, width="content", gap="small"):
        st.text(what)
        with st.container(horizontal=True):
            st.link_button(text("export.excel"), f"{address}&mark=1", icon=":material/download:")
            st.link_button(text("export.other"), address, icon=":material/download:")
