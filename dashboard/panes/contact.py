"""What else can be said of a case and its customer: which team has it, whose matter it is, too, that they asked us to stop, that they are blocked."""

from collections.abc import Callable

import streamlit as st

from dashboard import contact_actions, parts
from dashboard.actions import Result
from dashboard.format import word_of
from dashboard.frame import tell
from dashboard.panes import case_team
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.cases import escalations
from desk.queue.inbox import CaseView
from storage.words import Escalation

NOBODY_ELSE = ""


def draw(viewer: Viewer, view: CaseView) -> None:
    """One popover with its small forms; a dialog would lie under it."""
    with parts.popover(text("contact.more"), key="case_more", help=text("contact.more_help")) as menu:
        if menu.open:
            _forms(viewer, view)


def _forms(viewer: Viewer, view: CaseView) -> None:
    case_team.draw(viewer, view)
    _escalation(viewer, view)
    st.divider()
    _contact(viewer, view)
    if viewer.may_lead:
        st.divider()
        _block(viewer, view)


def _escalation(viewer: Viewer, view: CaseView) -> None:
    standing = view.restraints.escalation
    choices: list[str] = [NOBODY_ELSE, *Escalation] if view.restraints.may_take_off else [*escalations.at_least(standing)]
    key = f"escalation_{view.row.id}"
    st.radio(
        text("contact.escalate"),
        choices,
        index=choices.index(standing or NOBODY_ELSE),
        format_func=lambda kind: word_of("escalation", kind) if kind else text("contact.escalate_none"),
        horizontal=True,
        key=key,
        help=text("contact.escalate_why"),
    )
    if not view.restraints.may_take_off:
        st.caption(text("contact.escalate_stays"))
    st.button(text("contact.escalate_do"), key="escalate_do", on_click=_escalated, args=(viewer.id, view.row.id, key))


def _contact(viewer: Viewer, view: CaseView) -> None:
    if not view.do_not_contact:
        _with_reason("dnc", _stopped, viewer, view)
        return
    st.text(f"{text('case.dnc')}: {view.do_not_contact_reason}")
    if viewer.may_lead:
        st.button(text("contact.dnc_lift"), key="dnc_lift", on_click=_lifted, args=(viewer.id, view.row.id))
    else:
        st.text(text("contact.dnc_lead"))


def _block(viewer: Viewer, view: CaseView) -> None:
    if not view.restraints.is_blocked:
        _with_reason("block", _blocked, viewer, view)
        return
    st.text(text("contact.blocked_because", reason=view.restraints.blocked_reason))
    st.button(text("contact.unblock"), key="unblock_do", on_click=_unblocked, args=(viewer.id, view.row.id))


def _with_reason(name: str, act: Callable[[int, int, str], None], viewer: Viewer, view: CaseView) -> None:
    key = f"{name}_{view.row.id}"
    st.text(text(f"contact.{name}_why"))
    st.text_input(text(f"contact.{name}_reason"), key=key)
    st.button(text(f"contact.{name}"), key=f"{name}_do", on_click=act, args=(viewer.id, view.row.id, key))


def _escalated(person_id: int, case_id: int, key: str) -> None:
    chosen = st.session_state[key]
    tell(contact_actions.escalate(here(), person_id, case_id, kind=Escalation(chosen) if chosen else None))


def _stopped(person_id: int, case_id: int, key: str) -> None:
    _told(contact_actions.stop(here(), person_id, case_id, reason=st.session_state[key]), key)


def _blocked(person_id: int, case_id: int, key: str) -> None:
    _told(contact_actions.block(here(), person_id, case_id, reason=st.session_state[key]), key)


def _lifted(person_id: int, case_id: int) -> None:
    tell(contact_actions.lift(here(), person_id, case_id))


def _unblocked(person_id: int, case_id: int) -> None:
    tell(contact_actions.unblock(here(), person_id, case_id))


def _told(result: Result, key: str) -> None:
    tell(result)
    if result.is_done:
        st.session_state[key] = ""
