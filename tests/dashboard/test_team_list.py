"""Teams and who takes what, as leads arrange them; and the queue dealt to those on shift."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import team_actions
from dashboard.actions import Kind
from dashboard.workspace import Workspace
from desk.cases import cases, tags
from desk.people import teams
from desk.people.teams import Hand, TeamView
from storage.models import Case, Person
from storage.words import SkillKind
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, labels, press, toasts
from tests.support.desk import NOON

SCRIPT = """
from dashboard import frame
from dashboard.panes import team_list
from dashboard.viewer import who

frame._toast()
team_list.draw(who())
"""


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "team_list.py"
    file.write_text(SCRIPT)
    return str(file)


def drawn(desk: Desk, person_id: int, script: str) -> AppTest:
    app = desk.open(person_id, script)
    assert not app.exception
    return app


def team(desk: Desk, floor: Floor, name: str, *members: int) -> int:
    with desk.workspace.database.write() as session:
        lead = session.get_one(Person, floor.lead)
        made = teams.add(session, name, by=lead, now=NOON).id
        teams.set_members(session, made, members, by=lead, now=NOON)
        return made


def stored(desk: Desk) -> list[TeamView]:
    with desk.workspace.database.read() as session:
        return teams.teams(session)


def hand(desk: Desk, person_id: int) -> Hand:
    with desk.workspace.database.read() as session:
        (found,) = [one for one in teams.hands_on(session, now=NOON) if one.id == person_id]
        return found


def test_only_a_lead_sees_the_teams(desk: Desk, sqlite_floor: Floor, script: str) -> None:
    assert labels(drawn(desk, sqlite_floor.ana, script)) == []
    assert "Add team" in labels(drawn(desk, sqlite_floor.lead, script))


def test_a_team_is_added_renamed_filled_and_retired(desk: Desk, sqlite_floor: Floor, script: str) -> None:
    app = drawn(desk, sqlite_floor.lead, script)
    assert "There is no team yet: every case is everybody's." in [node.value for node in app.text]
    app.text_input(key="team_new").set_value("Billing")
    app = next(button for button in app.button if button.label == "Add team").click().run()
    assert toasts(app) == ["There is a team Billing now"]
    (made,) = stored(desk)
    app.text_input(key=f"team_name_{made.id}").set_value("Money")
    app = press(app, f"team_rename_{made.id}")
    app = app.multiselect(key=f"team_members_{made.id}").set_value([sqlite_floor.ana, sqlite_floor.bo]).run()
    assert stored(desk) == [TeamView(made.id, "Money", (sqlite_floor.ana, sqlite_floor.bo))]
    assert "Ana Moss, Bo Lind" in [node.value for node in app.text]
    app = press(app, f"team_retire_{made.id}")
    assert (stored(desk), toasts(app)) == ([], ["The team is retired; 0 open cases are everybody's now"])


def test_what_somebody_takes_is_saved_as_one_act(desk: Desk, sqlite_floor: Floor, script: str) -> None:
    with desk.workspace.database.write() as session:
        tags.add(session, name="Late parcel", by=session.get_one(Person, sqlite_floor.lead), now=NOON)
    app, ana = drawn(desk, sqlite_floor.lead, script), sqlite_floor.ana
    app.multiselect(key=f"hand_languages_{ana}").set_value(["en", "de"])
    app.multiselect(key=f"hand_sources_{ana}").set_value(["x"])
    app.multiselect(key=f"hand_topics_{ana}").set_value(["Late parcel"])
    app.number_input(key=f"hand_limit_{ana}").set_value(4)
    app.checkbox(key=f"hand_abuse_{ana}").set_value(True)
    app = press(app, f"hand_save_{ana}")
    assert toasts(app) == ["Saved what Ana Moss takes"]
    found = hand(desk, ana)
    assert found.skills == {SkillKind.LANGUAGE: ("de", "en"), SkillKind.TOPIC: ("Late parcel",), SkillKind.SOURCE: ("x",)}
    assert (found.open_limit, found.takes_abuse) == (4, True)
    assert "German · English · Late parcel · X · Takes abusive posts first" in [node.value for node in app.text]
    assert "0 of 4 open" in [node.value for node in app.text]


def test_waiting_cases_are_dealt_and_taken_back(desk: Desk, sqlite_floor: Floor, script: str) -> None:
    app = press(drawn(desk, sqlite_floor.lead, script), "team_deal")
    with desk.workspace.database.read() as session:
        assert all(session.get_one(Case, case_id).assignee_id is not None for case_id in sqlite_floor.cases)
    app = press(app, "team_undeal")
    assert toasts(app) == ["3 cases are back in the queue"]
    assert "team_undeal" not in [button.key for button in app.button]
    with desk.workspace.database.read() as session:
        assert {session.get_one(Case, case_id).assignee_id for case_id in sqlite_floor.cases} == {None}


def test_what_nobody_here_may_take_is_said(desk: Desk, sqlite_floor: Floor, script: str) -> None:
    assert list(drawn(desk, sqlite_floor.lead, script).warning) == []
    empty = team(desk, sqlite_floor, "Nobody")
    with desk.workspace.database.write() as session:
        for case_id in sqlite_floor.cases[1:]:
            session.get_one(Case, case_id).team_id = empty
        cases.claim(session, sqlite_floor.cases[0], by=session.get_one(Person, sqlite_floor.ana), now=NOON)
    (warning,) = drawn(desk, sqlite_floor.lead, script).warning
    assert warning.value.startswith("2 waiting cases may be given to nobody on shift")


def test_the_actions_refuse_everybody_but_leads(workspace: Workspace, floor: Floor) -> None:
    assert team_actions.add(workspace, floor.ana, name="Mine").kind is Kind.NOT_ALLOWED
    assert team_actions.add(workspace, floor.lead, name=" ").kind is Kind.REFUSED
    assert team_actions.add(workspace, floor.lead, name="Ours").is_done
    assert team_actions.rename(workspace, floor.ana, 1, name="Mine").kind is Kind.NOT_ALLOWED
    assert team_actions.retire(workspace, floor.ana, 1).kind is Kind.NOT_ALLOWED
    assert team_actions.set_members(workspace, floor.ana, 1, members=[]).kind is Kind.NOT_ALLOWED
    nothing: dict[str, Any] = {"skills": {}, "open_limit": None, "takes_abuse": False}
    assert team_actions.set_hand(workspace, floor.ana, floor.ana, **nothing).kind is Kind.NOT_ALLOWED
    assert team_actions.set_hand(workspace, floor.lead, floor.reader, **nothing).kind is Kind.REFUSED
