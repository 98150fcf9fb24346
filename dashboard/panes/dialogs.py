"""The dialogs about a case: closing, putting off, handing over, and the history as a drawer. Forms only: what they ask for is done in callbacks."""

from collections.abc import Callable

import streamlit as st

from dashboard import actions, components, parts
from dashboard.actions import Result
from dashboard.case_values import Reader
from dashboard.format import plain
from dashboard.history_values import history_blocks
from dashboard.panes import asked, closing, confirm, customer, moved, promises, regroup, verbs
from dashboard.panes.likeness import likeness_of
from dashboard.shift_values import colleague_words
from dashboard.spans import SPANS
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.people import workload
from desk.queue.inbox import CaseView
from storage.words import Outcome, Shift

DRAWERS = frozenset({asked.HISTORY, asked.CUSTOMER})
"""They stand at the side, and everybody may open them."""


def draw(viewer: Viewer, view: CaseView) -> None:
    """The dialog that was asked for, if any."""
    found = asked.current(view.row.id)
    if found is None:
        return
    if not _may(viewer, view, found.kind):
        asked.over()
        st.toast(plain(text("act.not_yours")), icon=":material/person:")
        return
    drawers: dict[str, tuple[str, Callable[[], None]]] = {
        asked.CLOSE: ("close.title", lambda: _close(viewer, view, found.reuse)),
        asked.SNOOZE: ("snooze.title", lambda: _snooze(viewer, view)),
        asked.PROMISE: ("promise.title", lambda: promises.draw(viewer, view)),
        asked.HAND_OVER: ("hand_over.title", lambda: _hand_over(viewer, view)),
        asked.MERGE: ("merge.title", lambda: regroup.merge(viewer, view)),
        asked.SPLIT: ("split.title", lambda: regroup.split(viewer, view)),
        asked.CONFIRM: ("confirm_solved.title", lambda: closing.confirm_solved(viewer, view)),
        asked.CUSTOMER: ("customer.title", lambda: customer.draw(viewer, view)),
        asked.HISTORY: ("case.history", lambda: _history(viewer, view)),
    }
    title, body = drawers[found.kind]
    position: parts.Position = "right" if found.kind in DRAWERS else "center"
    stands = lambda: asked.current(view.row.id) is not None  # noqa: E731  a name for what it asks
    parts.dialog(text(title, case=view.row.id), body, stands=stands, over=asked.over, position=position)


def _may(viewer: Viewer, view: CaseView, kind: str) -> bool:
    owner = view.row.assignee_id
    if kind in DRAWERS:
        return True
    if kind == asked.CONFIRM:
        return viewer.may_care
    if kind in {asked.MERGE, asked.SPLIT}:
        return viewer.may_care and (owner in {viewer.id, None} or viewer.may_lead)
    return owner == viewer.id or (kind == asked.HAND_OVER and viewer.may_care and (owner is None or viewer.may_lead))


def _close(viewer: Viewer, view: CaseView, reuse: int | None) -> None:
    promises.standing(viewer, view)
    outcome = st.radio(
        text("close.outcome"),
        list(Outcome),
        format_func=lambda one: text(f"outcome.{one}"),
        key="close_outcome",
    )
    st.caption(text(f"outcome_hint.{outcome}"))
    if outcome is Outcome.SOLVED:
        closing.solved(viewer, view, reuse)
    elif outcome is Outcome.DECLINED:
        closing.declined(view)
    elif outcome is Outcome.MOVED:
        moved.draw(view.row.id)
    confirm.buttons("close.do", _closed, viewer.id, view.row.id)


def _closed(person_id: int, case_id: int) -> Result:
    outcome = st.session_state["close_outcome"]
    return actions.close(
        here(),
        person_id,
        case_id,
        outcome=outcome,
        moved=moved.told(outcome),
        **closing.told(outcome),
    )


def _snooze(viewer: Viewer, view: CaseView) -> None:
    st.text(text("snooze.why"))
    st.radio(text("snooze.until"), list(SPANS), format_func=lambda span: text(f"snooze.{span}"), key="snooze_span")
    confirm.buttons("snooze.do", _snoozed, viewer.id, view.row.id)


def _snoozed(person_id: int, case_id: int) -> Result:
    workspace = here()
    until = SPANS[st.session_state["snooze_span"]](workspace.now(), clock_zone())
    return actions.snooze(workspace, person_id, case_id, until=until)


def _hand_over(viewer: Viewer, view: CaseView) -> None:
    with here().database.read() as session:
        takers = workload.takers(session, but=viewer.id, now=here().now())
    others = {one.id: one for one in takers if one.id != view.row.assignee_id}
    if not others:
        st.text(text("hand_over.nobody"))
        return
    chosen = st.selectbox(text("hand_over.to"), list(others), format_func=lambda one: colleague_words(others[one]), key="hand_over_to")
    if others[chosen].shift is Shift.OFF:
        st.checkbox(plain(text("hand_over.although_off", person=others[chosen].name)), key=_although_off(chosen))
    st.text_area(text("hand_over.note"), key="hand_over_note")
    confirm.buttons("hand_over.do", _handed_over, viewer.id, view.row.id)


def _handed_over(person_id: int, case_id: int) -> Result:
    to, note = st.session_state["hand_over_to"], st.session_state["hand_over_note"]
    told = {"to_person_id": to, "note": note, "although_off": bool(st.session_state.get(_although_off(to)))}
    return actions.hand_over(here(), person_id, case_id, **told)


def _although_off(person_id: int) -> str:
    """Said of one person: of another one it is asked again."""
    return f"hand_over_off_{person_id}"


def _history(viewer: Viewer, view: CaseView) -> None:
    reader = Reader(viewer.id, viewer.may_care, here().now(), clock_zone())
    components.sheet(
        key=verbs.DRAWER,
        data={
            "kind": "history",
            "me": viewer.id,
            "blocks": history_blocks(view, reader, likeness_of(viewer, view)),
            "texts": components.words("case.js."),
        },
        on_act_change=lambda: verbs.beside(verbs.DRAWER, view.row.id, viewer.id),
    )
