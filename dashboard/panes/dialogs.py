"""The dialogs about a case: closing, putting off, handing over, and the history as a drawer. Forms only: what they ask for is done in callbacks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import actions, components
from dashboard.actions import Result
from dashboard.case_values import Reader
from dashboard.format import plain, short
from dashboard.history_values import history_blocks
from dashboard.panes import asked, confirm, regroup, verbs
from dashboard.panes.likeness import fixes, likeness_of
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk import choices, people
from desk.inbox import CaseView
from desk.outcomes import ResolutionDraft
from storage.words import Outcome

NEW = 0
LONGEST_CHOICE = 90


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
        asked.HAND_OVER: ("hand_over.title", lambda: _hand_over(viewer, view)),
        asked.MERGE: ("merge.title", lambda: regroup.merge(viewer, view)),
        asked.SPLIT: ("split.title", lambda: regroup.split(viewer, view)),
        asked.HISTORY: ("case.history", lambda: _history(viewer, view)),
    }
    title, body = drawers[found.kind]
    position = "right" if found.kind == asked.HISTORY else "center"

    def dialog() -> None:
        if asked.current(view.row.id) is None:
            st.rerun()
        body()

    st.dialog(text(title, case=view.row.id), position=position, on_dismiss=asked.over)(dialog)()


def _may(viewer: Viewer, view: CaseView, kind: str) -> bool:
    owner = view.row.assignee_id
    if kind == asked.HISTORY:
        return True
    if kind in {asked.MERGE, asked.SPLIT}:
        return viewer.may_care and (owner in {viewer.id, None} or viewer.may_lead)
    return owner == viewer.id or (kind == asked.HAND_OVER and viewer.may_care and (owner is None or viewer.may_lead))


def _close(viewer: Viewer, view: CaseView, reuse: int | None) -> None:
    outcome = st.radio(
        text("close.outcome"),
        list(Outcome),
        format_func=lambda one: text(f"outcome.{one}"),
        captions=[text(f"outcome_hint.{one}") for one in Outcome],
        key="close_outcome",
    )
    if outcome is Outcome.SOLVED:
        _solved(viewer, view, reuse)
    elif outcome is Outcome.DECLINED:
        st.text_area(text("close.reason"), key="close_reason")
    confirm.buttons("close.do", _closed, viewer.id, view.row.id)


def _solved(viewer: Viewer, view: CaseView, reuse: int | None) -> None:
    told = {found.id: (found.cause, found.fix) for found in view.suggestions} | fixes(viewer, view)
    known = {number: short(f"{cause}: {fix}", LONGEST_CHOICE) for number, (cause, fix) in told.items()}
    chosen = NEW
    if known:
        ids = [*known, NEW]
        place = ids.index(reuse) if reuse in known else len(ids) - 1
        words = {**known, NEW: text("close.reuse_new")}
        chosen = st.selectbox(text("close.reuse"), ids, index=place, format_func=lambda one: words[one], key="close_reuse")
    if chosen == NEW:
        for name in ("cause", "fix", "evidence"):
            st.text_input(text(f"close.{name}"), placeholder=text(f"close.{name}_hint"), key=f"close_{name}")


def _closed(person_id: int, case_id: int) -> Result:
    state = st.session_state
    outcome, reuse = state["close_outcome"], state.get("close_reuse", NEW)
    is_solved = outcome is Outcome.SOLVED
    told = ResolutionDraft(*(state.get(f"close_{name}", "") for name in ("cause", "fix", "evidence")))
    return actions.close(
        here(),
        person_id,
        case_id,
        outcome=outcome,
        resolution=told if is_solved and reuse == NEW else None,
        reuse=reuse if is_solved and reuse != NEW else None,
        reason=state.get("close_reason", "") if outcome is Outcome.DECLINED else "",
    )


def _snooze(viewer: Viewer, view: CaseView) -> None:
    st.text(text("snooze.why"))
    st.radio(text("snooze.until"), SPANS, format_func=lambda span: text(f"snooze.{span}"), key="snooze_span")
    confirm.buttons("snooze.do", _snoozed, viewer.id, view.row.id)


def _snoozed(person_id: int, case_id: int) -> Result:
    workspace = here()
    until = SPANS[st.session_state["snooze_span"]](workspace.now(), workspace.settings.desk.zone)
    return actions.snooze(workspace, person_id, case_id, until=until)


def _at_nine(now: datetime, zone: str, *, days: int) -> datetime:
    there = now.astimezone(ZoneInfo(zone))
    return (there + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)


SPANS: dict[str, Callable[[datetime, str], datetime]] = {
    "1h": lambda now, _zone: now + timedelta(hours=1),
    "3h": lambda now, _zone: now + timedelta(hours=3),
    "tomorrow": lambda now, zone: _at_nine(now, zone, days=1),
    "monday": lambda now, zone: _at_nine(now, zone, days=7 - now.astimezone(ZoneInfo(zone)).weekday()),
}


def _hand_over(viewer: Viewer, view: CaseView) -> None:
    with here().database.read() as session:
        names = choices.colleagues(session, people.CARE, but=viewer.id)
    others = {person_id: name for person_id, name in names.items() if person_id != view.row.assignee_id}
    if not others:
        st.text(text("hand_over.nobody"))
        return
    st.selectbox(text("hand_over.to"), list(others), format_func=lambda person_id: others[person_id], key="hand_over_to")
    st.text_area(text("hand_over.note"), key="hand_over_note")
    confirm.buttons("hand_over.do", _handed_over, viewer.id, view.row.id)


def _handed_over(person_id: int, case_id: int) -> Result:
    to, note = st.session_state["hand_over_to"], st.session_state["hand_over_note"]
    return actions.hand_over(here(), person_id, case_id, to_person_id=to, note=note)


def _history(viewer: Viewer, view: CaseView) -> None:
    reader = Reader(viewer.id, viewer.may_care, here().now(), here().settings.desk.zone)
    components.sheet(
        key=verbs.DRAWER,
        data={
            "kind": "history",
            "me": viewer.id,
            "blocks": history_blocks(view, reader, likeness_of(viewer, view)),
            "texts": components.words("case.js."),
        },
        on_act_change=lambda: verbs.beside(verbs.DRAWER, view.row.id),
    )
