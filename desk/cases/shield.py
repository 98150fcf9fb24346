"""The abuse shield: an abusive case that does not press is shown to volunteers and leads first, and after a while to everybody.

Its clock runs all the time: no due time and no place in the queue changes by it. What is urgent is never held back, and nothing is while nobody
is there who would see it. A case that is abusive no more loses its shield with its label (`desk.cases.upkeep`).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import cases_to_change
from desk.cases import hands
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import among
from storage.models import Case
from storage.models.cases import ABUSIVE, WAITING
from storage.words import Urgency


def follow(session: Session, case_ids: Collection[int | None], *, settings: DeskSettings, now: datetime) -> int:
    """Shield those of these cases whose labels ask for it; in the transaction that changes the labels. How many.

    Once for each time that a customer waits: abuse that goes on does not keep a case from everybody for longer. One that somebody has is in
    their hands already.
    """
    found = _abusive(session, [case_id for case_id in case_ids if case_id is not None])
    if not found or not is_watched(session):
        return 0
    fresh = [case for case in cases_to_change(session, found).values() if _is_new(case)]
    for case in fresh:
        case.shielded_until, case.version = now + settings.shield_for, case.version + 1
        audit.record(session, "shield", now=now, by=None, case_id=case.id, until=case.shielded_until.isoformat())
    session.flush()
    return len(fresh)


def lift_unwatched(session: Session, *, now: datetime) -> int:
    """Show everybody what is shielded, once no volunteer and no lead is on shift any more. How many cases."""
    shielded = select(Case.id).where(ABUSIVE, Case.shielded_until > now).with_hint(Case, "INDEXED BY ix_case_shield", "sqlite")
    found = session.scalars(shielded).all()
    if not found or is_watched(session):
        return 0
    for case in cases_to_change(session, found).values():
        case.shielded_until, case.version = now, case.version + 1
        audit.record(session, "shield_lifted", now=now, by=None, case_id=case.id)
    session.flush()
    return len(found)


def is_watched(session: Session) -> bool:
    """Whether a volunteer or a lead is on shift."""
    return any(person.takes_abuse or people.roles_of(person) & people.LEADS for person in hands.on_shift(session))


def _abusive(session: Session, case_ids: Collection[int]) -> list[int]:
    """Those that wait, that nobody has, and that are abusive and not urgent."""
    if not case_ids:
        return []
    session.flush()
    calm = or_(Case.urgency.is_(None), Case.urgency != Urgency.HIGH)
    here = among(session, Case.id, sorted(set(case_ids)))
    return list(session.scalars(select(Case.id).where(here, WAITING, Case.abusive, calm, Case.assignee_id.is_(None))))


def _is_new(case: Case) -> bool:
    """Whether this wait has had no shield yet."""
    if case.shielded_until is None:
        return True
    return case.waiting_since is not None and case.waiting_since > case.shielded_until
