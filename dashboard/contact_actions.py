"""Whom we leave alone, whom we block, and whose matter a case is: one transaction, one verb of the desk, one result in words."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.format import word_of
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import contact, escalations
from desk.errors import NotFound
from storage.models import Case, Person
from storage.words import Escalation

OfAuthor = Callable[[Session, int, Person, datetime], object]


def stop(workspace: Workspace, person_id: int, case_id: int, *, reason: str) -> Result:
    """The customer of this case asked us to stop."""
    return _of_author(
        workspace,
        person_id,
        case_id,
        "stopped",
        lambda session, author, by, now: contact.stop(session, author, reason=reason, by=by, now=now),
    )


def lift(workspace: Workspace, person_id: int, case_id: int) -> Result:
    return _of_author(
        workspace, person_id, case_id, "lifted", lambda session, author, by, now: contact.lift(session, author, by=by, now=now)
    )


def block(workspace: Workspace, person_id: int, case_id: int, *, reason: str) -> Result:
    return _of_author(
        workspace,
        person_id,
        case_id,
        "blocked",
        lambda session, author, by, now: contact.block(session, author, reason=reason, by=by, now=now),
    )


def unblock(workspace: Workspace, person_id: int, case_id: int) -> Result:
    return _of_author(
        workspace, person_id, case_id, "unblocked", lambda session, author, by, now: contact.unblock(session, author, by=by, now=now)
    )


def escalate(workspace: Workspace, person_id: int, case_id: int, *, kind: Escalation | None) -> Result:
    words = text("contact.act.escalated", kind=word_of("escalation", kind)) if kind else text("contact.act.unescalated")
    done = Result(Kind.DONE, words, case_id)
    if kind is None:
        return act(workspace, person_id, lambda session, by, now: escalations.take_off(session, case_id, by=by, now=now), lambda _: done)
    return act(workspace, person_id, lambda session, by, now: escalations.label(session, case_id, kind, by=by, now=now), lambda _: done)


def set_owner(workspace: Workspace, person_id: int, kind: Escalation, *, owner_id: int | None) -> Result:
    done = Result(Kind.DONE, text("contact.act.owner", kind=word_of("escalation", kind)))
    return act(
        workspace, person_id, lambda session, by, now: escalations.set_owner(session, kind, owner_id, by=by, now=now), lambda _: done
    )


def _of_author(workspace: Workspace, person_id: int, case_id: int, name: str, verb: OfAuthor) -> Result:
    def of_case(session: Session, by: Person, now: datetime) -> None:
        case = session.get(Case, case_id)
        if case is None:
            raise NotFound("There is no such case")
        verb(session, case.author_id, by, now)

    return act(workspace, person_id, of_case, lambda _: Result(Kind.DONE, text(f"contact.act.{name}"), case_id))
