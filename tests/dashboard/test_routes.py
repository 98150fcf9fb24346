"""The board's routes: who may ask, what is answered from memory, what is stored, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from dashboard import actions, component_scripts
from dashboard.gate import Gate
from dashboard.incoming import LARGEST_BODY
from dashboard.routes import board_app, healthz
from dashboard.server import Fork
from dashboard.workspace import Workspace
from desk.people import leaving
from storage.models import Base
from storage.words import ReplyState
from tests.dashboard.conftest import Floor

BASE = "http://localhost:8765"


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    """The routes as they are served: beside Streamlit's pages, whose session must not mix with ours."""
    pages = Starlette(
        routes=[Route("/healthz", healthz(sqlite_workspace, lambda: True))],
        middleware=[Middleware(SessionMiddleware, secret_key="streamlit", session_cookie="_streamlit_session")],
    )
    app = Gate(Fork((component_scripts.route(), Mount("/board", board_app(sqlite_workspace))), pages), hosts=("localhost",))
    with TestClient(app, base_url=BASE) as opened:
        yield opened


def sign_in(client: TestClient, person_id: int) -> None:
    client.cookies.clear()
    assert client.post("/board/sign-in", json={"person": person_id}).status_code == 200


def body_of(floor: Floor, **changed: Any) -> dict[str, Any]:
    return {"text": "On it", "key": "k", "seen_mention": floor.mentions[0], "seen_reply": 0, "account": floor.account, **changed}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/board/queue"),
        ("GET", "/board/case/1"),
        ("PUT", "/board/draft/1"),
        ("POST", "/board/reply/1"),
        ("POST", "/board/replies/1/undo"),
        ("POST", "/board/presence"),
    ],
)
def test_nothing_is_answered_to_nobody(method: str, path: str, client: TestClient) -> None:
    answer = client.request(method, path, json={})
    assert answer.status_code == 401
    assert answer.json()["words"]


@pytest.mark.parametrize("name", component_scripts.PARTS)
def test_a_components_script_is_loaded_once_by_anybody(name: str, client: TestClient) -> None:
    script = component_scripts.script(name)
    address = f"/board/component/{name}.js?v={script.tag}"
    assert address in component_scripts.stub(name)
    for encoding in ("gzip", "identity"):
        answer = client.get(address, headers={"Accept-Encoding": encoding})
        assert (answer.status_code, answer.content) == (200, script.body)
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers


def test_a_script_of_another_version_is_not_kept(client: TestClient) -> None:
    assert client.get("/board/component/queue.js?v=older").headers["cache-control"] == "no-store"
    assert client.get("/board/component/nothing.js").status_code == 404


