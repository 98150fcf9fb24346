"""Two people, one case."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from storage.models import Audit, Case
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser


def open_first(page: Page) -> None:
    page.locator(".row").first.click()
    page.get_by_role("button", name="Claim", exact=True).wait_for()


def test_of_two_browsers_one_gets_the_case_and_the_other_is_told_by_whom(board: Board, sit: Sit) -> None:
    pages = {"Ana Moss": sit(board.floor.ana), "Bo Lind": sit(board.floor.bo)}
    for page in pages.values():
        open_first(page)
    for page in pages.values():
        page.get_by_role("button", name="Claim", exact=True).evaluate(
            "button => setTimeout(() => button.click(), 300 - (Date.now() % 300))"
        )
    for page in pages.values():
        page.get_by_test_id("stToast").wait_for()
    with board.database.read() as session:
        case = session.get_one(Case, board.floor.cases[0])
        claims = session.scalars(select(Audit.person_id).where(Audit.verb == "claim")).all()
    assert claims == [case.assignee_id]
    winner = "Ana Moss" if case.assignee_id == board.floor.ana else "Bo Lind"
    (loser,) = set(pages) - {winner}
    expect(pages[winner].get_by_test_id("stToast")).to_contain_text("This case is yours")
    expect(pages[loser].get_by_test_id("stToast")).to_contain_text(f"{winner} has this case")
    expect(pages[loser].locator(".row").first).to_contain_text(f"{winner} has it")
    expect(pages[loser].locator("#reply")).to_be_hidden()
    expect(pages[winner].locator("#reply")).to_be_editable()


def test_the_list_says_who_reads_and_who_replies(board: Board, sit: Sit) -> None:
    ana, bo = sit(board.floor.ana), sit(board.floor.bo)
    open_first(ana)
    expect(bo.locator(".row").first).to_contain_text("Ana Moss is reading")
    ana.get_by_role("button", name="Claim", exact=True).click()
    ana.locator("#reply").fill("Hello")
    expect(bo.locator(".row").first).to_contain_text("Ana Moss is replying")
    expect(bo.locator(".row").first).to_contain_text("Ana Moss has it")


def test_a_case_that_is_taken_over_shuts_the_box_of_the_one_who_had_it(board: Board, sit: Sit) -> None:
    ana, lead = sit(board.floor.ana), sit(board.floor.lead)
    open_first(ana)
    ana.get_by_role("button", name="Claim", exact=True).click()
    ana.locator("#reply").fill("I was about to say")
    expect(ana.locator(".saved")).to_contain_text("Saved")
    lead.locator(".row").first.click()
    lead.get_by_role("button", name="Take over").click()
    expect(lead.locator("#reply")).to_have_value("I was about to say")
    expect(ana.locator(".shut")).to_contain_text("Lea Hart has this case")
    expect(ana.locator("#reply")).to_be_hidden()


OVERTAKEN = """async () => {
    const { default: draw } = await import("/board/component/sheet.js");
    const data = new TextEncoder().encode(JSON.stringify({ kind: "history", me: 1, blocks: [], texts: {} }));
    const parentElement = document.body.appendChild(document.createElement("div"));
    const over = [draw({ data, parentElement }), draw({ data, parentElement })];
    over[0]();  // as Streamlit does when newer data came while the script was loading
    await new Promise((done) => setTimeout(done, 100));
    draw({ data, parentElement });
    return parentElement.childElementCount;
}"""


def test_a_pane_whose_data_change_while_its_script_loads_is_drawn_once(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    page.locator(".row").first.wait_for()
    assert page.evaluate(OVERTAKEN) == 1
