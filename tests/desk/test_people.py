"""Who works here: roles decide, initials are never used again, and nothing stays with somebody who left."""

from typing import Any

import pytest
from sqlalchemy import select

from desk.cases import cases, holds
from desk.errors import Invalid, NotAllowed
from desk.people import leaving, people
from desk.replies import replies
from storage.database import Database
from storage.models import Audit, Case, Person, Reply
from storage.words import HoldKind, ReplyState, Role
from tests.support.desk import NOON, SECOND, SETTINGS, Shop, person


def test_an_admin_adds_people_and_nobody_else_does(database: Database) -> None:
    with database.write() as session:
        admin, agent = person(session, "Ada Admin", Role.ADMIN), person(session)
        added = people.add(session, name=" Li Wei ", initials="LW", roles=[Role.AGENT, Role.LEAD], by=admin, now=NOON)
        assert (added.name, people.roles_of(added)) == ("Li Wei", frozenset({Role.AGENT, Role.LEAD}))
        with pytest.raises(NotAllowed, match="admin"):
            people.add(session, name="Bo", initials="BO", roles=[Role.AGENT], by=agent, now=NOON)


@pytest.mark.parametrize(
    ("name", "initials", "roles", "says"),
    [
        (" ", "AB", [Role.AGENT], "name"),
        ("Al", "", [Role.AGENT], "Initials"),
        ("Al", "A B", [Role.AGENT], "Initials"),
        ("Al", "ABCDEFGHI", [Role.AGENT], "Initials"),
        ("Al", "AL", [], "role"),
        ("Al", "am", [Role.AGENT], "used before"),
    ],
)
def test_a_person_needs_a_name_initials_and_a_role(database: Database, name: str, initials: str, roles: list[Role], says: str) -> None:
    with database.write() as session:
        person(session, "Ana Moss", initials="AM")
        with pytest.raises(Invalid, match=says):
            people.add(session, name=name, initials=initials, roles=roles, by=None, now=NOON)


def test_initials_of_somebody_who_left_stay_theirs(database: Database) -> None:
    with database.write() as session:
        admin, gone = person(session, "Ada", Role.ADMIN), person(session, "Ana Moss", initials="AM")
        leaving.leave(session, gone.id, by=admin, now=NOON)
        with pytest.raises(Invalid, match="never given to somebody else"):
            people.add(session, name="Al Mo", initials="AM", roles=[Role.AGENT], by=admin, now=NOON)


@pytest.mark.parametrize(("first", "second"), [("ÖB", "ÖB"), ("ÖB", "öb"), ("öb", "ÖB"), ("ÖB", "O\u0308b"), ("ßA", "SSA"), ("ΣΑ", "ςα")])
def test_initials_with_any_letters_are_never_given_twice(database: Database, first: str, second: str) -> None:
    with database.write() as session:
        person(session, "Özlem Bayar", initials=first)
        with pytest.raises(Invalid, match="were used before"):
            people.add(session, name="Örs Balog", initials=second, roles=[Role.AGENT], by=None, now=NOON)


@pytest.mark.parametrize("written", ["ÖB", "öb", "Öb", "O\u0308B"])
def test_somebody_is_found_by_initials_with_any_letters_in_any_case(database: Database, written: str) -> None:
    with database.write() as session:
        person(session, initials="OB")
        oezlem = person(session, "Özlem Bayar", initials="ÖB")
        found = people.with_initials(session, written)
        assert found is not None
        assert found.id == oezlem.id
        leaving.leave(session, oezlem.id, by=None, now=NOON)
        assert people.with_initials(session, written) is None


def test_initials_are_kept_as_one_would_type_them(database: Database) -> None:
    with database.write() as session:
        assert person(session, "Özlem Bayar", initials="O\u0308B").initials == "ÖB"


def test_one_who_left_can_do_nothing_any_more(database: Database) -> None:
    with database.write() as session:
        admin, gone = person(session, "Ada", Role.ADMIN), person(session)
        leaving.leave(session, gone.id, by=admin, now=NOON)
        with pytest.raises(NotAllowed, match="no longer works here"):
            people.active(session, gone.id)
        with pytest.raises(NotAllowed, match="no longer works here"):
            people.require(gone, people.READ)
        assert [p.name for p in people.everyone(session)] == ["Ada"]
        assert {p.name for p in people.everyone(session, left=True)} == {"Ada", "Ana Moss"}


