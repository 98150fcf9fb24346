"""Abusive posts on the board: folded wherever they are drawn, counted when somebody unfolds one, for their own eyes."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.case_values import Reader, thread_blocks
from dashboard.customer_values import case_choices, last_time, story_blocks
from dashboard.folds import previewed
from dashboard.gate import Gate
from dashboard.history_values import history_blocks
from dashboard.mention_values import mention_block
from dashboard.panes import regroup
from dashboard.panes.exposure import own_mark
from dashboard.routes import board_app
from dashboard.similar_values import similar_section
from dashboard.workspace import Workspace
from desk.cases import caseview, customer
from desk.cases.caseview import CaseView
from desk.labels.similar import Likeness, SimilarCase
from desk.people.exposure import OwnExposure
from desk.queue import inbox
from desk.queue.browse import MentionFilter
from storage.models import Audit, Author, Case, Exposure, Mention, Person
from storage.words import CaseStatus
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import WHOSE, Desk, component, press, toasts

RUDE = "Locked out of my account"
FOLDED = "May be abusive. Open it to read."
SHIFT = "app_pages/shift.py"


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    app = Starlette(routes=[Mount("/board", board_app(sqlite_workspace))], middleware=[Middleware(Gate, hosts=("localhost",))])
    with TestClient(app, base_url="http://localhost:8765") as opened:
        yield opened


@pytest.fixture
def rude(sqlite_workspace: Workspace, sqlite_floor: Floor) -> int:
    """The first case's post, found abusive."""
    with sqlite_workspace.database.write() as session:
        session.get_one(Mention, sqlite_floor.mentions[0]).abusive = True
        session.get_one(Case, sqlite_floor.cases[0]).abusive = True
    return sqlite_floor.mentions[0]


def sign_in(client: TestClient, person_id: int) -> None:
    client.cookies.clear()
    assert client.post("/board/sign-in", json={"person": person_id}).status_code == 200


def counted(workspace: Workspace) -> dict[int, int]:
    with workspace.database.read() as session:
        return {row[0]: row[1] for row in session.execute(select(Exposure.person_id, func.count()).group_by(Exposure.person_id))}


class TestRoute:
    def test_n9_unfolding_counts_once_for_whoever_did(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, rude: int
    ) -> None:
        for person_id in (sqlite_floor.ana, sqlite_floor.ana, sqlite_floor.bo):
            sign_in(client, person_id)
            answer = client.post(f"/board/exposure/{rude}", json={})
            assert (answer.status_code, answer.json()) == (200, {"kind": "done", "words": ""})
        assert counted(sqlite_workspace) == {sqlite_floor.ana: 1, sqlite_floor.bo: 1}

    def test_n9_the_answer_is_the_same_whether_it_counts_or_not(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, rude: int
    ) -> None:
        sign_in(client, sqlite_floor.ana)
        told = [client.post(f"/board/exposure/{mention_id}", json={}).content for mention_id in (rude, rude, sqlite_floor.mentions[1])]
        assert len(set(told)) == 1
        assert counted(sqlite_workspace) == {sqlite_floor.ana: 1}

    @pytest.mark.usefixtures("rude")
    def test_n9_no_figure_can_be_asked_for(self, client: TestClient, sqlite_floor: Floor) -> None:
        sign_in(client, sqlite_floor.lead)
        assert client.get(f"/board/exposure/{sqlite_floor.mentions[0]}").status_code == 405
        assert client.get("/board/exposure").status_code == 404
        assert client.post("/board/exposure/424242", json={}).status_code == 404

    def test_n9_nobody_counts_for_somebody_else(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, rude: int
    ) -> None:
        assert client.post(f"/board/exposure/{rude}", json={}).status_code == 401
        sign_in(client, sqlite_floor.lead)
        drawn_for = {"Careline-Person": str(sqlite_floor.ana)}
        assert client.post(f"/board/exposure/{rude}", json={}, headers=drawn_for).status_code == 401
        assert client.post(f"/board/exposure/{rude}", json={"person": sqlite_floor.ana}).status_code == 200
        assert counted(sqlite_workspace) == {sqlite_floor.lead: 1}

    def test_n9_no_record_says_who_unfolded_what(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, rude: int
    ) -> None:
        def records() -> int:
            with sqlite_workspace.database.read() as session:
                return session.scalar(select(func.count()).select_from(Audit)) or 0

        sign_in(client, sqlite_floor.ana)
        before = records()
        client.post(f"/board/exposure/{rude}", json={})
        assert records() == before


