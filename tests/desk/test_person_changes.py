"""Whoever works on cases no more keeps none: they go back to the team, with what was written and promised, and leads hear of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import promises
from desk.people import admission, people, person_changes
from desk.people.admission import Said
from desk.replies import drafts
from storage.database import Database
from storage.models import Audit, Case, Notice, Person, Promise, Reply
from storage.words import NoticeKind, ReplyState, Role
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, lead, person

GROUPS = {"agents": [Role.AGENT], "readers": [Role.READER], "leads": [Role.LEAD]}


def loaded(session: Session, who: Person) -> Case:
    """A case of theirs with a draft and a promise."""
    case = Shop(session).claimed(who)
    drafts.save_draft(session, case.id, text="Half an answer", version=0, by=who, now=NOON)
    promises.make(session, case.id, text="Call back", due_at=NOON + timedelta(hours=1), by=who, settings=SETTINGS, now=NOON)
    return case


def owner_of_promise(session: Session, case: Case) -> int | None:
    return session.scalar(select(Promise.person_id).where(Promise.case_id == case.id))


def with_the_team(session: Session, case: Case) -> bool:
    draft = session.scalars(select(Reply.text).where(Reply.case_id == case.id, Reply.state == ReplyState.DRAFT)).all()
    return case.assignee_id is None and owner_of_promise(session, case) is None and draft == ["Half an answer"]


def news(session: Session) -> list[tuple[int, str]]:
    session.flush()
    found = select(Notice).where(Notice.kind == NoticeKind.CARE_ENDED).order_by(Notice.person_id)
    return [(one.person_id, one.text) for one in session.scalars(found)]


def test_cases_go_back_to_the_team_when_an_admin_takes_the_care_roles(database: Database) -> None:
    with database.write() as session:
        admin, lea, ana = person(session, "Ada", Role.ADMIN), lead(session), person(session, "Ana Moss")
        case = loaded(session, ana)
        before = case.claim_no
        person_changes.change(session, ana.id, roles=[Role.READER], by=admin, now=NOON + MINUTE)
        assert (with_the_team(session, case), case.claim_no) == (True, before + 1)
        assert news(session) == [(admin.id, "Ana Moss"), (lea.id, "Ana Moss")]
        told = session.scalars(select(Audit.detail).where(Audit.case_id == case.id, Audit.verb == "release")).one()
        assert told == {"was": ana.id, "care_ended": ana.id}
        changed = session.scalars(select(Audit.detail).where(Audit.verb == "person_changed")).one()
        assert changed == {"before": ["agent"], "after": ["reader"], "cases": 1}


def test_who_still_works_on_cases_keeps_them(database: Database) -> None:
    with database.write() as session:
        admin, ana = person(session, "Ada", Role.ADMIN), person(session, "Ana Moss")
        case = loaded(session, ana)
        person_changes.change(session, ana.id, roles=[Role.LEAD], by=admin, now=NOON + MINUTE)
        assert (case.assignee_id, owner_of_promise(session, case), news(session)) == (ana.id, ana.id, [])


@pytest.mark.parametrize("groups", [{"readers"}, set()])
def test_the_providers_groups_take_the_cases_with_the_care_roles(database: Database, groups: set[str]) -> None:
    def said(*named: str) -> Said:
        return Said("https://id.example", "1", "Ana Moss", groups=frozenset(named))

    with database.write() as session:
        lea = lead(session)
        ana = admission.admit(session, said("agents"), mapping=GROUPS, now=NOON)
        assert ana is not None
        case = loaded(session, ana)
        admission.admit(session, said(*groups), mapping=GROUPS, now=NOON + MINUTE)
        assert with_the_team(session, case)
        assert people.roles_of(ana) == {role for group in groups for role in GROUPS[group]}
        assert news(session) == [(lea.id, "Ana Moss")]
        again = admission.admit(session, said("agents"), mapping=GROUPS, now=NOON + 2 * MINUTE)
        assert again is ana
        assert people.roles_of(ana) == {Role.AGENT}
