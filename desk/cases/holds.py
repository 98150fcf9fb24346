"""Presence: who reads and who replies, as long as their board says so."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Insert, bindparam, delete, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk.errors import NotFound
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import excluded, is_sqlite, upserting
from storage.models import Case, Hold, Person
from storage.words import HoldKind

FIRST_HOLD = timedelta(seconds=45)
"""What a claim alone is worth, until the board's first sign of presence."""

AWAY_PROTECTS = timedelta(minutes=10)
"""A page that is open somewhere in the background stops protecting its case after this: it may stay open all night."""


ENDED = (
    delete(Hold)
    .where(Hold.person_id == bindparam("of"), Hold.case_id != bindparam("at_another"), Hold.until <= bindparam("now"))
    .execution_options(synchronize_session=False)
)
IS_THERE = select(Case.id).where(Case.id == bindparam("case_id"))


def hold(session: Session, case_id: int, *, kind: HoldKind, by: Person, settings: DeskSettings, now: datetime) -> None:
    """Say that this person is at the case for `settings.hold` from now. Raises NotAllowed, NotFound."""
    people.require(by, people.CARE if kind == HoldKind.REPLYING else people.READ)
    if session.scalar(IS_THERE, {"case_id": case_id}) is None:
        raise NotFound("There is no such case")
    session.execute(ENDED, {"of": by.id, "at_another": case_id, "now": now})
    put(session, case_id, kind=kind, person_id=by.id, now=now, until=now + settings.hold)


def put(session: Session, case_id: int, *, kind: HoldKind, person_id: int, now: datetime, until: datetime) -> None:
    """One upsert; `since` stays while the same kind of presence goes on."""
    row = {"case_id": case_id, "person_id": person_id, "kind": kind, "since": now, "until": until}
    session.execute(_putting(is_sqlite(session)), row)


@cache
def _putting(sqlite: bool) -> Insert:
    """Built once: each open case says every few seconds who is there. `excluded("since")` is the instant of saying it."""
    goes_on = (Hold.kind == excluded("kind")) & (Hold.until > excluded("since"))
    since = sql_case((goes_on, Hold.since), else_=excluded("since"))
    change = {"kind": excluded("kind"), "until": excluded("until"), "since": since}
    return upserting(Hold.__table__, key=("case_id", "person_id"), change=change, sqlite=sqlite)


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
