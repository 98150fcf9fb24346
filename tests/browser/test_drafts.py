"""No word is lost: reloads, a server that dies while one types, two windows, and a customer who writes again."""

import base64

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.people import people
from desk.replies import saved_replies
from desk.replies.saved_replies import SavedDraft
from desk.settings import DeskSettings
from storage.models import Author, Case, Feed, Reply
from storage.words import ReplyState
from tests.browser.conftest import Board, Sit
from tests.browser.test_answering import PASTE
from tests.support import drawn
from tests.support.desk import Shop

pytestmark = pytest.mark.browser


def claimed(board: Board, sit: Sit) -> Page:
    """Ana at her case, before the first letter."""
    with board.database.write() as session:
        ana = people.active(session, board.floor.ana)
        cases.claim(session, board.floor.cases[0], by=ana, now=board.database.now())
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    page.locator("#reply").click()
    return page


def stored_text(board: Board) -> str | None:
    with board.database.read() as session:
        return session.scalar(select(Reply.text).where(Reply.state == ReplyState.DRAFT))


def test_a_draft_survives_a_reload(board: Board, sit: Sit) -> None:
    page = claimed(board, sit)
    page.keyboard.type("Hello Sam, 你好 👩‍👩‍👧")
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert stored_text(board) == "Hello Sam, 你好 👩‍👩‍👧"
    page.keyboard.type(" and more")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Hello Sam, 你好 👩‍👩‍👧 and more")
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert stored_text(board) == "Hello Sam, 你好 👩‍👩‍👧 and more"


def test_a_draft_survives_the_death_of_the_server_while_one_types(board: Board, sit: Sit) -> None:
    page = claimed(board, sit)
    page.keyboard.type("Before the power cut, ")
    expect(page.locator(".saved")).to_contain_text("Saved")
    board.kill()
    page.keyboard.type("while nobody listens, ", delay=60)
    expect(page.locator(".saved")).to_contain_text("Kept in this browser")
    expect(page.locator(".banner")).to_contain_text("No connection")
    expect(page.locator(".notice")).to_contain_text("No connection")
    page.keyboard.type("and still typing. ", delay=200)
    expect(page.locator("#reply")).to_have_value("Before the power cut, while nobody listens, and still typing. ")
    expect(page.get_by_role("dialog")).to_have_count(0)
    board.start()
    expect(page.locator(".saved")).to_contain_text("Saved")
    whole = "Before the power cut, while nobody listens, and still typing. "
    assert stored_text(board) == whole
    expect(page.locator(".banner")).to_be_hidden()
    page.reload()
    expect(page.locator("#reply")).to_have_value(whole)


def test_what_was_typed_while_the_server_was_down_survives_the_closing_of_the_page(board: Board, sit: Sit) -> None:
    page = claimed(board, sit)
    board.kill()
    page.keyboard.type("Only in this browser")
    expect(page.locator(".saved")).to_contain_text("Kept in this browser")
    page.goto("about:blank")
    board.start()
    page.goto(f"{board.url}/?case={board.floor.cases[0]}")
    expect(page.locator("#reply")).to_have_value("Only in this browser")
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert stored_text(board) == "Only in this browser"


def test_two_windows_never_overwrite_each_other_silently(board: Board, sit: Sit) -> None:
    first = claimed(board, sit)
    second = first.context.new_page()
    second.goto(first.url)
    second.locator("#reply").wait_for()
    first.locator("#reply").fill("from the first window")
    expect(second.locator("#reply")).to_have_value("from the first window")
    second.evaluate("localStorage.clear()")
    second.route("**/board/case/**", lambda route: route.abort())
    first.locator("#reply").fill("newer, from the first window")
    expect(first.locator(".saved")).to_contain_text("Saved")
    second.locator("#reply").fill("meanwhile in the second")
    expect(second.locator(".banner")).to_contain_text("newer draft")
    expect(second.locator(".send")).to_be_disabled()
    assert stored_text(board) == "newer, from the first window"
    second.get_by_role("button", name="Use that one").click()
    expect(second.locator("#reply")).to_have_value("newer, from the first window")


