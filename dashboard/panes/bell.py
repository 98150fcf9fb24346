"""News for whoever sits here, beside their initials on every page; each leads to its case."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dashboard import components
from dashboard.identity import space_of
from dashboard.panes import address
from dashboard.viewer import Viewer
from dashboard.workspace import here

KEY, LEADS_TO = "bell", "bell_leads_to"
MONEY = -1
"""Stands for a case where the news is of a budget."""

QUEUE = frozenset({"", "queue"})


def draw(viewer: Viewer) -> None:
    data = {"me": viewer.id, "space": space_of(here().settings.database_url), "texts": components.words("notice.js.")}
    components.bell(key=KEY, data=data, width="content", on_open_change=_opened)


def _opened() -> None:
    """A piece of news was opened: its case follows, or the page of its kind, on whatever page this is."""
    sent = st.session_state.get(KEY)
    value = sent.get("open") if sent else None
    if isinstance(value, Mapping) and isinstance(value.get("case"), int):
        st.session_state[LEADS_TO] = value["case"]


def lead(page: str, pages: Path) -> None:
    """Go where the news that was opened leads; the list beside it keeps what it shows. News of no case is of an incident, or of a budget."""
    case_id: int | None = st.session_state.pop(LEADS_TO, None)
    if case_id is None:
        return
    if case_id == MONEY:
        st.switch_page(pages / "feeds.py")
    elif case_id == 0:
        st.switch_page(pages / "incidents.py")
    elif page in QUEUE:
        address.set_case(case_id)
    else:
        st.switch_page(pages / "queue.py", query_params={"case": str(case_id)})
