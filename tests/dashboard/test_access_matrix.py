"""Every route of the board by everybody who may knock: nobody, each role, who left, and cookies that are forged, ended or too old.

A new route is found by itself and fails here until it has its line in TABLE.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard.routes import Routes, board_app
from dashboard.workspace import Workspace
from desk.people import leaving, sign_ins
from desk.states import CARE, EXPORTS, READ
from storage.models import SignIn
from storage.words import Role
from tests.dashboard.conftest import Floor
from tests.support import cookies
from tests.support.desk import person

UNKNOWN = 424242
ANYBODY: frozenset[Role] | None = None
REFUSED = {401, 403}


@dataclass(frozen=True, slots=True)
class Line:
    """Who may, and a request that would do something: `roles` is ANYBODY where one needs no sign-in."""

    roles: frozenset[Role] | None
    body: Mapping[str, Any] = field(default_factory=dict)
    at: Mapping[str, Any] = field(default_factory=dict)


REPLY = {"text": "Hello", "key": "k", "seen_mention": 1, "seen_reply": 0, "account": 1}
TABLE: dict[str, Line] = {
    "GET /queue": Line(READ),
    "GET /case/{case_id:int}": Line(READ),
    "GET /similar/{case_id:int}": Line(READ),
    "POST /similar/{case_id:int}": Line(READ),
    "PUT /draft/{case_id:int}": Line(CARE, {"text": "Hello", "version": 0}),
    "POST /reply/{case_id:int}": Line(CARE, REPLY),
    "POST /replies/{reply_id:int}/{verb}": Line(CARE, at={"verb": "undo"}),
    "POST /presence": Line(CARE, {"case": 1, "kind": "replying"}),
    "GET /saved/{case_id:int}": Line(CARE),
    "POST /attachment/{case_id:int}": Line(CARE),
    "GET /attachments/{attachment_id:int}": Line(CARE),
    "PUT /attachments/{attachment_id:int}": Line(CARE, {"alt": "a picture"}),
    "DELETE /attachments/{attachment_id:int}": Line(CARE),
    "POST /changes/{reply_id:int}/{kind}": Line(CARE, at={"kind": "take_back"}),
    "POST /approval/ask/{case_id:int}": Line(CARE, REPLY),
    "POST /approval/{approval_id:int}/{verb}": Line(CARE, at={"verb": "approve"}),
    "POST /bulk": Line(CARE, {"verb": "claim", "cases": [1]}),
    "POST /bulk/{bulk_id:int}/undo": Line(CARE),
    "GET /media/{media_id:int}": Line(READ),
    "POST /exposure/{mention_id:int}": Line(READ),
    "GET /notices": Line(READ),
    "POST /notices/seen": Line(READ, {"up_to": 0}),
    "POST /note/{case_id:int}": Line(CARE, {"text": "A note"}),
    "GET /export/cases.csv": Line(EXPORTS),
    "GET /export/outcome-cases.csv": Line(EXPORTS),
    "GET /export/outcomes.csv": Line(EXPORTS),
    "GET /sign-in/start": Line(ANYBODY),
    "GET /sign-in/callback": Line(ANYBODY),
    "POST /sign-in": Line(ANYBODY, {"person": 1}),
    "POST /sign-out": Line(ANYBODY),
    "POST /first-person": Line(ANYBODY, {"name": "Eve", "initials": "EV"}),
}
CLOSED = {name: line for name, line in TABLE.items() if line.roles is not None}


def found(workspace: Workspace) -> set[str]:
    """Every route of the board, with each of its methods."""
    routes = Routes(workspace).all()
    return {f"{method} {route.path}" for route in routes for method in (route.methods or set()) - {"HEAD"}}


@pytest.fixture
def board(sqlite_workspace: Workspace) -> TestClient:
    return TestClient(
        Starlette(routes=[Mount("/board", board_app(sqlite_workspace))]), base_url="http://localhost:8765", follow_redirects=False
    )


def knock(board: TestClient, name: str, floor: Floor, theirs: Mapping[str, str]) -> int:
    """The status of the route's request with these cookies."""
    line = TABLE[name]
    method, _, path = name.partition(" ")
    for part in ("case_id", "reply_id", "attachment_id", "approval_id", "bulk_id", "media_id", "mention_id"):
        path = path.replace(f"{{{part}:int}}", str(floor.cases[0] if part == "case_id" else UNKNOWN))
    body = {**line.body, **({"case": floor.cases[0]} if "case" in line.body else {})}
    board.cookies.clear()
    board.cookies.update(theirs)
    return board.request(method, f"/board{path.format(**line.at)}", json=None if method == "GET" else body).status_code


def test_every_route_stands_in_the_table_and_the_table_holds_nothing_else(sqlite_workspace: Workspace) -> None:
    known = found(sqlite_workspace)
    assert sorted(known - TABLE.keys()) == []
    assert sorted(TABLE.keys() - known) == []


def test_exactly_these_roles_get_past_the_door(board: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    with sqlite_workspace.database.write() as session:
        everybody = {role: person(session, f"Only {role}", role, now=sqlite_workspace.now()).id for role in Role}
    theirs = {role: cookies.signed_in(sqlite_workspace, one) for role, one in everybody.items()}
    told = {(name, role): knock(board, name, sqlite_floor, one) for name in CLOSED for role, one in theirs.items()}
    allowed = {name: {role for role in Role if told[name, role] not in REFUSED} for name in CLOSED}
    assert allowed == {name: line.roles for name, line in CLOSED.items()}
    assert {status for status in told.values() if status in REFUSED} == {403}
    assert [asked for asked, status in told.items() if status == 500] == []


def test_cookies_that_open_nothing_open_nothing(board: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    theirs = cookies_that_open_nothing(sqlite_workspace, sqlite_floor)
    told = {(name, what): knock(board, name, sqlite_floor, one) for name in CLOSED for what, one in theirs.items()}
    assert {asked: status for asked, status in told.items() if status != 401} == {}
    assert len(told) == len(CLOSED) * 9


def cookies_that_open_nothing(workspace: Workspace, floor: Floor) -> dict[str, dict[str, str]]:
    name = workspace.settings.cookie_name
    whole = {who: cookies.signed_in(workspace, getattr(floor, who)) for who in ("ana", "bo", "lead", "admin")}
    tokens = {who: cookies.session_of(workspace, one)["token"] for who, one in whole.items()}
    with workspace.database.write() as session:
        now = workspace.now()
        leaving.leave(session, floor.bo, by=None, now=now)
        sign_ins.end(session, tokens["lead"], now=now)
        session.execute(update(SignIn).where(SignIn.person_id == floor.ana).values(until=now - timedelta(seconds=1)))
    workspace.signed_in.forget()
    forged = {"person": floor.admin, "token": tokens["admin"]}
    return {
        "nobody": {},
        "left": whole["bo"],
        "ended": whole["lead"],
        "expired": whole["ana"],
        "forged": {name: cookies.cookie("another key", forged)},
        "made up": {name: cookies.cookie(workspace.secret, {"person": floor.admin, "token": "guessed"})},
        "as before there were tokens": {name: cookies.cookie(workspace.secret, {"person": floor.admin})},
        "somebody else's token": {name: cookies.cookie(workspace.secret, {"person": floor.admin, "token": tokens["ana"]})},
        "cut short": {name: whole["admin"][name][:-4]},
    }


def test_without_a_provider_there_is_no_way_to_one(board: TestClient, sqlite_floor: Floor) -> None:
    assert [knock(board, f"GET /sign-in/{path}", sqlite_floor, {}) for path in ("start", "callback")] == [404, 404]
