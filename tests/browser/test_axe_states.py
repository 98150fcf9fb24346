"""What lies over a page, in both schemes at both widths: dialogs, drawers, menus and bars of the case, of a lead, of an admin and of ops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from dashboard.texts import text
from desk.cases import cases, tags
from desk.incidents import incident_statements, incidents
from desk.incidents.incident_statements import Purpose
from desk.incidents.incidents import IncidentDraft
from desk.people import people
from desk.replies import saved_replies
from desk.replies.saved_replies import SavedDraft
from storage.models import Author, Case, Credential
from storage.words import Role
from tests.browser import acts
from tests.browser.acts import popover, shop_of
from tests.browser.conftest import Board, Sit
from tests.browser.eyes import QUIET, looked_at, looked_into, serious, settled
from tests.browser.serve import CREDENTIAL, SAMPLE
from tests.browser.test_preview import Listener, judge
from tests.support.crisis import KNOWN
from tests.support.desk import person
from tests.support.eyes import ask, learner
from tests.support.orange import Orange
from tests.support.replay import Platform

pytestmark = pytest.mark.browser

BODY, DIALOG = "[data-testid=stPopoverBody]", "[role=dialog]"
MINUTE = timedelta(minutes=1)


class Looks:
    """What was found wrong, by the state in which it was seen."""

    def __init__(self, page: Page) -> None:
        self.page, self.found = page, dict[str, list[str]]()

    def over(self, name: str) -> None:
        """The page as it stands, with what was drawn into it."""
        self.page.wait_for_function(QUIET)
        self.found[name] = looked_into(self.page)

    def into(self, name: str, inside: str = DIALOG) -> None:
        self.page.locator(inside).last.wait_for()
        self.page.wait_for_function(QUIET)
        self.found[name] = looked_into(self.page, inside)

    def dialog(self, name: str, opened: Callable[[], None]) -> None:
        with self.while_open(opened):
            self.into(name)

    @contextmanager
    def while_open(self, opened: Callable[[], None]) -> Iterator[None]:
        opened()
        self.page.get_by_role("dialog").wait_for()
        yield
        self.page.keyboard.press("Escape")
        self.page.get_by_role("dialog").wait_for(state="detached")

    def popover(self, name: str, key: str) -> None:
        popover(self.page, key)
        self.into(name, BODY)
        self.page.keyboard.press("Escape")
        self.page.locator(BODY).wait_for(state="hidden")

    def nothing(self) -> None:
        assert {name: problems for name, problems in self.found.items() if problems} == {}


def busy_case(board: Board) -> int:
    """Ana has a case of two posts, whose customer has another one; there are tags, an incident and saved replies."""
    with board.database.write() as session:
        ana, lead, now = people.active(session, board.floor.ana), people.active(session, board.floor.lead), board.database.now()
        case_id = board.floor.cases[0]
        author = session.get_one(Author, session.get_one(Case, case_id).author_id)
        shop_of(session).case("And my bill is wrong", author=author, at=now - MINUTE)
        made = [tags.add(session, name=name, by=lead, now=now).id for name in ("outage", "refund")]
        tags.put(session, tag_ids=made[:1], case_ids=[case_id], mention_ids=[], by=lead, now=now)
        for draft in (SavedDraft("Late parcel", "Hi {customer}, order {order} is late."), SavedDraft("Thanks", "Thank you!")):
            saved_replies.add(session, draft, is_own=False, by=lead, now=now)
        incidents.begin(session, IncidentDraft("Outage"), by=lead, now=now)
        cases.claim(session, case_id, by=ana, now=now)
    acts.customer_writes(board, case_id, "Hello? Anybody there?")
    return case_id


def test_nothing_serious_in_what_opens_from_a_busy_case(board: Board, sit: Sit) -> None:
    case_id = busy_case(board)
    page = settled(sit(board.floor.ana, f"?case={case_id}"))
    page.locator("#reply").wait_for()
    looks = Looks(page)
    for name in ("Merge", "Split"):
        looks.dialog(name, lambda name=name: acts.act(page, name))  # type: ignore[misc]
    looks.dialog("customer", page.get_by_role("button", name="All of this customer").first.click)
    with looks.while_open(lambda: acts.act(page, "Close")):
        for outcome, field in (
            ("Solved", "What was the cause?"),
            ("Declined", "Why not?"),
            ("Moved to another channel", "Where does it go on?"),
        ):
            page.get_by_role("dialog").get_by_text(outcome, exact=True).click()
            page.get_by_role("dialog").get_by_label(field).first.wait_for()
            looks.into(f"closing: {outcome}")
    for key in ("tag_popover", "case_more", "view_popover"):
        looks.popover(key, key)
    page.locator("#reply").click()
    page.keyboard.press("Control+/")
    page.locator(".offer").first.wait_for()
    looks.into("saved replies", ".st-key-reply_box")
    page.keyboard.press("Escape")
    page.locator(".row .pick").first.click()
    looks.over("bulk bar")
    page.locator(".bulk").get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_label("Which tag?")).to_be_focused()
    looks.found["bulk question"] = serious(page)
    looks.nothing()


def crisis(board: Board) -> int:
    """A learner's reply waits for a reader; an incident has one case and a statement that nobody approved. The incident's number."""
    with board.database.write() as session:
        lead, now = people.active(session, board.floor.lead), board.database.now()
        _ask(board, session)
        begun = incidents.begin(session, IncidentDraft("Outage", "A cable", "We work on it", board.floor.lead), by=lead, now=now)
        incident_statements.propose(session, begun.id, purpose=Purpose.KNOWN, language="en", variants=KNOWN, by=lead, now=now)
        return begun.id


def _ask(board: Board, session: Session) -> None:
    now, case_id = board.database.now(), board.floor.cases[0]
    new = learner(session)
    cases.claim(session, case_id, by=new, now=now)
    ask(session, session.get_one(Case, case_id), shop_of(session), new, now=now)


def test_nothing_serious_in_what_a_lead_opens(board: Board, sit: Sit) -> None:
    incident = crisis(board)
    page = settled(sit(board.floor.lead, f"?case={board.floor.cases[0]}"))
    page.locator(".st-key-approval").wait_for()
    looks = Looks(page)
    looks.over("a reply to read")
    for key in ("to_approve", "send_back_popover", "case_more"):
        looks.popover(key, key)
    page.goto(f"{board.url}/incidents?incident={incident}")
    settled(page)
    looks.popover("what is known", "incident_details")
    for name in ("Write a statement", "Close the incident"):
        page.get_by_text(name, exact=True).click()
    page.get_by_label("What was the cause?").or_(page.get_by_role("button", name="Close it")).first.wait_for()
    looks.found["incident, unfolded"] = looked_at(page)
    page.goto(f"{board.url}/rules?add=1")
    settled(page).get_by_text(text("rules.form.more"), exact=True).click()
    looks.found["a new rule"] = looked_at(page)
    looks.nothing()


def test_nothing_serious_in_what_is_asked_about_people(board: Board, sit: Sit) -> None:
    page = settled(sit(board.floor.admin, "people"))
    looks = Looks(page)
    looks.dialog("Add a person", lambda: page.get_by_role("button", name="Add a person").click())
    for name in ("Change", "Let leave"):
        looks.dialog(name, lambda name=name: from_menu(page, board.floor.ana, name))  # type: ignore[misc]
    looks.nothing()


def from_menu(page: Page, person_id: int, name: str) -> None:
    page.locator(f".st-key-people_menu_{person_id}").get_by_role("button").click()
    page.get_by_text(name, exact=True).last.click()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """X on loopback, for which the board has a credential; asked for before the board."""
    monkeypatch.setenv(CREDENTIAL, "acme-x:x")
    with Platform() as opened:
        yield opened


def test_nothing_serious_in_the_preview_of_a_feed(platform: Platform, board: Board, sit: Sit) -> None:
    Orange(platform, per_day=1_200)
    listener = Listener(board.database, platform)
    with board.database.write() as session:
        ops = person(session, "Ola Berg", Role.OPS).id
        session.add(Credential(name="acme-x", source="x"))
    page = settled(sit(ops, "feeds?add=1"))
    page.get_by_role("radio", name="X", exact=True).click()
    page.get_by_role("textbox", name="Query").fill("orange")
    page.get_by_role("button", name="Preview", exact=True).click()
    listener.answer()
    page.get_by_role("button", name="Read a sample of 50").click()
    listener.answer()
    page.get_by_text("Say of some posts whether they are about us").wait_for()
    judge(page, 0)
    page.get_by_text("judged", exact=False).first.wait_for()
    looks = Looks(page)
    looks.found["preview"] = serious(page)
    looks.nothing()


@pytest.fixture
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SAMPLE, "1")


@pytest.mark.usefixtures("_sample", "board")
def test_nothing_serious_in_the_tour_and_at_the_door(sit: Sit) -> None:
    page = settled(sit(None))
    looks = Looks(page)
    looks.over("the door")
    page.get_by_role("button", name="Ana Moss").click()
    page.locator(".st-key-tour").wait_for()
    looks.over("the tour, offered")
    page.get_by_role("button", name="Begin the tour").click()
    expect(page.locator(".st-key-tour")).to_contain_text("Step 1 of 6")
    looks.over("the tour, begun")
    looks.nothing()
