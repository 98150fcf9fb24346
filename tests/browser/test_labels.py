"""A label is corrected and put back with the mouse or without one."""

import pytest
from playwright.sync_api import Locator, Page, expect

from storage.models import Mention
from storage.words import Sentiment, Urgency
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser


def mention(board: Board) -> Mention:
    with board.database.read() as session:
        return session.get_one(Mention, board.floor.mentions[0])


def label(page: Page, question: str) -> Locator:
    return page.locator(f"[data-label$=' {question}']")


def test_a_label_in_the_case_is_corrected_and_put_back_with_the_keyboard(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    urgency = label(page, "urgency")
    urgency.focus()
    page.keyboard.press("Enter")
    items = page.get_by_role("menuitem")
    expect(items).to_have_text(["Low", "Normal"])
    expect(items.first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(items.last).to_be_focused()
    page.keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(urgency).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(urgency).to_contain_text("Low")
    expect(urgency).to_be_focused()
    assert (urgency.get_attribute("aria-label") or "").startswith("Urgency: Low. Set by Ana Moss, ")
    assert mention(board).urgency is Urgency.LOW
    expect(page.locator(".undo")).to_contain_text("Urgency corrected: Low")


def test_a_click_beside_a_menu_closes_it_and_one_on_undo_takes_the_word_back(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    sentiment = label(page, "sentiment")
    sentiment.click()
    expect(page.get_by_role("menuitem")).to_have_count(2)
    sentiment.click()
    expect(page.get_by_role("menuitem")).to_have_count(0)
    sentiment.click()
    page.get_by_role("menuitem", name="positive").click()
    expect(sentiment).to_contain_text("positive")
    page.locator(".undo button").click()
    expect(page.get_by_text("Sentiment is again").first).to_be_visible()
    assert mention(board).sentiment is not Sentiment.POSITIVE


def test_labels_of_all_mentions_are_corrected_and_confirmed(board: Board, sit: Sit) -> None:
    page = sit(board.floor.lead, "mentions")
    last = page.locator(".item").last
    last.locator("[data-label$=' intent']").click()
    page.get_by_role("menuitem", name="leaving").click()
    expect(last.locator("[data-label$=' intent']")).to_contain_text("leaving")
    last.get_by_role("button", name="Labels are right").click()
    expect(last).to_contain_text("labels checked")
    expect(last.get_by_role("button", name="Labels are right")).to_have_count(0)