def test_an_answer_that_comes_late_does_not_bring_old_words_back(board: Board, sit: Sit) -> None:
    page = claimed(board, sit)
    page.keyboard.type("one")
    expect(page.locator(".saved")).to_contain_text("Saved")
    late = page.request.get(f"{board.url}/board/case/{board.floor.cases[0]}").text()
    page.keyboard.type(" two")
    expect(page.locator(".saved")).to_contain_text("Saved")
    served: list[int] = []

    def old(route: Route) -> None:
        served.append(1)
        route.fulfill(status=200, content_type="application/json", body=late)

    page.route("**/board/case/**", old)
    for _ in range(2):
        with page.expect_request("**/board/case/**"):
            pass
    assert served
    expect(page.locator("#reply")).to_have_value("one two")
    page.unroute("**/board/case/**")
    page.keyboard.type(" three")
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert stored_text(board) == "one two three"


def test_a_reply_waits_until_the_customers_new_words_were_read(board: Board, sit: Sit) -> None:
    page = claimed(board, sit)
    page.keyboard.type("This will help")
    with board.database.write() as session:
        write_again(session, board)
    expect(page.locator(".banner")).to_contain_text("wrote again")
    expect(page.locator(".post").last).to_contain_text("Never mind, it works now")
    expect(page.locator(".send")).to_be_disabled()
    expect(page.locator(".foot .stale")).to_contain_text("Read the new post first")
    page.get_by_role("button", name="I have read it").click()
    expect(page.locator(".send")).to_be_enabled()
    expect(page.locator(".foot .stale")).to_be_hidden()
    expect(page.locator("#reply")).to_have_value("This will help")


def write_again(session: Session, board: Board) -> None:
    case = session.get_one(Case, board.floor.cases[0])
    shop = Shop.__new__(Shop)
    shop.session, shop.source, shop.site, shop.handle = session, "x", "", "acme"
    shop.feed = session.get_one(Feed, case.feed_id)
    mention = shop.more(case, "Never mind, it works now", at=board.database.now())
    assert session.get_one(Author, mention.author_id).id == case.author_id
    cases.join(session, case, mention, settings=DeskSettings(), now=board.database.now())


def test_a_saved_reply_and_a_picture_outlive_the_server_and_the_page(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        lead, now = people.active(session, board.floor.lead), board.database.now()
        saved_replies.add(session, SavedDraft("Late parcel", "Your parcel is late, we are sorry."), is_own=False, by=lead, now=now)
    page = claimed(board, sit)
    page.evaluate(PASTE, [base64.b64encode(drawn.png(120, 80)).decode(), "hub.png"])
    expect(page.locator(".attached")).to_have_count(1)
    page.keyboard.press("Control+/")
    page.locator(".offer").first.wait_for()
    board.kill()
    page.keyboard.type("late")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_value("Your parcel is late, we are sorry.")
    expect(page.locator(".saved")).to_contain_text("Kept in this browser")
    page.goto("about:blank")
    board.start()
    page.goto(f"{board.url}/?case={board.floor.cases[0]}")
    expect(page.locator("#reply")).to_have_value("Your parcel is late, we are sorry.")
    expect(page.locator(".saved")).to_contain_text("Saved")
    expect(page.locator(".attached")).to_have_count(1)
    assert stored_text(board) == "Your parcel is late, we are sorry."


def test_what_a_colleague_was_asked_to_read_waits_through_a_power_cut(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        people.active(session, board.floor.ana).is_learning = True
    page = claimed(board, sit)
    page.keyboard.type("Please sign in again")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator(".eye-main")).to_be_visible()
    board.kill()
    expect(page.locator(".banner")).to_contain_text("No connection")
    board.start()
    page.reload()
    expect(page.locator(".eye-main")).to_be_visible()
    lead = sit(board.floor.lead, f"?case={board.floor.cases[0]}")
    expect(lead.locator(".st-key-approval_text")).to_contain_text("Please sign in again")
    lead.get_by_role("button", name="Approve and send", exact=True).click()
    expect(page.locator(".reply.state-queued")).to_contain_text("leaves in")
    with board.database.read() as session:
        assert session.scalars(select(Reply.state)).all() == [ReplyState.QUEUED]
