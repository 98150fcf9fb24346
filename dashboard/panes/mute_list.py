"""All mutes: who set them, what each holds back, and the way back, with or without what it held."""

from datetime import datetime

import streamlit as st

from dashboard import mute_actions, parts
from dashboard.format import clock_words, number_words, plain
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.noise import mutes
from desk.noise.mutes import MuteView
from desk.people import people

ASKED = "mute_ending"
COLUMNS = [40, 22, 22, 16]


def draw(viewer: Viewer) -> None:
    """The list; whoever may not mute does not see it."""
    with here().database.read() as session:
        views = mutes.listed(session, by=people.active(session, viewer.id), now=here().now())
    st.subheader(text("mute.list"), anchor=False)
    if not views:
        st.text(text("mute.list.none"))
        return
    for view in views:
        with st.container(border=True, key=f"mute_{view.id}"):
            _line(view)


def _line(view: MuteView) -> None:
    what, held, who, acts = st.columns(COLUMNS, vertical_alignment="center")
    with what, st.container(gap="xxsmall"):
        st.text(f"⊘ {name_of(view)}")
        st.caption(plain(" · ".join([view.brand or text("mute.brand_all"), *([view.reason] if view.reason else [])])))
    with held, st.container(gap="xxsmall"):
        st.text(_held(view))
        if view.last_at:
            st.caption(text("mute.list.last", time=_time(view.last_at)))
    with who, st.container(gap="xxsmall"):
        st.caption(text("mute.list.by", person=plain(view.by), time=_time(view.at)))
        st.caption(_end_of(view))
    with acts, st.container(horizontal=True, horizontal_alignment="right"):
        if view.is_in_force or view.held:
            name = "mute.end" if view.is_in_force else "mute.back"
            st.button(
                text(name), key=f"mute_end_{view.id}", help=text("mute.end_help", what=plain(name_of(view))), on_click=_ask, args=(view,)
            )


def name_of(view: MuteView) -> str:
    return text(f"mute.name.{view.kind}", words=view.words or text("mute.name.gone"))


def _held(view: MuteView) -> str:
    held = text("mute.list.held", n=number_words(view.held))
    return f"{held} · {text('mute.list.back', n=number_words(view.back))}" if view.back else held


def _end_of(view: MuteView) -> str:
    if view.ended_at and view.ended_by:
        return text("mute.list.ended", person=plain(view.ended_by), time=_time(view.ended_at))
    if not view.is_in_force:
        return text("mute.list.over", time=_time(view.ended_at or view.until or view.at))
    return text("mute.list.until", time=_time(view.until)) if view.until else text("mute.list.always")


def _time(at: datetime) -> str:
    return clock_words(at, now=here().now(), zone=clock_zone())


def dialog(viewer: Viewer) -> None:
    """Ending a mute offers to bring back what it held, in one act."""
    view: MuteView | None = st.session_state.get(ASKED)
    if view is None:
        return

    title = text("mute.end_title" if view.is_in_force else "mute.back_title")
    parts.dialog(title, lambda: _ending(viewer, view), stands=lambda: ASKED in st.session_state, over=_over)


def _ending(viewer: Viewer, view: MuteView) -> None:
    st.text(name_of(view))
    st.text(text("mute.ending.held", n=view.held) if view.held else text("mute.ending.nothing"))
    with st.container(horizontal=True):
        if view.held:
            label = text("mute.ending.with" if view.is_in_force else "mute.ending.back", n=view.held)
            st.button(label, key="mute_end_with", type="primary", on_click=_end, args=(viewer.id, view.id, True))
        if view.is_in_force:
            kind = "secondary" if view.held else "primary"
            st.button(text("mute.ending.alone"), key="mute_end_alone", type=kind, on_click=_end, args=(viewer.id, view.id, False))


def _end(person_id: int, mute_id: int, brings_back: bool) -> None:
    act = mute_actions.end_and_bring_back if brings_back else mute_actions.end
    tell(act(here(), person_id, mute_id))
    _over()


def _ask(view: MuteView) -> None:
    st.session_state[ASKED] = view


def _over() -> None:
    st.session_state.pop(ASKED, None)
