"""A whole case without a mouse, and letters that stay letters where somebody writes."""

from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk.cases import tags
from desk.people import people
from desk.post import Sent
from desk.replies import replies
from desk.settings import DeskSettings
from storage.models import Case, CaseTag, Note, Promise, Reply, SavedView
from storage.words import CaseStatus, Outcome, ReplyState
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)


def deliver(board: Board) -> None:
    """What the deliver process does once the undo is over."""
    with board.database.write() as session:
        later = board.database.now() + MINUTE
        (outgoing,) = replies.lease_due(session, "test", now=later, limit=5, lease=MINUTE)
        sent = Sent("1", "https://x.example/us/status/1", board.database.now())
        replies.mark_sent(session, outgoing.id, sent, owner="test", settings=DeskSettings(), now=board.database.now())


def only_reply(board: Board) -> Reply | None:
    with board.database.read() as session:
        return session.scalar(select(Reply))


def case_of(board: Board) -> Case:
    with board.database.read() as session:
        return session.get_one(Case, board.floor.cases[0])


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


COUNT = """() => {
  window.pressed = [];
  const isText = (event) => event.key.length === 1 && event.composedPath()[0].matches?.("textarea");
  addEventListener("keydown", (event) => event.key === "Control" || isText(event) || window.pressed.push(event.key), true);
}"""
"""What is pressed besides text."""

BEFORE, AFTER = ["n", "w", "Enter", "Escape", "e"], ["n"]
"""Six keys for a whole case, from taking it to taking the next one. Between them a dialog asks how it ended."""


