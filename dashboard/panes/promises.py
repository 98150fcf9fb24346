"""The dialog of a promise, and what stands already: kept or cancelled there, and in the dialog that closes a case."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import promise_actions
from dashboard.actions import Result
from dashboard.frame import tell
from dashboard.own_zone import zone_of
from dashboard.panes import confirm
from dashboard.promise_values import OTHER, TIMES, badge_words, promise_mark, times_ahead
from dashboard.shift_values import COLOURS
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.cases.promises import LONGEST, PromiseView
from desk.queue.inbox import CaseView

WORDS, UNTIL, AT, CHANGED = "promise_text", "promise_until", "promise_at", "promise_changed"


def draw(viewer: Viewer, view: CaseView) -> None:
    """The form of one promise: a new one, or one that stands and is changed."""
    zone, now = zone_of(here(), viewer.id), here().now()
    st.text(text("promise.why"))
    if view.promises:
        st.text(text("promise.standing"))
        _standing(viewer, view, zone, may_change=True)
    st.text_area(text("promise.text"), key=WORDS, placeholder=text("promise.text_hint"), max_chars=LONGEST)
    st.radio(text("promise.until"), times_ahead(now, zone), format_func=lambda name: text(f"promise.until.{name}"), key=UNTIL)
    if st.session_state[UNTIL] == OTHER:
        st.datetime_input(text("promise.at"), value=_tomorrow(now, zone), key=AT)
        st.text(text("by.zone", zone=zone))
    changed = _changed(view)
    confirm.buttons("promise.change_do" if changed else "promise.do", _promised(zone, changed), viewer.id, view.row.id)


def standing(viewer: Viewer, view: CaseView) -> None:
    """What stands in the way of closing, with the two ways out."""
    if view.promises:
        st.warning(text("promise.in_close"), icon=":material/flag:")
        _standing(viewer, view, zone_of(here(), viewer.id), may_change=False)


def _standing(viewer: Viewer, view: CaseView, zone: str, *, may_change: bool) -> None:
    now = here().now()
    for promise in view.promises:
        mark = promise_mark(promise, now=now, zone=zone)
        with st.container(horizontal=True, vertical_alignment="center", key=f"promise_{promise.id}"):
            st.badge(badge_words(mark), color=COLOURS[mark.tone])
            st.button(text("promise.keep"), key=f"keep_{promise.id}", on_click=_kept, args=(viewer.id, promise.id))
            st.button(text("promise.cancel"), key=f"cancel_{promise.id}", on_click=_cancelled, args=(viewer.id, promise.id))
            if may_change:
                st.button(text("promise.change"), key=f"change_{promise.id}", on_click=_begin_change, args=(promise,))


def _tomorrow(now: datetime, zone: str) -> datetime:
    return TIMES["tomorrow"](now, zone).replace(tzinfo=None)


def _changed(view: CaseView) -> int | None:
    """The promise that is being changed, as long as it stands in this case."""
    found: int | None = st.session_state.get(CHANGED)
    return found if found in {promise.id for promise in view.promises} else None


def _begin_change(promise: PromiseView) -> None:
    st.session_state[CHANGED] = promise.id
    st.session_state[WORDS] = promise.text


def _kept(person_id: int, promise_id: int) -> None:
    tell(promise_actions.keep(here(), person_id, promise_id))


def _cancelled(person_id: int, promise_id: int) -> None:
    tell(promise_actions.cancel(here(), person_id, promise_id))


def _promised(zone: str, changed: int | None) -> Callable[[int, int], Result]:
    def verb(person_id: int, case_id: int) -> Result:
        words, due_at = st.session_state[WORDS], _due_at(zone)
        if changed is None:
            return promise_actions.make(here(), person_id, case_id, words=words, due_at=due_at, zone=zone)
        result = promise_actions.change(here(), person_id, changed, words=words, due_at=due_at, zone=zone)
        if result.is_done:
            st.session_state.pop(CHANGED, None)
        return result

    return verb


def _due_at(zone: str) -> datetime:
    name, now = st.session_state[UNTIL], here().now()
    if name != OTHER:
        return TIMES[name](now, zone)
    chosen: datetime = st.session_state[AT] or _tomorrow(now, zone)
    return chosen.replace(tzinfo=ZoneInfo(zone))
