"""A bot is muted from its post, what it goes on to write is kept apart and counted, and a mistake is taken back."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk.post import PostAuthor
from storage.models import Author, Case, Feed, Mention, Mute, MuteDrop
from storage.words import MuteKind
from tests.browser.acts import act, open_case
from tests.browser.conftest import Board, Sit
from tests.support.listening import classify, poll, post

pytestmark = pytest.mark.browser

AGAIN = "Claim your prize of 500 at once"


def writes_again(board: Board, case_id: int) -> int:
    """The listener hears the same author elsewhere, and the engine says that it needs a reply; the mention."""
    with board.database.write() as session:
        author = session.get_one(Author, session.get_one(Case, case_id).author_id)
        now = board.database.now()
        said = post("again", AGAIN, author=PostAuthor(author.external_id, author.handle, author.name), at=now - timedelta(minutes=1))
        poll(session, said, feed=session.scalars(select(Feed.name)).one(), now=now)
        classify(session, now=now)
        return session.scalars(select(Mention.id).where(Mention.external_id == "again")).one()


def case_of(board: Board, mention_id: int) -> int | None:
    with board.database.read() as session:
        return session.get_one(Mention, mention_id).case_id


def mute_author(page: Page, case_id: int) -> None:
    open_case(page, case_id)
    page.locator(".post").get_by_role("button", name="Mute…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Mentions that this would have kept away in the last 7 days: 1.")).to_be_visible()
    dialog.get_by_role("button", name="Mute", exact=True).click()
    dialog.wait_for(state="detached")
    expect(page.get_by_text("This author is muted")).to_be_visible()


def muted_mentions(page: Page, board: Board) -> None:
    page.goto(f"{board.url}/mentions")
    page.locator(".item").first.wait_for()
    page.get_by_label("Muted", exact=True).click()
    page.get_by_role("option", name="Only muted ones").click()
    expect(page.get_by_role("heading", name="Mutes", exact=True)).to_be_visible()


def test_an_author_is_muted_in_one_click_counted_and_brought_back_with_all_that_was_held(board: Board, sit: Sit) -> None:
    page, case_id = sit(board.floor.ana), board.floor.cases[1]
    mute_author(page, case_id)
    with board.database.read() as session:
        (mute,) = session.scalars(select(Mute)).all()
        assert (mute.kind, mute.created_by_id, session.get_one(Case, case_id).closed_at) == (MuteKind.AUTHOR, board.floor.ana, None)
    held = writes_again(board, case_id)
    assert case_of(board, held) is None
    page.goto(f"{board.url}/mentions")
    page.locator(".item").first.wait_for()
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    muted_mentions(page, board)
    expect(page.get_by_text("1 kept away")).to_be_visible()
    row = page.locator(".item").filter(has_text=AGAIN)
    expect(row).to_contain_text("⊘ muted: this author")
    page.get_by_role("button", name="End", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Mentions that it keeps away: 1.")).to_be_visible()
    dialog.get_by_role("button", name="End and bring back 1").click()
    dialog.wait_for(state="detached")
    expect(page.get_by_text("Brought back: 1. New cases: 1")).to_be_visible()
    expect(page.get_by_text("1 brought back")).to_be_visible()
    brought = case_of(board, held)
    assert brought not in {None, *board.floor.cases}
    page.goto(f"{board.url}/?case={brought}")
    expect(page.locator(".post")).to_contain_text(AGAIN)


def test_one_mention_comes_back_alone_with_its_reason_and_the_mute_stays(board: Board, sit: Sit) -> None:
    page, case_id = sit(board.floor.ana), board.floor.cases[1]
    open_case(page, case_id)
    page.locator(".post").get_by_role("button", name="Mute…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why? (optional)").fill("A bot <b>that</b> sells prizes")
    dialog.get_by_label("Why? (optional)").press("Tab")
    dialog.get_by_role("button", name="Mute", exact=True).click()
    dialog.wait_for(state="detached")
    held = writes_again(board, case_id)
    muted_mentions(page, board)
    row = page.locator(".item").filter(has_text=AGAIN)
    expect(row).to_contain_text("because: A bot <b>that</b> sells prizes")
    row.get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("Brought back as case")).to_be_visible()
    expect(row).to_have_count(0)
    assert case_of(board, held) is not None
    with board.database.read() as session:
        (drop,) = session.scalars(select(MuteDrop)).all()
        assert (drop.mention_id, drop.back_at is not None, session.scalars(select(Mute)).one().ended_at) == (held, True, None)
    page.goto(f"{board.url}/?case={case_of(board, held)}")
    act(page, "Claim")
    expect(page.locator("#reply")).to_be_visible()
