"""Two people at one board: who is mentioned hears of it, and who is at a case is seen."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from storage.models import Note, Notice
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

TWO_POLLS_MS = 8_000


def write_note(page: Page, *keys: str) -> None:
    page.get_by_role("button", name="Note", exact=True).click()
    box = page.locator("#note")
    box.wait_for()
    box.press_sequentially("Look at this, ")
    for key in keys:
        box.press(key)


def test_who_is_mentioned_sees_the_bell_and_is_led_to_the_case(board: Board, sit: Sit) -> None:
    bo, ana = sit(board.floor.bo, "trends"), sit(board.floor.ana)
    expect(bo.get_by_role("button", name="News for you")).to_be_visible()
    ana.locator(".row").first.click()
    write_note(ana, "@", "b", "Enter")
    expect(ana.locator("#note")).to_have_value("Look at this, @BL ")
    expect(ana.locator(".hint")).to_contain_text("Will be told: Bo Lind")
    ana.get_by_role("button", name="Add note").click()
    expect(ana.locator(".kind-history .note")).to_contain_text("Look at this, @BL")
    expect(ana.locator("#note")).to_have_value("")
    expect(bo.locator(".bell .count")).to_have_text("1", timeout=TWO_POLLS_MS)
    bo.get_by_role("button", name="News for you: 1 is new").click()
    news = bo.get_by_role("button", name="Ana Moss mentioned you in a note")
    expect(news).to_contain_text("Look at this, @BL")
    news.click()
    expect(bo.locator(".kind-history .note")).to_contain_text("Look at this, @BL")
    expect(bo.locator(".bell .count")).to_be_hidden()
    with board.database.read() as session:
        (notice,) = session.scalars(select(Notice)).all()
    assert (notice.person_id, notice.seen_at is not None) == (board.floor.bo, True)


def test_a_note_that_could_not_be_added_is_kept_and_its_writer_removes_one(board: Board, sit: Sit) -> None:
    ana = sit(board.floor.ana)
    ana.locator(".row").first.click()
    ana.route("**/board/note/*", lambda route: route.abort())
    write_note(ana)
    ana.get_by_role("button", name="Add note").click()
    expect(ana.locator(".status")).to_contain_text("kept in this browser")
    ana.unroute("**/board/note/*")
    ana.reload()
    ana.get_by_role("button", name="Note", exact=True).click()
    expect(ana.locator("#note")).to_have_value("Look at this, ")
    ana.locator("#note").press("Control+Enter")
    expect(ana.locator(".kind-history .note")).to_contain_text("Look at this")
    ana.get_by_role("button", name="Remove", exact=True).click()
    expect(ana.locator(".kind-history .note")).to_have_count(0)
    with board.database.read() as session:
        assert session.scalars(select(Note)).all() == []


def test_news_is_worked_by_keys(board: Board, sit: Sit) -> None:
    ana, bo = sit(board.floor.ana), sit(board.floor.bo)
    ana.locator(".row").first.click()
    write_note(ana, "@", "B", "L", "Control+Enter")
    expect(bo.locator(".bell .count")).to_have_text("1", timeout=TWO_POLLS_MS)
    bo.locator("button.bell").focus()
    bo.keyboard.press("Enter")
    expect(bo.locator("button.item")).to_be_focused()
    bo.keyboard.press("Escape")
    expect(bo.locator(".panel")).to_be_hidden()
    expect(bo.locator("button.bell")).to_be_focused()


def test_beside_send_stands_who_else_is_there_and_in_the_list_who_is_away(board: Board, sit: Sit) -> None:
    ana, lead = sit(board.floor.ana), sit(board.floor.lead)
    lead.clock.install()
    ana.locator(".row").first.click()
    ana.get_by_role("button", name="Claim", exact=True).click()
    ana.locator("#reply").fill("We are on it")
    expect(ana.locator(".saved")).to_contain_text("Saved")
    lead.locator(".row").first.click()
    expect(lead.locator(".shut")).to_contain_text("Ana Moss is replying")
    expect(ana.locator(".foot .others")).to_contain_text("Lea Hart reads along")
    expect(ana.locator(".row").first.get_by_title("Lea Hart is reading")).to_be_visible()
    lead.clock.fast_forward(121_000)
    expect(ana.locator(".row").first.get_by_title("Lea Hart was here")).to_be_visible()
    expect(ana.locator(".foot .others")).to_contain_text("Lea Hart has it open, but is away")
