"""Somebody chooses their language and their clock in the page, and the page follows, its scripts and its name for screen readers, too."""

import re

import pytest
from playwright.sync_api import Page, expect

from storage.models import Person
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

DRAFT = "We are looking into it"
IN_KIRITIMATI = """node => new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "long", timeZone: "Pacific/Kiritimati"})
    .format(new Date(Number(node.dataset.at)))"""


def choose(page: Page, initials: str, chooser: str, option: str) -> None:
    page.get_by_role("button", name=initials, exact=True).click()
    page.get_by_role("combobox", name=chooser).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_the_whole_page_follows_a_choice_and_a_draft_is_kept(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Claim", exact=True).click()
    page.locator("#reply").fill(DRAFT)
    expect(page.locator(".saved")).to_contain_text("Saved")
    choose(page, "AM", "Language", "Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("button", name="Übergeben", exact=True)).to_be_visible()
    expect(page.locator("#reply")).to_have_value(DRAFT)
    expect(page.locator("#reply")).to_have_attribute("placeholder", re.compile("^Schreiben Sie eine Antwort"))
    expect(page.locator(".row").first).to_contain_text(re.compile("noch |zu spät"))


def test_clocks_are_those_of_the_chosen_zone_whatever_the_browser_says(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        session.get_one(Person, board.floor.ana).zone = "Pacific/Kiritimati"
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    said = page.locator(".post time, .post .clock").first
    expect(said).to_be_visible()
    there = said.evaluate(IN_KIRITIMATI)
    expect(said).to_have_attribute("title", re.compile(re.escape(there)))
