"""May we answer in this subreddit? Beside the account at the case, and as a list on the Feeds page."""

from typing import Any

import pytest

from dashboard import welcome_actions
from dashboard.actions import Kind
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.people import people
from storage.models import Mention
from storage.words import Role, WelcomeKind
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, press
from tests.support.desk import MINUTE, Shop, person
from tests.support.pages import page, signed_in

URL = "https://www.reddit.com/r/gadgets/comments/abc/my_lift/"


@pytest.fixture
def case(sqlite_workspace: Workspace, sqlite_floor: Floor) -> tuple[int, int]:
    """Ana's case of a post in a subreddit; its brand."""
    with sqlite_workspace.database.write() as session:
        ana, now = people.active(session, sqlite_floor.ana), sqlite_workspace.now()
        shop = Shop(session, source="reddit", handle="AcmeCare")
        case = shop.claimed(ana, at=now - 3 * MINUTE)
        session.get_one(Mention, case.latest_mention_id).url = URL
        return case.id, shop.brand.id


def account(app: Any) -> dict[str, Any]:
    found: dict[str, Any] = component(app, "editor")["state"]["accounts"][0]
    return found


def test_the_place_stands_beside_the_account_and_is_noted_there(desk: Desk, sqlite_floor: Floor, case: tuple[int, int]) -> None:
    case_id, _ = case
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    assert account(app)["how"] == text("welcome.how.unknown", place="gadgets")
    kind = next(one for one in app.radio if one.key and one.key.endswith("_gadgets_kind"))
    kind.set_value(WelcomeKind.YES)
    next(one for one in app.text_input if one.key and one.key.endswith("_gadgets_reason")).input("rule 4 allows it")
    press(app, "welcome_note")
    again = desk.open(sqlite_floor.ana, case=str(case_id))
    assert account(again)["how"] == text("reply.how.api")
    told = [element.value for element in again.text]
    assert any("rule 4 allows it" in words for words in told)
    assert text("welcome.by_ops") in told
    assert "welcome_note" not in [button.key for button in again.button]


def test_a_no_says_its_reason_beside_the_account(desk: Desk, sqlite_floor: Floor, case: tuple[int, int]) -> None:
    case_id, brand_id = case
    result = welcome_actions.note(desk.workspace, sqlite_floor.lead, brand_id, "r/gadgets", kind=WelcomeKind.NO, reason="no companies")
    assert (result.kind, result.words) == (Kind.DONE, text("welcome.done.no", place="gadgets"))
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    assert account(app)["how"] == text("welcome.how.no", place="gadgets", reason="no companies")


def test_a_case_elsewhere_asks_nothing(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    assert not [one for one in app.radio if one.key and one.key.startswith("welcome_")]


@pytest.mark.usefixtures("case")
def test_ops_note_a_place_on_the_feeds_page_and_a_reader_only_reads_it(
    sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_workspace.database.write() as session:
        ops = person(session, "Olu Pike", Role.OPS).id
    signed_in(monkeypatch, sqlite_workspace, ops)
    app = page("feeds").run()
    app.text_input(key="welcome_place").input("r/lifts")
    app.text_input(key="welcome_reason").input("the moderators said no")
    app.radio(key="welcome_kind").set_value(WelcomeKind.NO)
    app.button(key="welcome_add").click().run()
    assert not app.exception
    assert any("does not answer in r/lifts: the moderators said no (Olu Pike)" in element.value for element in app.text)
    signed_in(monkeypatch, sqlite_workspace, sqlite_floor.reader)
    app = page("feeds").run()
    assert any("r/lifts" in element.value for element in app.text)
    assert "welcome_add" not in [button.key for button in app.button]