class TestShiftPage:
    def test_n9_one_sees_ones_own_count_and_nobody_elses(self, desk: Desk, sqlite_floor: Floor, rude: int) -> None:
        with desk.workspace.database.write() as session:
            for place in range(7):
                session.add(Exposure(person_id=sqlite_floor.ana, mention_id=rude + place, at=desk.workspace.now()))
        assert _badges(_shift(desk, sqlite_floor.ana), "abusive") == ["◔ You read 7 abusive posts this week"]
        assert _badges(_shift(desk, sqlite_floor.lead), "abusive") == ["○ You read no abusive post this week"]

    def test_n9_switching_off_deletes_and_switching_on_begins_anew(self, desk: Desk, sqlite_floor: Floor, rude: int) -> None:
        with desk.workspace.database.write() as session:
            session.add(Exposure(person_id=sqlite_floor.ana, mention_id=rude, at=desk.workspace.now()))
        app = _shift(desk, sqlite_floor.ana)
        app = app.toggle(key="exposure_counted").set_value(False).run()
        assert toasts(app) == ["Nothing is counted any more, and the count is deleted"]
        assert (counted(desk.workspace), _badges(app, "Not counted")) == ({}, ["◌ Not counted"])
        app = app.toggle(key="exposure_counted").set_value(True).run()
        assert not app.exception
        assert _badges(app, "abusive") == ["○ You read no abusive post this week"]
        with desk.workspace.database.read() as session:
            assert session.get_one(Person, sqlite_floor.ana).counts_exposure

    @pytest.mark.parametrize(
        ("mine", "glyph", "words"),
        [
            (OwnExposure(0, 3, is_counted=True), "○", "You read no abusive post this week"),
            (OwnExposure(1, 3, is_counted=True), "◔", "You read 1 abusive post this week"),
            (OwnExposure(3, 3, is_counted=True), "◔", "You read 3 abusive posts this week"),
            (OwnExposure(4, 3, is_counted=True), "◉", "You read 4 abusive posts this week"),
            (OwnExposure(4, 3, is_counted=False), "◌", "Not counted"),
        ],
    )
    def test_n9_the_figure_has_words_and_a_sign(self, mine: OwnExposure, glyph: str, words: str) -> None:
        assert (own_mark(mine).glyph, own_mark(mine).word) == (glyph, words)


