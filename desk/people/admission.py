"""Whom an OpenID provider's word lets in, and with which roles. A stranger is never given a role by default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.people import initials, people, person_changes, sign_ins
from storage.models import Person
from storage.words import Role

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Said:
    """What the provider says of somebody. `email` is one that it has verified, else empty; `sub` is theirs for good within the issuer."""

    issuer: str
    sub: str
    name: str = ""
    email: str = ""
    groups: frozenset[str] = frozenset()

    @property
    def subject(self) -> str:
        return f"{self.issuer}|{self.sub}"


def roles_for(groups: Iterable[str], mapping: Mapping[str, Iterable[Role]]) -> frozenset[Role]:
    """The roles of all groups that the settings name."""
    return frozenset(role for group in groups for role in mapping.get(group, ()))


def admit(session: Session, said: Said, *, mapping: Mapping[str, Iterable[Role]], now: datetime) -> Person | None:
    """The person of the provider's word, with the roles of their groups; somebody whose groups mean something is added.

    Without such a group only somebody comes in who was added by hand with this verified address: they keep the roles given there.
    None for a stranger; who came in by their groups and has none any more is one: they lose their roles and are signed out everywhere.
    Raises NotAllowed for somebody who left.
    """
    person, roles = _known(session, said), roles_for(said.groups, mapping)
    if person is not None:
        people.active(session, person.id)
    if person is None:
        return _added(session, said, roles, now=now) if roles else None
    if person.from_groups and not roles:
        sign_ins.end_all(session, person.id, now=now)
        _synced(session, person, roles, now=now)
        return None
    _linked(session, person, said, now=now)
    if roles:
        _synced(session, person, roles, now=now)
    return person


def _known(session: Session, said: Said) -> Person | None:
    """By the subject; else by the address, unless another subject of the same issuer has it: addresses are given to newcomers again."""
    person = session.scalar(select(Person).where(Person.subject == said.subject))
    if person is not None or not said.email:
        return person
    person = session.scalar(select(Person).where(func.lower(Person.email) == said.email.lower()))
    is_theirs = person is not None and (person.subject is None or not person.subject.startswith(f"{said.issuer}|"))
    return person if is_theirs else None


def _added(session: Session, said: Said, roles: frozenset[Role], *, now: datetime) -> Person:
    is_taken = session.scalar(select(Person.id).where(func.lower(Person.email) == said.email.lower())) is not None
    email = None if is_taken else said.email or None
    name = said.name.strip()[:LONGEST_NAME] or said.email or said.sub[:LONGEST_NAME]
    person = people.add(session, name=name, initials=initials.free(session, name), roles=roles, email=email, by=None, now=now)
    person.subject, person.from_groups = said.subject, True
    return person


def _linked(session: Session, person: Person, said: Said, *, now: datetime) -> None:
    if person.subject != said.subject:
        person.subject = said.subject
        audit.record(session, "person_linked", now=now, by=None, subject=f"person {person.id}")


def _synced(session: Session, person: Person, roles: frozenset[Role], *, now: datetime) -> None:
    person.from_groups = True
    if people.roles_of(person) == roles:
        return
    person = people.to_change(session, person.id)
    before = people.roles_of(person)
    cases = person_changes.give_roles(session, person, roles, now=now)
    told: dict[str, Any] = {"before": sorted(before), "after": sorted(roles), "way": "groups"} | ({"cases": cases} if cases else {})
    audit.record(session, "roles_changed", now=now, by=None, subject=f"person {person.id}", **told)
