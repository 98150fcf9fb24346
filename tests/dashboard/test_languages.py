"""Everybody reads the board in their own language and on their own clock, several people at the same time."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from string import Formatter
from threading import Barrier
from typing import Any

import pytest
from google.protobuf.message import Message  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import actions, locale_actions, viewer
from dashboard.format import clock_words, money_words, number_words, percent_words, span_words
from dashboard.routes import board_app
from dashboard.texts import CATALOGUE, CATALOGUES, PARTS, text
from dashboard.texts.de import PARTS as GERMAN_PARTS
from dashboard.texts.language import NAMES, accepted, language, passing, speak
from dashboard.texts.spoken import say
from dashboard.workspace import Workspace
from desk.alerts import notices
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import locales
from storage.models import Person
from storage.words import NoticeKind, Outcome
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import BOARD, Desk, component, toasts

BASE = "http://localhost:8765"
GERMAN = {name: string for part in GERMAN_PARTS for name, string in part.TEXTS.items()}
PAGES = sorted(path.stem for path in (BOARD / "app_pages").glob("[a-z]*.py"))
NOT_WORDS = {"id", "key", "url", "page_script_hash", "form_id", "url_pathname", "script_path", "element_id", "icon", "data_id"}


def fields(template: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(template) if field is not None}


def test_both_catalogues_have_the_same_names() -> None:
    assert sorted(CATALOGUE.keys() - GERMAN.keys()) == []
    assert sorted(GERMAN.keys() - CATALOGUE.keys()) == []
    assert [part.__name__.rpartition(".")[2] for part in GERMAN_PARTS] == [part.__name__.rpartition(".")[2] for part in PARTS]


def test_a_string_has_its_place_in_the_file_of_the_same_name() -> None:
    there = {name: part.__name__.rpartition(".")[2] for part in PARTS for name in part.TEXTS}
    here = {name: part.__name__.rpartition(".")[2] for part in GERMAN_PARTS for name in part.TEXTS}
    assert {name: file for name, file in here.items() if there.get(name) != file} == {}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_both_languages_fill_in_the_same_values(name: str) -> None:
    assert fields(GERMAN.get(name, "")) == fields(CATALOGUE[name])


def test_the_desk_knows_the_languages_that_the_board_speaks() -> None:
    assert set(locales.LANGUAGES) == set(NAMES) == set(CATALOGUES)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("fr, en-GB;q=0.3, de;q=0.7", "de"),
        ("en-US,en", "en"),
        ("fr-FR", None),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=nonsense", None),
        ("", None),
    ],
)
def test_a_browser_says_which_language_it_wishes(header: str, wanted: str | None) -> None:
    assert accepted(header) == wanted


def test_numbers_money_and_spans_follow_the_language(sqlite_workspace: Workspace) -> None:
    now = sqlite_workspace.now().replace(month=3, day=9, hour=12)
    with passing():
        speak("de")
        assert (number_words(1200), number_words(2.5, 1), percent_words(0.25)) == ("1.200", "2,5", "25\N{NO-BREAK SPACE}%")
        assert (money_words(1_234_500_000, "EUR"), money_words(5_000, "USD")) == ("1.234,50 €", "0,005 $")
        assert span_words(timedelta(days=2, hours=3)) == "2 T 3 h"
        assert clock_words(now - timedelta(days=3), now=now, zone="UTC").startswith("6. März ")
    assert (number_words(1200), percent_words(0.25), money_words(1_234_500_000, "EUR")) == ("1,200", "25%", "€1,234.50")


def test_what_is_spoken_inside_ends_with_it() -> None:
    with passing():
        speak("de")
        assert language() == "de"
    assert language() == "en"


def put(workspace: Workspace, person_id: int, *, language_: str = "", zone: str = "") -> None:
    with workspace.database.write() as session:
        person = session.get_one(Person, person_id)
        person.locale, person.zone = language_, zone
    workspace.locales.forget(person_id)


def shown(app: AppTest) -> set[str]:
    """Every string that some element was given to draw."""
    found: set[str] = set()
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if proto is None:
            continue
        if node.type == "bidi_component":
            found |= set(strings(json.loads(proto.bytes)))
        else:
            found |= set(of_proto(proto))
    return found


def of_proto(proto: Message) -> Iterator[str]:
    for field, value in proto.ListFields():
        if field.name in NOT_WORDS:
            continue
        for one in value if field.is_repeated else [value]:
            if isinstance(one, Message):
                yield from of_proto(one)
            elif isinstance(one, str):
                yield one.replace("\\", "")


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def shape(template: str) -> re.Pattern[str]:
    return re.compile("".join(re.escape(words) + (".+" if field is not None else "") for words, field, _, _ in Formatter().parse(template)))


ONLY_ENGLISH = {string for name, string in CATALOGUE.items() if GERMAN.get(name) != string} - set(GERMAN.values())
WHOLE = {string for string in ONLY_ENGLISH if not fields(string) and (" " in string or string[:1].isupper())}
SHAPES = [shape(string) for string in ONLY_ENGLISH if fields(string) and len(re.findall(r"[a-z]{2,} [a-z]{2,}", string)) > 0]


def left_in_english(app: AppTest) -> list[str]:
    """What an element shows in English, by the catalogue or by the desk; each language's own name stands as it is."""
    said = shown(app) - set(NAMES.values())
    from_catalogue = {one for one in said if one in WHOLE or any(pattern.fullmatch(one) for pattern in SHAPES)}
    with passing():
        speak("de")
        return sorted(from_catalogue | {one for one in said if " " in one and say(one) != one})


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["lead", "admin"])
def test_no_page_leaves_anything_in_english(page: str, who: str, desk: Desk, sqlite_floor: Floor) -> None:
    person_id = getattr(sqlite_floor, who)
    put(desk.workspace, person_id, language_="de")
    first, second, _ = sqlite_floor.cases
    actions.claim(desk.workspace, person_id, first)
    actions.claim(desk.workspace, person_id, second)
    actions.close(desk.workspace, person_id, second, outcome=Outcome.SOLVED, resolution=ResolutionDraft("Strom", "Neu", "Geht"))
    app = desk.open(person_id, case=str(first))
    with passing():
        speak("de")  # AppTest asks here what the options of a chooser are called
        app = app if page == "queue" else app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    assert left_in_english(app) == []


