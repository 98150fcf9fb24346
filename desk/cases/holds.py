"""Presence: who reads and who replies, as long as their board says so."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, literal, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk.errors import NotFound
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import excluded, upsert
from storage.models import Case, Hold, Person
from storage.types import Instant
from storage.words import HoldKind

FIRST_HOLD = timedelta(seconds=45)
"""What a claim alone is worth, until the board's first sign of presence."""

AWAY_PROTECTS = timedelta(minutes=10)
"""A page that is open somewhere in the background stops protecting its case after this: it may stay open all night."""


IS_THERE = select(Case.id).where(Case.id == bindparam("case_id"))


def hold(session: Session, case_id: int, *, kind: HoldKind, by: Person, settings: DeskSettings, now: datetime) -> None:
    """Say that this person is at the case for `settings.hold` from now. Raises NotAllowed, NotFound."""
    people.require(by, people.CARE if kind == HoldKind.REPLYING else people.READ)
    if session.scalar(IS_THERE, {"case_id": case_id}) is None:
        raise NotFound("There is no such case")
    session.execute(delete(Hold).where(Hold.person_id == by.id, Hold.case_id != case_id, Hold.until <= now))
    put(session, case_id, kind=kind, person_id=by.id, now=now, until=now + settings.hold)


def put(session: Session, case_id: int, *, kind: HoldKind, person_id: int, now: datetime, until: datetime) -> None:
    """One upsert; `since` stays while the same kind of presence goes on."""
    row = {"case_id": case_id, "person_id": person_id, "kind": kind, "since": now, "until": until}
    goes_on = (Hold.kind == kind) & (Hold.until > now)
    since = sql_case((goes_on, Hold.since), else_=literal(now, Instant()))
    change = {"kind": excluded("kind"), "until": excluded("until"), "since": since}
    upsert(session, Hold.__table__, [row], key=("case_id", "person_id"), change=change)


def leave(session: Session, case_id: int, *, by: Person) -> None:
    """This person has turned away from the case."""
    people.require(by, people.READ)
    session.execute(delete(Hold).where(Hold.case_id == case_id, Hold.person_id == by.id))


def drop_all(session: Session, case_id: int) -> None:
    """Nobody needs to be at this case any more."""
    session.execute(delete(Hold).where(Hold.case_id == case_id))


def is_held(session: Session, case_id: int, person_id: int, *, now: datetime) -> bool:
    """Whether this person is at the case: they may not lose it to somebody else."""
    held = session.scalar(select(Hold).where(Hold.case_id == case_id, Hold.person_id == person_id, Hold.until > now))
    return held is not None and protects(held.kind, held.since, now=now)


def protects(kind: HoldKind, since: datetime, *, now: datetime) -> bool:
    """Whether somebody who is at a case in this way, since then, keeps it from being taken over."""
    return kind != HoldKind.AWAY or since > now - AWAY_PROTECTS
