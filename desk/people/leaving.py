"""Somebody no longer works here: they are signed out everywhere, and what was theirs goes on with a colleague or with the team."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, delete, exists, func, select, update
from sqlalchemy.orm import Session

from desk import audit, states
from desk.alerts import notices
from desk.cases import hands, upkeep
from desk.errors import Invalid, NotFound
from desk.people import people, sign_ins
from storage.models import (
    Base,
    Case,
    Credential,
    EscalationOwner,
    Exposure,
    Hold,
    Incident,
    Notice,
    Person,
    Promise,
    Reply,
    ReplyAccount,
    SavedReply,
    SavedView,
    Skill,
    TeamMember,
)
from storage.models.order import STANDING
from storage.models.teams import UNSEEN
from storage.words import NoticeKind, ReplyState, Role


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody leaves behind: how much of it, and the credentials that their roles let them reach, whose tokens are to be made anew.

    `to` is the colleague who gets it, empty where cases go back to the queue. `escalations` are kinds of cases that nobody owns then.
    """

    name: str
    to: str = ""
    cases: int = 0
    drafts: int = 0
    promises: int = 0
    saved_replies: int = 0
    incidents: int = 0
    escalations: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()


def preview(session: Session, person_id: int, *, to_person_id: int | None = None, by: Person | None) -> Left:
    """What would be handed over, and to whom. Raises like `leave`."""
    if by:
        people.require(by, people.ADMINS)
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise NotFound("There is no such person")
    if person.active:
        people.keep_an_admin(session, person)
    return _left(session, person, _heir(session, person, to_person_id))


def leave(session: Session, person_id: int, *, to_person_id: int | None = None, by: Person | None, now: datetime) -> Left:
    """From now on every request of theirs is refused; returns what was handed over. Their unsent replies become drafts of their cases.

    Somebody who left before changes nothing. Raises NotFound; Invalid when nobody could add people any more, or when the colleague
    does not work on cases.
    """
    if by:
        people.require(by, people.ADMINS)
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True))
    if person is None:
        raise NotFound("There is no such person")
    if not person.active:
        return Left(person.name)
    people.keep_an_admin(session, person)
    to = _heir(session, person, to_person_id)
    left = _left(session, person, to)
    _pass_on_cases(session, person, to, now=now)
    _pass_on_rest(session, person, to)
    _forget(session, person, now=now)
    person.active, person.left_at = False, now
    sign_ins.end_all(session, person.id, now=now)
    heir = to.id if to else None
    audit.record(session, "person_left", now=now, by=by, subject=f"person {person.id}", to=heir, cases=left.cases, promises=left.promises)
    return left


def _heir(session: Session, leaving: Person, to_person_id: int | None) -> Person | None:
    if to_person_id is None:
        return None
    if to_person_id == leaving.id:
        raise Invalid(f"{leaving.name} is the one who leaves: name somebody else")
    to = people.active(session, to_person_id)
    if not people.roles_of(to) & people.CARE:
        raise Invalid(f"{to.name} does not work on cases: name an agent, a lead or an admin")
    return to


def _left(session: Session, person: Person, to: Person | None) -> Left:
    theirs = Case.assignee_id == person.id, Case.status.in_(states.LIVE)
    unsent = Reply.case_id.in_(select(Case.id).where(*theirs)), Reply.state.in_((ReplyState.DRAFT, ReplyState.QUEUED))
    owned = select(EscalationOwner.kind).where(EscalationOwner.person_id == person.id).order_by(EscalationOwner.kind)
    return Left(
        name=person.name,
        to=to.name if to else "",
        cases=_count(session, Case, *theirs),
        drafts=_count(session, Reply, *unsent),
        promises=_count(session, Promise, STANDING, Promise.person_id == person.id),
        saved_replies=_count(session, SavedReply, SavedReply.person_id == person.id, SavedReply.retired_at.is_(None)),
        incidents=_count(session, Incident, Incident.owner_id == person.id, Incident.closed_at.is_(None)),
        escalations=() if to else tuple(kind.value for kind in session.scalars(owned)),
        credentials=_credentials(session, people.roles_of(person)),
    )


def _count(session: Session, table: type[Base], *where: ColumnElement[bool] | TextClause) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _credentials(session: Session, roles: frozenset[Role]) -> tuple[str, ...]:
    """All of them for who sets up feeds; for who answers, those with which accounts of ours answer; none for who only reads."""
    names = select(Credential.name).order_by(Credential.name)
    if roles & people.FEEDS:
        return tuple(session.scalars(names))
    answering = exists().where(ReplyAccount.credential_id == Credential.id)
    return tuple(session.scalars(names.where(answering))) if roles & people.CARE else ()


def _pass_on_cases(session: Session, leaving: Person, to: Person | None, *, now: datetime) -> None:
    theirs = select(Case).where(Case.assignee_id == leaving.id, Case.status.in_(states.LIVE)).order_by(Case.id).with_for_update()
    for case in session.scalars(theirs.execution_options(populate_existing=True)).all():
        if to is None:
            _give_back(session, case, leaving, now=now)
        else:
            _give(session, case, leaving, to, now=now)
    hands.recall_of(session, leaving, now=now, reason=_reason(leaving))
    session.execute(update(Hold).where(Hold.person_id == leaving.id).values(until=now))


def _reason(leaving: Person) -> str:
    return f"{leaving.name} left before it was sent"


def _give_back(session: Session, case: Case, leaving: Person, *, now: datetime) -> None:
    hands.take_away(session, case, now=now, reason=_reason(leaving))
    audit.record(session, "release", now=now, by=None, case_id=case.id, left=leaving.id)


def _give(session: Session, case: Case, leaving: Person, to: Person, *, now: datetime) -> None:
    hands.give(session, case, to, now=now, reason=_reason(leaving))
    case.handovers += 1
    upkeep.reorder(case)
    key = f"handed {case.id} {case.claim_no}"
    notices.tell(session, [to.id], NoticeKind.HANDED_OVER, key=key, now=now, case_id=case.id, by=leaving)
    audit.record(session, "hand_over", now=now, by=None, case_id=case.id, to=to.id, was=leaving.id, left=leaving.id, claim_no=case.claim_no)


def _pass_on_rest(session: Session, leaving: Person, to: Person | None) -> None:
    """Promises, incidents and escalations get their new owner; own saved replies become the team's."""
    heir = to.id if to else None
    session.execute(update(Promise).where(STANDING, Promise.person_id == leaving.id).values(person_id=heir))
    session.execute(update(SavedReply).where(SavedReply.person_id == leaving.id).values(person_id=None))
    session.execute(update(Incident).where(Incident.owner_id == leaving.id, Incident.closed_at.is_(None)).values(owner_id=heir))
    owned = EscalationOwner.person_id == leaving.id
    session.execute(delete(EscalationOwner).where(owned) if to is None else update(EscalationOwner).where(owned).values(person_id=to.id))


def _forget(session: Session, leaving: Person, *, now: datetime) -> None:
    """What concerns nobody else goes: own views, teams, skills, what they saw of abuse. Shared views stay."""
    session.execute(delete(SavedView).where(SavedView.person_id == leaving.id, SavedView.is_shared.is_(False)))
    for column in (TeamMember.person_id, Skill.person_id, Exposure.person_id):
        session.execute(delete(column.class_).where(column == leaving.id))
    session.execute(update(Notice).where(UNSEEN, Notice.person_id == leaving.id).values(seen_at=now))
