"""What goes with an answer, at the board: pictures, saved replies, changes of what was sent, and the name under which one signs."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.pictures import rewritten
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.workspace import Workspace
from desk import errors
from desk.people import people
from desk.replies import attachments, changes, saved_replies, signing
from desk.replies.attachments import Picture
from desk.replies.saved_replies import Offer, SavedDraft
from storage.models import Person, Reply, SavedReply
from storage.words import ChangeKind


def may_attach(workspace: Workspace, person_id: int, case_id: int) -> int:
    """How many bytes a picture here may have. Raises DeskError where this person can add none, before anything is uploaded."""
    with workspace.database.write() as session:
        return attachments.require_room(session, case_id, by=people.active(session, person_id)).size


def attach(workspace: Workspace, person_id: int, case_id: int, *, name: str, body: bytes, largest: int) -> Result:
    """Decode a picture, write it anew and keep it with the draft."""
    try:
        picture = rewritten(name, body, largest=largest)
    except errors.Invalid as error:
        return Result(Kind.REFUSED, say(str(error)), case_id)

    def verb(session: Session, by: Person, now: datetime) -> dict[str, Any]:
        return {"attachment": asdict(attachments.add(session, case_id, picture, by=by, now=now))}

    return act(workspace, person_id, verb, lambda values: Result(Kind.DONE, "", case_id, values))


def describe(workspace: Workspace, person_id: int, attachment_id: int, *, alt: str) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> dict[str, Any]:
        return {"attachment": asdict(attachments.describe(session, attachment_id, alt=alt, by=by, now=now))}

    return act(workspace, person_id, verb, lambda values: Result(Kind.DONE, "", None, values))


def detach(workspace: Workspace, person_id: int, attachment_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: attachments.remove(session, attachment_id, by=by, now=now),
        lambda case_id: Result(Kind.DONE, "", case_id),
    )


def picture(workspace: Workspace, person_id: int, attachment_id: int) -> Picture:
    """Raises NotAllowed, NotFound."""
    with workspace.database.read() as session:
        return attachments.read(session, attachment_id, by=people.active(session, person_id))


def offered(workspace: Workspace, person_id: int, case_id: int) -> list[Offer]:
    """Raises NotAllowed, NotFound."""
    with workspace.database.read() as session:
        return saved_replies.offered(session, case_id, by=people.active(session, person_id))


def ask_change(workspace: Workspace, person_id: int, reply_id: int, kind: ChangeKind, *, words: str) -> Result:
    """Ask the platform to take a sent reply back, or to reword it. What somebody else must read first goes through `approval_actions`."""

    def verb(session: Session, by: Person, now: datetime) -> Reply:
        return changes.ask(session, reply_id, kind, text=words, by=by, now=now)

    return act(workspace, person_id, verb, lambda reply: Result(Kind.DONE, text(f"change.asked.{kind}"), reply.case_id))


def save(workspace: Workspace, person_id: int, saved_id: int | None, draft: SavedDraft, *, is_own: bool) -> Result:
    """A new saved reply, or other words for one that there is."""

    def verb(session: Session, by: Person, now: datetime) -> SavedReply:
        if saved_id is None:
            return saved_replies.add(session, draft, is_own=is_own, by=by, now=now)
        return saved_replies.change(session, saved_id, draft, by=by, now=now)

    return act(workspace, person_id, verb, lambda saved: Result(Kind.DONE, text("saved.act.saved", name=saved.name)))


def retire(workspace: Workspace, person_id: int, saved_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: saved_replies.retire(session, saved_id, by=by, now=now),
        lambda saved: Result(Kind.DONE, text("saved.act.retired", name=saved.name)),
    )


def share(workspace: Workspace, person_id: int, saved_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: saved_replies.share(session, saved_id, by=by, now=now),
        lambda saved: Result(Kind.DONE, text("saved.act.shared", name=saved.name)),
    )


def sign_as(workspace: Workspace, person_id: int, alias: str) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: signing.sign_as(session, alias, by=by, now=now),
        lambda _: Result(Kind.DONE, text("saved.act.alias")),
    )
