"""A reply that a person is to post: while nothing may leave, the board hands out neither its link nor a way to copy it, and says why."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard import contact_actions, stop_actions
from dashboard.routes import board_app
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import cases
from desk.replies import replies
from desk.replies.switches import Switch
from storage.models import Case, Mention, Person, Reply
from storage.words import ReplyState
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component
from tests.support.cookies import signed_in
from tests.support.desk import SETTINGS


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/board", board_app(sqlite_workspace))]), base_url="http://localhost:8765") as opened:
        yield opened


def prepared(workspace: Workspace, floor: Floor) -> int:
    """Ana is to post this one by hand; the reply."""
    with workspace.database.write() as session:
        ana = session.get_one(Person, floor.ana)
        session.get_one(Mention, floor.mentions[0]).addressed = []
        cases.claim(session, floor.cases[0], by=ana, now=workspace.now())
        told: dict[str, Any] = {"seen_mention_id": floor.mentions[0], "account_id": floor.account, "settings": SETTINGS}
        reply = replies.queue(session, floor.cases[0], text="On it", key="k", by=ana, now=workspace.now(), **told)
        assert reply.state is ReplyState.BY_HAND
        return reply.id


def card(values: dict[str, Any]) -> tuple[bool, bool, str]:
    (found,) = values["replies"]
    return bool(found["parent_url"]), found["can"]["copy"], found["stopped"]


def test_the_pane_and_the_route_hand_out_nothing_during_a_hold_and_all_of_it_after(
    desk: Desk, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    reply_id = prepared(sqlite_workspace, sqlite_floor)
    client.cookies.update(signed_in(sqlite_workspace, sqlite_floor.ana))

    def cards() -> list[tuple[bool, bool, str]]:
        app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
        return [card(client.get(f"/board/case/{sqlite_floor.cases[0]}").json()), card(component(app, "editor")["state"])]

    assert cards() == [(True, True, "")] * 2
    stop_actions.turn(sqlite_workspace, sqlite_floor.lead, Switch.REPLIES_HELD, on=True)
    held = cards()
    assert [one[:2] for one in held] == [(False, False)] * 2
    assert all(one[2].startswith("Replies are held by Lea Hart since") for one in held)
    stop_actions.turn(sqlite_workspace, sqlite_floor.lead, Switch.REPLIES_HELD, on=False)
    assert cards() == [(True, True, "")] * 2
    proof = {"url": "https://x.example/ours"}
    assert client.post(f"/board/replies/{reply_id}/prove", json=proof).status_code == 200


def test_what_was_posted_before_the_hold_is_still_proven(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    reply_id = prepared(sqlite_workspace, sqlite_floor)
    client.cookies.update(signed_in(sqlite_workspace, sqlite_floor.ana))
    stop_actions.turn(sqlite_workspace, sqlite_floor.lead, Switch.REPLIES_HELD, on=True)
    assert client.post(f"/board/replies/{reply_id}/prove", json={"url": "https://x.example/ours"}).status_code == 200
    assert _state(sqlite_workspace, reply_id) is ReplyState.SENT


def test_n12_a_stop_takes_it_off_the_screen_of_its_owner_and_tells_them(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    reply_id = prepared(sqlite_workspace, sqlite_floor)
    contact_actions.stop(sqlite_workspace, sqlite_floor.bo, sqlite_floor.cases[0], reason="asked")
    client.cookies.update(signed_in(sqlite_workspace, sqlite_floor.ana))
    case = client.get(f"/board/case/{sqlite_floor.cases[0]}").json()
    assert (case["replies"], case["draft"]["text"]) == ([], "On it")
    assert client.post(f"/board/replies/{reply_id}/prove", json={"url": "https://x.example/ours"}).status_code == 422
    (news,) = client.get("/board/notices").json()["items"]
    with sqlite_workspace.database.read() as session:
        name = session.get_one(Case, sqlite_floor.cases[0]).author_name
    assert (news["kind"], news["words"], news["case"]) == ("recalled", text("notice.recalled", author=name), sqlite_floor.cases[0])


def test_n12_a_failed_reply_cannot_be_copied_out_to_who_asked_us_to_stop(
    client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    reply_id = prepared(sqlite_workspace, sqlite_floor)
    with sqlite_workspace.database.write() as session:
        _failed(session, reply_id)
    client.cookies.update(signed_in(sqlite_workspace, sqlite_floor.ana))
    path = f"/board/case/{sqlite_floor.cases[0]}"
    assert client.get(path).json()["replies"][0]["can"]["copy"] is True
    contact_actions.stop(sqlite_workspace, sqlite_floor.bo, sqlite_floor.cases[0], reason="asked")
    assert client.get(path).json()["replies"][0]["can"]["copy"] is False


def _failed(session: Session, reply_id: int) -> None:
    session.get_one(Reply, reply_id).state = ReplyState.FAILED


def _state(workspace: Workspace, reply_id: int) -> ReplyState:
    with workspace.database.read() as session:
        return session.get_one(Reply, reply_id).state