def test_the_frame_and_its_menu_speak_german(desk: Desk, sqlite_floor: Floor) -> None:
    put(desk.workspace, sqlite_floor.admin, language_="de", zone="Asia/Kolkata")
    app = with_menu(desk.open(sqlite_floor.admin, case=str(sqlite_floor.cases[0])), "de")
    assert not app.exception
    assert left_in_english(app) == []
    assert component(app, "frame") == {"locale": "de", "wanted": "de"}
    assert {"locale": "de", "zone": "Asia/Kolkata"}.items() <= component(app, "queue")["texts"].items()


def with_menu(app: AppTest, spoken: str = "en") -> AppTest:
    """The menu behind one's initials, open: what is in it is drawn only then."""
    app.session_state["me_menu"] = True
    with passing():
        speak(spoken)  # AppTest asks here what the options of a chooser are called
        return app.run()


def test_somebody_chooses_their_language_and_the_next_session_speaks_it(desk: Desk, sqlite_floor: Floor) -> None:
    app = with_menu(desk.open(sqlite_floor.ana))
    app = app.selectbox(key="me_language").set_value("de").run()
    assert not app.exception
    assert toasts(app) == ["Die Tafel spricht Deutsch mit Ihnen"]
    assert component(app, "frame") == {"locale": "en", "wanted": "de"}
    assert app.selectbox(key="me_language").label == "Language"
    again = desk.open(sqlite_floor.ana)
    assert component(again, "frame") == {"locale": "de", "wanted": "de"}
    again = with_menu(again, "de")
    assert again.selectbox(key="me_language").label == "Sprache"


def test_somebody_chooses_their_clock(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana)
    assert component(app, "queue")["texts"]["zone"] == "Europe/London"
    app = with_menu(app).selectbox(key="me_zone").set_value("America/New_York").run()
    assert toasts(app) == ["Your times are in America/New_York"]
    assert component(app, "queue")["texts"]["zone"] == "America/New_York"


def test_a_callback_speaks_before_its_page_does(desk: Desk, sqlite_floor: Floor) -> None:
    put(desk.workspace, sqlite_floor.ana, language_="de")
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    (claim,) = [button for button in app.button if button.label == "Annehmen"]
    with passing():
        speak("de")
        assert toasts(claim.click().run()) == ["Der Fall gehört jetzt Ihnen"]


@pytest.mark.usefixtures("sqlite_floor")
def test_whoever_is_not_signed_in_is_asked_in_their_browsers_language(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "headers", lambda: {"Accept-Language": "de-DE,de;q=0.9"})
    app = desk.open(None)
    assert "Wer sitzt an diesem Platz?" in shown(app)
    assert left_in_english(app) == []


