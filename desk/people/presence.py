"""Whoever is signed in nowhere is away: a shift begins with the first sign-in of its person, ends with their last, and goes on with their next."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from desk import audit
from desk.people import people
from storage.models import Person, PersonRole, SignIn
from storage.words import Shift

WHY = "signed in nowhere"


def become(session: Session, person: Person, shift: Shift, *, by: Person | None, now: datetime, why: str = "") -> Person:
    """`shift_at` stays while the same shift goes on. The caller has locked the person."""
    if person.shift is not shift:
        was, person.shift, person.shift_at = person.shift, shift, now
        told: dict[str, Any] = {"shift": shift.value, "was": was.value} | ({"why": why} if why else {})
        audit.record(session, "shift", now=now, by=by, subject=f"person {person.id}", **told)
    return person


def is_signed_in(session: Session, person_id: int, *, at: datetime) -> bool:
    """Whether some browser of theirs was signed in at that moment."""
    return session.scalar(select(exists().where(SignIn.person_id == person_id, *_stood(at)))) or False


def arrives(session: Session, person: Person, *, now: datetime) -> None:
    """They sign in: a shift begins that never was, and one goes on that ended because they were signed in nowhere; what they ended stays over.

    Called before the new sign-in is stored. The caller has locked the person.
    """
    if person.shift is not Shift.OFF or not _cares(person):
        return
    if person.shift_at is None or not is_signed_in(session, person.id, at=person.shift_at):
        become(session, person, Shift.ON, by=person, now=now, why="signed in")


def departs(session: Session, person: Person, *, now: datetime) -> None:
    """Some sign-in of theirs ended: with the last one their shift does. The caller has locked the person."""
    if person.active and _cares(person) and not is_signed_in(session, person.id, at=now):
        become(session, person, Shift.OFF, by=None, now=now, why=WHY)


def end_absent(session: Session, *, now: datetime) -> int:
    """End the shift of everybody whose last sign-in ran out. How many."""
    caring = select(PersonRole.person_id).where(PersonRole.role.in_(people.CARE))
    signed_in = exists().where(SignIn.person_id == Person.id, *_stood(now))
    absent = select(Person).where(Person.active, Person.shift != Shift.OFF, Person.id.in_(caring), ~signed_in).order_by(Person.id)
    found = session.scalars(absent.with_for_update(skip_locked=True, key_share=True).execution_options(populate_existing=True)).all()
    for person in found:
        departs(session, person, now=now)
    return len(found)


def _stood(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return SignIn.at <= at, SignIn.until > at, or_(SignIn.ended_at.is_(None), SignIn.ended_at > at)


def _cares(person: Person) -> bool:
    return bool(people.roles_of(person) & people.CARE)
