"""How a case changes hands: what every act has in common that gives it to somebody, takes it from them, or lets it stay."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from desk import audit, states
from desk.cases import holds
from desk.people import people
from desk.replies import pending_approvals, recall
from desk.settings import DeskSettings
from storage.dialect import among
from storage.models import Case, Person, PersonRole, Promise, Reply
from storage.models.order import STANDING
from storage.words import CaseStatus, HoldKind, ReplyState, Shift

OPEN = Case.status.in_(states.WAITING)
"""What counts against somebody's limit: a customer waits for them."""


def give(session: Session, case: Case, to: Person, *, now: datetime, reason: str) -> int:
    """Make `to` the assignee; replies that have not left become their draft, with the reason. Returns how many. The caller has locked the case."""
    case.assignee_id, case.claim_no, case.version = to.id, case.claim_no + 1, case.version + 1
    case.claimed_at = case.claimed_at or now
    if case.status == CaseStatus.NEW:
        case.status = CaseStatus.OPEN
    promises_follow(session, case)
    return recall.queued(session, case, now=now, reason=reason)


def give_back(session: Session, case: Case, *, now: datetime) -> int | None:
    """Nobody has the case any more; its team, its draft and a reply that was queued stay with it, and it is in sight again.

    Returns who had it. The caller has locked the case.
    """
    was = case.assignee_id
    if was is None:
        return None
    case.assignee_id, case.snoozed_until, case.version = None, None, case.version + 1
    promises_follow(session, case)
    pending_approvals.withdraw(session, case.id, words="nobody has the case any more", by=None, now=now)
    holds.put(session, case.id, kind=HoldKind.READING, person_id=was, now=now, until=now)
    return was


def take_away(session: Session, case: Case, *, now: datetime, reason: str) -> int | None:
    """Its owner works on cases no more: nobody has it, and replies that have not left become its draft. Returns who had it, as `give_back` does."""
    was = give_back(session, case, now=now)
    case.claim_no += 1
    recall.queued(session, case, now=now, reason=reason)
    return was


def recall_of(session: Session, person: Person, *, now: datetime, reason: str) -> None:
    """What they sent off in cases that they have no more, and that has not left, becomes the drafts of these cases."""
    theirs = exists().where(Reply.case_id == Case.id, Reply.state == ReplyState.QUEUED, Reply.person_id == person.id)
    left = select(Case).where(theirs).order_by(Case.id).with_for_update()
    for case in session.scalars(left.execution_options(populate_existing=True)).all():
        recall.queued(session, case, now=now, reason=reason)


def promises_follow(session: Session, case: Case) -> None:
    """What was promised in a case is for whoever has it now to keep; nobody's while nobody has it."""
    if case.promised_at is not None:
        theirs = update(Promise).where(STANDING, Promise.case_id == case.id)
        session.execute(theirs.values(person_id=case.assignee_id).execution_options(synchronize_session=False))


def send_back(session: Session, case: Case, *, now: datetime) -> None:
    """Its owner is away: the case goes back to its team, and to them first should they come back in time."""
    was = give_back(session, case, now=now)
    case.preferred_id = was
    audit.record(session, "returned", now=now, by=None, case_id=case.id, was=was)


def due_of(case: Case) -> datetime | None:
    """When the answer is due for which a customer waits now."""
    if case.waiting_since is None:
        return None
    return case.first_due_at if case.answered_at is None else case.next_due_at


def keeps(person: Person | None, due: datetime | None, *, settings: DeskSettings, now: datetime) -> bool:
    """Whether a case stays with this person: on shift always, on a break as long as its due time is not near, off shift never."""
    if person is None or not person.active or person.shift is Shift.OFF or not people.roles_of(person) & people.CARE:
        return False
    return person.shift is Shift.ON or due is None or due > now + settings.alerts.breach_near


def people_of(session: Session, person_ids: Collection[int | None]) -> Mapping[int | None, Person]:
    """These people as they stand, by id; those that are None or unknown are absent."""
    wanted = sorted({person_id for person_id in person_ids if person_id is not None})
    if not wanted:
        return {}
    found = select(Person).where(among(session, Person.id, wanted)).execution_options(populate_existing=True)
    return {person.id: person for person in session.scalars(found)}


def on_shift(session: Session) -> list[Person]:
    """Who takes cases now, by id."""
    caring = select(PersonRole.person_id).where(PersonRole.role.in_(people.CARE))
    here = select(Person).where(Person.active, Person.shift == Shift.ON, Person.id.in_(caring)).order_by(Person.id)
    return list(session.scalars(here))


def in_sight(now: datetime) -> ColumnElement[bool]:
    """Not put off."""
    return or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now)


def loads(session: Session, person_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """How many cases wait for each of these people and are not put off."""
    if not person_ids:
        return {}
    theirs = select(Case.assignee_id, func.count()).where(among(session, Case.assignee_id, sorted(person_ids)), OPEN, in_sight(now))
    counted = theirs.group_by(Case.assignee_id).with_hint(Case, "INDEXED BY ix_case_mine", "sqlite")
    return dict.fromkeys(person_ids, 0) | {row[0]: row[1] for row in session.execute(counted) if row[0] is not None}
