"""Teams, skills and limits: leads set them, and only for those who work on cases."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.errors import Invalid, NotAllowed, NotFound
from desk.people import teams
from storage.database import Database
from storage.models import Audit, Case, Person
from storage.words import Role, SkillKind
from tests.support.desk import NOON, Shop, lead, person


def test_a_team_is_added_renamed_and_filled(database: Database) -> None:
    with database.write() as session:
        lea, ana = lead(session), person(session)
        team = teams.add(session, "  Second   line ", by=lea, now=NOON)
        teams.rename(session, team.id, "Backline", by=lea, now=NOON)
        teams.set_members(session, team.id, [ana.id, lea.id, ana.id], by=lea, now=NOON)
        assert teams.teams(session) == [teams.TeamView(team.id, "Backline", (lea.id, ana.id))]
        teams.set_members(session, team.id, [ana.id], by=lea, now=NOON)
        assert teams.teams(session)[0].member_ids == (ana.id,)
        verbs = session.scalars(select(Audit.verb).where(Audit.subject == f"team {team.id}").order_by(Audit.id)).all()
        assert verbs == ["team_added", "team_renamed", "team_members", "team_members"]


def test_a_name_belongs_to_one_team(database: Database) -> None:
    with database.write() as session:
        lea = lead(session)
        one, two = teams.add(session, "Billing", by=lea, now=NOON), teams.add(session, "Network", by=lea, now=NOON)
        for refused in ("billing", "", "x" * 81):
            with pytest.raises(Invalid):
                teams.add(session, refused, by=lea, now=NOON)
        with pytest.raises(Invalid, match="Billing"):
            teams.rename(session, two.id, "BILLING", by=lea, now=NOON)
        assert teams.rename(session, one.id, "billing", by=lea, now=NOON).name == "billing"


def test_what_a_retired_team_had_is_everybodys_and_it_can_be_brought_back(database: Database) -> None:
    with database.write() as session:
        lea, ana, shop = lead(session), person(session), Shop(session)
        team = teams.add(session, "Billing", by=lea, now=NOON)
        teams.set_members(session, team.id, [ana.id], by=lea, now=NOON)
        case = shop.case()
        case.team_id, before = team.id, case.version
        assert teams.retire(session, team.id, by=lea, now=NOON) == 1
        found = session.get_one(Case, case.id, populate_existing=True)
        assert (found.team_id, found.version) == (None, before + 1)
        assert teams.teams(session) == []
        with pytest.raises(NotFound):
            teams.set_members(session, team.id, [ana.id], by=lea, now=NOON)
        assert teams.add(session, "Billing", by=lea, now=NOON).id == team.id
        assert teams.teams(session)[0].member_ids == ()


def test_skills_of_one_kind_leave_the_others_as_they_are(database: Database) -> None:
    with database.write() as session:
        lea, ana = lead(session), person(session)
        teams.set_skills(session, ana.id, {SkillKind.LANGUAGE: ["DE", "de ", "en"], SkillKind.SOURCE: ["X"]}, by=lea, now=NOON)
        teams.set_skills(session, ana.id, {SkillKind.SOURCE: [], SkillKind.TOPIC: ["Late parcel"]}, by=lea, now=NOON)
        assert teams.skills_of(session, [ana.id, lea.id]) == {
            ana.id: {SkillKind.LANGUAGE: frozenset({"de", "en"}), SkillKind.TOPIC: frozenset({"Late parcel"})},
            lea.id: {},
        }
        with pytest.raises(Invalid):
            teams.set_skills(session, ana.id, {SkillKind.TOPIC: [" "]}, by=lea, now=NOON)


def test_everybody_who_works_on_cases_is_listed_with_what_waits_for_them(database: Database) -> None:
    with database.write() as session:
        lea, ana, shop = lead(session), person(session), Shop(session)
        person(session, "Rik Vale", Role.READER)
        shop.claimed(ana)
        teams.set_limits(session, ana.id, open_limit=3, takes_abuse=True, by=lea, now=NOON)
        listed = {hand.name: hand for hand in teams.hands_on(session, now=NOON)}
        assert list(listed) == ["Ana Moss", "Lea Hart"]
        assert (listed["Ana Moss"].open_cases, listed["Ana Moss"].open_limit, listed["Ana Moss"].takes_abuse) == (1, 3, True)
        assert listed["Lea Hart"].skills == dict.fromkeys(SkillKind, ())


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_limit_is_a_number_that_makes_sense(database: Database, limit: int) -> None:
    with database.write() as session, pytest.raises(Invalid):
        teams.set_limits(session, person(session).id, open_limit=limit, takes_abuse=False, by=lead(session), now=NOON)


def test_only_leads_arrange_teams_and_only_for_those_who_work_on_cases(database: Database) -> None:
    with database.write() as session:
        lea, ana, reader = lead(session), person(session), person(session, "Rik Vale", Role.READER)
        team = teams.add(session, "Billing", by=lea, now=NOON)
        acts: list[Callable[[Person, int], object]] = [
            lambda by, of: teams.set_members(session, team.id, [of], by=by, now=NOON),
            lambda by, of: teams.set_skills(session, of, {}, by=by, now=NOON),
            lambda by, of: teams.set_limits(session, of, open_limit=None, takes_abuse=False, by=by, now=NOON),
        ]
        for act in acts:
            with pytest.raises(NotAllowed):
                act(ana, ana.id)
            with pytest.raises(Invalid, match="does not work on cases"):
                act(lea, reader.id)
            with pytest.raises(NotFound):
                act(lea, 999_999)
        named: list[Callable[[], object]] = [
            lambda: teams.add(session, "Other", by=ana, now=NOON),
            lambda: teams.rename(session, team.id, "Other", by=ana, now=NOON),
            lambda: teams.retire(session, team.id, by=ana, now=NOON),
        ]
        for refused in named:
            with pytest.raises(NotAllowed):
                refused()
