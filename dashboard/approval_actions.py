"""Four eyes at the board: each act is one transaction, one verb of the desk, one result in words."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.format import millis
from dashboard.send_form import SendForm
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.people import people
from desk.replies import approvals
from storage.models import Person, Reply
from storage.words import ReplyState


def ask(workspace: Workspace, person_id: int, case_id: int, form: SendForm) -> Result:
    """Let somebody else read a reply first. `values` hold the draft's version: the text stays in the editor."""

    def verb(session: Session, by: Person, now: datetime) -> dict[str, Any]:
        approval = approvals.ask(session, case_id, **form.asked(), by=by, now=now)
        draft = session.get_one(Reply, approval.reply_id)
        return {"approval": approval.id, "version": draft.version, "saved_at": millis(draft.saved_at)}

    return act(workspace, person_id, verb, lambda values: Result(Kind.DONE, text("approval.act.asked"), case_id, values))


def ask_correction(workspace: Workspace, person_id: int, reply_id: int, *, words: str) -> Result:
    """Let somebody else read first what an answer that stands there shall say."""

    def verb(session: Session, by: Person, now: datetime) -> int:
        return approvals.ask_correction(session, reply_id, text=words, by=by, now=now).case_id

    return act(workspace, person_id, verb, lambda case_id: Result(Kind.DONE, text("approval.act.asked"), case_id))


def approve(workspace: Workspace, person_id: int, approval_id: int) -> Result:
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> tuple[int, str]:
        reply = approvals.approve(session, approval_id, by=by, settings=desk, now=now)
        if reply.state == ReplyState.SENT:
            return reply.case_id, text("approval.act.corrected")
        return reply.case_id, text("approval.act.approved", person=people.active(session, reply.person_id or 0).name)

    return act(workspace, person_id, verb, lambda told: Result(Kind.DONE, told[1], told[0]))


def send_back(workspace: Workspace, person_id: int, approval_id: int, *, words: str) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> int:
        return approvals.send_back(session, approval_id, words=words, by=by, now=now).case_id

    return act(workspace, person_id, verb, lambda case_id: Result(Kind.DONE, text("approval.act.sent_back"), case_id))


def withdraw(workspace: Workspace, person_id: int, approval_id: int) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> int:
        return approvals.withdraw(session, approval_id, by=by, now=now).case_id

    return act(workspace, person_id, verb, lambda case_id: Result(Kind.DONE, text("approval.act.withdrawn"), case_id))
