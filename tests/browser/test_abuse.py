"""An abusive post in a real browser: folded in the list and in the conversation, unfolded by hand or keyboard, counted once."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from storage.models import Case, Exposure, Mention
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

RUDE = "Locked out of my account"


def counted(board: Board) -> list[tuple[int, int]]:
    with board.database.read() as session:
        rows = session.execute(select(Exposure.person_id, Exposure.mention_id).order_by(Exposure.id))
        return [(row.person_id, row.mention_id) for row in rows]


def test_n9_an_abusive_post_is_folded_unfolds_by_keyboard_and_counts_once(board: Board, sit: Sit) -> None:
    first, mention_id = board.floor.cases[0], board.floor.mentions[0]
    with board.database.write() as session:
        session.get_one(Mention, mention_id).abusive = True
        session.get_one(Case, first).abusive = True
    page = sit(board.floor.ana, f"?case={first}")
    row = page.locator(f"#case-{first}")
    expect(row).to_contain_text("May be abusive. Open it to read.")
    expect(row).not_to_contain_text(RUDE)
    words, summary = page.locator(".post .text").get_by_text(RUDE), page.locator(".post .fold > summary")
    expect(summary).to_have_text("May be abusive: show it")
    expect(words).not_to_be_visible()
    assert counted(board) == []
    summary.focus()
    with page.expect_response(f"**/board/exposure/{mention_id}") as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 200
    expect(words).to_be_visible()
    assert counted(board) == [(board.floor.ana, mention_id)]
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(words).to_be_visible()
    assert counted(board) == [(board.floor.ana, mention_id)]
    page.reload()
    expect(words).not_to_be_visible()
    with page.expect_response(f"**/board/exposure/{mention_id}"):
        page.locator(".post .fold > summary").click()
    expect(words).to_be_visible()
    assert counted(board) == [(board.floor.ana, mention_id)]
    page.goto(f"{board.url}/shift")
    expect(page.get_by_text("You read 1 abusive post this week")).to_be_visible()
    page.goto(f"{board.url}/mentions")
    item = page.locator(".item", has_text="May be abusive: show it")
    expect(item).to_have_count(1)
    expect(item.get_by_text(RUDE)).not_to_be_visible()


def test_n9_an_unfolded_post_stays_open_when_the_customer_writes_again(board: Board, sit: Sit) -> None:
    """Whoever reads is not interrupted: the conversation is drawn anew around what they opened, and the focus stays."""
    first, mention_id = board.floor.cases[0], board.floor.mentions[0]
    with board.database.write() as session:
        session.get_one(Mention, mention_id).abusive = True
    page = sit(board.floor.ana, f"?case={first}")
    summary = page.locator(".post .fold > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".post .text").get_by_text(RUDE)).to_be_visible()
    with board.database.write() as session:
        case, was = session.get_one(Case, first), session.get_one(Mention, mention_id)
        other = session.get_one(Mention, board.floor.mentions[1])
        other.thread_id, other.case_id, other.author_id = was.thread_id, first, was.author_id
        case.version += 1
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page.locator(".post")).to_have_count(2)
    expect(page.locator(".post .text").get_by_text(RUDE)).to_be_visible()
