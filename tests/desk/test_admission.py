"""The provider's word: groups give exactly their roles, a verified address finds who was added by hand, a stranger gets nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.errors import NotAllowed
from desk.people import admission, initials, leaving, people, person_changes, sign_ins
from desk.people.admission import Said
from storage.database import Database
from storage.models import Audit, Person
from storage.words import Role
from tests.support.desk import NOON, SECOND, person

ISSUER = "https://login.example"
MAPPING = {"agents": [Role.AGENT], "leads": [Role.LEAD, Role.AGENT], "admins": [Role.ADMIN]}


def said(sub: str = "1", *groups: str, **other: Any) -> Said:
    return Said(**{"issuer": ISSUER, "sub": sub, "name": "Mina Kaur", "groups": frozenset(groups), **other})


def admitted(session: Session, what: Said) -> Person | None:
    return admission.admit(session, what, mapping=MAPPING, now=NOON)


def must(session: Session, what: Said) -> Person:
    found = admitted(session, what)
    assert found is not None
    return found


def test_somebody_whose_groups_mean_something_is_added(database: Database) -> None:
    with database.write() as session:
        mina = must(session, said("1", "agents", "staff", email="mina@example.com"))
        assert (mina.name, mina.initials, mina.email, mina.subject) == ("Mina Kaur", "MK", "mina@example.com", f"{ISSUER}|1")
        assert people.roles_of(mina) == {Role.AGENT}
        assert must(session, said("1", "agents")).id == mina.id
        assert must(session, said("2", "leads", name="Moe King")).initials == "MKI"


def test_changed_groups_change_the_roles_at_the_next_sign_in(database: Database) -> None:
    with database.write() as session:
        mina = must(session, said("1", "leads"))
        assert people.roles_of(mina) == {Role.LEAD, Role.AGENT}
        must(session, said("1", "agents", "admins"))
        assert people.roles_of(mina) == {Role.AGENT, Role.ADMIN}
        (record,) = session.scalars(select(Audit).where(Audit.verb == "roles_changed"))
        assert record.detail == {"before": ["agent", "lead"], "after": ["admin", "agent"], "way": "groups"}
        must(session, said("1", "agents", "admins"))
        assert len(session.scalars(select(Audit).where(Audit.verb == "roles_changed")).all()) == 1


def test_who_was_added_by_hand_comes_in_by_a_verified_address_and_keeps_the_roles(database: Database) -> None:
    with database.write() as session:
        ana = people.add(session, name="Ana Moss", initials="AM", roles=[Role.MARKETER], email="Ana@Example.com", by=None, now=NOON)
        assert must(session, said("7", email="ana@example.com")).id == ana.id
        assert people.roles_of(ana) == {Role.MARKETER}
        assert must(session, said("7")).id == ana.id
        must(session, said("7", "leads"))
        assert people.roles_of(ana) == {Role.LEAD, Role.AGENT}


def test_a_stranger_gets_nothing_and_is_not_stored(database: Database) -> None:
    with database.write() as session:
        person(session)
        before = session.scalar(select(func.count()).select_from(Person))
        for what in (said("1"), said("1", "staff"), said("1", email="who@example.com"), said("1", "", " agents", "AGENTS")):
            assert admitted(session, what) is None
        assert session.scalar(select(func.count()).select_from(Person)) == before


def test_an_address_that_was_given_to_a_newcomer_opens_nothing_of_the_old_owners(database: Database) -> None:
    with database.write() as session:
        ana = people.add(session, name="Ana Moss", initials="AM", roles=[Role.ADMIN], email="a@example.com", by=None, now=NOON)
        must(session, said("7", email="a@example.com"))
        assert admitted(session, said("8", email="a@example.com")) is None
        newcomer = must(session, said("8", "agents", email="a@example.com"))
        assert (newcomer.id != ana.id, newcomer.email, people.roles_of(newcomer)) == (True, None, {Role.AGENT})


def test_after_a_move_to_another_provider_a_verified_address_finds_its_person_again(database: Database) -> None:
    with database.write() as session:
        mina = must(session, said("1", "agents", email="mina@example.com"))
        moved = must(session, said("x", "agents", email="mina@example.com", issuer="https://new.example"))
        assert (moved.id, moved.subject) == (mina.id, "https://new.example|x")


def test_who_lost_every_group_is_a_stranger_and_signed_out(database: Database) -> None:
    with database.write() as session:
        mina = must(session, said("1", "agents"))
        token = sign_ins.begin(session, mina, way="openid", now=NOON)
        assert admitted(session, said("1", "staff")) is None
        session.expire_all()
        with pytest.raises(NotAllowed, match="ended"):
            sign_ins.until(session, token, mina.id, now=NOON)


def test_who_left_is_refused_whatever_the_groups_say(database: Database) -> None:
    with database.write() as session:
        person(session, "Ada", Role.ADMIN)
        mina = must(session, said("1", "agents", email="mina@example.com"))
        leaving.leave(session, mina.id, by=None, now=NOON + SECOND)
        for what in (said("1", "admins"), said("1"), said("1", email="mina@example.com")):
            with pytest.raises(NotAllowed, match="no longer works here"):
                admitted(session, what)
        assert must(session, said("2", "agents", email="mina@example.com")).initials != "MK"


def test_roles_given_by_hand_afterwards_stay_without_groups(database: Database) -> None:
    with database.write() as session:
        admin = person(session, "Ada", Role.ADMIN)
        mina = must(session, said("1", "agents"))
        person_changes.change(session, mina.id, roles=[Role.READER], by=admin, now=NOON)
        assert must(session, said("1")).id == mina.id
        assert people.roles_of(mina) == {Role.READER}


@pytest.mark.parametrize(
    ("name", "used", "expected"),
    [
        ("Mina Kaur", [], "MK"),
        ("Mina Kaur", ["mk"], "MKA"),
        ("Mina Kaur", ["MK", "MKA", "MIK", "MIKA"], "MK2"),
        ("Élodie d'Arc", [], "ÉD"),
        ("Cher", ["C"], "CH"),
        ("Anne-Marie van den Berg", [], "AMVDB"),
        ("王小明", [], "王"),
        ("42 !!", [], "P"),
        ("", ["P"], "P2"),
    ],
)
def test_initials_come_from_the_name(name: str, used: list[str], expected: str) -> None:
    assert initials.first_free(name, used) == expected


@given(st.lists(st.text(max_size=30), min_size=1, max_size=25))
def test_initials_are_never_given_twice_and_always_sign(names: list[str]) -> None:
    used: list[str] = []
    for name in names:
        used.append(initials.first_free(name, used))
        assert people.INITIALS.fullmatch(used[-1])
    assert len({one.casefold() for one in used}) == len(names)
