"""What stands on every page while replies are held or read by a second person, and where a lead turns that on."""

from collections.abc import Callable

import streamlit as st

from dashboard import staff, stop_actions
from dashboard.actions import Result
from dashboard.format import clock_words
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.replies.switches import Switch, Turned

Tell = Callable[[Result], None]
"""Says in the next run what became of an act."""

SHOWN = {Switch.REPLIES_HELD: ("held", "hold", "‖"), Switch.APPROVAL_FOR_ALL: ("approval", "everyone", "◉")}
"""Each switch by the names of its banner and of its button, and its glyph."""


def banners(viewer: Viewer, tell: Tell) -> None:
    """One for each switch that is on; leads end it there."""
    standing = staff.standing()
    for switch, (name, _, glyph) in SHOWN.items():
        if switch in standing:
            _banner(viewer, tell, switch, name, glyph, standing[switch])


def menu(viewer: Viewer, tell: Tell) -> None:
    """For leads, as long as there is something left to turn on."""
    standing = staff.standing() if viewer.may_lead else SHOWN
    if len(standing) == len(SHOWN):
        return
    with st.popover(text("stop.menu"), help=text("stop.menu_help")):
        st.text(text("stop.why"))
        for switch, (_, name, _) in SHOWN.items():
            if switch not in standing:
                _button(viewer, tell, switch, f"begin_{name}", text(f"stop.{name}"), on=True)
                st.text(text(f"stop.{name}_why"))


def beside(viewer: Viewer, tell: Tell) -> None:
    """The buttons of those that are off, where a crisis is led; the banners end those that are on."""
    standing = staff.standing()
    for switch, (_, name, _) in SHOWN.items():
        if switch not in standing:
            _button(viewer, tell, switch, f"beside_{name}", text(f"stop.{name}"), on=True)


def _banner(viewer: Viewer, tell: Tell, switch: Switch, name: str, glyph: str, turned: Turned) -> None:
    since = clock_words(turned.since, now=here().now(), zone=clock_zone())
    with st.container(key=f"stop_{name}", horizontal=True, vertical_alignment="center"):
        st.text(glyph, width="content")
        st.text(text(f"stop.{name}", person=turned.by, time=since), width="content")
        if viewer.may_lead:
            _button(viewer, tell, switch, f"end_{name}", text(f"stop.end_{name}"), on=False)


def _button(viewer: Viewer, tell: Tell, switch: Switch, key: str, label: str, *, on: bool) -> None:
    st.button(label, key=key, on_click=_turn, args=(tell, viewer.id, switch), kwargs={"on": on})


def _turn(tell: Tell, person_id: int, switch: Switch, *, on: bool) -> None:
    tell(stop_actions.turn(here(), person_id, switch, on=on))