@pytest.fixture
def client(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    app = Starlette(routes=[Mount("/board", board_app(sqlite_workspace))])
    with TestClient(app, base_url=BASE) as opened:
        yield opened


def sign_in(client: TestClient, person_id: int) -> None:
    client.cookies.clear()
    assert client.post("/board/sign-in", json={"person": person_id}).status_code == 200


def test_nobody_is_refused_in_their_browsers_language(client: TestClient) -> None:
    refused = client.get("/board/queue", headers={"Accept-Language": "de"})
    assert (refused.status_code, refused.json()["words"]) == (401, GERMAN["act.signed_out"])
    assert client.get("/board/queue", headers={"Accept-Language": "fr"}).json()["words"] == CATALOGUE["act.signed_out"]


def test_the_routes_answer_each_in_their_language(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    put(sqlite_workspace, sqlite_floor.bo, language_="de")
    case = sqlite_floor.cases[0]
    assert actions.claim(sqlite_workspace, sqlite_floor.lead, case).is_done
    told = {}
    for person_id in (sqlite_floor.ana, sqlite_floor.bo):
        sign_in(client, person_id)
        rows = client.get("/board/queue?view=all").json()["rows"]
        shut = client.get(f"/board/case/{case}").json()["shut"]
        gone = client.get("/board/case/424242").json()["words"]
        told[person_id] = (next(row for row in rows if row["id"] == case)["urgency"]["word"], shut, gone)
    assert told[sqlite_floor.ana] == ("High", "Lea Hart has this case.", "There is no such case")
    assert told[sqlite_floor.bo] == ("Hoch", "Lea Hart hat diesen Fall.", "Diesen Fall gibt es nicht")


def test_the_bell_speaks_the_language_of_its_reader(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    put(sqlite_workspace, sqlite_floor.bo, language_="de")
    news = [
        (NoticeKind.INCIDENT, "An incident is likely: 12 complaints or urgent posts about Acme since 14:00 UTC, usually 2."),
        (NoticeKind.APPROVAL_DECIDED, "the customer wrote again: read it first"),
    ]
    with sqlite_workspace.database.write() as session:
        for kind, words in news:
            notices.tell(session, [sqlite_floor.bo], kind, key=kind.value, now=sqlite_workspace.now(), text=words)
    sign_in(client, sqlite_floor.bo)
    items = client.get("/board/notices").json()["items"]
    assert [one["kind"] for one in items] == [kind.value for kind, _ in reversed(news)]
    said = {one for item in items for one in (item["words"], item["text"])}
    assert said & {*(words for _, words in news), *CATALOGUE.values()} == set()


def test_a_choice_counts_for_the_next_request(client: TestClient, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    sign_in(client, sqlite_floor.ana)
    assert client.get("/board/case/424242").json()["words"] == "There is no such case"
    assert locale_actions.choose_language(sqlite_workspace, sqlite_floor.ana, "de").is_done
    assert client.get("/board/case/424242").json()["words"] == "Diesen Fall gibt es nicht"


def test_two_people_act_at_once_and_each_is_told_in_their_language(sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    put(sqlite_workspace, sqlite_floor.bo, language_="de")
    both = Barrier(2)

    def refusals(person_id: int) -> set[str]:
        both.wait()
        case = sqlite_floor.cases[0]
        return {actions.save_draft(sqlite_workspace, person_id, case, words="Hello", version=0).words for _ in range(20)}

    with ThreadPoolExecutor(2) as threads:
        english, german = threads.map(refusals, (sqlite_floor.ana, sqlite_floor.bo))
    assert english == {"Claim this case first"}
    assert german == {"Nehmen Sie den Fall zuerst an"}
    assert text("act.claimed") == "This case is yours"


@pytest.mark.parametrize(
    ("choose", "wrong"), [("choose_language", "tlh"), ("choose_zone", "Mars/Olympus"), ("choose_zone", "../etc/passwd")]
)
def test_what_the_board_does_not_know_is_refused(choose: str, wrong: str, sqlite_workspace: Workspace, sqlite_floor: Floor) -> None:
    result = getattr(locale_actions, choose)(sqlite_workspace, sqlite_floor.ana, wrong)
    assert (result.is_done, wrong in result.words) == (False, True)


def test_every_zone_that_is_offered_can_be_lived_in(sqlite_workspace: Workspace) -> None:
    now = sqlite_workspace.now()
    assert len(locales.zones()) > 300
    assert all(clock_words(now, now=now, zone=zone) for zone in locales.zones())
