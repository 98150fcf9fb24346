"""The page of incidents without a browser: begun from a case, cases ticked and attached, statements, told, stopped, closed."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.routes import board_app
from dashboard.workspace import Workspace
from desk.incidents import incident_cases, incident_statements, incidents
from desk.incidents.incident_statements import Purpose
from desk.incidents.incidents import IncidentDraft
from desk.people import people
from storage.models import Case, Incident, Reply, RollupHour
from storage.words import Escalation, ReplyState, Role
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, press, press_label, toasts
from tests.support.crisis import KNOWN
from tests.support.desk import person

PAGE = "incidents"


@pytest.fixture
def outage(sqlite_workspace: Workspace, sqlite_floor: Floor) -> int:
    """An incident of the lead with two of the three cases in it."""
    with sqlite_workspace.database.write() as session:
        by, now = people.active(session, sqlite_floor.lead), sqlite_workspace.now()
        begun = incidents.begin(session, IncidentDraft("Outage Berlin", known_issue="We know of it."), by=by, now=now)
        incident_cases.attach(session, begun.id, sqlite_floor.cases[:2], by=by, now=now)
        return begun.id


def texts(app: AppTest) -> str:
    return "\n".join([one.value for one in app.text] + [one.value.replace("\\", "") for one in app.markdown])


def statement(workspace: Workspace, floor: Floor, incident_id: int) -> int:
    with workspace.database.write() as session:
        now, lead, admin = workspace.now(), people.active(session, floor.lead), people.active(session, floor.admin)
        for case_id in floor.cases:
            session.get_one(Case, case_id).language = "en"
        told = {"purpose": Purpose.KNOWN, "language": "en", "variants": KNOWN}
        written = incident_statements.propose(session, incident_id, by=lead, now=now, **told)
        incident_statements.approve(session, incident_id, written.id, by=admin, now=now)
        return written.id


def test_an_agent_proposes_one_and_a_lead_takes_it(desk: Desk, sqlite_floor: Floor) -> None:
    page = desk.come_to(sqlite_floor.ana, PAGE)
    assert "No incident goes on." in texts(page)
    page.text_input(key="incident_new_name").set_value("Outage Berlin")
    page = press(page, "incident_begin")
    assert not page.exception
    assert "Owner: Nobody yet" in texts(page)
    number = page.query_params["incident"][0]
    taken = press(desk.come_to(sqlite_floor.lead, PAGE, incident=number), "incident_take")
    assert "Owner: Lea Hart" in texts(taken)


def test_it_is_made_of_a_case(desk: Desk, sqlite_floor: Floor, sqlite_workspace: Workspace) -> None:
    page = desk.open(sqlite_floor.lead, "app.py", case=str(sqlite_floor.cases[0]))
    page.text_input(key=f"incident_box_name_{sqlite_floor.cases[0]}").set_value("Outage Berlin")
    page = press(page, "incident_box_new")
    assert not page.exception
    with sqlite_workspace.database.read() as session:
        incident_id = session.scalar(select(Incident.id))
        assert session.get_one(Case, sqlite_floor.cases[0]).incident_id == incident_id
    inside = desk.open(sqlite_floor.lead, "app.py", case=str(sqlite_floor.cases[0]))
    assert "This case belongs to the incident Outage Berlin." in texts(inside)
    press(inside, "incident_out")
    with sqlite_workspace.database.read() as session:
        assert session.get_one(Case, sqlite_floor.cases[0]).incident_id is None


def test_cases_are_found_ticked_attached_and_taken_out(desk: Desk, sqlite_floor: Floor, outage: int, sqlite_workspace: Workspace) -> None:
    page = desk.come_to(sqlite_floor.lead, PAGE, incident=str(outage))
    assert "No other case looks like these." in texts(page)
    page = page.text_input(key="incident_search").set_value("thank").run()
    page.checkbox(key=f"incident_in_{sqlite_floor.cases[2]}").check()
    page = press_label(page, "Attach the ticked ones")
    assert toasts(page) == [] or "Attached: 1." in toasts(page)[0]
    with sqlite_workspace.database.read() as session:
        assert incident_cases.sizes(session, outage).waiting == 3
    page = press(page, "incident_undo_do")
    with sqlite_workspace.database.read() as session:
        assert incident_cases.sizes(session, outage).waiting == 2
    page.checkbox(key=f"incident_out_{sqlite_floor.cases[0]}").check()
    page = press_label(page, "Take the ticked ones out")
    assert not page.exception
    with sqlite_workspace.database.read() as session:
        assert incident_cases.sizes(session, outage).waiting == 1


def test_a_statement_is_written_approved_told_and_stopped(
    desk: Desk, sqlite_floor: Floor, outage: int, sqlite_workspace: Workspace
) -> None:
    page = desk.come_to(sqlite_floor.ana, PAGE, incident=str(outage))
    for number, words in enumerate(KNOWN, start=1):
        page.text_area(key=f"statement_variant_{number}_{outage}").set_value(words)
    page = press(page, "statement_save")
    assert "◌ not approved" in texts(page)
    with sqlite_workspace.database.write() as session:
        for case_id in sqlite_floor.cases:
            session.get_one(Case, case_id).language = "en"
    page = press(desk.come_to(sqlite_floor.lead, PAGE, incident=str(outage)), "approve_1")
    assert "✓ approved by Lea Hart" in texts(page)
    page = page.multiselect(key=f"incident_tell_{outage}").select(1).run()
    assert "2 customers get a reply of their own" in texts(page)
    page = press(page, "incident_send")
    assert not page.exception
    assert "◔ Queued: 2" in texts(page)
    page = press(page, "incident_stop")
    with sqlite_workspace.database.read() as session:
        assert set(session.scalars(select(Reply.state))) == {ReplyState.CANCELLED}


def test_who_is_no_lead_is_offered_no_act_of_leads(desk: Desk, sqlite_floor: Floor, outage: int, sqlite_workspace: Workspace) -> None:
    statement(sqlite_workspace, sqlite_floor, outage)
    page = desk.come_to(sqlite_floor.ana, PAGE, incident=str(outage))
    keys = {button.key for button in page.button}
    assert not keys & {"incident_send", "incident_close", "beside_hold", "incident_save", "approve_1"}
    assert "A lead tells them." in texts(page)
    reader = desk.come_to(sqlite_floor.reader, PAGE, incident=str(outage))
    assert not reader.exception
    assert "statement_save" not in {button.key for button in reader.button}


def test_the_stops_stand_beside_it(desk: Desk, sqlite_floor: Floor, outage: int) -> None:
    page = press(desk.come_to(sqlite_floor.lead, PAGE, incident=str(outage)), "beside_hold")
    assert "beside_hold" not in {button.key for button in page.button}
    assert "beside_everyone" in {button.key for button in page.button}


def test_it_is_closed_and_the_others_go_back(desk: Desk, sqlite_floor: Floor, outage: int, sqlite_workspace: Workspace) -> None:
    with sqlite_workspace.database.write() as session:
        session.get_one(Case, sqlite_floor.cases[0]).escalation = Escalation.PRESS
    page = desk.come_to(sqlite_floor.lead, PAGE, incident=str(outage))
    assert "For press, legal or safety" in "\n".join(one.value for one in page.subheader)
    for name in ("cause", "fix", "evidence"):
        page.text_area(key=f"incident_end_{name}_{outage}").set_value(f"the {name}")
    page = press(page, "incident_close")
    assert "How we know: the evidence" in texts(page)
    page = press(page, "incident_give_back")
    assert not page.exception
    with sqlite_workspace.database.read() as session:
        assert incident_cases.folded(session) == []
        assert {session.get_one(Case, case_id).incident_id for case_id in sqlite_floor.cases} == {None}


def test_what_is_likely_stands_there_with_its_posts(desk: Desk, sqlite_floor: Floor, sqlite_workspace: Workspace) -> None:
    with sqlite_workspace.database.write() as session:
        case = session.get_one(Case, sqlite_floor.cases[0])
        hour = sqlite_workspace.now().replace(minute=0, second=0, microsecond=0)
        session.merge(RollupHour(hour=hour, scope=-case.brand_id, n=40, complaint=40))
        session.merge(RollupHour(hour=hour - timedelta(days=7), scope=-case.brand_id, n=4, complaint=4))
        brand = case.brand_id
    page = desk.come_to(sqlite_floor.lead, PAGE)
    assert "40 complaints or urgent posts" in texts(page)
    page = press(page, f"incident_likely_begin_{brand}")
    assert not page.exception
    assert "Owner: Lea Hart" in texts(page)


def test_the_queue_shows_one_row_for_them(workspace: Workspace, floor: Floor) -> None:
    with workspace.database.write() as session:
        lead, now = people.active(session, floor.lead), workspace.now()
        begun = incidents.begin(session, IncidentDraft("Outage <b>Berlin"), by=lead, now=now)
        incident_cases.attach(session, begun.id, floor.cases[:2], by=lead, now=now)
        agent = person(session, "Una", Role.AGENT, now=now).id
    with TestClient(board_app(workspace), base_url="http://localhost") as client:
        assert client.post("/sign-in", json={"person": agent}).status_code == 200
        body = client.get("/queue?view=waiting").json()
        (fold,) = body["folds"]
        assert (fold["name"], fold["n"], fold["is_closed"], [row["id"] for row in body["rows"]]) == (
            "Outage <b>Berlin",
            2,
            False,
            [floor.cases[2]],
        )
        assert client.get("/queue?view=mine").json()["folds"] == []
        assert client.get("/queue?view=waiting&source=x").json()["folds"] == []
