"""The Outcomes page leaves the board as files: what it shows and the cases behind it, to those who may, safe to open."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard.routes import board_app
from dashboard.workspace import Workspace
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import people
from desk.sources import known, own
from storage.models import Audit, Case, Exported
from storage.words import Outcome, Role
from tests.dashboard.conftest import Floor
from tests.support import cookies
from tests.support.desk import Shop
from tests.support.pages import page, signed_in

FIGURES, CASES = "/board/export/outcomes.csv", "/board/export/outcome-cases.csv"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def board(sqlite_workspace: Workspace) -> TestClient:
    return TestClient(Starlette(routes=[Mount("/board", board_app(sqlite_workspace))]), base_url="http://localhost:8765")


@pytest.fixture
def ended(sqlite_workspace: Workspace, sqlite_floor: Floor) -> list[int]:
    """Two cases of X that ended, one solved, one left by its customer."""
    now = sqlite_workspace.now()
    with sqlite_workspace.database.write() as session:
        ana, shop = people.active(session, sqlite_floor.ana), Shop(session)
        first, second = (shop.claimed(ana, words, at=now - 9 * MINUTE) for words in ("=cmd() is broken", "How?"))
        told = ResolutionDraft("-Cable", "new one", "it works")
        outcomes.close(session, first.id, outcome=Outcome.SOLVED, resolution=told, by=ana, now=now - MINUTE)
        outcomes.close(session, second.id, outcome=Outcome.NO_ANSWER, by=ana, now=now - MINUTE)
        return [first.id, second.id]


def rows_of(board: TestClient, workspace: Workspace, person_id: int, address: str, **params: str) -> list[dict[str, Any]]:
    board.cookies.clear()
    board.cookies.update(cookies.signed_in(workspace, person_id))
    answer = board.get(address, params=params)
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.content.startswith(b"\xef\xbb\xbf") is (params.get("mark") == "1")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("ended")
def test_the_figures_leave_as_they_are_shown(board: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    rows = rows_of(board, sqlite_workspace, sqlite_floor.lead, FIGURES, days="7", clock="wall", mark="1")
    told = {(row["figure"], row["part"]): row["n"] for row in rows}
    assert (told["solved", "early"], told["outcome", "no_answer"], told["cause", "'-Cable"]) == ("1", "1", "1")
    assert {(row["shown"], row["clock"]) for row in rows} == {("all", "wall")}
    with sqlite_workspace.database.read() as session:
        (act,) = session.scalars(select(Audit).where(Audit.verb == "figures_exported"))
        assert (act.person_id, act.detail) == (sqlite_floor.lead, {"shown": "all"})


def test_the_cases_behind_leave_with_the_limits_of_every_export(
    board: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, ended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "OWN", {**own.OWN, "x": replace(own.X, exported_texts=1)})
    rows = rows_of(board, sqlite_workspace, sqlite_floor.lead, CASES)
    assert {int(row["case"]) for row in rows} == set(ended)
    assert sorted(row["text_left_out"] for row in rows) == ["", "limit of the platform"]
    with sqlite_workspace.database.read() as session:
        assert session.scalar(select(Exported.n)) == 1
    listed = rows_of(board, sqlite_workspace, sqlite_floor.lead, CASES, show="outcome:no_answer")
    assert [(int(row["case"]), row["text"]) for row in listed] == [(ended[1], "")]


def test_a_text_runs_as_no_formula(board: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, ended: list[int]) -> None:
    rows = rows_of(board, sqlite_workspace, sqlite_floor.lead, CASES, show="early")
    assert [(int(row["case"]), row["text"], row["cause"]) for row in rows] == [(ended[0], "'=cmd() is broken", "'-Cable")]


@pytest.mark.usefixtures("ended")
def test_a_narrowed_page_is_named_and_nonsense_is_the_usual_view(
    board: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
) -> None:
    with sqlite_workspace.database.read() as session:
        feed = session.scalars(select(Case.feed_id).order_by(Case.id.desc())).first()
    rows = rows_of(board, sqlite_workspace, sqlite_floor.lead, FIGURES, scope=f"feed-{feed}")
    assert {row["shown"] for row in rows}.isdisjoint({"all", f"feed-{feed}"})
    assert {row["shown"] for row in rows_of(board, sqlite_workspace, sqlite_floor.lead, FIGURES, scope="feed-x", days="9")} == {"all"}
    assert {row["shown"] for row in rows_of(board, sqlite_workspace, sqlite_floor.lead, FIGURES, scope="team-999")} == {"team-999"}


@pytest.mark.parametrize("address", [FIGURES, CASES])
@pytest.mark.parametrize("who", ["ana", "reader"])
def test_others_are_refused(board: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, address: str, who: str) -> None:
    board.cookies.update(cookies.signed_in(sqlite_workspace, getattr(sqlite_floor, who)))
    assert board.get(address).status_code == 403
    board.cookies.clear()
    assert board.get(address).status_code == 401
    with sqlite_workspace.database.read() as session:
        assert session.scalar(select(Audit.id).where(Audit.verb.in_(("figures_exported", "cases_exported")))) is None


@pytest.mark.parametrize(("role", "is_offered"), [(Role.LEAD, True), (Role.AGENT, False)])
def test_the_page_offers_it_to_those_who_may(
    sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch, role: Role, is_offered: bool
) -> None:
    signed_in(monkeypatch, sqlite_workspace, sqlite_floor.lead if role is Role.LEAD else sqlite_floor.ana)
    shown = page("outcomes", days="7", show="early")
    links = [link.proto.url for link in shown.get("link_button")]
    assert [link.partition("?")[0] for link in links] == ([FIGURES, FIGURES, CASES, CASES] if is_offered else [])
    assert all("days=7" in link and "show=early" in link for link in links)
