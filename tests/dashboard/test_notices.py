"""News on the board: a bell that each person has for themselves, answered from memory until there is more."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dashboard import actions, notice_actions
from dashboard.case_values import Reader
from dashboard.history_values import history_blocks
from dashboard.notice_values import notice_values
from dashboard.panes import bell
from dashboard.routes import board_app
from dashboard.texts import CATALOGUES
from dashboard.texts.language import ENGLISH, GERMAN, passing, speak
from dashboard.workspace import Workspace
from desk.alerts import notices
from desk.alerts.notices import NoticeView
from desk.people import people
from desk.queue import inbox
from storage.models import Note
from storage.words import HoldKind, NoticeKind
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, components, param
from tests.dashboard.test_routes import BASE, sign_in

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/board", board_app(sqlite_workspace))]), base_url=BASE) as opened:
        yield opened


def mention_bo(workspace: Workspace, floor: Floor, case: int = 0) -> None:
    assert actions.add_note(workspace, floor.ana, floor.cases[case], note="Look, @BL").is_done


class TestRoute:
    def test_news_is_the_readers_own_and_answered_from_memory(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
    ) -> None:
        sign_in(client, sqlite_floor.bo)
        before = client.get("/board/notices")
        assert before.json() == {"n": 0, "items": []}
        assert client.get("/board/notices", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
        mention_bo(sqlite_workspace, sqlite_floor)
        after = client.get("/board/notices", headers={"If-None-Match": before.headers["ETag"]})
        (item,) = after.json()["items"]
        assert (item["words"], item["text"], item["case"]) == ("Ana Moss mentioned you in a note", "Look, @BL", sqlite_floor.cases[0])
        sign_in(client, sqlite_floor.ana)
        assert client.get("/board/notices").json()["n"] == 0

    def test_news_without_a_case_or_a_record_is_seen_too(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
    ) -> None:
        sign_in(client, sqlite_floor.bo)
        assert client.get("/board/notices").json()["n"] == 0
        with sqlite_workspace.database.write() as session:
            notices.tell(session, [sqlite_floor.bo], NoticeKind.INCIDENT, key="incident 1", now=NOW, text="No power in Delft")
        sqlite_workspace.snapshots.forget()
        assert [item["text"] for item in client.get("/board/notices").json()["items"]] == ["No power in Delft"]

    def test_looking_ends_what_was_shown_and_nothing_newer(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
    ) -> None:
        mention_bo(sqlite_workspace, sqlite_floor, 0)
        sign_in(client, sqlite_floor.bo)
        shown = client.get("/board/notices").json()["items"][0]["id"]
        mention_bo(sqlite_workspace, sqlite_floor, 1)
        assert client.post("/board/notices/seen", json={"up_to": shown}).json()["seen"] == 1
        assert [item["case"] for item in client.get("/board/notices").json()["items"]] == [sqlite_floor.cases[1]]

    def test_being_at_the_case_is_looking_and_being_away_is_not(
        self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor
    ) -> None:
        mention_bo(sqlite_workspace, sqlite_floor, 0)
        mention_bo(sqlite_workspace, sqlite_floor, 1)
        sign_in(client, sqlite_floor.bo)
        assert client.get("/board/notices").json()["n"] == 2
        for kind, left in ((HoldKind.AWAY, 2), (HoldKind.READING, 1)):
            assert client.post("/board/presence", json={"case": sqlite_floor.cases[0], "kind": kind}).status_code == 200
            assert client.get("/board/notices").json()["n"] == left

    def test_a_note_is_added_by_the_care_team_only(self, client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
        path = f"/board/note/{sqlite_floor.cases[0]}"
        assert client.post(path, json={"text": "x"}).status_code == 401
        for person_id, words, status in (
            (sqlite_floor.reader, "x", 403),
            (sqlite_floor.ana, "", 422),
            (sqlite_floor.ana, None, 400),
            (sqlite_floor.ana, "Called", 200),
        ):
            sign_in(client, person_id)
            assert client.post(path, json={"text": words}).status_code == status
        with sqlite_workspace.database.read() as session:
            assert session.query(Note).count() == 1

    @pytest.mark.parametrize("body", [{}, {"up_to": -1}, {"up_to": "1"}, {"case": True, "up_to": 1}])
    def test_what_makes_no_sense_is_refused(self, body: dict[str, object], client: TestClient, sqlite_floor: Floor) -> None:
        sign_in(client, sqlite_floor.bo)
        assert client.post("/board/notices/seen", json=body).status_code == 400


@pytest.mark.parametrize("by", ["Lea Hart", ""])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_has_words(kind: NoticeKind, by: str) -> None:
    (item,) = notice_values([NoticeView(1, kind, 7, by, "press", NOW)])["items"]
    assert item["words"].strip()
    assert "  " not in item["words"]
    assert "{" not in item["words"]


@pytest.mark.parametrize("language", [ENGLISH, GERMAN])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_has_words_for_the_desktop_that_name_nobody(kind: NoticeKind, language: str) -> None:
    words = CATALOGUES[language][f"notice.js.kind.{kind}"]
    assert words.strip()
    assert "{" not in words


FEED_NAME = "northwind " * 7
SAID_LIKELY = f"Wahrscheinlich ein Vorfall: 12 Beschwerden oder dringende Beiträge zu Acme, Feed {FEED_NAME}seit 14:00 UTC, sonst 2"
LIKELY = f"An incident is likely: 12 complaints or urgent posts about Acme, feed {FEED_NAME}since 14:00 UTC, usually 2. Look first at the cases #1, #2, #3."


@pytest.mark.parametrize(
    ("kind", "by", "words", "said"),
    [
        (
            NoticeKind.INCIDENT,
            "",
            LIKELY,
            f"{SAID_LIKELY}. Sehen Sie zuerst die Fälle #1, #2, #3 an.",
        ),
        (NoticeKind.INCIDENT, "Lea Hart", "the customer wrote again", "the customer wrote again"),
        (NoticeKind.INCIDENT, "", LIKELY.partition(" Look")[0], f"{SAID_LIKELY}."),
        (NoticeKind.APPROVAL_DECIDED, "", "the customer wrote again", "der Kunde hat wieder geschrieben"),
        (NoticeKind.APPROVAL_DECIDED, "Lea Hart", "the customer wrote again", "the customer wrote again"),
        (NoticeKind.PROMISE_DUE, "", "the customer wrote again", "the customer wrote again"),
    ],
)
def test_what_the_desk_says_is_said_in_the_readers_language_and_what_people_wrote_stays(
    kind: NoticeKind, by: str, words: str, said: str
) -> None:
    assert len(LIKELY) > 200
    with passing():
        speak(GERMAN)
        (item,) = notice_values([NoticeView(1, kind, 7, by, words, NOW)])["items"]
    assert item["text"] == said


def test_of_a_customer_who_writes_on_and_on_the_last_time_is_shown() -> None:
    kinds = [
        (5, NoticeKind.WROTE_AGAIN, 7),
        (4, NoticeKind.WROTE_AGAIN, 8),
        (3, NoticeKind.MENTIONED, 7),
        (2, NoticeKind.WROTE_AGAIN, 7),
        (1, NoticeKind.MENTIONED, 7),
    ]
    told = notice_values([NoticeView(number, kind, case_id, "", "carla", NOW) for number, kind, case_id in kinds])
    assert (told["n"], [item["id"] for item in told["items"]]) == (4, [5, 4, 3, 1])


class TestPages:
    def test_the_bell_stands_on_the_page_and_the_note_box_knows_the_colleagues(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
        assert components(app, "bell") == 1
        assert [(one["initials"], one["me"]) for one in component(app, "note")["people"]] == [
            ("AC", False),
            ("AM", True),
            ("BL", False),
            ("LH", False),
        ]

    def test_news_leads_to_its_case_and_the_list_keeps_what_it_shows(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = desk.open(sqlite_floor.bo, view="unclaimed")
        app.session_state[bell.LEADS_TO] = sqlite_floor.cases[1]
        app.run()
        assert (param(app, "case"), param(app, "view")) == (str(sqlite_floor.cases[1]), "unclaimed")

    def test_only_its_writer_is_offered_to_remove_a_note_and_not_for_long(self, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
        mention_bo(sqlite_workspace, sqlite_floor)
        with sqlite_workspace.database.read() as session:
            view = inbox.case(session, sqlite_floor.cases[0], by=people.active(session, sqlite_floor.ana), now=sqlite_workspace.now())
        (note,) = view.notes

        def offered(person_id: int, now: datetime) -> list[str]:
            blocks = history_blocks(view, Reader(person_id, may_care=True, now=now, zone="UTC"))
            (section,) = [block for block in blocks if block.get("title") == "Notes"]
            return [action["verb"] for action in section["blocks"][0]["actions"]]

        assert offered(sqlite_floor.ana, note.at) == ["remove_note"]
        assert offered(sqlite_floor.bo, note.at) == []
        assert offered(sqlite_floor.ana, note.removable_until) == []

    def test_a_note_is_removed_with_its_news(self, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
        mention_bo(sqlite_workspace, sqlite_floor)
        with sqlite_workspace.database.read() as session:
            note_id = session.query(Note).one().id
        assert not notice_actions.remove_note(sqlite_workspace, sqlite_floor.bo, note_id).is_done
        assert notice_actions.remove_note(sqlite_workspace, sqlite_floor.ana, note_id).is_done
        with sqlite_workspace.database.read() as session:
            assert notices.unseen(session, sqlite_floor.bo) == []
