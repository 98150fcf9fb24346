"""Who works here, and what their roles allow."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from desk import audit, states
from desk.errors import Invalid, NotAllowed, NotFound
from desk.people.initials import composed, folded
from storage.models import Person, PersonRole
from storage.words import Role

CARE = states.CARE
FEEDS = states.FEEDS
LABELS = states.LABELS
LEADS = states.LEADS
READ = states.READ
ADMINS = frozenset({Role.ADMIN})

PERSON = select(Person).where(Person.id == bindparam("id")).options(joinedload(Person.roles)).execution_options(populate_existing=True)
"""Built once, and with the roles in one: every act and nearly every look begins with it."""

STAYS = select(Person.name, Person.active).where(Person.id == bindparam("id")).with_for_update(read=True, key_share=True)

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
    session: Session,
    *,
    name: str,
    initials: str,
    roles: Iterable[Role],
    email: str | None = None,
    is_experienced: bool = False,
    by: Person | None,
    now: datetime,
) -> Person:
    """A new person. `by` is an admin, or None for the command line: whoever has the database needs no permission.

    An agent learns at first, unless they are `is_experienced` or nobody could read their replies before they leave.

    Raises Invalid for an empty name, no role, or initials or an e-mail address that were ever used: a signed reply must stay
    traceable to one person.
    """
    if by:
        require(by, ADMINS)
    wanted, initials = sorted(set(roles)), composed(initials)
    _check(session, name=name.strip(), initials=initials, roles=wanted, email=email)
    person = Person(name=name.strip(), initials=initials, email=email, created_at=now, roles=[PersonRole(role=role) for role in wanted])
    person.is_learning = not is_experienced and learns(session, wanted)
    session.add(person)
    session.flush()
    told: dict[str, Any] = {"roles": [role.value for role in wanted], "is_learning": person.is_learning}
    audit.record(session, "person_added", now=now, by=by, subject=f"person {person.id}", **told)
    return person


def learns(session: Session, roles: Collection[Role]) -> bool:
    """Whether somebody new with these roles begins under approval: an agent does, a lead does not, nor does whom nobody could read."""
    if Role.AGENT not in roles or LEADS & set(roles):
        return False
    reads = select(PersonRole.person_id).join(Person).where(PersonRole.role.in_(CARE), Person.active, ~Person.is_learning)
    return session.scalar(reads.limit(1)) is not None


def _check(session: Session, *, name: str, initials: str, roles: list[Role], email: str | None) -> None:
    if not name:
        raise Invalid("A person needs a name")
    if not INITIALS.fullmatch(initials):
        raise Invalid(f"Initials are 1 to 8 letters or digits, as in a signed reply; got {initials!r}")
    if not roles:
        raise Invalid(f"{name} needs at least one role")
    if folded(initials) in {folded(used) for used in _used(session)}:
        raise Invalid(f"The initials {initials} were used before, and are never given to somebody else")
    if email and session.scalar(select(Person.id).where(Person.email == email)):
        raise Invalid("Somebody has this e-mail address already")


def _used(session: Session) -> Sequence[str]:
    """The initials of everybody who ever worked here. Whoever else is adding somebody waits: the first person's row is the lock."""
    session.execute(select(Person.id).order_by(Person.id).limit(1).with_for_update(key_share=True))
    return session.scalars(select(Person.initials)).all()


def stay(session: Session, person_ids: Iterable[int | None]) -> None:
    """None of these can leave before this transaction ends, so that they may be given a case. Called before the case is locked, as leaving does."""
    wanted = sorted({person_id for person_id in person_ids if person_id is not None})
    if wanted:
        locked = select(Person.id).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update(read=True, key_share=True)
        session.execute(locked)


def stay_active(session: Session, person_id: int) -> None:
    """The same for one person who takes a case themselves, in one statement. Raises NotAllowed when unknown or gone."""
    person = session.execute(STAYS, {"id": person_id}).first()
    if person is None:
        raise NotAllowed("Nobody here has this sign-in")
    if not person.active:
        raise NotAllowed(f"{person.name} no longer works here")


def active(session: Session, person_id: int) -> Person:
    """The person, read anew. Raises NotAllowed when unknown or gone."""
    person = session.scalars(PERSON, {"id": person_id}).unique().one_or_none()
    if person is None:
        raise NotAllowed("Nobody here has this sign-in")
    if not person.active:
        raise NotAllowed(f"{person.name} no longer works here")
    return person


def with_initials(session: Session, initials: str) -> Person | None:
    """Who works here and signs so, in whatever case it is written."""
    wanted = folded(initials)
    rows = session.execute(select(Person.id, Person.initials).where(Person.active))
    found = next((row.id for row in rows if folded(row.initials) == wanted), None)
    return session.get(Person, found) if found is not None else None


def everyone(session: Session, *, left: bool = False) -> list[Person]:
    """All who work here, by name; with `left` also those who did."""
    query = select(Person).order_by(func.lower(Person.name), Person.id)
    return list(session.scalars(query if left else query.where(Person.active)))


def set_learning(session: Session, person_id: int, is_learning: bool, *, by: Person, now: datetime) -> Person:
    """Whether a colleague reads this person's replies before they leave."""
    require(by, LEADS)
    person = to_change(session, person_id)
    if person.is_learning != is_learning:
        person.is_learning = is_learning
        audit.record(session, "person_learning", now=now, by=by, subject=f"person {person.id}", is_learning=is_learning)
    return person


def to_change(session: Session, person_id: int) -> Person:
    """Somebody who works here, locked until the transaction ends. Raises NotFound."""
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True))
    if person is None or not person.active:
        raise NotFound("There is no such person")
    return person


def keep_an_admin(session: Session, person: Person) -> None:
    """Raises Invalid when this person is the only one who can add people."""
    if Role.ADMIN not in roles_of(person):
        return
    others = select(PersonRole.person_id).join(Person).where(PersonRole.role == Role.ADMIN, Person.active, Person.id != person.id)
    if session.scalar(others.limit(1)) is None:
        raise Invalid(f"{person.name} is the only admin: make somebody else admin first")
