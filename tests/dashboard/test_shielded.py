"""Until when a case is shielded, in words and with a glyph: in the list's row and in the head of the case."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.case_values import Reader, editor_state, head_block
from dashboard.queue_rows import row_values
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import cases, caseview
from desk.cases.caseview import CaseView
from storage.models import Case, Person
from tests.dashboard.conftest import Floor

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
UNTIL = NOW + timedelta(minutes=20)
WORDS = "shielded until 12:20"


@pytest.fixture
def shielded(sqlite_workspace: Workspace, sqlite_floor: Floor) -> int:
    with sqlite_workspace.database.write() as session:
        session.get_one(Case, sqlite_floor.cases[0]).shielded_until = UNTIL
    return sqlite_floor.cases[0]


def shown(workspace: Workspace, case_id: int, floor: Floor) -> CaseView:
    with workspace.database.read() as session:
        return caseview.case(session, case_id, by=session.get_one(Person, floor.lead), now=NOW)


def told(view: CaseView, *, now: datetime = NOW) -> tuple[list[str], list[str]]:
    """What the row says, and the head."""
    row = [word for word in row_values(view.row, now=now, zone="UTC")["words"] if "shielded" in word]
    reader = Reader(1, may_care=True, now=now, zone="UTC")
    marks = [f"{mark['glyph']} {mark['word']}" for mark in head_block(view, reader)["marks"] if "hielded" in mark["word"]]
    return row, marks


def test_n9_row_and_head_say_until_when(sqlite_workspace: Workspace, sqlite_floor: Floor, shielded: int) -> None:
    row, head = told(shown(sqlite_workspace, shielded, sqlite_floor))
    assert row == [f"◈ {WORDS}"]
    assert head == [f"◈ {text('case.shielded', time='12:20')}"]


def test_n9_it_is_over_with_its_time_and_the_head_follows(sqlite_workspace: Workspace, sqlite_floor: Floor, shielded: int) -> None:
    view = shown(sqlite_workspace, shielded, sqlite_floor)
    assert told(view, now=UNTIL) == ([], [])
    panes = [editor_state(view, Reader(1, may_care=True, now=at, zone="UTC"))["pane"] for at in (NOW, NOW + timedelta(minutes=1), UNTIL)]
    assert panes[0] == panes[1] != panes[2]


def test_n9_what_somebody_has_is_shielded_from_nobody(sqlite_workspace: Workspace, sqlite_floor: Floor, shielded: int) -> None:
    with sqlite_workspace.database.write() as session:
        cases.claim(session, shielded, by=session.get_one(Person, sqlite_floor.ana), now=NOW)
    assert told(shown(sqlite_workspace, shielded, sqlite_floor)) == ([], [])


def test_n9_an_unshielded_case_says_nothing(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    assert told(shown(sqlite_workspace, sqlite_floor.cases[1], sqlite_floor)) == ([], [])
