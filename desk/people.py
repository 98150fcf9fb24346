"""Who works here, and what their roles allow."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk import audit, recall, states
from desk.errors import Invalid, NotAllowed, NotFound
from storage.models import Case, Hold, Person, PersonRole
from storage.words import Role

CARE = states.CARE
FEEDS = states.FEEDS
LABELS = states.LABELS
LEADS = states.LEADS
READ = states.READ
ADMINS = frozenset({Role.ADMIN})

INITIALS = re.compile(r"[^\W_]{1,8}")


def roles_of(person: Person) -> frozenset[Role]:
    return frozenset(held.role for held in person.roles)


def require(by: Person, roles: frozenset[Role]) -> None:
    """Raises NotAllowed unless this person works here and has one of the roles."""
    if not by.active:
        raise NotAllowed(f"{by.name} no longer works here")
    if not roles_of(by) & roles:
        wanted = ", ".join(sorted(role.value for role in roles))
        raise NotAllowed(f"This needs one of the roles {wanted}; {by.name} has none of them")


def add(
    session: Session, *, name: str, initials: str, roles: Iterable[Role], email: str | None = None, by: Person | None, now: datetime
) -> Person:
    """A new person. `by` is an admin, or None for the command line: whoever has the database needs no permission.

    Raises Invalid for an empty name, no role, or initials or an e-mail address that were ever used: a signed reply must stay
    traceable to one person.
    """
    if by:
        require(by, ADMINS)
    wanted = sorted(set(roles))
    _check(session, name=name.strip(), initials=initials, roles=wanted, email=email)
    person = Person(name=name.strip(), initials=initials, email=email, created_at=now, roles=[PersonRole(role=role) for role in wanted])
    session.add(person)
    session.flush()
    audit.record(session, "person_added", now=now, by=by, subject=f"person {person.id}", roles=[role.value for role in wanted])
    return person


def _check(session: Session, *, name: str, initials: str, roles: list[Role], email: str | None) -> None:
    if not name:
        raise Invalid("A person needs a name")
    if not INITIALS.fullmatch(initials):
        raise Invalid(f"Initials are 1 to 8 letters or digits, as in a signed reply; got {initials!r}")
    if not roles:
        raise Invalid(f"{name} needs at least one role")
    if session.scalar(select(Person.id).where(func.lower(Person.initials) == initials.lower())):
        raise Invalid(f"The initials {initials} were used before, and are never given to somebody else")
    if email and session.scalar(select(Person.id).where(Person.email == email)):
        raise Invalid("Somebody has this e-mail address already")


def active(session: Session, person_id: int) -> Person:
    """The person, read anew. Raises NotAllowed when unknown or gone."""
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise NotAllowed("Nobody here has this sign-in")
    if not person.active:
        raise NotAllowed(f"{person.name} no longer works here")
    return person


def everyone(session: Session, *, left: bool = False) -> list[Person]:
    """All who work here, by name; with `left` also those who did."""
    query = select(Person).order_by(func.lower(Person.name), Person.id)
    return list(session.scalars(query if left else query.where(Person.active)))


def leave(session: Session, person_id: int, *, by: Person | None, now: datetime) -> None:
    """Someone no longer works here: their cases go back to the queue, their unsent replies become drafts.

    Raises Invalid when nobody could add people any more.
    """
    if by:
        require(by, ADMINS)
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True))
    if person is None:
        raise NotFound("There is no such person")
    if not person.active:
        return
    _keep_an_admin(session, person)
    _give_back_cases(session, person, now)
    person.active, person.left_at = False, now
    audit.record(session, "person_left", now=now, by=by, subject=f"person {person.id}")


def _keep_an_admin(session: Session, leaving: Person) -> None:
    if Role.ADMIN not in roles_of(leaving):
        return
    others = select(PersonRole.person_id).join(Person).where(PersonRole.role == Role.ADMIN, Person.active, Person.id != leaving.id)
    if session.scalar(others.limit(1)) is None:
        raise Invalid(f"{leaving.name} is the only admin: make somebody else admin first")


def _give_back_cases(session: Session, leaving: Person, now: datetime) -> None:
    theirs = select(Case).where(Case.assignee_id == leaving.id, Case.status.in_(states.LIVE)).order_by(Case.id).with_for_update()
    for case in session.scalars(theirs.execution_options(populate_existing=True)).all():
        case.assignee_id, case.claim_no, case.version = None, case.claim_no + 1, case.version + 1
        recall.queued(session, case, now=now, reason=f"{leaving.name} left before it was sent")
        audit.record(session, "release", now=now, by=None, case_id=case.id, left=leaving.id)
    session.execute(update(Hold).where(Hold.person_id == leaving.id).values(until=now))
