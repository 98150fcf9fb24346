"""No word is lost, whatever breaks off the typing: no network, a power cut, a reload, a closed tab. Nobody waits for a word to be saved first."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect
from sqlalchemy import select

from storage.models import Note
from tests.browser.conftest import Board, Sit
from tests.browser.test_drafts import claimed, stored_text

pytestmark = pytest.mark.browser

BEFORE, MEANWHILE, AFTER = "Before it broke off, ", "while nothing answers, ", "and after."


def offline(_board: Board, page: Page) -> Page:
    """The network goes, and comes back."""
    page.context.set_offline(True)
    page.keyboard.type(MEANWHILE)
    expect(page.locator(".saved")).to_contain_text("Kept in this browser")
    expect(page.locator(".banner")).to_contain_text("No connection")
    page.context.set_offline(False)
    return page


def offline_and_reloaded(board: Board, page: Page) -> Page:
    """A reload without a network shows the browser's own page; the address is asked for again later."""
    page.context.set_offline(True)
    page.keyboard.type(MEANWHILE)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    page.context.set_offline(False)
    return again(board, page)


def killed(board: Board, page: Page) -> Page:
    board.kill()
    page.keyboard.type(MEANWHILE)
    expect(page.locator(".saved")).to_contain_text("Kept in this browser")
    board.start()
    return page


def killed_and_closed(board: Board, page: Page) -> Page:
    board.kill()
    page.keyboard.type(MEANWHILE)
    page.close()
    board.start()
    return again(board, page.context.new_page())


def reloaded(_board: Board, page: Page) -> Page:
    page.keyboard.type(MEANWHILE)
    page.reload()
    return page


def closed(board: Board, page: Page) -> Page:
    page.keyboard.type(MEANWHILE)
    page.close()
    return again(board, page.context.new_page())


def again(board: Board, page: Page) -> Page:
    page.goto(f"{board.url}/?case={board.floor.cases[0]}")
    return page


BREAKS = (offline, offline_and_reloaded, killed, killed_and_closed, reloaded, closed)


@pytest.mark.parametrize("breaks_off", BREAKS)
def test_a_reply_goes_on_where_it_was_broken_off(board: Board, sit: Sit, breaks_off: Callable[[Board, Page], Page]) -> None:
    page = claimed(board, sit)
    page.keyboard.type(BEFORE)
    page = breaks_off(board, page)
    box = page.locator("#reply")
    expect(box).to_have_value(BEFORE + MEANWHILE)
    box.press("End")
    page.keyboard.type(AFTER)
    whole = BEFORE + MEANWHILE + AFTER
    expect(box).to_have_value(whole)
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert stored_text(board) == whole
    page.reload()
    expect(page.locator("#reply")).to_have_value(whole)
    assert stored_text(board) == whole


def test_a_note_waits_in_the_browser_until_it_can_be_added(board: Board, sit: Sit) -> None:
    page = again(board, sit(board.floor.ana))
    open_note(page)
    page.keyboard.type(BEFORE)
    page.context.set_offline(True)
    page.keyboard.type(MEANWHILE)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".root .status").last).to_contain_text("Not added")
    page.close()
    page.context.set_offline(False)
    page = again(board, page.context.new_page())
    open_note(page)
    expect(page.locator("#note")).to_have_value(BEFORE + MEANWHILE)
    page.locator("#note").press("End")
    page.keyboard.type(AFTER)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".kind-history .note")).to_contain_text(BEFORE + MEANWHILE + AFTER)
    with board.database.read() as session:
        assert session.scalars(select(Note.text)).all() == [BEFORE + MEANWHILE + AFTER]


def open_note(page: Page) -> None:
    page.get_by_role("button", name="Note", exact=True).click()
    page.locator("#note").click()
