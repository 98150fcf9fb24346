"""On "My shift", for one's own eyes: how many abusive posts one read this week."""

import streamlit as st

from dashboard import exposure_actions
from dashboard.format import Mark, Tone, plain
from dashboard.frame import tell
from dashboard.shift_values import COLOURS
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.people import exposure, people
from desk.people.exposure import OwnExposure

COUNTED = "exposure_counted"


def draw(viewer: Viewer) -> None:
    """Nothing where the workspace does not count."""
    desk = here().settings.desk
    with here().database.read() as session:
        mine = exposure.own(session, by=people.active(session, viewer.id), settings=desk, now=here().now())
    if mine is None:
        return
    mark = own_mark(mine)
    with st.container(key="exposure", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(plain(f"{mark.glyph} {mark.word}"), color=COLOURS[mark.tone])
            st.session_state[COUNTED] = mine.is_counted
            st.toggle(text("exposure.count"), key=COUNTED, help=text("exposure.count_help"), on_change=_set, args=(viewer.id,))
        st.caption(_why(mine))


def own_mark(mine: OwnExposure) -> Mark:
    """The figure with its sign; it is compared with nobody's."""
    if not mine.is_counted:
        return Mark("◌", text("exposure.off"), Tone.DIM)
    if not mine.read:
        return Mark("○", text("exposure.none"), Tone.DIM)
    words = text("exposure.one") if mine.read == 1 else text("exposure.many", n=mine.read)
    return Mark("◉", words, Tone.WARM) if mine.is_spared else Mark("◔", words, Tone.CALM)


def _why(mine: OwnExposure) -> str:
    if not mine.is_counted:
        return text("exposure.why_off")
    return text("exposure.spared") if mine.is_spared else text("exposure.why", limit=mine.limit)


def _set(person_id: int) -> None:
    tell(exposure_actions.set_counted(here(), person_id, is_counted=bool(st.session_state[COUNTED])))
