"""A list leaves the board as a file: what it shows, to those who may, safe to open."""

import csv
import io

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard import actions
from dashboard.routes import board_app
from dashboard.workspace import Workspace
from storage.models import Audit, Case, Mention
from storage.words import Outcome
from tests.dashboard.conftest import Floor
from tests.support import cookies

FILE = "/board/export/cases.csv"


@pytest.fixture
def board(workspace: Workspace) -> TestClient:
    return TestClient(Starlette(routes=[Mount("/board", board_app(workspace))]), base_url="http://localhost:8765")


def sit(board: TestClient, workspace: Workspace, person_id: int) -> TestClient:
    board.cookies.clear()
    board.cookies.update(cookies.signed_in(workspace, person_id))
    return board


def test_the_file_holds_what_the_list_shows(board: TestClient, workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[1])
    assert actions.close(workspace, floor.ana, floor.cases[1], outcome=Outcome.SPAM).is_done
    answer = sit(board, workspace, floor.lead).get(FILE, params={"view": "closed", "mark": "1"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="cases-')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(int(row["case"]), row["outcome"]) for row in rows] == [(floor.cases[1], "spam")]
    with workspace.database.read() as session:
        (act,) = session.scalars(select(Audit).where(Audit.verb == "cases_exported"))
        assert (act.person_id, act.detail) == (floor.lead, {"cases": 1})


def test_nothing_in_it_runs_as_a_formula(board: TestClient, workspace: Workspace, floor: Floor) -> None:
    with workspace.database.write() as session:
        opening = session.get_one(Case, floor.cases[0]).opening_mention_id
        session.get_one(Mention, opening).text = '=HYPERLINK("http://evil.example")'
    content = sit(board, workspace, floor.lead).get(FILE, params={"view": "all"}).text
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert '\'=HYPERLINK("http://evil.example")' in cells
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}] == []


@pytest.mark.parametrize("who", ["ana", "reader"])
def test_others_are_refused_and_nothing_is_written_down(board: TestClient, workspace: Workspace, floor: Floor, who: str) -> None:
    assert sit(board, workspace, getattr(floor, who)).get(FILE).status_code == 403
    board.cookies.clear()
    assert board.get(FILE).status_code == 401
    with workspace.database.read() as session:
        assert session.scalar(select(Audit.id).where(Audit.verb == "cases_exported")) is None
