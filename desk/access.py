"""Rows that are about to be changed: found, locked in one order (case before reply), and checked for who may."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.errors import Invalid, NotFound, NotYours
from desk.people import people
from storage.dialect import among
from storage.models import Audit, Case, Person, Reply
from storage.words import CaseStatus

CASE = select(Case).where(Case.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)
"""Built once, as those below: nearly every act begins with them, and building one takes as long as the answer."""

CASE_OF_REPLY = select(Reply.case_id).where(Reply.id == bindparam("id"))
REPLY = (
    select(Reply)
    .where(Reply.id == bindparam("id"), Reply.case_id == bindparam("case_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

TAKING = ("claim", "hand_over", "take_over", "deal")
"""The acts that make somebody the assignee."""


def case_to_change(session: Session, case_id: int) -> Case:
    """The case as it stands, locked until the transaction ends. Raises NotFound."""
    case = session.scalar(CASE, {"id": case_id})
    if case is None:
        raise NotFound("There is no such case")
    return case


def cases_to_change(session: Session, case_ids: Collection[int]) -> dict[int, Case]:
    """These cases, locked in one order: whoever wants some of the same ones waits, and nobody waits in a circle."""
    if not case_ids:
        return {}
    found = select(Case).where(among(session, Case.id, sorted(set(case_ids)))).order_by(Case.id).with_for_update()
    return {case.id: case for case in session.scalars(found.execution_options(populate_existing=True))}


def own_case(session: Session, case_id: int, *, by: Person) -> Case:
    """The case, locked, for its assignee only. Raises NotAllowed, NotFound, NotYours."""
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    if case.assignee_id != by.id:
        raise NotYours(name_of(session, case.assignee_id))
    return case


def reply_to_change(session: Session, reply_id: int) -> tuple[Case, Reply]:
    """A reply with its case, both locked. Raises NotFound.

    While one waits for the lock, the case may have become part of another one, and the reply with it: then that one is locked.
    """
    while (case_id := session.scalar(CASE_OF_REPLY, {"id": reply_id})) is not None:
        case = case_to_change(session, case_id)
        reply = session.scalar(REPLY, {"id": reply_id, "case_id": case_id})
        if reply is not None:
            return case, reply
    raise NotFound("There is no such reply")


def require_live(case: Case) -> None:
    if case.status == CaseStatus.CLOSED:
        raise Invalid("This case is closed: reopen it first")


def name_of(session: Session, person_id: int | None) -> str | None:
    return session.scalar(select(Person.name).where(Person.id == person_id)) if person_id is not None else None


def owned_since(session: Session, case_id: int) -> datetime | None:
    """Since when the present assignee has the case."""
    return session.scalar(select(Audit.at).where(Audit.case_id == case_id, Audit.verb.in_(TAKING)).order_by(Audit.id.desc()).limit(1))