def test_an_unknown_sign_in_is_refused(database: Database) -> None:
    with database.read() as session, pytest.raises(NotAllowed):
        people.active(session, 12345)


def test_the_last_admin_cannot_leave(database: Database) -> None:
    with database.write() as session:
        admin = person(session, "Ada", Role.ADMIN)
        with pytest.raises(Invalid, match="only admin"):
            leaving.leave(session, admin.id, by=admin, now=NOON)
        person(session, "Bea", Role.ADMIN)
        leaving.leave(session, admin.id, by=admin, now=NOON)
        assert not admin.active


def test_what_somebody_sent_off_before_they_gave_a_case_back_does_not_leave_after_them(database: Database) -> None:
    with database.write() as session:
        admin, gone, shop = person(session, "Ada", Role.ADMIN), person(session), Shop(session)
        case = shop.claimed(gone)
        seen: dict[str, Any] = {"seen_mention_id": case.latest_mention_id, "account_id": shop.account.id}
        queued = replies.queue(session, case.id, text="On its way", key="k", **seen, by=gone, settings=SETTINGS, now=NOON)
        cases.release(session, case.id, by=gone, now=NOON)
        assert queued.state == ReplyState.QUEUED
        leaving.leave(session, gone.id, by=admin, now=NOON + SECOND)
        assert (queued.state, queued.reason) == (ReplyState.DRAFT, f"{gone.name} left before it was sent")


def test_who_leaves_gives_back_cases_and_unsent_replies(database: Database) -> None:
    with database.write() as session:
        admin, gone, shop = person(session, "Ada", Role.ADMIN), person(session), Shop(session)
        case = shop.claimed(gone)
        queued = replies.queue(
            session,
            case.id,
            text="On its way",
            key="k",
            seen_mention_id=case.latest_mention_id,
            account_id=shop.account.id,
            by=gone,
            settings=SETTINGS,
            now=NOON,
        )
        holds.hold(session, case.id, kind=HoldKind.REPLYING, by=gone, settings=SETTINGS, now=NOON)
        leaving.leave(session, gone.id, by=admin, now=NOON + SECOND)
        assert not holds.is_held(session, case.id, gone.id, now=NOON + SECOND)
        ids = case.id, queued.id, gone.id
    with database.read() as session:
        case, reply = session.get_one(Case, ids[0]), session.get_one(Reply, ids[1])
        assert (case.assignee_id, case.claim_no) == (None, 2)
        assert (reply.state, reply.text) == (ReplyState.DRAFT, "On its way")
        assert session.get_one(Person, ids[2]).left_at == NOON + SECOND
        assert {row.verb for row in session.query(Audit).where(Audit.case_id == ids[0])} >= {"claim", "release"}


def test_an_agent_who_is_added_learns_at_first_unless_they_are_experienced(database: Database) -> None:
    with database.write() as session:
        admin = person(session, "Ada Admin", Role.ADMIN)
        new = people.add(session, name="Bo Lind", initials="BL", roles=[Role.AGENT], by=admin, now=NOON)
        old_hand = people.add(session, name="Li Wei", initials="LW", roles=[Role.AGENT], is_experienced=True, by=None, now=NOON)
        assert (new.is_learning, old_hand.is_learning) == (True, False)
        told = session.scalars(select(Audit.detail).where(Audit.verb == "person_added").order_by(Audit.id)).all()
        assert [one["is_learning"] for one in told] == [False, True, False]


@pytest.mark.parametrize("roles", [[Role.AGENT, Role.LEAD], [Role.ADMIN, Role.AGENT], [Role.MARKETER], [Role.READER]])
def test_who_leads_or_writes_no_replies_is_no_learner(database: Database, roles: list[Role]) -> None:
    with database.write() as session:
        person(session, "Ada Admin", Role.ADMIN)
        assert not people.add(session, name="Bo Lind", initials="BL", roles=roles, by=None, now=NOON).is_learning


def test_the_first_person_of_a_workspace_has_nobody_to_read_their_replies_and_so_learns_not(database: Database) -> None:
    with database.write() as session:
        first = people.add(session, name="Ana Moss", initials="AM", roles=[Role.AGENT], by=None, now=NOON)
        second = people.add(session, name="Bo Lind", initials="BL", roles=[Role.AGENT], by=None, now=NOON)
        assert (first.is_learning, second.is_learning) == (False, True)
