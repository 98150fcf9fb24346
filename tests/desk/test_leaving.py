"""What somebody leaves behind goes on: with the colleague who is named, else with the team; and nothing of it is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.errors import Invalid, NotAllowed, NotFound
from desk.people import leaving, people, person_changes
from desk.people.leaving import Left
from desk.replies import drafts
from storage.database import Database
from storage.models import (
    Audit,
    Case,
    Credential,
    EscalationOwner,
    Exposure,
    Incident,
    Notice,
    Person,
    Promise,
    Reply,
    SavedReply,
    SavedView,
    Skill,
    Team,
    TeamMember,
)
from storage.words import CaseStatus, Escalation, NoticeKind, Role, SkillKind
from tests.support.desk import NOON, SECOND, Shop, person

SOON = NOON + timedelta(hours=1)


def furnished(session: Session, gone: Person) -> Case:
    """A case with a draft, a promise, an incident, an escalation, saved replies, views, a team, a skill, a notice and exposure."""
    shop = Shop(session)
    credential = Credential(name="main", source="x")
    session.add(credential)
    session.flush()
    shop.account.credential_id = credential.id
    case = shop.claimed(gone)
    drafts.save_draft(session, case.id, text="Half an answer", version=0, by=gone, now=NOON)
    team = Team(name="Morning", created_at=NOON)
    session.add(team)
    session.flush()
    own = {"person_id": gone.id}
    session.add_all(
        [
            Promise(case_id=case.id, text="by Friday", made_at=NOON, due_at=SOON, **own),
            Promise(case_id=case.id, text="kept", made_at=NOON, due_at=SOON, kept_at=NOON, **own),
            Incident(name="Outage", owner_id=gone.id, opened_at=NOON),
            EscalationOwner(kind=Escalation.PRESS, **own),
            SavedReply(name="Hello", text="Hello {name}", created_at=NOON, changed_at=NOON, **own),
            SavedView(name="mine", created_at=NOON, **own),
            SavedView(name="ours", is_shared=True, created_at=NOON, **own),
            TeamMember(team_id=team.id, **own),
            Skill(kind=SkillKind.LANGUAGE, value="de", **own),
            Notice(kind=NoticeKind.MENTIONED, key="note 1", at=NOON, **own),
            Exposure(mention_id=case.latest_mention_id, at=NOON, **own),
        ]
    )
    session.flush()
    return case


def test_everything_goes_to_the_colleague_who_is_named(database: Database) -> None:
    with database.write() as session:
        admin, gone, heir = person(session, "Ada", Role.ADMIN), person(session, "Gil Ode"), person(session, "Hei Rin")
        case = furnished(session, gone)
        told = Left("Gil Ode", "Hei Rin", cases=1, drafts=1, promises=1, saved_replies=1, incidents=1, credentials=("main",))
        assert leaving.preview(session, gone.id, to_person_id=heir.id, by=admin) == told
        assert leaving.leave(session, gone.id, to_person_id=heir.id, by=admin, now=NOON + SECOND) == told
        ids = case.id, gone.id, heir.id
    with database.read() as session:
        case, gone = session.get_one(Case, ids[0]), session.get_one(Person, ids[1])
        assert (case.assignee_id, case.claim_no, case.handovers, case.status) == (ids[2], 2, 1, CaseStatus.OPEN)
        assert [reply.text for reply in session.scalars(select(Reply).where(Reply.case_id == case.id))] == ["Half an answer"]
        assert [(p.text, p.person_id) for p in session.scalars(select(Promise).order_by(Promise.id))] == [
            ("by Friday", ids[2]),
            ("kept", ids[1]),
        ]
        assert session.scalars(select(Incident.owner_id)).all() == [ids[2]]
        assert session.scalars(select(EscalationOwner.person_id)).all() == [ids[2]]
        assert session.scalars(select(SavedReply.person_id)).all() == [None]
        assert session.scalars(select(SavedView.name)).all() == ["ours"]
        for table in (TeamMember, Skill, Exposure):
            assert session.scalars(select(table)).all() == []
        notices = {(n.person_id, n.kind): n.seen_at for n in session.scalars(select(Notice))}
        assert notices == {(ids[1], NoticeKind.MENTIONED): NOON + SECOND, (ids[2], NoticeKind.HANDED_OVER): None}
        assert (gone.active, gone.left_at) == (False, NOON + SECOND)
        assert {row.verb for row in session.scalars(select(Audit).where(Audit.case_id == ids[0]))} >= {"claim", "hand_over"}


def test_without_a_colleague_it_goes_to_the_queue_and_the_team(database: Database) -> None:
    with database.write() as session:
        admin, gone = person(session, "Ada", Role.ADMIN), person(session, "Gil Ode")
        case = furnished(session, gone)
        left = leaving.leave(session, gone.id, by=admin, now=NOON + SECOND)
        assert (left.to, left.cases, left.escalations) == ("", 1, ("press",))
        session.expire_all()
        assert session.get_one(Case, case.id).assignee_id is None
        assert session.scalars(select(Promise.person_id).where(Promise.text == "by Friday")).all() == [None]
        assert session.scalars(select(EscalationOwner)).all() == []
        assert leaving.leave(session, gone.id, by=admin, now=NOON + SECOND) == Left("Gil Ode")


def test_only_an_admin_lets_somebody_leave_and_only_care_takes_over(database: Database) -> None:
    with database.write() as session:
        admin, lead = person(session, "Ada", Role.ADMIN), person(session, "Lea", Role.LEAD)
        gone, reader = person(session), person(session, "Rik", Role.READER)
        for verb in (leaving.preview, lambda *call, **named: leaving.leave(*call, **named, now=NOON)):
            with pytest.raises(NotAllowed, match="admin"):
                verb(session, gone.id, by=lead)
            with pytest.raises(NotFound):
                verb(session, 4242, by=admin)
            with pytest.raises(Invalid, match="does not work on cases"):
                verb(session, gone.id, to_person_id=reader.id, by=admin)
            with pytest.raises(Invalid, match="somebody else"):
                verb(session, gone.id, to_person_id=gone.id, by=admin)
            with pytest.raises(Invalid, match="only admin"):
                verb(session, admin.id, by=admin)
        assert gone.active


def test_a_reader_leaves_no_token_to_rotate(database: Database) -> None:
    with database.write() as session:
        admin, gone, reader = person(session, "Ada", Role.ADMIN), person(session), person(session, "Rik", Role.READER)
        furnished(session, gone)
        assert leaving.preview(session, reader.id, by=admin).credentials == ()


@pytest.mark.parametrize(
    ("roles", "reached"),
    [
        ((Role.OPS,), ("hears", "main")),
        ((Role.LEAD,), ("hears", "main")),
        ((Role.ADMIN,), ("hears", "main")),
        ((Role.READER, Role.OPS), ("hears", "main")),
        ((Role.AGENT,), ("main",)),
        ((Role.AGENT, Role.MARKETER), ("main",)),
        ((Role.MARKETER,), ()),
        ((Role.READER,), ()),
    ],
)
def test_every_credential_that_their_roles_reach_is_to_be_made_anew(
    database: Database, roles: tuple[Role, ...], reached: tuple[str, ...]
) -> None:
    with database.write() as session:
        admin, gone = person(session, "Ada", Role.ADMIN), person(session, "Gil Ode", *roles)
        furnished(session, person(session))
        session.add(Credential(name="hears", source="reddit"))
        session.flush()
        assert leaving.preview(session, gone.id, by=admin).credentials == reached
        assert leaving.leave(session, gone.id, by=admin, now=NOON).credentials == reached


def test_an_admin_changes_roles_but_never_takes_the_last_admins(database: Database) -> None:
    with database.write() as session:
        admin, ana = person(session, "Ada", Role.ADMIN), person(session)
        person_changes.change(session, ana.id, name=" Ana Neu ", alias="Annie", roles=[Role.LEAD, Role.ADMIN], by=admin, now=NOON)
        assert (ana.name, ana.alias, people.roles_of(ana)) == ("Ana Neu", "Annie", {Role.LEAD, Role.ADMIN})
        person_changes.change(session, admin.id, roles=[Role.READER], by=ana, now=NOON)
        with pytest.raises(Invalid, match="only admin"):
            person_changes.change(session, ana.id, roles=[Role.LEAD], by=ana, now=NOON)
        with pytest.raises(Invalid, match="at least one role"):
            person_changes.change(session, admin.id, roles=[], by=ana, now=NOON)
        with pytest.raises(Invalid, match="name"):
            person_changes.change(session, admin.id, name=" ", by=ana, now=NOON)
        with pytest.raises(NotAllowed):
            person_changes.change(session, ana.id, roles=[Role.READER], by=admin, now=NOON)
        with pytest.raises(NotFound):
            person_changes.change(session, 4242, by=ana, now=NOON)
        changes = session.scalars(select(Audit).where(Audit.verb == "person_changed").order_by(Audit.id)).all()
        assert [row.detail.get("after") for row in changes] == [["admin", "lead"], ["reader"]]


def test_a_lead_says_who_is_learning(database: Database) -> None:
    with database.write() as session:
        lead, ana = person(session, "Lea", Role.LEAD), person(session)
        people.set_learning(session, ana.id, True, by=lead, now=NOON)
        assert ana.is_learning
        with pytest.raises(NotAllowed):
            people.set_learning(session, ana.id, False, by=ana, now=NOON)
        assert session.scalars(select(Audit.verb).where(Audit.verb == "person_learning")).all() == ["person_learning"]