def test_a_whole_case_is_six_keys_and_the_text_from_the_list_to_closed(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    page.locator(".row").first.wait_for()
    page.evaluate(COUNT)
    press(page, "n")
    expect(page.locator(".head .name")).to_contain_text("customer")
    page.locator("#reply").wait_for()
    press(page, "w")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("Fixed: sign in again. a e h n z are letters here")
    expect(page.locator(".saved")).to_contain_text("Saved")
    press(page, "Control+Enter")
    expect(page.locator(".reply.state-queued")).to_contain_text("leaves in")
    expect(page.locator("#reply")).to_have_value("")
    deliver(board)
    expect(page.locator(".reply.state-sent")).to_contain_text("sent")
    expect(page.locator(".post.own")).to_contain_text("Fixed: sign in again.")
    expect(page.locator(".post.own a")).to_have_attribute("href", "https://x.example/us/status/1")
    expect(page.locator("header.head")).to_contain_text("waiting for the customer")
    press(page, "Escape", "e")
    page.get_by_role("dialog").wait_for()
    close_as_answered(page)
    page.get_by_role("dialog").wait_for(state="detached")
    closed = case_of(board)
    assert (closed.status, closed.outcome, closed.assignee_id) == (CaseStatus.CLOSED, Outcome.ANSWERED, board.floor.ana)
    press(page, "n")
    expect(page.locator(".row.is-open")).not_to_contain_text("Locked out")
    page.wait_for_url(f"**case={board.floor.cases[1]}**")
    pressed = page.evaluate("() => window.pressed")
    in_dialog = pressed[len(BEFORE) : -len(AFTER)]
    assert pressed == [*BEFORE, *in_dialog, *AFTER]
    assert set(in_dialog) == {"Tab", "ArrowDown", "Enter"}


def close_as_answered(page: Page) -> None:
    page.get_by_role("radio", name="Answered").wait_for()  # Streamlit fetches each kind of widget when it is first drawn
    tab_to(page, "document.activeElement?.type === 'radio'")
    choose(page, "Answered")
    page.get_by_label("What was the cause?").wait_for(state="detached")
    tab_to(page, "document.activeElement?.textContent === 'Close case'")
    press(page, "Enter")


def tab_to(page: Page, is_there: str, *, key: str = "Tab", most: int = 12) -> None:
    for _ in range(most):
        press(page, key)
        if page.evaluate(is_there):
            return
    pytest.fail(f"no Tab leads to {is_there}; it ended on {page.evaluate('document.activeElement?.outerHTML')}")


def choose(page: Page, name: str) -> None:
    """Down the radio buttons; a key that is pressed while the dialog is being drawn is pressed again, as a person would."""
    wanted = page.get_by_role("radio", name=name)
    for _ in range(10):
        press(page, "ArrowDown")
        with suppress(AssertionError):
            expect(wanted).to_be_checked(timeout=2_000)
            return
    expect(wanted).to_be_checked()


HERE = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node === document.body ? "" : node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? node.textContent;
}"""
ALL_ROUND = 60
"""More stops than the page has."""

QUIET = """() => document.querySelector("[data-test-script-state=notRunning]") && !document.querySelector("[data-stale=true]")
  && !document.querySelector("[data-testid=stSkeleton]")"""


def stays(page: Page, name: str) -> None:
    """When all that an act began is over, the keyboard is where this name stands, and so not at the beginning of the page."""
    page.wait_for_function(QUIET)
    page.wait_for_function(f"() => ({HERE})().includes({name!r})")  # a dialog gives it back a moment after it is gone


def go(page: Page, name: str, *, key: str = "Tab") -> None:
    tab_to(page, f"({HERE})().includes({name!r})", key=key, most=ALL_ROUND)


def test_lists_bulk_acts_tags_notes_and_promises_need_no_mouse(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        tags.add(session, name="outage", by=people.active(session, board.floor.lead), now=board.database.now())
    page = sit(board.floor.ana)
    expect(page.locator(".row")).to_have_count(3)
    narrow_the_list(page)
    keep_the_list(page)
    tag_two(page)
    press(page, "Home", "Enter")
    page.get_by_role("button", name="Claim", exact=True).wait_for()
    press(page, "a")
    page.locator("#reply").wait_for()
    stays(page, "Cases")
    change_the_tags(page)
    leave_a_note(page)
    promise(page)
    with board.database.read() as session:
        kept = session.scalars(select(SavedView.name)).all(), session.scalars(select(Note.text)).all()
        promised = session.scalars(select(Promise.text)).all()
        tagged = session.scalars(select(CaseTag.case_id)).all()
    assert (kept, promised) == ((["All of today"], ["By keys alone"]), ["A word by Friday"])
    assert sorted(tagged) == [board.floor.cases[1]]


def narrow_the_list(page: Page) -> None:
    press(page, "/", "Tab")
    stays(page, "Filter")
    press(page, "Enter")
    page.wait_for_function(f"() => ({HERE})().includes('Source')")
    go(page, "Only what a person must check")
    press(page, " ")
    expect(page.locator(".empty")).to_contain_text("Nothing matches these filters.")
    stays(page, "Only what a person must check")
    go(page, "Clear filters")
    press(page, "Enter")
    expect(page.locator(".row")).to_have_count(3)
    stays(page, "Clear filters")
    press(page, "Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    stays(page, "Filter")


def keep_the_list(page: Page) -> None:
    press(page, "Tab", "Enter")
    page.wait_for_function(f"() => ({HERE})() === 'Name'")
    page.keyboard.type("All of today")
    go(page, "Save what is shown")
    press(page, "Enter")
    expect(page.get_by_test_id("stPopoverBody").get_by_role("button", name="Rename")).to_be_visible()
    stays(page, "Save what is shown")
    press(page, "Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    stays(page, "bookmark")


def tag_two(page: Page) -> None:
    press(page, "Tab")
    stays(page, "Cases")
    press(page, "Home", "x", "j", "x")
    expect(page.locator(".bulk .count")).to_have_text("2 selected")
    tab_to(page, f"({HERE})() === 'Tag'", key="Shift+Tab")
    press(page, "Enter")
    expect(page.get_by_label("Which tag?")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".row", has_text="# outage")).to_have_count(2)
    stays(page, "Cases")
    press(page, "Escape")
    stays(page, "Cases")


def change_the_tags(page: Page) -> None:
    """The case has one: it is taken off."""
    go(page, "Tags · 1")
    press(page, "Enter")
    page.wait_for_function(f"() => ({HERE})().includes('outage')")
    press(page, "Delete")
    expect(page.get_by_label("outage", exact=True)).to_have_count(0)
    assert page.evaluate(HERE)
    go(page, "Save tags")
    press(page, "Enter")
    expect(page.locator(".row", has_text="# outage")).to_have_count(1)
    stays(page, "Save tags")
    press(page, "Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    stays(page, "Tags")


def leave_a_note(page: Page) -> None:
    go(page, "Note", key="Shift+Tab")
    press(page, "Enter")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("By keys alone")
    press(page, "Control+Enter")
    expect(page.locator(".kind-history .note")).to_contain_text("By keys alone")
    expect(page.locator("#note")).to_be_focused()
    press(page, "Escape")
    page.locator("#note").wait_for(state="hidden")
    stays(page, "Note")


def promise(page: Page) -> None:
    go(page, "Promise", key="Shift+Tab")
    press(page, "Enter")
    page.get_by_role("dialog").wait_for()
    go(page, "We promised to")
    page.keyboard.type("A word by Friday")
    tab_to(page, f"({HERE})() === 'Promise'")
    press(page, "Enter")
    page.get_by_role("dialog").wait_for(state="detached")
    stays(page, "Promise")


def test_what_was_sent_is_taken_back_with_one_key(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    page.locator(".row").first.wait_for()
    press(page, "n")
    page.locator("#reply").wait_for()
    press(page, "w")
    page.keyboard.type("Too fast")
    press(page, "Control+Enter")
    expect(page.locator(".reply.state-queued")).to_be_visible()
    press(page, "Escape", "z")
    expect(page.locator(".reply.state-queued")).to_have_count(0)
    expect(page.locator("#reply")).to_have_value("Too fast")
    reply = only_reply(board)
    assert reply is not None
    assert reply.state is ReplyState.DRAFT


def test_letters_do_nothing_once_they_are_switched_off(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    page.locator(".row").first.click()
    page.get_by_role("button", name="Claim", exact=True).wait_for()
    page.get_by_role("button", name="Keys on").click()
    expect(page.get_by_role("button", name="Keys off")).to_have_attribute("aria-pressed", "false")
    press(page, "a", "n", "e")
    page.reload()
    page.get_by_role("button", name="Claim", exact=True).wait_for()
    page.locator(".row").first.wait_for()
    page.locator(".list").focus()
    expect(page.locator(".list")).to_be_focused()
    press(page, "a", "n")
    press(page, "ArrowDown")
    expect(page.locator(".row.is-cursor")).to_have_attribute("id", f"case-{board.floor.cases[1]}")
    assert case_of(board).assignee_id is None


def test_letters_in_the_search_and_in_forms_are_letters(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    search = page.get_by_placeholder("Words, @author or #case")
    search.click()
    page.keyboard.type("ahnez")
    page.wait_for_url("**q=ahnez**")
    expect(page.locator(".empty")).to_contain_text("Nothing matches")
    assert case_of(board).assignee_id is None
    page.locator(".empty button").click()
    expect(page.locator(".row")).to_have_count(3)
    expect(search).to_have_value("")


def test_the_list_is_one_stop_with_a_cursor_that_is_told(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana)
    page.locator(".row").first.wait_for()
    box = page.get_by_role("listbox")
    box.focus()
    press(page, "Home")
    expect(box).to_have_attribute("aria-activedescendant", f"case-{board.floor.cases[0]}")
    press(page, "End")
    expect(box).to_have_attribute("aria-activedescendant", f"case-{board.floor.cases[2]}")
    press(page, "k", "Enter")
    expect(page.locator("[role=option][aria-current=true]")).to_have_attribute("id", f"case-{board.floor.cases[1]}")
    page.wait_for_url(f"**case={board.floor.cases[1]}**")
    page.go_back()
    expect(page.locator("[role=option][aria-current=true]")).to_have_count(0)
