"""Who is signed in where. The browser's cookie carries a token of which only a hash is kept here; ended here, the cookie opens nothing."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk import audit, facts
from desk.errors import NotAllowed
from desk.people import people, presence
from storage.models import Person, SignIn

LONGEST = timedelta(days=7)
IDLE = timedelta(hours=12)
"""A sign-in ends after seven days, or when the board was not open in that browser for twelve hours."""

RENEWED_EVERY = timedelta(hours=1)
TOKEN_BYTES = 32
ENDED = "sign_ins_ended"
"""The fact that is another one whenever some sign-in ended: whoever keeps verdicts in memory forgets them then."""


def begin(session: Session, person: Person, *, way: str, now: datetime) -> str:
    """Sign this person in; returns the token for their browser's cookie. Raises NotAllowed for somebody who left."""
    people.require(person, people.READ)
    presence.arrives(session, _locked(session, person.id), now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(SignIn(token=_hashed(token), person_id=person.id, way=way, at=now, until=now + IDLE))
    audit.record(session, "signed_in", now=now, by=person, subject=f"person {person.id}", way=way)
    session.flush()
    return token


def until(session: Session, token: str, person_id: int, *, now: datetime) -> datetime:
    """Until when this browser's sign-in holds. Raises NotAllowed, with words for the person, when it holds no more."""
    found = session.get(SignIn, _hashed(token), populate_existing=True)
    if found is None or found.person_id != person_id or found.ended_at is not None or found.until <= now:
        _refuse(session, found, person_id)
    people.active(session, person_id)
    return found.until


def _refuse(session: Session, found: SignIn | None, person_id: int) -> NoReturn:
    if found is not None and found.person_id == person_id:
        people.active(session, person_id)
    raise NotAllowed("Your sign-in has ended: sign in again")


def is_worn(until_then: datetime, *, now: datetime) -> bool:
    """Whether the sign-in should be renewed, since its browser is at the board."""
    return until_then - now < IDLE - RENEWED_EVERY


def renew(session: Session, token: str, *, now: datetime) -> datetime | None:
    """The browser is at the board: count the idle time anew, up to the longest. Returns until when it holds, None when it ended meanwhile."""
    standing = select(SignIn).where(SignIn.token == _hashed(token), SignIn.ended_at.is_(None), SignIn.until > now)
    found = session.scalar(standing.with_for_update().execution_options(populate_existing=True))
    if found is None:
        return None
    found.until = min(now + IDLE, found.at + LONGEST)
    return found.until


def end(session: Session, token: str, *, now: datetime) -> None:
    """Sign one browser out. A token that is unknown or has ended changes nothing."""
    standing = SignIn.token == _hashed(token), SignIn.ended_at.is_(None)
    person_id = session.scalar(select(SignIn.person_id).where(*standing))
    if person_id is None:
        return
    person = _locked(session, person_id)
    if session.scalars(update(SignIn).where(*standing).values(ended_at=now).returning(SignIn.token)).all():
        audit.record(session, "signed_out", now=now, by=person, subject=f"person {person_id}")
        presence.departs(session, person, now=now)
        _tell_all(session)


def end_all(session: Session, person_id: int, *, now: datetime) -> int:
    """Sign somebody out everywhere; in how many browsers they were."""
    person = _locked(session, person_id)
    standing = SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.until > now
    ended = session.scalars(update(SignIn).where(*standing).values(ended_at=now).returning(SignIn.token)).all()
    presence.departs(session, person, now=now)
    _tell_all(session)
    return len(ended)


def _locked(session: Session, person_id: int) -> Person:
    """Before any of their sign-ins is: of two browsers that sign out at once, one is the last. Not the full lock: rows refer to a person."""
    session.flush()
    found = select(Person).where(Person.id == person_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(found).one()


def last(session: Session, person_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each of these people signed in last; who never did is absent."""
    rows = session.execute(select(SignIn.person_id, func.max(SignIn.at)).where(SignIn.person_id.in_(person_ids)).group_by(SignIn.person_id))
    return {person_id: at for person_id, at in rows}  # noqa: C416  rows are no pairs to the type checker


def mark(session: Session) -> str:
    """A text that is another one after any sign-in ended."""
    return facts.get(session, ENDED) or ""


def _tell_all(session: Session) -> None:
    facts.state(session, ENDED, secrets.token_hex(8))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
