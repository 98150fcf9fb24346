"""Two agents at one case, in the orders that matter: no word is lost, nobody sends what they have not read, and each sees what the other did."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from desk.cases import holds
from storage.models import Case, Hold, Note, Reply
from storage.words import HoldKind, ReplyState
from tests.browser import acts
from tests.browser.acts import arrive
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

HIDDEN = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""What a browser tells a page when its person goes to another one, and comes back."""


def replies(board: Board) -> list[tuple[ReplyState, str]]:
    with board.database.read() as session:
        return [(row.state, row.text) for row in session.execute(select(Reply.state, Reply.text).order_by(Reply.id))]


def test_one_claims_while_the_other_writes_a_note(board: Board, sit: Sit) -> None:
    case_id = board.floor.cases[0]
    ana, bo = arrive(sit, "Ana Moss"), arrive(sit, "Bo Lind")
    for page in (ana, bo):
        acts.open_case(page, case_id)
    bo.get_by_role("button", name="Note", exact=True).click()
    bo.locator("#note").press_sequentially("She called us ")
    acts.act(ana, "Claim")
    ana.locator("#reply").wait_for()
    expect(bo.locator(".shut")).to_contain_text("Ana Moss")
    expect(bo.locator("#note")).to_have_value("She called us ")
    bo.locator("#note").press_sequentially("this morning")
    bo.locator("#note").press("Control+Enter")
    expect(ana.locator(".kind-history .note")).to_contain_text("She called us this morning")
    with board.database.read() as session:
        assert session.get_one(Case, case_id).assignee_id == board.floor.ana
        assert session.scalars(select(Note.person_id)).all() == [board.floor.bo]


def test_what_somebody_who_went_away_had_written_goes_on_with_who_takes_over(board: Board, sit: Sit) -> None:
    case_id = board.floor.cases[0]
    ana, bo = arrive(sit, "Ana Moss"), arrive(sit, "Bo Lind")
    acts.claim(ana, case_id)
    acts.write(ana, "We have found the reason, and")
    acts.open_case(bo, case_id)
    take_over = bo.get_by_role("button", name="Take over", exact=True)
    expect(take_over).to_be_disabled()
    ana.evaluate(HIDDEN, True)
    expect(bo.locator(".row").first.get_by_title("Ana Moss was here")).to_be_visible()
    expect(take_over).to_be_disabled()
    ten_minutes_pass(board, case_id)
    expect(take_over).to_be_enabled()
    take_over.click()
    expect(bo.get_by_test_id("stToast")).to_contain_text("You took this case over")
    expect(bo.locator("#reply")).to_have_value("We have found the reason, and")
    ana.evaluate(HIDDEN, False)
    expect(ana.locator(".shut")).to_contain_text("Bo Lind has this case")
    expect(ana.locator("#reply")).to_be_hidden()
    bo.locator("#reply").press("End")
    bo.locator("#reply").press_sequentially(" it is mended.")
    expect(bo.locator(".saved")).to_contain_text("Saved")
    bo.keyboard.press("Control+Enter")
    expect(bo.locator(".reply.state-queued")).to_be_visible()
    ((state, text),) = replies(board)
    assert (state, text.startswith("We have found the reason, and it is mended.")) == (ReplyState.QUEUED, True)


def ten_minutes_pass(board: Board, case_id: int) -> None:
    """An open page keeps its person's case for so long after they went away."""
    with board.database.write() as session:
        away = session.scalars(select(Hold).where(Hold.case_id == case_id, Hold.kind == HoldKind.AWAY)).one()
        away.since -= holds.AWAY_PROTECTS
        session.get_one(Case, case_id).version += 1


def test_what_the_customer_writes_at_the_moment_of_sending_is_read_first(board: Board, sit: Sit) -> None:
    case_id = board.floor.cases[0]
    ana, bo = arrive(sit, "Ana Moss"), arrive(sit, "Bo Lind")
    acts.claim(ana, case_id)
    acts.open_case(bo, case_id)
    acts.write(ana, "Please sign in again")
    ana.route("**/board/reply/*", meanwhile(lambda: acts.customer_writes(board, case_id, "Never mind, I am in")))
    ana.keyboard.press("Control+Enter")
    expect(ana.locator(".banner")).to_contain_text("wrote again")
    assert replies(board) == [(ReplyState.DRAFT, "Please sign in again")]
    for page in (ana, bo):
        expect(page.locator(".post").last).to_contain_text("Never mind, I am in")
    expect(ana.locator(".send")).to_be_disabled()
    expect(ana.locator("#reply")).to_have_value("Please sign in again")
    ana.get_by_role("button", name="I have read it").click()
    acts.write(ana, "Good to hear!")
    ana.locator(".send").click()
    expect(ana.locator(".reply.state-queued")).to_contain_text("leaves in")
    expect(bo.locator(".row").first).to_contain_text("Ana Moss has it")
    ((state, text),) = replies(board)
    assert (state, text.startswith("Good to hear!")) == (ReplyState.QUEUED, True)


def meanwhile(happens: Callable[[], None]) -> Callable[[Route], None]:
    """Something happens while the first request is on its way."""
    pending = [happens]

    def pass_on(route: Route) -> None:
        if pending:
            pending.pop()()
        route.continue_()

    return pass_on
