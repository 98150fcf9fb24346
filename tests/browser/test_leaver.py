"""Somebody leaves the company in the middle of their work: the door shuts at once, and their customers notice nothing."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from storage.models import Case, Person, Promise, Reply
from storage.words import ReplyState
from tests.browser import acts
from tests.browser.acts import arrive
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

DRAFT = "Hello, we are looking into it and"


def work_begins(page: Page, board: Board) -> None:
    """One case with half an answer, one with a promise."""
    begun, promised, _ = board.floor.cases
    acts.claim(page, promised)
    acts.act(page, "Promise")
    page.get_by_label("We promised to").fill("send the form by post")
    acts.dialog_done(page, "Promise")
    acts.claim(page, begun)
    acts.write(page, DRAFT)


def let_go(admin: Page, board: Board) -> None:
    admin.locator(f".st-key-person_{board.floor.ana}").get_by_role("button", name="More").click()
    admin.get_by_text("Let leave", exact=True).click()
    expect(admin.get_by_role("dialog")).to_contain_text("Ana Moss leaves")
    acts.choose(admin, "Hand over to", "Bo Lind")
    dialog = admin.get_by_role("dialog")
    for words in ("Open cases", "Drafts, which go with their cases", "Promises to customers"):
        expect(dialog.get_by_text(words, exact=True)).to_be_visible()
    acts.dialog_done(admin, "Let leave")
    expect(admin.get_by_test_id("stToast")).to_contain_text("Ana Moss has left and is signed out")
    expect(admin.locator(f".st-key-person_{board.floor.ana}")).to_have_count(0)


def test_the_next_click_is_refused_and_everything_is_with_a_colleague(board: Board, sit: Sit) -> None:
    begun, promised, _ = board.floor.cases
    ana, bo, admin = arrive(sit, "Ana Moss"), arrive(sit, "Bo Lind", "?view=mine"), arrive(sit, "Adi Cole", "people")
    work_begins(ana, board)
    let_go(admin, board)
    ana.locator(".st-key-acts").get_by_role("button", name="Give back").click()
    expect(ana.get_by_text("Ana Moss no longer works here", exact=False).first).to_be_visible()
    expect(ana.locator(".row, #reply")).to_have_count(0)
    expect(ana.get_by_role("button", name="Ana Moss")).to_have_count(0)
    assert ana.request.get(f"{board.url}/board/queue").status == 401
    expect(bo.locator(".row")).to_have_count(2)
    expect(bo.locator(".bell .count")).to_have_text("2")
    acts.open_case(bo, begun)
    expect(bo.locator("#reply")).to_have_value(DRAFT)
    expect(bo.locator("#reply")).to_be_editable()
    acts.open_case(bo, promised)
    expect(bo.get_by_text("send the form by post", exact=False).first).to_be_visible()
    everything_is_with(board, board.floor.bo)


def everything_is_with(board: Board, heir: int) -> None:
    with board.database.read() as session:
        gone = session.get_one(Person, board.floor.ana)
        owners = session.execute(select(Case.assignee_id, Reply.state).outerjoin(Reply, Reply.case_id == Case.id)).all()
        assert (gone.active, gone.left_at is not None) == (False, True)
        assert [row for row in owners if row.assignee_id == gone.id] == []
        assert [row.assignee_id for row in owners if row.state == ReplyState.DRAFT] == [heir]
        assert session.scalars(select(Promise.person_id)).all() == [heir]