class TestFolded:
    def test_n9_in_the_list_and_in_the_conversation(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor, rude: int
    ) -> None:
        view, reader = _view(sqlite_workspace, sqlite_floor), _reader(sqlite_workspace, sqlite_floor)
        (post,) = thread_blocks(view, reader)
        assert (post["folded"], post["counts"], post["mention"]) == (True, True, rude)
        sign_in(client, sqlite_floor.ana)
        shown = client.get("/board/queue").json()["rows"]
        assert {row["id"]: row["folded"] for row in shown} == dict(zip(sqlite_floor.cases, (True, False, False), strict=True))

    def test_n9_beside_the_case_of_somebody_else_in_the_thread(self, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
        with sqlite_workspace.database.write() as session:
            first, second = (session.get_one(Mention, mention_id) for mention_id in sqlite_floor.mentions[:2])
            second.thread_id, second.abusive = first.thread_id, True
        blocks = thread_blocks(_view(sqlite_workspace, sqlite_floor), _reader(sqlite_workspace, sqlite_floor))
        assert {(block["aside"], block["folded"]) for block in blocks} == {(False, False), (True, True)}

    def test_n9_in_all_mentions(self, sqlite_workspace: Workspace, sqlite_floor: Floor, rude: int) -> None:
        with sqlite_workspace.database.read() as session:
            rows = inbox.mentions(session, MentionFilter(), now=sqlite_workspace.now(), limit=10)
        blocks = [mention_block(row, (), _reader(sqlite_workspace, sqlite_floor)) for row in rows]
        assert {block["mention"]: (block["folded"], block["counts"]) for block in blocks}[rude] == (True, True)
        assert sum(block["folded"] for block in blocks) == 1

    @pytest.mark.usefixtures("rude")
    def test_n9_wherever_else_the_words_of_a_case_are_shown(self, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
        """The other case of this customer, in the history, the customer's story, and the choice of what to merge."""
        with sqlite_workspace.database.write() as session:
            first, second = (session.get_one(Case, case_id) for case_id in sqlite_floor.cases[:2])
            for mention in session.scalars(select(Mention).where(Mention.case_id == second.id)):
                mention.author_id = first.author_id
            second.author_id = first.author_id
        view = _view(sqlite_workspace, sqlite_floor, place=1)
        reader = _reader(sqlite_workspace, sqlite_floor)
        history = json.dumps([*history_blocks(view, reader), *last_time(view.past)])
        assert FOLDED in history
        assert RUDE not in history
        assert list(regroup.others(view).values()) == [FOLDED]
        with sqlite_workspace.database.read() as session:
            found = customer.customer(session, view.row.id, by=session.get_one(Person, sqlite_floor.ana))
        assert RUDE not in json.dumps(case_choices(found))
        rude_post = next(block for block in story_blocks(found, reader) if block.get("text") == RUDE)
        assert (rude_post["folded"], rude_post["counts"], rude_post["mention"]) == (True, True, sqlite_floor.mentions[0])

    def test_n9_in_similar_cases(self, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
        one = SimilarCase(7, 0.9, CaseStatus.OPEN, None, sqlite_workspace.now(), RUDE, None, "", "", abusive=True)
        section = similar_section(
            Likeness(waits=False, cases=(one,)), _view(sqlite_workspace, sqlite_floor), _reader(sqlite_workspace, sqlite_floor)
        )
        assert section
        assert [block["text"] for block in section["blocks"]] == [FOLDED]

    def test_n9_what_a_blocked_author_wrote_is_folded_and_not_counted(self, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
        with sqlite_workspace.database.write() as session:
            session.get_one(Author, session.get_one(Case, sqlite_floor.cases[0]).author_id).blocked_at = sqlite_workspace.now()
        (post,) = thread_blocks(_view(sqlite_workspace, sqlite_floor), _reader(sqlite_workspace, sqlite_floor))
        assert (post["folded"], post["counts"]) == (True, False)

    def test_n9_decent_words_stay_as_they_are(self) -> None:
        assert previewed("Thank you so much", 200, abusive=False) == "Thank you so much"
        assert previewed("Thank you so much", 200, abusive=True) == FOLDED

    def test_n9_behind_a_chart_a_click_shows_it_and_counts(self, desk: Desk, sqlite_floor: Floor, rude: int) -> None:
        desk.open(sqlite_floor.ana)
        app = AppTest.from_function(_fold_page, default_timeout=60, kwargs={"mention_id": rude, "words": RUDE})
        app.session_state[WHOSE] = sqlite_floor.ana
        app = app.run()
        assert (RUDE in [node.value for node in app.text], counted(desk.workspace)) == (False, {})
        app = press(app, f"fold_{rude}")
        assert not app.exception
        assert RUDE in [node.value for node in app.text]
        assert counted(desk.workspace) == {sqlite_floor.ana: 1}

    def test_n9_the_conversation_says_whose_page_it_is(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
        assert component(app, "editor")["me"] == sqlite_floor.ana


def _fold_page(mention_id: int, words: str) -> None:
    from dashboard.panes import fold

    fold.draw(mention_id, [words], abusive=True)


def _shift(desk: Desk, person_id: int) -> AppTest:
    app = desk.open(person_id).switch_page(SHIFT).run()
    assert not app.exception
    return app


def _badges(app: AppTest, words: str) -> list[str]:
    """The badges that say so, without Streamlit's own marks around them."""
    found = [node.value for node in app.markdown if words in node.value]
    return [value.partition("[")[2].rpartition("]")[0].replace("\\", "") for value in found]


def _reader(workspace: Workspace, floor: Floor) -> Reader:
    return Reader(floor.ana, True, workspace.now(), "UTC")


def _view(workspace: Workspace, floor: Floor, *, place: int = 0) -> CaseView:
    with workspace.database.read() as session:
        return caseview.case(session, floor.cases[place], by=session.get_one(Person, floor.ana), now=workspace.now())
