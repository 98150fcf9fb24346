"""Four eyes and the hold over all replies, in words for the editor. Pure."""

from typing import TYPE_CHECKING, Any

from dashboard.format import clock_words
from dashboard.texts import text
from dashboard.texts.spoken import say
from desk.queue.inbox import CaseView
from desk.replies.approvals import ApprovalView
from desk.replies.attached import AttachmentView

if TYPE_CHECKING:
    from dashboard.case_values import Reader


def eye_values(view: CaseView, reader: "Reader") -> dict[str, Any]:
    """What the editor says before somebody sends: nothing of it is told to whoever only reads."""
    restraints = view.restraints
    approval, correction = (restraints.approval, restraints.correction) if reader.may_care else (None, None)
    waits = approval is not None and approval.waits
    return {
        "held": held_words(view, reader, "reply.held_banner"),
        "needs": text(f"reply.needs.{restraints.needs}") if restraints.needs else "",
        "waits": text("reply.waits", time=_clock(approval, reader)) if approval and waits else "",
        "sent_back": _sent_back(approval, "reply.sent_back") if approval and not waits else "",
        "approval": approval.id if approval else 0,
        "correction": _correction(correction, view, reader) if correction and _is_told(correction, reader) else None,
    }


def _is_told(found: ApprovalView, reader: "Reader") -> bool:
    """What waits for others stands in the pane above the editor already."""
    return found.asked_by_id == reader.id or not found.waits


def _correction(found: ApprovalView, view: CaseView, reader: "Reader") -> dict[str, Any]:
    """Other words for an answer that stands there: they wait, or came back to be worded anew."""
    waiting = text("reply.correction_waits", time=_clock(found, reader))
    return {
        "id": found.id,
        "waits": found.waits,
        "words": waiting if found.waits else _sent_back(found, "reply.correction_back"),
        "may_act": reader.id in {found.asked_by_id, view.row.assignee_id} or reader.may_lead,
        "reply": found.reply_id,
        "text": found.text,
    }


def read_block(approval: ApprovalView) -> dict[str, Any]:
    """The pictures that a second person reads with the text, each with what is said of it to who does not see it."""
    return {"type": "attached", "id": approval.id, "media": [_picture(one) for one in approval.attachments]}


def _picture(one: AttachmentView) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": f"/board/attachments/{one.id}",
        "alt": one.alt or one.name,
        "caption": text("approval.alt", words=one.alt) if one.alt else text("approval.no_alt"),
        "width": 0,
        "height": 0,
        "blurred": False,
    }


def eye_pane(view: CaseView) -> list[Any]:
    """What the panes around the editor show of it."""
    waiting, held = view.restraints.waiting, view.restraints.held
    return [waiting.id if waiting else None, held is not None, view.restraints.escalation, view.do_not_contact]


def held_words(view: CaseView, reader: "Reader", name: str) -> str:
    held = view.restraints.held
    return text(name, person=held.by, time=clock_words(held.since, now=reader.now, zone=reader.zone)) if held else ""


def stopped_words(view: CaseView, reader: "Reader") -> str:
    """Why nobody may post an answer by hand now; empty when they may. What delivery must not send, a person must not either."""
    if view.do_not_contact:
        return text("reply.stopped.contact")
    return held_words(view, reader, "reply.stopped.held")


def _sent_back(approval: ApprovalView, name: str) -> str:
    if approval.decided_by:
        return text(name, person=approval.decided_by, words=approval.words)
    return text(f"{name}_by_itself", words=say(approval.words))


def _clock(approval: ApprovalView, reader: "Reader") -> str:
    return clock_words(approval.asked_at, now=reader.now, zone=reader.zone)
