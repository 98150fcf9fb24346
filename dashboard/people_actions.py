"""What leads and admins do with the people who work here: one transaction, one verb of the desk, one result in words."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.people import leaving, people, person_changes
from desk.people.leaving import Left
from storage.models import Person
from storage.words import Role


def add(
    workspace: Workspace, person_id: int, *, name: str, initials: str, email: str, roles: Iterable[Role], is_experienced: bool = False
) -> Result:
    """Somebody new; the address is how the sign-in provider's word finds them, where there is one."""
    told = {
        "name": name,
        "initials": initials.strip(),
        "email": email.strip() or None,
        "roles": tuple(roles),
        "is_experienced": is_experienced,
    }

    def verb(session: Session, by: Person, now: datetime) -> Person:
        return people.add(session, **told, by=by, now=now)  # type: ignore[arg-type]

    return act(workspace, person_id, verb, lambda person: Result(Kind.DONE, text("act.person_added", person=person.name)))


def change(workspace: Workspace, person_id: int, colleague_id: int, *, name: str, alias: str, roles: Iterable[Role]) -> Result:
    wanted = tuple(roles)

    def verb(session: Session, by: Person, now: datetime) -> Person:
        return person_changes.change(session, colleague_id, name=name, alias=alias, roles=wanted, by=by, now=now)

    return act(workspace, person_id, verb, lambda person: Result(Kind.DONE, text("people.act.changed", person=person.name)))


def set_learning(workspace: Workspace, person_id: int, colleague_id: int, *, is_learning: bool) -> Result:
    name = "people.act.learning" if is_learning else "people.act.learned"

    def verb(session: Session, by: Person, now: datetime) -> Person:
        return people.set_learning(session, colleague_id, is_learning, by=by, now=now)

    return act(workspace, person_id, verb, lambda person: Result(Kind.DONE, text(name, person=person.name)))


def leave(workspace: Workspace, person_id: int, colleague_id: int, *, to_person_id: int | None) -> Result:
    """They are signed out at once; `values` lists the credentials whose tokens are to be rotated."""

    def verb(session: Session, by: Person, now: datetime) -> Left:
        return leaving.leave(session, colleague_id, to_person_id=to_person_id, by=by, now=now)

    result = act(workspace, person_id, verb, _left)
    workspace.signed_in.forget()
    return result


def _left(left: Left) -> Result:
    return Result(Kind.DONE, text("people.act.left", person=left.name), values={"credentials": list(left.credentials)})
