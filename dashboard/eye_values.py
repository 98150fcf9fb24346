"""Four eyes and the hold over all replies, in words for the editor. Pure."""

from typing import TYPE_CHECKING, Any

from dashboard.format import clock_words
from dashboard.texts import text
from dashboard.texts.spoken import say
from desk.approvals import ApprovalView
from desk.inbox import CaseView

if TYPE_CHECKING:
    from dashboard.case_values import Reader


def eye_values(view: CaseView, reader: "Reader") -> dict[str, Any]:
    """What the editor says before somebody sends: nothing of it is told to whoever only reads."""
    restraints = view.restraints
    approval = restraints.approval if reader.may_care else None
    waits = approval is not None and approval.waits
    return {
        "held": held_words(view, reader, "reply.held_banner"),
        "needs": text(f"reply.needs.{restraints.needs}") if restraints.needs else "",
        "waits": text("reply.waits", time=_clock(approval, reader)) if approval and waits else "",
        "sent_back": _sent_back(approval) if approval and not waits else "",
        "approval": approval.id if approval else 0,
    }


def eye_pane(view: CaseView) -> list[Any]:
    """What the panes around the editor show of it."""
    approval, held = view.restraints.approval, view.restraints.held
    return [approval.id if approval and approval.waits else None, held is not None, view.restraints.escalation, view.do_not_contact]


def held_words(view: CaseView, reader: "Reader", name: str) -> str:
    held = view.restraints.held
    return text(name, person=held.by, time=clock_words(held.since, now=reader.now, zone=reader.zone)) if held else ""


def _sent_back(approval: ApprovalView) -> str:
    if approval.decided_by:
        return text("reply.sent_back", person=approval.decided_by, words=approval.words)
    return text("reply.sent_back_by_itself", words=say(approval.words))


def _clock(approval: ApprovalView, reader: "Reader") -> str:
    return clock_words(approval.asked_at, now=reader.now, zone=reader.zone)
