"""Many cases at once, by keys and by hand: picked, acted on, undone."""

import pytest
from playwright.sync_api import Page, expect

from desk.cases import cases, tags
from desk.people import people
from storage.models import Case, Person
from storage.words import Shift
from tests.browser.conftest import Board, Sit
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser


def owners(board: Board) -> list[int | None]:
    with board.database.read() as session:
        return [session.get_one(Case, case_id).assignee_id for case_id in board.floor.cases]


def picked(page: Page) -> list[str | None]:
    return [row.get_attribute("id") for row in page.locator(".row.is-picked").all()]


def rows(page: Page) -> None:
    expect(page.locator(".row")).to_have_count(3)


def test_three_are_picked_claimed_and_given_back_by_keys_alone(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    rows(page)
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator(".bulk .count")).to_have_text("3 selected")
    expect(page.locator(".row[aria-selected='true']")).to_have_count(3)
    page.keyboard.press("a")
    expect(page.locator(".bulk .outcome")).to_contain_text("3 cases are yours.")
    assert owners(board) == [board.floor.ana] * 3
    expect(page.locator(".row .who.yours")).to_have_count(3)
    page.keyboard.press("z")
    expect(page.locator(".bulk .outcome")).to_contain_text("3 cases are as they were.")
    assert owners(board) == [None] * 3
    page.keyboard.press("Escape")
    expect(page.locator(".row.is-picked")).to_have_count(0)


def test_a_box_picks_and_shift_picks_up_to_there_without_opening(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    rows(page)
    box = page.locator(".row .pick").first.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    page.locator(".row .pick").first.click()
    page.locator(".row").last.click(modifiers=["Shift"])
    expect(page.locator(".bulk .count")).to_have_text("3 selected")
    page.locator(".row .pick").nth(1).click()
    assert picked(page) == [f"case-{board.floor.cases[0]}", f"case-{board.floor.cases[2]}"]
    assert "case=" not in page.url
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".bulk")).to_be_hidden()


def test_a_tag_is_chosen_and_put_on_all_of_them(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        tags.add(session, name="outage", by=people.active(session, board.floor.lead), now=board.database.now())
    page = sit(board.floor.ana)
    rows(page)
    page.locator(".row .pick").first.click()
    page.locator(".row .pick").nth(1).click()
    page.locator(".bulk").get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_label("Which tag?")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".bulk .outcome")).to_contain_text("2 cases are tagged.")
    expect(page.locator(".row", has_text="# outage")).to_have_count(2)
    page.locator(".bulk").get_by_role("button", name="Undo").click()
    expect(page.locator(".row", has_text="# outage")).to_have_count(0)


def test_who_refuses_is_named(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    rows(page)
    with board.database.write() as session:
        cases.claim(session, board.floor.cases[1], by=people.active(session, board.floor.bo), now=board.database.now())
    for place in range(3):
        page.locator(".row .pick").nth(place).click()
    page.locator(".bulk").get_by_role("button", name="Claim").click()
    expect(page.locator(".bulk .outcome")).to_contain_text(
        f"2 cases are yours. Not done: case {board.floor.cases[1]} (Bo Lind has this case)."
    )
    eventually(lambda: owners(board) == [board.floor.ana, board.floor.bo, board.floor.ana])


def test_the_open_case_follows_what_was_done_to_it(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    page.get_by_role("button", name="Claim", exact=True).first.wait_for()
    page.locator(".row .pick").first.click()
    page.locator(".bulk").get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Give back").last.wait_for()
    expect(page.get_by_role("button", name="Hand over").last).to_be_visible()


def test_a_reader_has_no_boxes(board: Board, sit: Sit) -> None:
    page = sit(board.floor.reader)
    rows(page)
    expect(page.locator(".row .pick").first).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_be_hidden()


def test_the_bar_asks_once_before_cases_go_to_somebody_off_shift(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        session.get_one(Person, board.floor.bo).shift = Shift.OFF
    page = sit(board.floor.ana)
    rows(page)
    page.locator(".row .pick").first.click()
    page.locator(".bulk").get_by_role("button", name="Hand over").click()
    page.get_by_label("To whom?").select_option(label="Bo Lind · 0 open · off shift")
    give = page.locator(".bulk").get_by_role("button", name="Hand over")
    give.click()
    expect(page.locator(".bulk").get_by_role("status")).to_contain_text("Bo Lind is off shift")
    assert owners(board)[0] is None
    give.click()
    expect(page.locator(".bulk .outcome")).to_contain_text("1 case was handed over.")
    assert owners(board)[0] == board.floor.bo
