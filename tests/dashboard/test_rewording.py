"""Other words for an answer that stands there, at the board: asked for approval, read beside what stands there, sent back, worded anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard.routes import board_app
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.people import people
from desk.replies import approvals
from storage.models import Approval, Person, Reply
from storage.words import ChangeKind, ChangeState, ReplyState, Verdict
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, press, toasts
from tests.support.cookies import signed_in
from tests.support.desk import MINUTE, Shop
from tests.support.outbox import queue, send

OLD, NEW = "On it", "On it, and <b>soon</b>"


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer of Bo's, who learns since, where it may be reworded."""

    case: int
    reply: int


@pytest.fixture
def client(sqlite_workspace: Workspace, sqlite_floor: Floor) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/board", board_app(sqlite_workspace))]), base_url="http://localhost:8765") as opened:
        opened.cookies.update(signed_in(sqlite_workspace, sqlite_floor.bo))
        yield opened


@pytest.fixture
def stands(sqlite_workspace: Workspace, sqlite_floor: Floor) -> Standing:
    with sqlite_workspace.database.write() as session:
        bo, shop, now = people.active(session, sqlite_floor.bo), Shop(session, source="reddit"), sqlite_workspace.now()
        case = shop.claimed(bo)
        reply = queue(session, case, shop, bo, OLD, now=now - 9 * MINUTE)
        send(session, reply, at=now - 8 * MINUTE, external_id="p1", url="https://reddit.example/p1")
        bo.is_learning = True
        return Standing(case.id, reply.id)


def asked(workspace: Workspace, floor: Floor, stands: Standing) -> int:
    with workspace.database.write() as session:
        by = session.get_one(Person, floor.bo)
        return approvals.ask_correction(session, stands.reply, text=NEW, by=by, now=workspace.now()).id


def ours(state: dict[str, Any]) -> dict[str, Any]:
    (block,) = [block for block in state["thread"] if block["own"]]
    change: dict[str, Any] = block["change"]
    return change


def test_the_route_asks_for_a_reader_where_the_platform_may_not_be_asked_yet(client: TestClient, stands: Standing) -> None:
    path = f"/board/changes/{stands.reply}/correct"
    assert ours(client.get(f"/board/case/{stands.case}").json())["can"] == ["take_back", "correct"]
    refused = client.post(path, json={"text": NEW})
    assert (refused.status_code, "send it for approval" in refused.json()["words"]) == (422, True)
    assert client.post(path, json={"text": NEW, "first_read": "yes"}).status_code == 400
    assert client.post(path, json={"text": OLD, "first_read": True}).status_code == 422
    answer = client.post(path, json={"text": NEW, "first_read": True})
    assert (answer.status_code, answer.json()["words"]) == (200, text("approval.act.asked"))
    state = client.get(f"/board/case/{stands.case}").json()
    change, line = ours(state), state["eyes"]["correction"]
    assert (change["can"], change["mark"]["word"]) == (["take_back"], text("change.waits"))
    assert line["words"].startswith("The new wording waits for approval since")
    assert (line["waits"], line["may_act"], state["eyes"]["waits"]) == (True, True, "")
    assert client.post(f"/board/approval/{line['id']}/withdraw", json={}).status_code == 200
    assert client.get(f"/board/case/{stands.case}").json()["eyes"]["correction"] is None


def test_its_reader_sees_what_stands_there_and_what_shall_and_lets_it_leave(desk: Desk, sqlite_floor: Floor, stands: Standing) -> None:
    asked(desk.workspace, sqlite_floor, stands)
    app = desk.open(sqlite_floor.ana, case=str(stands.case))
    drawn = [element.value for element in app.text]
    assert [words for words in drawn if words in {OLD, NEW}] == [OLD, NEW]
    assert [element.value for element in app.caption if element.value in {"It says now", "It shall say"}] == ["It says now", "It shall say"]
    press(app, "approve")
    assert toasts(app) == [text("approval.act.corrected")]
    with desk.workspace.database.read() as session:
        reply = session.get_one(Reply, stands.reply)
        assert (reply.state, reply.text, reply.change_kind, reply.change_state, reply.change_text) == (
            ReplyState.SENT,
            OLD,
            ChangeKind.CORRECT,
            ChangeState.ASKED,
            NEW,
        )
    assert "approve" not in [button.key for button in app.button]


def test_it_comes_back_with_words_to_whoever_may_word_it_anew(desk: Desk, sqlite_floor: Floor, stands: Standing) -> None:
    approval = asked(desk.workspace, sqlite_floor, stands)
    lead = desk.open(sqlite_floor.lead, case=str(stands.case))
    lead.text_area(f"send_back_{approval}").input("Name the date")
    press(lead, "send_back_do")
    told = {}
    for name in ("bo", "ana", "reader"):
        state = component(desk.open(getattr(sqlite_floor, name), case=str(stands.case)), "editor")["state"]
        told[name] = state["eyes"]["correction"]
    words = text("reply.correction_back", person="Lea Hart", words="Name the date")
    assert told["bo"] == {"id": approval, "waits": False, "words": words, "may_act": True, "reply": stands.reply, "text": NEW}
    assert (told["ana"]["may_act"], told["reader"]) == (False, None)


def test_what_goes_stale_by_itself_says_why(desk: Desk, sqlite_floor: Floor, stands: Standing) -> None:
    approval = asked(desk.workspace, sqlite_floor, stands)
    with desk.workspace.database.write() as session:
        row = session.get_one(Approval, approval)
        row.verdict, row.words, row.decided_at = Verdict.SENT_BACK, "the customer wrote again: read it first", desk.workspace.now()
    line = component(desk.open(sqlite_floor.bo, case=str(stands.case)), "editor")["state"]["eyes"]["correction"]
    assert line["words"] == "The answer was not corrected: the customer wrote again: read it first"


def test_the_one_who_asked_decides_nothing_and_a_learner_is_only_told(desk: Desk, sqlite_floor: Floor, stands: Standing) -> None:
    asked(desk.workspace, sqlite_floor, stands)
    with desk.workspace.database.write() as session:
        session.get_one(Person, sqlite_floor.ana).is_learning = True
    for person_id in (sqlite_floor.bo, sqlite_floor.ana, sqlite_floor.reader):
        app = desk.open(person_id, case=str(stands.case))
        assert {"approve", "send_back_do"}.isdisjoint(button.key for button in app.button)
    told = [element.value for element in desk.open(sqlite_floor.ana, case=str(stands.case)).text]
    assert any(words.startswith("A new wording by Bo Lind waits for a second person") for words in told)
