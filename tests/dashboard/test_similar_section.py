"""Similar cases beside the open one: asked for by its browser, found by the classifier, drawn from SQL."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from classifier.embeddings import Embeddings
from classifier.errands import errands_due
from classifier.settings import ClassifierSettings
from classifier.similar import Similar
from dashboard import actions
from dashboard.panes import asked
from dashboard.routes import board_app
from dashboard.workspace import Workspace
from desk.labels import vectors
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import leaving
from storage.models import Case, Errand, Mention
from storage.words import ErrandKind, Outcome
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, press, press_label
from tests.support.engines import EmbeddingEngine

LOST = "My parcel is lost"
TOLD = ResolutionDraft("Lost by the courier", "Sent a new one", "It came")


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(board_app(sqlite_workspace), base_url="http://localhost:8765") as opened:
        yield opened


def offered(workspace: Workspace, *, same: int = 2) -> None:
    """An engine that embeds is there; so many of the cases are about the same matter."""
    with workspace.database.write() as session:
        vectors.offer(session, EmbeddingEngine.embedding)
        for case in session.query(Case).order_by(Case.id).limit(same):
            session.get_one(Mention, case.opening_mention_id).text = case.preview = LOST


def answered(workspace: Workspace) -> int:
    engine = EmbeddingEngine()
    embeddings = Embeddings(workspace.database, engine)
    embeddings.embed_due()
    others = {ErrandKind.SIMILAR: Similar(workspace.database, embeddings).answer}
    return errands_due(workspace.database, engine, ClassifierSettings(), owner="triage:test:1", others=others)


def section(app: AppTest) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = [one for one in component(app, "sheet")["blocks"] if one.get("title") == "Similar cases"]
    return found[0] if found else None


def opened(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, person: int, case: int) -> AppTest:
    app = Desk(workspace, monkeypatch).open(person, case=str(case))
    assert not app.exception
    return app


def test_without_an_embedding_the_section_is_absent(
    sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch, client: TestClient
) -> None:
    case = sqlite_floor.cases[0]
    assert section(opened(sqlite_workspace, monkeypatch, sqlite_floor.ana, case)) is None
    assert actions.ask_similar(sqlite_workspace, sqlite_floor.ana, case).is_done
    client.post("/sign-in", json={"person": sqlite_floor.ana})
    assert client.post(f"/similar/{case}").json() == {"block": None, "waits": False}
    with sqlite_workspace.database.read() as session:
        assert session.query(Errand).count() == 0


def test_one_line_stands_there_until_it_is_worked_out(workspace: Workspace, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(workspace)
    this, other, _ = floor.cases
    shown = section(opened(workspace, monkeypatch, floor.ana, this))
    assert shown is not None
    assert shown["ask"] == f"/board/similar/{this}"
    assert [line["words"] for line in shown["blocks"]] == ["Looking for cases like this one…"]
    assert actions.ask_similar(workspace, floor.ana, this).is_done
    assert answered(workspace) == 1
    shown = section(opened(workspace, monkeypatch, floor.ana, this))
    assert shown is not None
    assert "ask" not in shown
    (one,) = shown["blocks"]
    assert (one["title"], one["text"], one["fix"]) == ("nearly the same · new", LOST, "")
    assert one["actions"] == [{"verb": "open", "value": other, "words": "Open"}]


def test_a_page_that_is_only_looked_at_writes_nothing(
    sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(sqlite_workspace)
    opened(sqlite_workspace, monkeypatch, sqlite_floor.ana, sqlite_floor.cases[0])
    with sqlite_workspace.database.read() as session:
        assert session.query(Errand).count() == 0


def test_where_nothing_is_alike_nothing_is_shown(sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(sqlite_workspace, same=1)
    actions.ask_similar(sqlite_workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    answered(sqlite_workspace)
    assert section(opened(sqlite_workspace, monkeypatch, sqlite_floor.ana, sqlite_floor.cases[0])) is None


def test_the_browser_asks_once_and_looks_until_it_is_there(workspace: Workspace, floor: Floor, client: TestClient) -> None:
    del client
    offered(workspace)
    with TestClient(board_app(workspace), base_url="http://localhost:8765") as browser:
        path = f"/similar/{floor.cases[0]}"
        assert browser.post(path).status_code == 401
        browser.post("/sign-in", json={"person": floor.reader})
        assert browser.get(path).json()["waits"] is True
        first, second = browser.post(path).json(), browser.post(path).json()
        assert first == second
        assert (first["waits"], first["block"]["ask"]) == (True, f"/board/similar/{floor.cases[0]}")
        assert answered(workspace) == 1
        told = browser.get(path).json()
        assert told["waits"] is False
        assert [one["text"] for one in told["block"]["blocks"]] == [LOST]
        assert browser.post("/similar/424242").status_code == 404
        assert browser.get("/similar/424242").status_code == 404


def test_somebody_who_left_is_told_nothing(sqlite_workspace: Workspace, sqlite_floor: Floor, client: TestClient) -> None:
    offered(sqlite_workspace)
    client.post("/sign-in", json={"person": sqlite_floor.bo})
    with sqlite_workspace.database.write() as session:
        leaving.leave(session, sqlite_floor.bo, by=None, now=sqlite_workspace.now())
    sqlite_workspace.signed_in.forget()
    assert client.post(f"/similar/{sqlite_floor.cases[0]}").status_code == 401
    assert client.get(f"/similar/{sqlite_floor.cases[0]}").status_code == 401


def test_the_fix_of_a_similar_case_is_used_again(workspace: Workspace, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(workspace)
    this, solved, _ = floor.cases
    for case in (this, solved):
        actions.claim(workspace, floor.ana, case)
    actions.close(workspace, floor.ana, solved, outcome=Outcome.SOLVED, resolution=TOLD)
    with workspace.database.write() as session:
        session.get_one(Case, solved).preview = "..."  # its words no longer offer it among the suggestions
        session.get_one(Case, this).preview = "???"
    actions.ask_similar(workspace, floor.ana, this)
    answered(workspace)
    shown = section(opened(workspace, monkeypatch, floor.ana, this))
    assert shown is not None
    (one,) = shown["blocks"]
    assert one["title"] == "nearly the same · Solved"
    assert one["fix"] == "Fixed by: Lost by the courier: Sent a new one"
    assert [action["verb"] for action in one["actions"]] == ["reuse", "open"]
    app = opened(workspace, monkeypatch, floor.ana, this)
    app.session_state[asked.KEY] = asked.Asked(asked.CLOSE, this, one["actions"][0]["value"])
    app.run()
    assert app.selectbox(key="close_reuse").value == one["actions"][0]["value"]
    press_label(app, "Close case")
    with workspace.database.read() as session:
        closed = session.get_one(Case, this)
        assert (closed.outcome, closed.resolution_id) == (Outcome.SOLVED, session.get_one(Case, solved).resolution_id)


def test_who_does_not_have_the_case_may_open_the_other_but_use_no_fix(
    sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(sqlite_workspace)
    this, solved, _ = sqlite_floor.cases
    actions.claim(sqlite_workspace, sqlite_floor.bo, solved)
    actions.close(sqlite_workspace, sqlite_floor.bo, solved, outcome=Outcome.SOLVED, resolution=TOLD)
    actions.ask_similar(sqlite_workspace, sqlite_floor.ana, this)
    answered(sqlite_workspace)
    shown = section(opened(sqlite_workspace, monkeypatch, sqlite_floor.ana, this))
    assert shown is not None
    assert [action["verb"] for action in shown["blocks"][0]["actions"]] == ["open"]


def test_why_it_could_not_be_worked_out_is_said(sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(sqlite_workspace)
    this = sqlite_floor.cases[0]
    with sqlite_workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).text = "POISON"
    actions.ask_similar(sqlite_workspace, sqlite_floor.ana, this)
    answered(sqlite_workspace)
    shown = section(opened(sqlite_workspace, monkeypatch, sqlite_floor.ana, this))
    assert shown is not None
    assert [line["words"] for line in shown["blocks"]] == ["Could not be looked for: bad apple"]


def test_the_drawer_shows_the_same(sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(sqlite_workspace)
    this = sqlite_floor.cases[0]
    actions.ask_similar(sqlite_workspace, sqlite_floor.ana, this)
    answered(sqlite_workspace)
    app = opened(sqlite_workspace, monkeypatch, sqlite_floor.ana, this)
    beside = section(app)
    press(app, "case_history")
    assert section(app) == beside is not None
