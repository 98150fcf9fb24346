"""What the Outcomes page says of the time before its figures were kept, and what its file says."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from dashboard.workspace import Workspace
from desk import facts
from desk.figures import figure_exports, past_figures
from desk.figures.past_figures import Past
from desk.figures.performance import Clock, Within
from listener.sweep import sweep_due
from storage.models import Person
from tests.dashboard.conftest import Floor
from tests.support.pages import page, signed_in, words

DAY = timedelta(days=1)


@pytest.fixture
def board(sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    signed_in(monkeypatch, sqlite_workspace, sqlite_floor.lead)
    return sqlite_workspace


def stands(board: Workspace, *, days_ago: int = 3, **told: int) -> Past:
    past = Past(**{"until": (board.now() - days_ago * DAY).isoformat(), "after": 9, "last": 9, **told})  # type: ignore[arg-type]
    with board.database.write() as session:
        facts.state(session, past_figures.FACT, json.dumps(asdict(past)))
    return past


def test_cases_that_are_not_counted_are_told(board: Workspace) -> None:
    stands(board, counted=40, left_out=12)
    said = words(page("outcomes", days="7"))
    assert "12 cases from before" in said
    assert "are not counted" in said
    stands(board, left_out=1)
    assert "1 case from before" in words(page("outcomes", days="7"))


def test_while_they_are_added_it_says_how_far_that_is(board: Workspace) -> None:
    stands(board, after=250, last=1000, left_out=12)
    said = words(page("outcomes", days="7"))
    assert "are being added: 25 % so far" in said
    assert "not counted" not in said


@pytest.mark.parametrize(("days_ago", "told"), [(30, {"left_out": 12}), (3, {"counted": 40})])
def test_nothing_is_said_where_nothing_is_missing(board: Workspace, days_ago: int, told: dict[str, int]) -> None:
    stands(board, days_ago=days_ago, **told)
    assert "from before" not in words(page("outcomes", days="7"))


def test_the_file_of_figures_says_it_too(board: Workspace, sqlite_floor: Floor) -> None:
    stands(board, left_out=12)
    now = board.now()
    with board.database.read() as session:
        lead = session.get_one(Person, sqlite_floor.lead)
        for since, expected in ((now - 7 * DAY, [12]), (now - DAY, [])):
            within = Within(since, now)
            found = figure_exports.read(session, within, starts=[since], names={}, clock=Clock.WALL, by=lead)
            assert [line.n for line in figure_exports.lines(found) if line.figure == "not_counted"] == expected


def test_the_sweep_makes_up_for_them(board: Workspace) -> None:
    sweep_due(board.database, board.settings.desk)
    with board.database.read() as session:
        past = past_figures.standing(session)
    assert past is not None
    assert past.is_done
