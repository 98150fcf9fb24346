"""The middle pane: who wrote, what one can do, the conversation, and the reply."""

from collections.abc import Callable

import streamlit as st

from dashboard import components, staff
from dashboard.case_values import Reader, editor_state, head_block, thread_blocks
from dashboard.format import plain
from dashboard.identity import space_of
from dashboard.panes import (
    address,
    approvals,
    ask_again,
    asked,
    contact,
    incident_box,
    labels,
    note_box,
    own_label_box,
    regroup,
    tag_box,
    verbs,
    welcome_box,
)
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.cases import holds
from desk.queue.inbox import CaseView
from storage.words import CaseStatus, Outcome

HEAD = "head"


def draw(viewer: Viewer, view: CaseView) -> None:
    """One case for one person."""
    reader = Reader(viewer.id, viewer.may_care, here().now(), clock_zone(), viewer.may_label, viewer.may_lead)
    head = {"kind": "head", "blocks": [head_block(view, reader)], "undo": labels.offered_undo(HEAD), "texts": components.words("case.js.")}
    components.sheet(key=HEAD, data=head, on_act_change=lambda: labels.chosen(HEAD, viewer.id, view.labels))
    with st.container(key="acts", horizontal=True, gap="small"):
        with st.container(key="turns", horizontal=True, gap="small", width="content"):
            _turns(viewer, view)
        _boxes(viewer, view)
    with st.container(key="thread"):
        components.sheet(key=verbs.THREAD, data=_conversation(view, reader), height="stretch", on_act_change=verbs.at_post)
    with st.container(key="ask_again"):
        ask_again.draw(viewer, view)
    with st.container(key="to_decide"):
        approvals.draw(viewer, view)
    with st.container(key="reply_box"):
        components.editor(key=f"{verbs.EDITOR}_{view.row.id}_{viewer.id}", data=_editor(viewer, view, reader), on_changed_change=_redraw)


def nothing(words: str) -> None:
    """What stands here while no case is open."""
    with st.container(key="no_case", height="stretch", vertical_alignment="center", horizontal_alignment="center"):
        st.text(words, width="content")


def _conversation(view: CaseView, reader: Reader) -> dict[str, object]:
    return {
        "kind": "thread",
        "label": text("case.conversation"),
        "live": view.row.id,
        "me": reader.id,
        "blocks": thread_blocks(view, reader),
        "texts": components.words("case.js."),
    }


def _editor(viewer: Viewer, view: CaseView, reader: Reader) -> dict[str, object]:
    return {
        "case": view.row.id,
        "me": viewer.id,
        "space": space_of(here().settings.database_url),
        "state": editor_state(view, reader),
        "texts": components.words("reply.js."),
    }


def _redraw() -> None:
    """The editor asks for the panes around it to be drawn anew; the run that follows does it."""


def _turns(viewer: Viewer, view: CaseView) -> None:
    """What can be done now; it changes while others work, in a place of its own, so that nothing moves which somebody writes in."""
    row, may = view.row, viewer.may_care
    is_mine = row.assignee_id == viewer.id
    if may and row.status == CaseStatus.CLOSED:
        if view.merged_into_id is None:
            _button("reopen", verbs.reopen, viewer, view)
        if row.outcome is Outcome.SOLVED and view.confirmed_at is None:
            _button("confirm_solved", verbs.asking(asked.CONFIRM), viewer, view, hint=text("case.confirm_solved_help"))
    elif may and row.assignee_id is None:
        _button("claim", verbs.claim, viewer, view, is_main=True)
    elif may and is_mine:
        _button("close", verbs.asking(asked.CLOSE), viewer, view)
        _button("hand_over", verbs.asking(asked.HAND_OVER), viewer, view)
        _button("snooze", verbs.asking(asked.SNOOZE), viewer, view)
        _button("promise", verbs.asking(asked.PROMISE), viewer, view, hint=text("case.promise_help"))
        _button("release", verbs.release, viewer, view)
    elif may:
        _take_over(viewer, view)
    if may:
        _regroup(viewer, view)


def _boxes(viewer: Viewer, view: CaseView) -> None:
    with st.container(key="welcome_box", width="content"):
        if viewer.may_care or viewer.may_change_feeds:
            welcome_box.draw(viewer, view)
    if viewer.may_care:
        note_box.draw(viewer, view)
        tag_box.draw(viewer, view)
        with st.container(key="own_label_box", width="content"):
            own_label_box.draw(viewer, view.latest_mention_id, has_any=bool(staff.offered().labels))
        with st.container(key="incident_box", width="content"):
            incident_box.draw(viewer, view)
        with st.container(key="alike_box", width="content"):
            _alike(view)
        contact.draw(viewer, view)
    with st.container(key="history_button"):
        _button("history", verbs.asking(asked.HISTORY), viewer, view)


def _alike(view: CaseView) -> None:
    """How many other cases began with nearly the same words: a click shows them alone."""
    row = view.row
    if row.alike and row.alike_id is not None:
        name = text("alike.cases", n=row.alike)
        st.button(name, key="case_alike", help=text("alike.cases_help"), on_click=address.put, args=("alike", str(row.alike_id)))


def _take_over(viewer: Viewer, view: CaseView) -> None:
    row = view.row
    theirs = [hold for hold in row.holds if hold.person_id == row.assignee_id]
    is_held = any(holds.protects(hold.kind, hold.since, now=here().now()) for hold in theirs)
    may = viewer.may_lead or not is_held
    hint = text("case.take_over_help" if may else "case.take_over_held", person=plain(row.assignee or ""))
    _button("take_over", verbs.take_over, viewer, view, hint=hint, may=may)


def _regroup(viewer: Viewer, view: CaseView) -> None:
    """Only where there is something to merge or to split, and nobody else has the case."""
    is_free = view.row.assignee_id in {viewer.id, None} or viewer.may_lead
    kinds = [kind for kind, found in ((asked.MERGE, regroup.others(view)), (asked.SPLIT, regroup.movable(view))) if found]
    if not is_free or view.row.status == CaseStatus.CLOSED or not kinds:
        return
    for kind in kinds:
        _button(kind, verbs.asking(kind), viewer, view, hint=text(f"case.{kind}_help"))


def _button(
    name: str, act: Callable[[int, int], None], viewer: Viewer, view: CaseView, *, is_main: bool = False, hint: str = "", may: bool = True
) -> None:
    st.button(
        text(f"case.{name}"),
        key=f"case_{name}",
        type="primary" if is_main else "secondary",
        help=hint or None,
        disabled=not may,
        on_click=act,
        args=(viewer.id, view.row.id),
    )
