"""Somebody new in their first hour: the tour through one case by doing it, a reply that a lead reads first, and nobody outside hears of it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk.people import people
from desk.settings import DeskSettings
from listener.deliver import deliver_due
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.sources.sandbox import SandboxReplier
from storage.models import Author, Case, Person, Reply
from storage.words import Outcome, ReplyState, Role
from tests.browser import acts
from tests.browser.conftest import Board, Sit
from tests.browser.serve import SAMPLE
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

NAME = "Nia Poe"


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SAMPLE, "1")


def newcomer(board: Board) -> int:
    """Somebody new, and a customer who wrote before."""
    with board.database.write() as session:
        now = board.database.now()
        by = people.active(session, board.floor.admin)
        case = session.get_one(Case, board.floor.cases[0])
        author = session.get_one(Author, case.author_id)
        acts.shop_of(session).case("It was late before, too", author=author, at=now - timedelta(minutes=1))
        return people.add(session, name=NAME, initials="NP", roles=[Role.AGENT], by=by, now=now).id


def step(page: Page, words: str) -> None:
    expect(page.locator(".st-key-tour")).to_contain_text(words)


def sent(board: Board, case_id: int) -> Reply | None:
    """The worker, played into a sandbox."""
    listener = ListenerSettings()
    registry = Registry(listener, repliers={"x": SandboxReplier("x")})
    deliver_due(board.database, listener, DeskSettings(), registry, owner="browser")
    with board.database.read() as session:
        return session.scalar(select(Reply).where(Reply.case_id == case_id, Reply.state == ReplyState.SENT))


def test_a_new_agents_first_case(board: Board, sit: Sit) -> None:
    nia, case = newcomer(board), board.floor.cases[0]
    page = acts.arrive(sit, NAME)
    expect(page.locator(".st-key-newcomer")).to_contain_text("You are learning")
    page.get_by_role("button", name="Begin the tour").click()
    step(page, "Step 1 of 6")
    acts.open_case(page, case)
    step(page, "Step 2 of 6")
    acts.act(page, "Claim")
    step(page, "Step 3 of 6")
    page.locator(".st-key-history_pane").get_by_role("button", name="Open", exact=False).first.click()
    step(page, "Step 4 of 6")
    acts.open_case(page, case)
    page.locator("#reply").click()
    page.keyboard.press("Control+/")
    page.locator(".offer").first.click()
    acts.write(page, "Sorry about that. We look at it right away.")
    page.keyboard.press("Control+Enter")
    step(page, "Step 5 of 6")
    expect(page.locator("#reply_box, .st-key-reply_box")).to_contain_text("Waiting for approval")
    approved(board, sit, case)
    page.bring_to_front()
    acts.act(page, "Close")
    page.get_by_role("dialog").get_by_text("Solved", exact=True).click()
    for label, words in (("What was the cause?", "Locked"), ("What fixed it?", "Unlocked"), ("How do we know?", "She is in")):
        page.get_by_label(label).fill(words)
        page.get_by_label(label).press("Tab")
    acts.dialog_done(page, "Close case")
    step(page, "Step 6 of 6")
    page.get_by_role("button", name="Open My shift").click()
    page.wait_for_url("**/shift**")
    page.get_by_role("link", name="Queue").first.click()
    step(page, "That was the way of a case")
    page.get_by_role("button", name="End the tour").click()
    page.locator(".st-key-tour").wait_for(state="detached")
    with board.database.read() as session:
        assert session.get_one(Case, case).outcome is Outcome.SOLVED
        assert session.get_one(Person, nia).is_learning


def approved(board: Board, sit: Sit, case_id: int) -> None:
    """The lead reads it and lets it leave; it goes into the sandbox, once, as the newcomer's."""
    lead = acts.arrive(sit, "Lea Hart", f"?case={case_id}")
    expect(lead.locator(".st-key-approval")).to_contain_text("Sorry about that. We look at it right away.")
    assert sent(board, case_id) is None
    lead.get_by_role("button", name="Approve and send").click()
    eventually(lambda: sent(board, case_id) is not None)
    reply = sent(board, case_id)
    assert reply is not None
    assert reply.url.startswith("https://sandbox.example/")
    with board.database.read() as session:
        assert session.get_one(Person, reply.person_id).name == NAME
    lead.context.close()
