"""What is changed of somebody who works here: name, alias and roles; and what becomes of their cases when they work on cases no more."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit, states
from desk.alerts import notices
from desk.cases import hands
from desk.errors import Invalid
from desk.people import people, presence
from storage.models import Case, Person, PersonRole
from storage.words import NoticeKind, Role


def change(
    session: Session,
    person_id: int,
    *,
    name: str | None = None,
    alias: str | None = None,
    roles: Iterable[Role] | None = None,
    by: Person | None,
    now: datetime,
) -> Person:
    """Change what is named; None leaves it. Roles that are given here are given by hand, also to somebody who had them from groups.

    Raises Invalid for an empty name, no role, or when nobody could add people any more.
    """
    if by:
        people.require(by, people.ADMINS)
    person = people.to_change(session, person_id)
    if name is not None and not name.strip():
        raise Invalid("A person needs a name")
    told: dict[str, Any] = {}
    if name is not None and name.strip() != person.name:
        person.name, told["name"] = name.strip(), True
    if alias is not None and alias.strip() != person.alias:
        person.alias, told["alias"] = alias.strip(), True
    if roles is not None:
        told |= _changed_roles(session, person, frozenset(roles), now=now)
    if told:
        audit.record(session, "person_changed", now=now, by=by, subject=f"person {person.id}", **told)
    return person


def _changed_roles(session: Session, person: Person, wanted: frozenset[Role], *, now: datetime) -> dict[str, Any]:
    before = people.roles_of(person)
    if wanted == before:
        return {}
    if not wanted:
        raise Invalid(f"{person.name} needs at least one role: who works here no more is let leave")
    if Role.ADMIN not in wanted:
        people.keep_an_admin(session, person)
    cases = give_roles(session, person, wanted, now=now)
    person.from_groups = False
    return {"before": sorted(before), "after": sorted(wanted)} | ({"cases": cases} if cases else {})


def give_roles(session: Session, person: Person, wanted: frozenset[Role], *, now: datetime) -> int:
    """Exactly these roles. The caller has locked the person, and writes down who wanted it.

    Whoever comes to work on cases again takes none before they are here.

    Whoever works on cases no more keeps none: with their drafts and promises they go back to the team, and leads are told. How many did.
    """
    cared = people.roles_of(person) & people.CARE
    person.roles = [held for held in person.roles if held.role in wanted]
    person.roles += [PersonRole(role=role) for role in sorted(wanted - people.roles_of(person))]
    session.flush()
    if not cared:
        presence.departs(session, person, now=now)
    if not cared or wanted & people.CARE:
        return 0
    cases = _to_the_team(session, person, now=now)
    if cases:
        _tell_leads(session, person, now=now)
    return cases


def _to_the_team(session: Session, person: Person, *, now: datetime) -> int:
    theirs = select(Case).where(Case.assignee_id == person.id, Case.status.in_(states.LIVE)).order_by(Case.id).with_for_update()
    found = session.scalars(theirs.execution_options(populate_existing=True)).all()
    reason = f"{person.name} works on cases no more"
    for case in found:
        hands.take_away(session, case, now=now, reason=reason)
        audit.record(session, "release", now=now, by=None, case_id=case.id, was=person.id, care_ended=person.id)
    hands.recall_of(session, person, now=now, reason=reason)
    return len(found)


def _tell_leads(session: Session, person: Person, *, now: datetime) -> None:
    leads = select(PersonRole.person_id).join(Person).where(PersonRole.role.in_(people.LEADS), Person.active, Person.id != person.id)
    key = f"care ended {person.id} {int(now.timestamp())}"
    notices.tell(session, session.scalars(leads).all(), NoticeKind.CARE_ENDED, key=key, now=now, text=person.name)
