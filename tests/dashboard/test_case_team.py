"""The team of one open case, chosen beside its other acts."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import team_actions
from dashboard.actions import Kind
from desk.cases import cases
from desk.outcomes import outcomes
from desk.people import people, teams
from storage.models import Case
from storage.words import Outcome
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, press, toasts


@pytest.fixture
def team_id(desk: Desk, sqlite_floor: Floor) -> int:
    with desk.workspace.database.write() as session:
        return teams.add(session, "**Billing**", by=people.active(session, sqlite_floor.lead), now=desk.workspace.now()).id


def team_of(desk: Desk, case_id: int) -> int | None:
    with desk.workspace.database.read() as session:
        return session.get_one(Case, case_id).team_id


def choosers(app: AppTest) -> list[Any]:
    return [one for one in app.selectbox if (one.key or "").startswith("case_team_")]


def test_one_case_is_given_to_a_team_and_back_to_all(desk: Desk, sqlite_floor: Floor, team_id: int) -> None:
    case_id = sqlite_floor.cases[0]
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    (chooser,) = choosers(app)
    assert (chooser.value, chooser.options) == (0, ["No team: everybody's", "**Billing**"])
    chooser.set_value(team_id)
    app = press(app, "case_team_do")
    assert (toasts(app), team_of(desk, case_id)) == (["The case belongs to the team"], team_id)
    (chooser,) = choosers(app)
    assert chooser.value == team_id
    chooser.set_value(0)
    app = press(app, "case_team_do")
    assert (toasts(app), team_of(desk, case_id)) == (["The case is everybody's"], None)


def test_there_is_no_choice_without_a_team_nor_for_a_closed_case_nor_a_reader(desk: Desk, sqlite_floor: Floor) -> None:
    case_id = sqlite_floor.cases[0]
    assert choosers(desk.open(sqlite_floor.ana, case=str(case_id))) == []
    with desk.workspace.database.write() as session:
        lead, now = people.active(session, sqlite_floor.lead), desk.workspace.now()
        teams.add(session, "Billing", by=lead, now=now)
        cases.claim(session, case_id, by=lead, now=now)
        outcomes.close(session, case_id, outcome=Outcome.NO_ACTION, by=lead, now=now)
    assert choosers(desk.open(sqlite_floor.ana, case=str(case_id))) == []
    assert choosers(desk.open(sqlite_floor.reader, case=str(sqlite_floor.cases[1]))) == []


def test_a_reader_and_a_team_that_is_no_more_are_refused(desk: Desk, sqlite_floor: Floor, team_id: int) -> None:
    case_id = sqlite_floor.cases[0]
    assert team_actions.of_case(desk.workspace, sqlite_floor.reader, case_id, team_id=team_id).kind is Kind.NOT_ALLOWED
    with desk.workspace.database.write() as session:
        teams.retire(session, team_id, by=people.active(session, sqlite_floor.lead), now=desk.workspace.now())
    assert not team_actions.of_case(desk.workspace, sqlite_floor.ana, case_id, team_id=team_id).is_done
    assert team_of(desk, case_id) is None
