"""The list follows the workspace, and never moves under the person who reads it."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.people import people
from storage.models import Brand, Feed, ReplyAccount
from tests.browser.conftest import Board, Sit
from tests.support.desk import Shop, angry

pytestmark = pytest.mark.browser


def shop_of(session: Session) -> Shop:
    """The shop whose cases are on screen."""
    shop = Shop.__new__(Shop)
    shop.session, shop.source, shop.site, shop.handle = session, "x", "", "acme"
    shop.brand, shop.feed, shop.account = session.get_one(Brand, 1), session.get_one(Feed, 1), session.get_one(ReplyAccount, 1)
    return shop


def test_new_cases_wait_behind_a_button_and_the_list_keeps_still(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    expect(page.locator(".row")).to_have_count(3)
    before = [row.get_attribute("id") for row in page.locator(".row").all()]
    with board.database.write() as session:
        pressing = shop_of(session).case("Smoke from the box!", at=board.database.now().replace(year=2025), **angry()).id
    fresh = page.get_by_role("button", name="1 new case")
    fresh.wait_for()
    assert [row.get_attribute("id") for row in page.locator(".row").all()] == before
    fresh.click()
    expect(page.locator(".row").first).to_have_attribute("id", f"case-{pressing}")
    expect(page.locator(".row").first).to_contain_text("over")
    expect(page.locator(".row")).to_have_count(4)


def test_a_case_behind_the_last_one_disturbs_nobody(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    expect(page.locator(".row")).to_have_count(3)
    with board.database.write() as session:
        calm = shop_of(session).case("No hurry", at=board.database.now()).id
    expect(page.locator(".row").last).to_have_attribute("id", f"case-{calm}")
    expect(page.locator(".fresh")).to_be_hidden()


def test_what_a_colleague_closes_stays_grey_where_it_was(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    expect(page.locator(".row")).to_have_count(3)
    with board.database.write() as session:
        bo = people.active(session, board.floor.bo)
        now = board.database.now()
        cases.claim(session, board.floor.cases[0], by=bo, now=now)
        cases.snooze(session, board.floor.cases[0], until=now.replace(year=2100), by=bo, now=now)
    first = page.locator(".row").first
    expect(first).to_contain_text("no longer in this list")
    expect(first).to_have_attribute("id", f"case-{board.floor.cases[0]}")
    expect(page.locator(".row")).to_have_count(3)


def test_an_empty_list_says_so_and_fills_by_itself(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, "?view=mine")
    expect(page.locator(".empty")).to_contain_text("No case is yours.")
    with board.database.write() as session:
        cases.claim(session, board.floor.cases[0], by=people.active(session, board.floor.ana), now=board.database.now())
    expect(page.locator(".row")).to_have_count(1)


def test_who_is_signed_out_elsewhere_is_told(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    page.locator(".row").first.wait_for()
    page.context.clear_cookies()
    expect(page.locator(".notice")).to_contain_text("Your sign-in has ended")
    expect(page.locator(".banner")).to_contain_text("Your sign-in has ended")
    page.locator(".notice").get_by_role("button").click()
    page.get_by_role("heading", name="Who is at this desk?").wait_for()


def test_a_deep_link_opens_its_case_after_signing_in(board: Board, sit: Sit) -> None:
    page = sit(None, f"?view=unclaimed&case={board.floor.cases[1]}")
    page.get_by_role("button", name="Ana Moss").click()
    expect(page.locator(".post")).to_contain_text("How do I change my address?")
    expect(page.locator(".row.is-open")).to_have_attribute("id", f"case-{board.floor.cases[1]}")


def test_a_mention_leads_to_its_case(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, "mentions")
    page.locator(".item", has_text="How do I change my address?").get_by_role("button", name="Open case").click()
    expect(page.locator(".post")).to_contain_text("How do I change my address?")
    page.wait_for_url(f"**case={board.floor.cases[1]}**")


def test_the_history_becomes_a_drawer_on_a_narrow_screen(board: Board, sit: Sit) -> None:
    wide = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    wide.get_by_text("Solved before").wait_for()
    expect(wide.get_by_role("button", name="History")).to_be_hidden()
    narrow = sit(board.floor.ana, f"?case={board.floor.cases[0]}", width=1024)
    narrow.get_by_role("button", name="History").click()
    expect(narrow.get_by_role("dialog")).to_contain_text("Why here")
