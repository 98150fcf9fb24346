"""A reply that a second person reads: what its reader sees in the case, and the list of all that waits for this viewer."""

from collections.abc import Sequence

import streamlit as st

from dashboard import approval_actions, components, drawn, staff
from dashboard.eye_values import read_block
from dashboard.format import clock_words, plain, short
from dashboard.frame import tell
from dashboard.panes import address
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.queue.inbox import CaseView
from desk.replies import approvals
from desk.replies.approvals import ApprovalView, Waiting

LONGEST_LINE = 60
PICTURES = "approval_pictures"


def draw(viewer: Viewer, view: CaseView) -> None:
    """What waits, for everybody but its writer, who has it in the editor; the two decisions for who may take them."""
    approval = view.restraints.waiting
    if approval is None or approval.asked_by_id == viewer.id or not viewer.may_care:
        return
    with st.container(key="approval", border=True):
        if view.restraints.may_approve:
            _decide(viewer, approval)
        else:
            st.text(text(_about("approval.theirs", approval), person=approval.asked_by, time=_clock(approval)))


def _about(name: str, approval: ApprovalView) -> str:
    """The words for a reply, or those for a correction of one."""
    return f"{name}_correction" if approval.is_correction else name


def _decide(viewer: Viewer, approval: ApprovalView) -> None:
    st.text(text(_about("approval.pane", approval), person=approval.asked_by, account=approval.account))
    if approval.is_correction:
        st.caption(text("approval.stands"))
        with st.container(key="approval_stands"):
            st.text(approval.stands)
        st.caption(text("approval.shall"))
    with st.container(key="approval_text"):
        st.text(approval.text)
    if approval.attachments:
        _pictures(viewer, approval)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            text(_about("approval.approve", approval)), key="approve", type="primary", on_click=_approved, args=(viewer.id, approval.id)
        )
        with st.popover(text("approval.send_back"), key="send_back_popover"):
            key = f"send_back_{approval.id}"
            st.text_area(text("approval.words"), key=key, placeholder=text("approval.words_hint"))
            st.button(text("approval.send_back_do"), key="send_back_do", on_click=_sent_back, args=(viewer.id, approval.id, key))
        why = text(f"approval.why.{approval.reason}")
        st.text(f"{why} · {_clock(approval)}", width="content")


def _pictures(viewer: Viewer, approval: ApprovalView) -> None:
    """They leave with the text, so that they are read with it."""
    data = {"kind": "attached", "me": viewer.id, "blocks": [read_block(approval)], "texts": components.words("case.js.")}
    components.sheet(key=f"{PICTURES}_{approval.id}", data=data)


def waiting(viewer: Viewer) -> None:
    """Above the list, only when something waits for this viewer: one line for each, which opens its case."""
    if not viewer.may_care:
        return
    found = _waiting(viewer) if drawn.to_approve(here(), viewer.id) else []
    with st.container(key="to_approve"):
        if found:
            _all(found)


def _waiting(viewer: Viewer) -> Sequence[Waiting]:
    with here().database.read() as session:
        return approvals.waiting(session, by=staff.reader(viewer.id))


def _all(found: Sequence[Waiting]) -> None:
    with st.popover(text("approval.to_approve", n=len(found)), icon=":material/visibility:"):
        for one in found:
            st.button(plain(_line(one)), key=f"to_approve_{one.id}", on_click=address.set_case, args=(one.case_id,), width="stretch")


def _line(one: Waiting) -> str:
    asked = clock_words(one.asked_at, now=here().now(), zone=clock_zone())
    return short(text("approval.line", author=one.author, person=one.asked_by, time=asked), LONGEST_LINE)


def _clock(approval: ApprovalView) -> str:
    return clock_words(approval.asked_at, now=here().now(), zone=clock_zone())


def _approved(person_id: int, approval_id: int) -> None:
    tell(approval_actions.approve(here(), person_id, approval_id))


def _sent_back(person_id: int, approval_id: int, key: str) -> None:
    tell(approval_actions.send_back(here(), person_id, approval_id, words=st.session_state[key]))
