"""Four eyes, stops, whom we leave alone and escalation labels on the board: pages, acts and routes."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import approval_actions, contact_actions, stop_actions
from dashboard.actions import Kind
from dashboard.routes import board_app
from dashboard.send_form import SendForm
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import cases, escalations
from desk.replies import approvals, switches
from desk.replies.switches import Switch
from storage.models import Approval, Author, Case, Person, Reply
from storage.words import Escalation, ReplyState, Verdict
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, press, toasts
from tests.support.cookies import signed_in

BASE = "http://localhost:8765"


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/board", board_app(sqlite_workspace))]), base_url=BASE) as opened:
        yield opened


def claim(workspace: Workspace, person_id: int, case_id: int, *, is_learning: bool = False) -> None:
    with workspace.database.write() as session:
        by = session.get_one(Person, person_id)
        by.is_learning = is_learning
        cases.claim(session, case_id, by=by, now=workspace.now())


def asked(workspace: Workspace, floor: Floor, words: str = "On it", *, case: int = 0) -> int:
    """Bo, who learns, has a case and asks for a reader; the approval."""
    claim(workspace, floor.bo, floor.cases[case], is_learning=True)
    form = SendForm(words, f"k{case}", seen_mention_id=floor.mentions[case], seen_reply_id=0, account_id=floor.account)
    result = approval_actions.ask(workspace, floor.bo, floor.cases[case], form)
    assert result.values
    return int(result.values["approval"])


def texts(app: AppTest) -> list[str]:
    return [element.value for element in app.text]


def captions(app: AppTest) -> list[str]:
    return [element.value for element in app.caption]


def test_the_reader_sees_the_text_and_lets_it_leave(desk: Desk, sqlite_floor: Floor) -> None:
    asked(desk.workspace, sqlite_floor, "On it, and <b>soon</b>")
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    assert "On it, and <b>soon</b>" in texts(app)
    press(app, "approve")
    assert toasts(app) == [text("approval.act.approved", person="Bo Lind")]
    with desk.workspace.database.read() as session:
        (reply,) = session.query(Reply).all()
        assert (reply.state, reply.person_id, reply.text) == (ReplyState.QUEUED, sqlite_floor.bo, "On it, and <b>soon</b>")
    assert "approve" not in [button.key for button in app.button]


def test_it_is_sent_back_with_words_which_its_writer_reads(desk: Desk, sqlite_floor: Floor) -> None:
    approval_id = asked(desk.workspace, sqlite_floor)
    app = desk.open(sqlite_floor.lead, case=str(sqlite_floor.cases[0]))
    app.text_area(f"send_back_{approval_id}").input("Name the date")
    press(app, "send_back_do")
    state = component(desk.open(sqlite_floor.bo, case=str(sqlite_floor.cases[0])), "editor")["state"]
    assert state["eyes"]["sent_back"] == text("reply.sent_back", person="Lea Hart", words="Name the date")
    assert state["draft"]["text"] == "On it"


def test_the_writer_is_told_to_wait_and_neither_they_nor_a_reader_decides(desk: Desk, sqlite_floor: Floor) -> None:
    asked(desk.workspace, sqlite_floor)
    own = desk.open(sqlite_floor.bo, case=str(sqlite_floor.cases[0]))
    eyes = component(own, "editor")["state"]["eyes"]
    assert eyes["waits"].startswith("Waiting for approval since")
    assert eyes["needs"] == text("reply.needs.learner")
    other = desk.open(sqlite_floor.reader, case=str(sqlite_floor.cases[0]))
    assert component(other, "editor")["state"]["eyes"]["approval"] == 0
    for app in (own, other):
        assert {"approve", "send_back_do"}.isdisjoint(button.key for button in app.button)


def test_routes_ask_decide_and_take_back(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    claim(sqlite_workspace, sqlite_floor.bo, sqlite_floor.cases[0], is_learning=True)
    body = {"text": "On it", "key": "k", "seen_mention": sqlite_floor.mentions[0], "seen_reply": 0, "account": sqlite_floor.account}
    assert client.post(f"/board/approval/ask/{sqlite_floor.cases[0]}", json=body).status_code == 401
    client.cookies.update(signed_in(sqlite_workspace, sqlite_floor.bo))
    refused = client.post(f"/board/reply/{sqlite_floor.cases[0]}", json=body)
    assert (refused.status_code, "send it for approval" in refused.json()["words"]) == (422, True)
    first = client.post(f"/board/approval/ask/{sqlite_floor.cases[0]}", json=body).json()
    assert client.post(f"/board/approval/ask/{sqlite_floor.cases[0]}", json=body).json()["approval"] == first["approval"]
    path = f"/board/approval/{first['approval']}"
    assert client.post(f"{path}/approve", json={}).status_code == 403
    assert client.post(f"{path}/cheer", json={}).status_code == 404
    assert client.get("/board/queue").json()["counts"]["to_approve"] == 0
    client.cookies.clear()
    client.cookies.update(signed_in(sqlite_workspace, sqlite_floor.ana))
    assert client.get("/board/queue").json()["counts"]["to_approve"] == 1
    assert client.post(f"{path}/withdraw", json={}).status_code == 409
    assert client.post(f"{path}/send_back", json={"words": ""}).status_code == 422
    assert client.post(f"{path}/approve", json={}).status_code == 200
    assert client.post(f"{path}/approve", json={}).status_code == 422
    assert client.get("/board/queue").json()["counts"]["to_approve"] == 0
    with sqlite_workspace.database.read() as session:
        assert session.get_one(Approval, first["approval"]).verdict == Verdict.APPROVED


def test_a_lead_holds_all_replies_in_one_click_and_everybody_sees_it(desk: Desk, sqlite_floor: Floor) -> None:
    lead = desk.open(sqlite_floor.lead)
    press(lead, "begin_hold")
    assert toasts(lead) == [text("stop.act.held")]
    for page in ("queue", "trends", "mentions", "feeds"):
        app = desk.open(sqlite_floor.ana)
        if page != "queue":
            app = app.switch_page(f"app_pages/{page}.py").run()
        assert any(value.startswith("All replies are held by Lea Hart since") for value in texts(app))
        assert "end_held" not in [button.key for button in app.button]
    press(desk.open(sqlite_floor.lead), "end_held")
    with desk.workspace.database.read() as session:
        assert not switches.is_on(session, Switch.REPLIES_HELD)
    assert not any("held by" in value for value in texts(desk.open(sqlite_floor.ana)))


def test_while_held_the_editor_says_so_and_so_does_the_reply_that_waits(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    claim(sqlite_workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    assert stop_actions.turn(sqlite_workspace, sqlite_floor.ana, Switch.REPLIES_HELD, on=True).kind is Kind.NOT_ALLOWED
    stop_actions.turn(sqlite_workspace, sqlite_floor.lead, Switch.REPLIES_HELD, on=True)
    client.cookies.update(signed_in(sqlite_workspace, sqlite_floor.ana))
    body = {"text": "On it", "key": "k", "seen_mention": sqlite_floor.mentions[0], "seen_reply": 0, "account": sqlite_floor.account}
    assert client.post(f"/board/reply/{sqlite_floor.cases[0]}", json=body).json()["state"] == "queued"
    state = client.get(f"/board/case/{sqlite_floor.cases[0]}").json()
    assert state["eyes"]["held"].startswith("Replies are held by Lea Hart since")
    (reply,) = state["replies"]
    assert reply["waits"].startswith("held by Lea Hart since")
    assert reply["waits"].endswith("it leaves when the hold ends")
    pane = state["pane"]
    stop_actions.turn(sqlite_workspace, sqlite_floor.lead, Switch.REPLIES_HELD, on=False)
    after = client.get(f"/board/case/{sqlite_floor.cases[0]}").json()
    assert (after["eyes"]["held"], after["replies"][0]["waits"]) == ("", "")
    assert after["pane"] != pane


def test_approval_for_everybody_asks_a_lead_too(desk: Desk, sqlite_floor: Floor) -> None:
    press(desk.open(sqlite_floor.lead), "begin_everyone")
    claim(desk.workspace, sqlite_floor.lead, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.lead, case=str(sqlite_floor.cases[0]))
    assert component(app, "editor")["state"]["eyes"]["needs"] == text("reply.needs.everyone")
    press(app, "end_approval")
    assert component(app, "editor")["state"]["eyes"]["needs"] == ""


def test_only_leads_are_offered_the_stops(desk: Desk, sqlite_floor: Floor) -> None:
    offered = {"begin_hold", "begin_everyone"}
    for person_id, expected in (
        (sqlite_floor.lead, offered),
        (sqlite_floor.admin, offered),
        (sqlite_floor.ana, set()),
        (sqlite_floor.reader, set()),
    ):
        assert offered & {button.key for button in desk.open(person_id).button} == expected


def test_n12_do_not_contact_is_set_with_a_reason_and_lifted_by_a_lead(desk: Desk, sqlite_floor: Floor) -> None:
    case_id = sqlite_floor.cases[0]
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    press(app, "dnc_do")
    assert toasts(app) == ["Say why: somebody will have to decide whether it still holds"]
    app.text_input(f"dnc_{case_id}").input("“Leave me alone”, on Monday")
    press(app, "dnc_do")
    assert toasts(app) == [text("contact.act.stopped")]
    assert text("contact.dnc_lead") in texts(app)
    assert contact_actions.lift(desk.workspace, sqlite_floor.ana, case_id).kind is Kind.NOT_ALLOWED
    press(desk.open(sqlite_floor.lead, case=str(case_id)), "dnc_lift")
    with desk.workspace.database.read() as session:
        assert not session.get_one(Author, session.get_one(Case, case_id).author_id).do_not_contact


def test_a_lead_blocks_an_author_and_the_thread_folds(desk: Desk, sqlite_floor: Floor) -> None:
    case_id = sqlite_floor.cases[1]
    assert "block_do" not in [button.key for button in desk.open(sqlite_floor.ana, case=str(case_id)).button]
    app = desk.open(sqlite_floor.lead, case=str(case_id))
    app.text_input(f"block_{case_id}").input("Threats")
    press(app, "block_do")
    assert text("contact.blocked_because", reason="Threats") in texts(app)
    assert [post["folded"] for post in component(app, "editor")["state"]["thread"]] == [True]
    press(app, "unblock_do")
    assert [post["folded"] for post in component(app, "editor")["state"]["thread"]] == [False]


def test_a_case_is_marked_as_a_matter_of_the_press(desk: Desk, sqlite_floor: Floor, client: TestClient) -> None:
    case_id = sqlite_floor.cases[0]
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    app.radio(f"escalation_{case_id}").set_value(Escalation.PRESS)
    press(app, "escalate_do")
    assert toasts(app) == [text("contact.act.escalated", kind="press")]
    client.cookies.update(signed_in(desk.workspace, sqlite_floor.ana))
    rows = {row["id"]: row["words"] for row in client.get("/board/queue").json()["rows"]}
    assert text("contact.escalated", kind="press") in rows[case_id]
    assert text("contact.escalate_stays") in captions(app)
    assert list(app.radio(f"escalation_{case_id}").options) == ["press", "legal", "safety"]
    app = desk.open(sqlite_floor.lead, case=str(case_id))
    assert text("contact.escalate_stays") not in captions(app)
    app.radio(f"escalation_{case_id}").set_value("")
    press(app, "escalate_do")
    assert toasts(app) == [text("contact.act.unescalated")]


def test_an_agent_does_not_take_the_label_off(desk: Desk, sqlite_floor: Floor) -> None:
    case_id = sqlite_floor.cases[0]
    assert contact_actions.escalate(desk.workspace, sqlite_floor.ana, case_id, kind=Escalation.LEGAL).is_done
    assert contact_actions.escalate(desk.workspace, sqlite_floor.ana, case_id, kind=None).kind is Kind.NOT_ALLOWED
    assert contact_actions.escalate(desk.workspace, sqlite_floor.lead, case_id, kind=None).is_done


def test_escalated_cases_are_a_list_with_its_count(desk: Desk, sqlite_floor: Floor, client: TestClient) -> None:
    case_id = sqlite_floor.cases[1]
    assert contact_actions.escalate(desk.workspace, sqlite_floor.ana, case_id, kind=Escalation.SAFETY).is_done
    client.cookies.update(signed_in(desk.workspace, sqlite_floor.lead))
    told = client.get("/board/queue?view=escalated").json()
    assert ([row["id"] for row in told["rows"]], told["counts"]["escalated"]) == ([case_id], 1)


def test_leads_name_the_owners(desk: Desk, sqlite_floor: Floor) -> None:
    assert contact_actions.set_owner(desk.workspace, sqlite_floor.ana, Escalation.LEGAL, owner_id=sqlite_floor.ana).kind is Kind.NOT_ALLOWED

    def page(lead: int) -> None:
        from dashboard.panes import escalation_owners
        from dashboard.viewer import Viewer
        from storage.words import Role

        escalation_owners.draw(Viewer(lead, "Lea Hart", "LH", frozenset({Role.LEAD})))

    app = AppTest.from_function(page, args=(sqlite_floor.lead,)).run()
    app.selectbox("owner_legal").set_value(sqlite_floor.bo).run()
    with desk.workspace.database.read() as session:
        assert escalations.owners(session) == {Escalation.LEGAL: sqlite_floor.bo}
    app.selectbox("owner_legal").set_value(0).run()
    with desk.workspace.database.read() as session:
        assert escalations.owners(session) == {}


def test_what_waits_is_listed_above_the_queue_for_its_readers_only(desk: Desk, sqlite_floor: Floor) -> None:
    asked(desk.workspace, sqlite_floor)
    key = "to_approve_1"
    assert key not in [button.key for button in desk.open(sqlite_floor.bo).button]
    assert key not in [button.key for button in desk.open(sqlite_floor.reader).button]
    app = desk.open(sqlite_floor.ana)
    press(app, key)
    assert "approve" in [button.key for button in app.button]
    with desk.workspace.database.write() as session:
        approvals.withdraw(session, 1, by=session.get_one(Person, sqlite_floor.bo), now=desk.workspace.now())
    assert key not in [button.key for button in desk.open(sqlite_floor.ana).button]
