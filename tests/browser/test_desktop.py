"""Notifications on one's own desktop: switched on by a click, told once by one of the tabs, without a word that anybody wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from desk.alerts import notices
from storage.models import Notice
from storage.words import NoticeKind
from tests.browser.conftest import Board, Sit
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

CAPTURED = """
const Real = window.Notification;
window.told = [];
window.asked = 0;
window.Notification = class {
  static get permission() { return Real.permission; }
  static requestPermission() { window.asked += 1; return Real.requestPermission(); }
  constructor(title, options) { Object.assign(this, { title, options, isOpen: true }); window.told.push(this); }
  close() { this.isOpen = false; }
};
"""
TOLD = "() => window.told.map((one) => [one.title, one.options.body])"
IN_BACKGROUND = "Object.defineProperty(document, 'hidden', { get: () => true })"
FIRST = ["Desktop notifications are on", "This is how news will look."]
SECRET = "Carla from 12 Long Street"
ALLOWED, REFUSED = ["notifications"], ["geolocation"]
"""Whatever is not granted to a browser is refused by it."""

Tell = Callable[..., int]


@pytest.fixture
def tell(board: Board) -> Tell:
    """Something happens that Bo must know; returns the case."""

    def happens(kind: NoticeKind, *, key: str, case: int | None = 0) -> int:
        case_id = board.floor.cases[case] if case is not None else None
        with board.database.write() as session:
            notices.tell(session, [board.floor.bo], kind, key=key, now=board.database.now(), case_id=case_id, text=SECRET)
        return case_id or 0

    return happens


def at(sit: Sit, person_id: int, permissions: list[str]) -> Page:
    page = sit(person_id)
    page.context.grant_permissions(permissions)
    page.context.add_init_script(CAPTURED)
    page.reload()
    page.locator(".row").first.wait_for()
    return page


def switch_on(page: Page) -> None:
    page.locator("button.bell").click()
    page.get_by_role("button", name="Switch on", exact=True).click()
    expect(page.get_by_text("Desktop notifications: on")).to_be_visible()
    page.locator("button.bell").click()


def told(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate(TOLD)
    return found


def test_a_click_asks_and_what_is_told_leads_to_its_case_and_quotes_nobody(board: Board, sit: Sit, tell: Tell) -> None:
    bo = at(sit, board.floor.bo, ALLOWED)
    tell(NoticeKind.MENTIONED, key="before")
    expect(bo.locator(".bell .count")).to_have_text("1")
    assert (told(bo), bo.evaluate("window.asked")) == ([], 0)
    switch_on(bo)
    assert (told(bo), bo.evaluate("window.asked")) == ([FIRST], 1)
    case_id = tell(NoticeKind.WROTE_AGAIN, key="mention 1", case=1)
    expect(bo.locator(".bell .count")).to_have_text("2")
    assert told(bo) == [FIRST, ["A customer of yours wrote again", f"Case {case_id}"]]
    assert SECRET not in bo.evaluate("JSON.stringify(window.told)")
    bo.evaluate("window.told[1].onclick()")
    bo.wait_for_url(f"**case={case_id}**")
    expect(bo.locator(".bell .count")).to_have_text("1")
    assert bo.evaluate("window.told[1].isOpen") is False


def test_one_of_several_tabs_tells_it_and_the_next_one_when_that_is_gone(board: Board, sit: Sit, tell: Tell) -> None:
    first = at(sit, board.floor.bo, ALLOWED)
    switch_on(first)
    second = first.context.new_page()
    second.goto(first.url)
    second.locator(".row").first.wait_for()
    first.evaluate(IN_BACKGROUND)
    case_id = tell(NoticeKind.PROMISE_DUE, key="promise 1")
    for page in (first, second):
        expect(page.locator(".bell .count")).to_have_text("1")
    due = ["A promise is due", f"Case {case_id}"]
    eventually(lambda: told(first) == [FIRST, due])
    assert told(second) == []
    first.close()
    tell(NoticeKind.BREACH_NEAR, key="breach 1")
    expect(second.locator(".bell .count")).to_have_text("2")
    eventually(lambda: told(second) == [["An answer is due soon", f"Case {case_id}"]])


def test_what_came_while_nobody_was_there_is_told_as_one_and_what_was_seen_elsewhere_goes(board: Board, sit: Sit, tell: Tell) -> None:
    bo = at(sit, board.floor.bo, ALLOWED)
    switch_on(bo)
    bo.goto("about:blank")
    for number in range(4):
        tell(NoticeKind.INCIDENT, key=f"incident {number}", case=None)
    bo.goto(board.url)
    expect(bo.locator(".bell .count")).to_have_text("4")
    assert told(bo) == [["News for you", "4 are new"]]
    tell(NoticeKind.APPROVAL_ASKED, key="approval 1")
    expect(bo.locator(".bell .count")).to_have_text("5")
    with board.database.write() as session:
        session.query(Notice).update({"seen_at": board.database.now()})
    expect(bo.locator(".bell .count")).to_be_hidden()
    assert bo.evaluate("window.told.map((one) => one.isOpen)") == [True, False]


def test_a_browser_that_refuses_is_said_to_and_tells_nothing(board: Board, sit: Sit, tell: Tell) -> None:
    bo = at(sit, board.floor.bo, REFUSED)
    bo.locator("button.bell").click()
    expect(bo.get_by_text("This browser refuses them for this address.")).to_be_visible()
    expect(bo.get_by_role("button", name="Switch on", exact=True)).to_have_count(0)
    tell(NoticeKind.MENTIONED, key="note 1")
    expect(bo.locator(".bell .count")).to_have_text("1")
    assert (told(bo), bo.evaluate("window.asked")) == ([], 0)


def test_it_is_this_browsers_and_this_persons_and_can_be_switched_off(board: Board, sit: Sit, tell: Tell) -> None:
    bo = at(sit, board.floor.bo, ALLOWED)
    switch_on(bo)
    bo.reload()
    bo.locator("button.bell").click()
    bo.get_by_role("button", name="Switch off", exact=True).click()
    expect(bo.get_by_text("Desktop notifications: off")).to_be_visible()
    tell(NoticeKind.MENTIONED, key="note 1")
    expect(bo.locator(".bell .count")).to_have_text("1")
    assert told(bo) == []
    bo.get_by_role("button", name="Switch on", exact=True).click()
    expect(bo.get_by_text("Desktop notifications: on")).to_be_visible()
    assert bo.context.request.post(f"{board.url}/board/sign-in", data={"person": board.floor.ana}).ok
    bo.reload()
    bo.locator("button.bell").click()
    expect(bo.get_by_text("Desktop notifications: off")).to_be_visible()