def test_a_list_goes_out_compressed_to_whoever_takes_it_so(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    packed = client.get("/board/queue", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/board/queue", headers={"Accept-Encoding": "identity"})
    assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.json() == plain.json()
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_the_cookie_is_signed_and_out_of_reach_for_scripts(client: TestClient, sqlite_floor: Floor) -> None:
    answer = client.post("/board/sign-in", json={"person": sqlite_floor.ana})
    set_cookie = answer.headers.get_list("set-cookie")
    assert [cookie.split("=")[0] for cookie in set_cookie] == ["careline_8765"]
    assert "httponly" in set_cookie[0].lower()
    assert "samesite=lax" in set_cookie[0].lower()


def test_a_touched_cookie_signs_nobody_in(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    value = client.cookies["careline_8765"]
    client.cookies.clear()
    client.cookies.set("careline_8765", value[:-2] + "xx")
    assert client.get("/board/queue").status_code == 401


def test_only_who_works_here_signs_in(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    with sqlite_workspace.database.write() as session:
        leaving.leave(session, sqlite_floor.bo, by=None, now=sqlite_workspace.now())
    assert client.post("/board/sign-in", json={"person": sqlite_floor.bo}).status_code == 403
    assert client.post("/board/sign-in", json={"person": 99_999}).status_code == 403
    assert client.post("/board/sign-in", json={"person": "1"}).status_code == 400


def test_signing_out_ends_the_cookie(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    client.post("/board/sign-out", json={})
    assert client.get("/board/queue").status_code == 401


def test_a_page_that_was_drawn_for_somebody_else_is_refused(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    mine, theirs = ({"Careline-Person": str(person)} for person in (sqlite_floor.ana, sqlite_floor.bo))
    assert client.get("/board/queue", headers=mine).status_code == 200
    assert client.get("/board/queue", headers=theirs).status_code == 401


def test_the_list_comes_in_words_and_in_order(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    answer = client.get("/board/queue").json()
    assert [row["id"] for row in answer["rows"]] == list(sqlite_floor.cases)
    first = answer["rows"][0]
    assert (first["urgency"]["glyph"], first["urgency"]["word"]) == ("3", "High")
    assert (first["sentiment"]["glyph"], first["sentiment"]["word"]) == ("▼", "negative")
    assert (first["assignee_id"], first["holds"], first["reply"], first["source"]) == (None, [], None, "X")
    assert answer["counts"]["waiting"] == 3
    assert answer["more"] is False


def test_an_unchanged_list_is_not_sent_again(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    first = client.get("/board/queue")
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get("/board/queue", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert int(again.headers["careline-now"]) > 0
    actions.claim(sqlite_workspace, sqlite_floor.bo, sqlite_floor.cases[0])
    client.post("/board/presence", json={"case": sqlite_floor.cases[0], "kind": "reading"})
    changed = client.get("/board/queue", headers=known)
    assert changed.status_code == 200
    row = changed.json()["rows"][0]
    assert row["assignee"] == "Bo Lind"
    assert {hold["words"] for hold in row["holds"]} == {"Bo Lind is reading", "Ana Moss is reading"}


def test_a_page_of_the_list_says_that_there_is_more(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    answer = client.get("/board/queue?limit=2").json()
    assert (len(answer["rows"]), answer["more"]) == (2, True)


def test_an_empty_list_says_when_the_next_answer_is_due(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    answer = client.get("/board/queue?view=mine").json()
    assert answer["rows"] == []
    assert answer["next_due"] > 0


def test_a_draft_is_stored_by_version(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    case_id = sqlite_floor.cases[0]
    actions.claim(sqlite_workspace, sqlite_floor.ana, case_id)
    saved = client.put(f"/board/draft/{case_id}", json={"text": "one", "version": 0})
    assert saved.status_code == 200
    late = client.put(f"/board/draft/{case_id}", json={"text": "two", "version": 0})
    assert (late.status_code, late.json()["kind"]) == (409, "stale")
    assert late.json()["draft"]["text"] == "one"
    assert client.get(f"/board/case/{case_id}").json()["draft"]["version"] == saved.json()["version"]
    client.put(f"/board/draft/{case_id}", json={"text": "three", "version": 1})
    assert client.get(f"/board/case/{case_id}").json()["draft"]["text"] == "three"


def test_a_draft_of_any_script_comes_back_as_it_was(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    case_id = sqlite_floor.cases[0]
    actions.claim(sqlite_workspace, sqlite_floor.ana, case_id)
    words = 'Grüße, 你好, مرحبا, 👩‍👩‍👧 \u202e and \\ " <b>'
    assert client.put(f"/board/draft/{case_id}", json={"text": words, "version": 0}).status_code == 200
    broken = '{"text": "half \\ud83d and \\u0000 nul", "version": 1}'
    assert client.put(f"/board/draft/{case_id}", content=broken).status_code == 200
    assert client.get(f"/board/case/{case_id}").json()["draft"]["text"] == "half \ufffd and  nul"


def test_a_reply_is_sent_once_and_can_be_taken_back(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    case_id = sqlite_floor.cases[0]
    actions.claim(sqlite_workspace, sqlite_floor.ana, case_id)
    first = client.post(f"/board/reply/{case_id}", json=body_of(sqlite_floor))
    again = client.post(f"/board/reply/{case_id}", json=body_of(sqlite_floor))
    assert (first.status_code, first.json()["state"]) == (200, "queued")
    assert again.json()["reply"] == first.json()["reply"]
    (shown,) = client.get(f"/board/case/{case_id}").json()["replies"]
    assert (shown["state"], shown["can"]["undo"]) == ("queued", True)
    back = client.post(f"/board/replies/{shown['id']}/undo", json={})
    assert (back.status_code, back.json()["state"]) == (200, ReplyState.DRAFT)
    assert client.get(f"/board/case/{case_id}").json()["draft"]["text"] == "On it"


def test_what_may_not_be_sent_is_refused_with_the_reason(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    case_id = sqlite_floor.cases[0]
    unclaimed = client.post(f"/board/reply/{case_id}", json=body_of(sqlite_floor))
    actions.claim(sqlite_workspace, sqlite_floor.ana, case_id)
    long = client.post(f"/board/reply/{case_id}", json=body_of(sqlite_floor, text="x" * 300))
    unread = client.post(f"/board/reply/{case_id}", json=body_of(sqlite_floor, seen_mention=0))
    assert [answer.status_code for answer in (unclaimed, long, unread)] == [409, 422, 409]
    assert all(answer.json()["words"] for answer in (unclaimed, long, unread))


def test_the_editor_is_told_why_it_is_shut(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    case_id = sqlite_floor.cases[0]
    sign_in(client, sqlite_floor.reader)
    assert "role" in client.get(f"/board/case/{case_id}").json()["shut"]
    sign_in(client, sqlite_floor.ana)
    assert "Claim" in client.get(f"/board/case/{case_id}").json()["shut"]
    actions.claim(sqlite_workspace, sqlite_floor.bo, case_id)
    assert "Bo Lind" in client.get(f"/board/case/{case_id}").json()["shut"]
    sign_in(client, sqlite_floor.bo)
    assert client.get(f"/board/case/{case_id}").json()["shut"] == ""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/board/presence", {"case": 1, "kind": "dancing"}),
        ("/board/presence", {"case": "1", "kind": "reading"}),
        ("/board/presence", {"case": True, "kind": "reading"}),
        ("/board/reply/1", {"text": 1}),
        ("/board/replies/1/settle", {"was_sent": "yes"}),
        ("/board/replies/1/prove", {}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(path: str, body: dict[str, Any], client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    assert client.post(path, json=body).status_code == 400


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"null"])
def test_a_body_that_is_no_object_is_refused(content: bytes, client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    assert client.put("/board/draft/1", content=content).status_code == 400


def test_a_body_without_end_is_refused(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    assert client.put("/board/draft/1", content=b" " * (LARGEST_BODY + 1)).status_code == 413


def test_another_sites_page_cannot_write(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    case_id = sqlite_floor.cases[0]
    actions.claim(sqlite_workspace, sqlite_floor.ana, case_id)
    for origin in ("http://evil.example", "http://localhost:9999", "null"):
        answer = client.put(f"/board/draft/{case_id}", json={"text": "x", "version": 0}, headers={"Origin": origin})
        assert answer.status_code == 403
    assert client.put(f"/board/draft/{case_id}", json={"text": "x", "version": 0}, headers={"Origin": BASE}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[", "127.0.0.1.evil.example:8765"])
def test_an_unknown_host_name_is_refused(host: str, client: TestClient) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 400


def test_every_answer_forbids_calls_to_elsewhere(client: TestClient) -> None:
    answer = client.get("/healthz")
    policy = answer.headers["content-security-policy"]
    assert "img-src 'self' data: blob:" in policy
    assert "ws://localhost:8765" in policy
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_case_that_does_not_exist_is_not_found(client: TestClient, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    answer = client.get("/board/case/999999")
    assert (answer.status_code, bool(answer.json()["words"])) == (404, True)


def test_the_first_person_is_signed_in_at_once_and_only_once(client: TestClient) -> None:
    first = client.post("/board/first-person", json={"name": "Ada", "initials": "AQ"})
    assert first.status_code == 200
    assert client.get("/board/queue").status_code == 200
    client.cookies.clear()
    assert client.post("/board/first-person", json={"name": "Eve", "initials": "EV"}).status_code == 403


def test_health_is_what_can_be_served(client: TestClient, sqlite_workspace: Workspace) -> None:
    assert client.get("/healthz").status_code == 200
    with sqlite_workspace.database.engine.begin() as connection:
        Base.metadata.tables["person_role"].drop(connection)
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("ALTER TABLE person RENAME TO gone")
    assert client.get("/healthz").status_code == 503
    cold = TestClient(Starlette(routes=[Route("/healthz", healthz(sqlite_workspace, lambda: False))]))
    assert cold.get("/healthz").status_code == 503


def test_a_database_that_cannot_be_read_is_said_to_be_busy(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    with sqlite_workspace.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE case_ RENAME TO gone")
    answer = client.get("/board/queue")
    assert (answer.status_code, answer.json()["kind"]) == (503, "busy")
