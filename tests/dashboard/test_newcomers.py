"""What somebody new sees: the tour in the sample, one line while they learn, help, and nothing of it for the others."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard import actions, people_actions, tour_actions
from dashboard import workspace as opened
from dashboard.workspace import Workspace
from desk.people import tour
from storage.models import Feed, Person
from tests.dashboard.conftest import SECRET, Floor
from tests.dashboard.pages import Desk, labels, press


@pytest.fixture
def desk(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A sample workspace."""
    settings = replace(sqlite_workspace.settings, is_sample=True)
    return Desk(opened.show(settings, sqlite_workspace.database, SECRET), monkeypatch)


@pytest.fixture
def own(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(sqlite_workspace, monkeypatch)


def words(app: AppTest) -> str:
    return " ".join(element.value for kind in (app.text, app.markdown) for element in kind)


def step_of(desk: Desk, person_id: int) -> int:
    with desk.workspace.database.read() as session:
        return session.get_one(Person, person_id).tour_step


def test_the_tour_goes_on_by_what_is_done(desk: Desk, sqlite_floor: Floor) -> None:
    ana, case = sqlite_floor.ana, sqlite_floor.cases[0]
    app = desk.open(ana)
    assert "Six steps" in words(app)
    press(app, "tour_begin")
    assert "Step 1 of 6" in words(app)
    app = desk.open(ana, case=str(case))
    assert "Step 2 of 6" in words(app)
    press(app, "case_claim")
    assert "Step 3 of 6" in words(app)
    tour_actions.looked(desk.workspace, ana, case)
    assert "Step 4 of 6" in words(desk.open(ana, case=str(case)))


def test_it_is_left_and_resumed(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana)
    press(app, "tour_later")
    assert "tour" not in words(app).lower()
    press(app, "tour_resume")
    assert "Step 1 of 6" in words(app)
    press(app, "tour_leave")
    assert step_of(desk, sqlite_floor.ana) == tour.LEFT


def test_nothing_of_it_stands_in_ones_own_workspace_or_for_a_reader(own: Desk, sqlite_floor: Floor) -> None:
    assert "tour_begin" not in {button.key for button in own.open(sqlite_floor.ana).button}
    own.workspace = opened.show(replace(own.workspace.settings, is_sample=True), own.workspace.database, SECRET)
    assert "tour_begin" not in {button.key for button in own.open(sqlite_floor.reader).button}


def test_looks_outside_the_sample_are_not_kept(own: Desk, sqlite_floor: Floor) -> None:
    tour_actions.begin(own.workspace, sqlite_floor.ana)
    tour_actions.looked(own.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    with own.workspace.database.read() as session:
        assert tour.of(session, sqlite_floor.ana).done == frozenset()


def test_who_learns_reads_what_that_means_until_a_lead_ends_it(own: Desk, sqlite_floor: Floor) -> None:
    people_actions.set_learning(own.workspace, sqlite_floor.lead, sqlite_floor.ana, is_learning=True)
    assert "You are learning" in words(own.open(sqlite_floor.ana))
    people_actions.set_learning(own.workspace, sqlite_floor.lead, sqlite_floor.ana, is_learning=False)
    assert "You are learning" not in words(own.open(sqlite_floor.ana))


def test_help_says_what_keys_lists_outcomes_and_labels_mean(own: Desk, sqlite_floor: Floor) -> None:
    app = own.open(sqlite_floor.reader)
    press(app, "help_open")
    assert not app.exception
    shown = words(app)
    for told in ("take the case", "We answered, and the customer has not written since.", "Duplicate", "Needs a reply", "complaint"):
        assert told in shown


@pytest.mark.parametrize(("who", "may"), [("lead", True), ("admin", True), ("ana", False), ("reader", False)])
def test_the_file_is_offered_to_those_who_may_take_it(own: Desk, sqlite_floor: Floor, who: str, may: bool) -> None:
    app = own.open(getattr(sqlite_floor, who), view="closed")
    assert not app.exception
    links = [node.proto.url for node in app._tree if node.type == "link_button"]
    assert (any(link.startswith("/board/export/cases.csv?view=closed") for link in links)) is may
    assert actions.claim(own.workspace, sqlite_floor.ana, sqlite_floor.cases[0]).is_done
    assert labels(app)


def test_a_practice_board_is_offered_where_there_is_one(own: Desk, sqlite_floor: Floor) -> None:
    def links(app: AppTest) -> set[str]:
        return {node.proto.url for node in app._tree if node.type == "link_button"}

    assert links(own.open(sqlite_floor.ana)) == set()
    settings = replace(own.workspace.settings, practice_url="http://localhost:8502")
    own.workspace = opened.show(settings, own.workspace.database, SECRET)
    assert "http://localhost:8502" in links(own.open(sqlite_floor.ana))


def test_a_workspace_without_a_feed_says_what_to_do(own: Desk, sqlite_floor: Floor) -> None:
    with own.workspace.database.write() as session:
        for feed in session.scalars(select(Feed)):
            feed.retired = True
    assert "Add one on the Feeds page" in words(own.open(sqlite_floor.ana))
