"""Four eyes see the pictures too: in the pane of whoever may approve, from the board's own route, and nowhere else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import answering_actions, approval_actions
from dashboard.routes import board_app
from dashboard.send_form import SendForm
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import cases
from storage.models import Attachment, Person
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, press, toasts
from tests.dashboard.test_answering_board import picture
from tests.support.cookies import signed_in

ALT = "A red <b>light</b>"


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/board", board_app(sqlite_workspace))]), base_url="http://localhost:8765") as opened:
        yield opened


def asked(workspace: Workspace, floor: Floor) -> tuple[int, int]:
    """Bo, who learns, asks for a reader of a reply with two pictures; one of them says what it shows."""
    with workspace.database.write() as session:
        by = session.get_one(Person, floor.bo)
        by.is_learning = True
        cases.claim(session, floor.cases[0], by=by, now=workspace.now())
    ids = [_attached(workspace, floor, name) for name in ("hub.png", "cable.png")]
    answering_actions.describe(workspace, floor.bo, ids[0], alt=ALT)
    form = SendForm("On it", "k", seen_mention_id=floor.mentions[0], seen_reply_id=0, account_id=floor.account)
    assert approval_actions.ask(workspace, floor.bo, floor.cases[0], form).values
    return ids[0], ids[1]


def _attached(workspace: Workspace, floor: Floor, name: str) -> int:
    result = answering_actions.attach(workspace, floor.bo, floor.cases[0], name=name, body=picture(), largest=1_000_000)
    assert result.values
    return int(result.values["attachment"]["id"])


def shown(app: AppTest) -> list[dict[str, Any]]:
    """The pictures that the approval pane draws."""
    sheets = [json.loads(node.proto.bytes) for node in app._tree if node.type == "bidi_component"]
    return [one for sheet in sheets if sheet.get("kind") == "attached" for block in sheet["blocks"] for one in block["media"]]


def test_whoever_may_approve_sees_each_picture_with_what_is_said_of_it(desk: Desk, sqlite_floor: Floor) -> None:
    hub, cable = asked(desk.workspace, sqlite_floor)
    for reader in (sqlite_floor.ana, sqlite_floor.lead, sqlite_floor.admin):
        app = desk.open(reader, case=str(sqlite_floor.cases[0]))
        drawn = [(one["url"], one["alt"], one["caption"]) for one in shown(app)]
        assert drawn == [
            (f"/board/attachments/{hub}", ALT, text("approval.alt", words=ALT)),
            (f"/board/attachments/{cable}", "cable.png", text("approval.no_alt")),
        ]
    assert toasts(press(app, "approve")) == [text("approval.act.approved", person="Bo Lind")]
    assert shown(app) == []


def test_nobody_else_is_shown_them_in_the_pane(desk: Desk, sqlite_floor: Floor) -> None:
    asked(desk.workspace, sqlite_floor)
    with desk.workspace.database.write() as session:
        session.get_one(Person, sqlite_floor.ana).is_learning = True
    for other in (sqlite_floor.bo, sqlite_floor.ana, sqlite_floor.reader):
        assert shown(desk.open(other, case=str(sqlite_floor.cases[0]))) == []


def test_the_route_shows_them_to_who_works_on_cases_only(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    hub, _ = asked(sqlite_workspace, sqlite_floor)
    got = {}
    for name in ("ana", "lead", "admin", "reader"):
        client.cookies.clear()
        client.cookies.update(signed_in(sqlite_workspace, getattr(sqlite_floor, name)))
        answer = client.get(f"/board/attachments/{hub}")
        got[name] = answer.status_code, answer.content.startswith(b"\x89PNG")
    assert got == {"ana": (200, True), "lead": (200, True), "admin": (200, True), "reader": (403, False)}
    client.cookies.clear()
    assert client.get(f"/board/attachments/{hub}").status_code == 401


def test_new_words_for_a_picture_take_the_question_back_in_both_windows(desk: Desk, sqlite_floor: Floor) -> None:
    hub, _ = asked(desk.workspace, sqlite_floor)
    reader = desk.open(sqlite_floor.lead, case=str(sqlite_floor.cases[0]))
    answering_actions.describe(desk.workspace, sqlite_floor.bo, hub, alt="A green light")
    press(reader, "approve")
    with desk.workspace.database.read() as session:
        assert session.get_one(Attachment, hub).reply_id is None
    assert "approve" not in [button.key for button in desk.open(sqlite_floor.lead, case=str(sqlite_floor.cases[0])).button]
    own = component(desk.open(sqlite_floor.bo, case=str(sqlite_floor.cases[0])), "editor")["state"]
    assert own["eyes"]["waits"] == ""
