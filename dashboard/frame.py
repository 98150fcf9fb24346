"""The frame around each page: navigation, the sample's banner, who is here, and the toast of the last act."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import components, welcome
from dashboard.actions import Kind, Result
from dashboard.format import plain
from dashboard.texts import text
from dashboard.viewer import Nobody, Viewer, who
from dashboard.workspace import here

ICON = Path(__file__).parent / "components" / "frame" / "icon.png"
"""From here: for a named icon every browser would ask a font server elsewhere."""
PAGES = Path(__file__).parent / "app_pages"
NAMES = ("queue", "mentions", "trends", "feeds")
START, TOAST = "start", "toast"
ICONS = {
    Kind.DONE: ":material/check:",
    Kind.TAKEN: ":material/person:",
    Kind.NOT_YOURS: ":material/person:",
    Kind.BUSY: ":material/hourglass_top:",
}


def run() -> None:
    """Draw one run of the board."""
    st.set_page_config(
        page_title=text("app.name"),
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state="collapsed",
        menu_items={"About": text("app.about")},
    )
    components.frame(key="frame")
    viewer = who()
    page = st.navigation(_pages(), position="hidden" if isinstance(viewer, Nobody) else "top")
    _banner()
    if isinstance(viewer, Nobody):
        page.run() if page.url_path == START else welcome.draw(viewer)
        return
    _me(viewer)
    _toast()
    page.run()


def tell(result: Result) -> None:
    """Say in the next run what became of an act; an act without words says nothing."""
    if result.words:
        st.session_state[TOAST] = (result.words, ICONS.get(result.kind, ":material/info:"))


def _pages() -> Sequence[Any]:
    found = [name for name in NAMES if (PAGES / f"{name}.py").is_file()]
    pages = [st.Page(PAGES / f"{name}.py", title=text(f"nav.{name}"), url_path=name, default=name == "queue") for name in found]
    start = st.Page(PAGES / "start.py", title=text("nav.start"), url_path=START, visibility="hidden")
    return [*pages, start]


def _banner() -> None:
    if not here().settings.is_sample:
        return
    with st.container(key="sample", horizontal=True, vertical_alignment="center"):
        st.text(text("sample.banner"))
        st.page_link(PAGES / "start.py", label=text("sample.start"))


def _me(viewer: Viewer) -> None:
    signed_in = text("me.signed_in", person=viewer.name)
    with st.container(key="me"), st.popover(viewer.initials, help=plain(signed_in)):
        st.text(signed_in)
        welcome.choice(viewer)


def _toast() -> None:
    told = st.session_state.pop(TOAST, None)
    if told:
        words, icon = told
        st.toast(plain(words), icon=icon)
