"""Friday evening: one agent goes home, and nothing of what her customers wait for goes with her."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk import states
from desk.cases import cases
from desk.people import people
from storage.models import Case, Note, Person, Promise
from storage.words import Shift
from tests.browser import acts
from tests.browser.acts import HOUR, arrive
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

DRAFT = "Dear customer, we opened your account again. Please"
HOME = "Hand over and end shift"


def begin_a_draft(page: Page, case_id: int) -> None:
    acts.claim(page, case_id)
    acts.write(page, DRAFT)


def promise(page: Page, case_id: int) -> None:
    acts.claim(page, case_id)
    acts.act(page, "Promise")
    page.get_by_label("We promised to").fill("send the form by post")
    page.get_by_role("dialog").get_by_text("Tomorrow 12:00").click()
    acts.dialog_done(page, "Promise")


def put_off(page: Page, case_id: int) -> None:
    acts.claim(page, case_id)
    acts.act(page, "Put off")
    acts.dialog_done(page, "Put off")


def go_to_my_shift(page: Page) -> None:
    page.get_by_role("button", name="On shift").click()
    page.get_by_role("link", name=HOME).click()
    page.get_by_role("heading", name="My shift").wait_for()


def hand_all_over(page: Page, cases: tuple[int, ...]) -> None:
    begun, promised, asleep = cases
    for words in ("Open cases: 3", "Drafts: 1", "Promises: 1", "Put off: 1"):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    for case_id in (begun, promised):
        acts.choose(page, f"Case {case_id} goes to", "Bo Lind")
    expect(page.get_by_label(f"Case {asleep} goes to")).to_have_value("The team (queue)")
    page.locator(f".st-key-own_{begun}").get_by_label("What should they know?").fill("Security has checked her already")
    page.get_by_role("button", name=HOME).click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Your shift is over: 2 to colleagues, 1 to the team")
    expect(page.get_by_text("You have no open case, and you are off shift.")).to_be_visible()


def test_three_cases_go_on_without_her(board: Board, sit: Sit) -> None:
    begun, promised, asleep = board.floor.cases
    ana, bo = arrive(sit, "Ana Moss"), arrive(sit, "Bo Lind", "?view=mine")
    expect(bo.locator(".empty")).to_contain_text("No case is yours.")
    begin_a_draft(ana, begun)
    promise(ana, promised)
    put_off(ana, asleep)
    go_to_my_shift(ana)
    hand_all_over(ana, board.floor.cases)
    expect(bo.locator(".row")).to_have_count(2)
    expect(bo.locator(".bell .count")).to_have_text("2")
    acts.open_case(bo, begun)
    expect(bo.locator("#reply")).to_have_value(DRAFT)
    expect(bo.locator(".kind-history .note")).to_contain_text("Security has checked her already")
    the_promise_comes_back_to(bo, board, promised)
    what_she_had_put_off_is_the_teams(board, sit, asleep)
    nothing_is_left_with(board, board.floor.ana)


def the_promise_comes_back_to(bo: Page, board: Board, case_id: int) -> None:
    with board.database.read() as session:
        standing = session.scalars(select(Promise)).one()
        assert (standing.case_id, standing.person_id) == (case_id, board.floor.bo)
    assert acts.promises_fall_due(board, standing.due_at - HOUR) == 0
    assert acts.promises_fall_due(board, standing.due_at) == 1
    expect(bo.locator(".bell .count")).to_have_text("2")
    bo.locator("button.bell").click()
    bo.get_by_role("button", name="A promise is due").click()
    bo.wait_for_url(f"**case={case_id}**")


def what_she_had_put_off_is_the_teams(board: Board, sit: Sit, case_id: int) -> None:
    """Nobody would see it while its time ran; so it is in sight at once, and what its customer writes stands there."""
    lead = arrive(sit, "Lea Hart", "?view=unclaimed")
    expect(lead.locator(f"#case-{case_id}")).to_have_count(1)
    acts.customer_writes(board, case_id, "It stopped again, please help")
    expect(acts.listed(lead, case_id)).to_contain_text("It stopped again")


def nothing_is_left_with(board: Board, person_id: int) -> None:
    with board.database.read() as session:
        assert session.get_one(Person, person_id).shift is Shift.OFF
        assert session.scalars(select(Case.id).where(Case.assignee_id == person_id, Case.status.in_(states.LIVE))).all() == []
        assert len(session.scalars(select(Note.id)).all()) >= 1


def test_what_stayed_with_her_goes_back_when_its_customer_writes(board: Board, sit: Sit) -> None:
    kept = board.floor.cases[1]
    with board.database.write() as session:
        now, ana = board.database.now(), people.active(session, board.floor.ana)
        cases.claim(session, kept, by=ana, now=now)
        cases.snooze(session, kept, until=now + HOUR, by=ana, now=now)
    page = arrive(sit, "Ana Moss", "shift")
    acts.choose(page, f"Case {kept} goes to", "Stays with me")
    page.get_by_role("button", name=HOME).click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Your shift is over")
    assert acts.owner(board, kept) == board.floor.ana
    bo = arrive(sit, "Bo Lind", "?view=unclaimed")
    expect(bo.locator(f"#case-{kept}")).to_have_count(0)
    acts.customer_writes(board, kept, "And where do I send it?")
    expect(acts.listed(bo, kept)).to_contain_text("And where do I send it?")
    assert acts.owner(board, kept) is None
