"""The frame around each page: navigation, the sample's banner, who is here, and the toast of the last act."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import components, parts, welcome
from dashboard.actions import Kind, Result
from dashboard.format import plain
from dashboard.panes import bell, own_locale, shift_control, stops, tour
from dashboard.panes import help as help_pane
from dashboard.texts import text
from dashboard.viewer import SEEN, Nobody, Viewer, languages, who
from dashboard.workspace import here
from desk.people import people
from storage.words import Role

ICON = Path(__file__).parent / "components" / "frame" / "icon.png"
"""From here: for a named icon every browser would ask a font server elsewhere."""
PAGES = Path(__file__).parent / "app_pages"
DAILY = {"queue": people.READ, "shift": people.CARE, "mentions": people.READ, "trends": people.READ, "incidents": people.READ}
REVIEWED = {"outcomes": people.READ, "feeds": people.READ}
SET_UP = {"saved": people.CARE, "rules": people.LEADS, "own_labels": people.LEADS, "people": people.LEADS}
"""The pages in their order, and who is offered each; what one may do there the desk checks."""
START, TOAST = "start", "toast"
ICONS = {
    Kind.DONE: ":material/check:",
    Kind.TAKEN: ":material/person:",
    Kind.NOT_YOURS: ":material/person:",
    Kind.BUSY: ":material/hourglass_top:",
}


def run() -> None:
    """Draw one run of the board, in the language of whoever looks."""
    viewer = st.session_state[SEEN] = who()
    st.set_page_config(
        page_title=text("app.name"),
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state="collapsed",
        menu_items={"About": text("app.about")},
    )
    components.frame(key="frame", data=languages())
    page = st.navigation(_pages(viewer), position="hidden" if isinstance(viewer, Nobody) else "top")
    _banner()
    if isinstance(viewer, Nobody):
        page.run() if page.url_path == START else welcome.draw(viewer)
        return
    _me(viewer)
    bell.lead(page.url_path, PAGES)
    with st.container(key="stops"):
        stops.banners(viewer, tell)
    _toast()
    help_pane.draw()
    page.run()


def tell(result: Result) -> None:
    """Say in the next run what became of an act; an act without words says nothing."""
    if result.words:
        st.session_state[TOAST] = (result.words, ICONS.get(result.kind, ":material/info:"))


def has_words() -> bool:
    """Whether an act left words that only a run of the whole page says: a part of it that draws itself alone must ask for one."""
    return TOAST in st.session_state


def _pages(viewer: Viewer | Nobody) -> Mapping[str, Sequence[Any]]:
    roles = viewer.roles if isinstance(viewer, Viewer) else people.READ
    start = st.Page(PAGES / "start.py", title=text("nav.start"), url_path=START, visibility="hidden")
    set_up = _offered(SET_UP, roles)
    return {"": [*_offered(DAILY, roles), *_offered(REVIEWED, roles), start], **({text("nav.set_up"): set_up} if set_up else {})}


def _offered(places: Mapping[str, frozenset[Role]], roles: frozenset[Role]) -> list[Any]:
    names = [name for name, allowed in places.items() if roles & allowed and (PAGES / f"{name}.py").is_file()]
    return [st.Page(PAGES / f"{name}.py", title=text(f"nav.{name}"), url_path=name, default=name == "queue") for name in names]


def _banner() -> None:
    if not here().settings.is_sample:
        return
    with st.container(key="sample", horizontal=True, vertical_alignment="center"):
        st.text(text("sample.banner"))
        st.page_link(PAGES / "start.py", label=text("sample.start"))


def _me(viewer: Viewer) -> None:
    signed_in = text("me.signed_in", person=viewer.name)
    with st.container(key="me", horizontal=True, gap="xsmall"):
        stops.menu(viewer, tell)
        shift_control.draw(viewer, tell)
        help_pane.button()
        bell.draw(viewer)
        with parts.popover(viewer.initials, help=plain(signed_in), key="me_menu") as menu:
            if menu.open:
                st.text(signed_in)
                tour.resume(viewer)
                tour.practise()
                own_locale.draw(viewer, tell)
                welcome.choice(viewer)


def _toast() -> None:
    told = st.session_state.pop(TOAST, None)
    if told:
        words, icon = told
        st.toast(plain(words), icon=icon)
