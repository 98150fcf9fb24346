"""Many cases at once over HTTP: one act, told in one sentence, and its way back."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from dashboard.routes import board_app
from dashboard.workspace import Workspace
from desk.cases import cases, tags
from desk.people import people
from storage.models import Case, Person, Team
from storage.words import Shift
from tests.dashboard.conftest import Floor


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(board_app(workspace), base_url="http://localhost") as opened:
        yield opened


def sign_in(client: TestClient, person_id: int) -> None:
    assert client.post("/sign-in", json={"person": person_id}).status_code == 200


def owners(workspace: Workspace, floor: Floor) -> list[int | None]:
    with workspace.database.read() as session:
        return [session.get_one(Case, case_id).assignee_id for case_id in floor.cases]


def test_who_refuses_is_named_and_the_rest_is_done_and_undone(client: TestClient, workspace: Workspace, floor: Floor) -> None:
    with workspace.database.write() as session:
        cases.claim(session, floor.cases[1], by=people.active(session, floor.bo), now=workspace.now())
    sign_in(client, floor.ana)
    answer = client.post("/bulk", json={"verb": "claim", "cases": list(floor.cases)})
    body = answer.json()
    assert (answer.status_code, body["cases"], body["refused"]) == (200, [floor.cases[0], floor.cases[2]], [floor.cases[1]])
    assert body["words"] == f"2 cases are yours. Not done: case {floor.cases[1]} (Bo Lind has this case)."
    assert owners(workspace, floor) == [floor.ana, floor.bo, floor.ana]
    back = client.post(f"/bulk/{body['bulk']}/undo", json={})
    assert (back.status_code, back.json()["words"]) == (200, "2 cases are as they were.")
    assert owners(workspace, floor) == [None, floor.bo, None]
    assert client.post(f"/bulk/{body['bulk']}/undo", json={}).status_code == 422


def test_many_refusals_are_counted(client: TestClient, floor: Floor) -> None:
    sign_in(client, floor.ana)
    answer = client.post("/bulk", json={"verb": "claim", "cases": [900, 901, 902, 903, 904]}).json()
    assert answer["words"].startswith("0 cases are yours. Not done: case 900 (There is no such case)")
    assert answer["words"].endswith("; and 2 more.")
    assert answer["bulk"] is None


def test_each_verb_takes_what_it_needs(client: TestClient, workspace: Workspace, floor: Floor) -> None:
    with workspace.database.write() as session:
        tag = tags.add(session, name="outage", by=people.active(session, floor.lead), now=workspace.now()).id
        team = Team(name="Nights", created_at=workspace.now())
        session.add(team)
        session.flush()
        team_id = team.id
    sign_in(client, floor.ana)
    asked = [
        ("claim", "", 200),
        ("tag", str(tag), 200),
        ("untag", str(tag), 200),
        ("team", str(team_id), 200),
        ("snooze", "3h", 200),
        ("snooze", "a year", 422),
        ("hand_over", "", 422),
        ("close", "solved", 422),
        ("close", "spam", 200),
        ("team", "99", 404),
    ]
    for verb, value, status in asked:
        answer = client.post("/bulk", json={"verb": verb, "cases": [floor.cases[0]], "value": value})
        assert (answer.status_code, answer.json()["words"] != "") == (status, True), (verb, value)


def test_who_may_not_work_on_cases_is_refused(client: TestClient, workspace: Workspace, floor: Floor) -> None:
    assert client.post("/bulk", json={"verb": "claim", "cases": list(floor.cases)}).status_code == 401
    sign_in(client, floor.reader)
    assert client.post("/bulk", json={"verb": "claim", "cases": list(floor.cases)}).status_code == 403
    assert owners(workspace, floor) == [None, None, None]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verb": "delete", "cases": [1]},
        {"verb": "claim", "cases": "all"},
        {"verb": "claim", "cases": [True]},
        {"verb": "claim", "cases": ["1"]},
        {"verb": "claim", "cases": [0]},
        {"verb": "claim", "cases": [1], "value": 7},
        {"verb": "claim", "cases": list(range(1, 1_002))},
    ],
)
def test_what_no_list_sends_is_unreadable(client: TestClient, floor: Floor, body: dict[str, object]) -> None:
    sign_in(client, floor.ana)
    assert client.post("/bulk", json=body).status_code == 400


def test_more_than_two_hundred_are_refused_in_words(client: TestClient, floor: Floor) -> None:
    sign_in(client, floor.ana)
    answer = client.post("/bulk", json={"verb": "claim", "cases": list(range(1, 202))})
    assert (answer.status_code, answer.json()["words"]) == (422, "At most 200 cases at once: 201 are selected")


def test_many_cases_go_to_somebody_off_shift_when_the_bar_says_so(client: TestClient, workspace: Workspace, floor: Floor) -> None:
    with workspace.database.write() as session:
        session.get_one(Person, floor.bo).shift = Shift.OFF
    sign_in(client, floor.ana)
    asked = {"verb": "hand_over", "cases": [floor.cases[0]], "value": str(floor.bo)}
    for said in ({}, {"although_off": "yes"}, {"although_off": False}):
        assert client.post("/bulk", json={**asked, **said}).json()["cases"] == []
    assert client.post("/bulk", json={**asked, "although_off": True}).json()["cases"] == [floor.cases[0]]
    assert owners(workspace, floor)[0] == floor.bo
