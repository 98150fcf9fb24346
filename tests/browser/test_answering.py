"""Answering by hand and eye: a saved reply by keyboard, what is left to fill in, a picture that is pasted, another account, and taking back."""

import base64
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk.cases import cases
from desk.people import people
from desk.replies import saved_replies
from desk.replies.saved_replies import SavedDraft
from desk.settings import DeskSettings
from listener.deliver import deliver_due
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.sources.sandbox import SandboxReplier
from storage.models import Attachment, Case, Mention, Reply, ReplyAccount, SavedReply
from storage.words import CaseStatus, ChangeState, ReplyState
from tests.browser.conftest import Board, Sit
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

PASTE = """([encoded, name]) => {
  const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/png" }));
  const find = (root) => root.querySelector("#reply") ?? [...root.querySelectorAll("*")].map((one) => one.shadowRoot && find(one.shadowRoot)).find(Boolean);
  find(document).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def at_the_case(board: Board, sit: Sit) -> Page:
    """Ana at her case; the team has two saved replies."""
    with board.database.write() as session:
        ana, lead, now = people.active(session, board.floor.ana), people.active(session, board.floor.lead), board.database.now()
        cases.claim(session, board.floor.cases[0], by=ana, now=now)
        for draft in (SavedDraft("Late parcel", "Hi {customer}, order {order} is late."), SavedDraft("Thanks", "Thank you!")):
            saved_replies.add(session, draft, is_own=False, by=lead, now=now)
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    page.locator("#reply").click()
    return page


def deliver(board: Board, state: ReplyState = ReplyState.SENT) -> Reply:
    """The worker, played into a sandbox, once the undo is over."""
    listener = ListenerSettings()
    registry = Registry(listener, repliers={"x": SandboxReplier("x")})

    def has_gone() -> bool:
        deliver_due(board.database, listener, DeskSettings(), registry, owner="browser")
        with board.database.read() as session:
            return session.scalar(select(Reply.state)) is state

    eventually(has_gone)
    with board.database.read() as session:
        return session.scalars(select(Reply)).one()


def test_a_saved_reply_by_keyboard_is_not_sent_before_it_is_filled_in(board: Board, sit: Sit) -> None:
    page = at_the_case(board, sit)
    page.keyboard.press("Control+/")
    expect(page.locator(".offer")).to_have_count(4)
    page.keyboard.type("late")
    expect(page.locator(".offer")).to_have_count(1)
    expect(page.locator(".offer")).to_contain_text("to fill in: {order}")
    page.keyboard.press("Enter")
    box = page.locator("#reply")
    expect(box).to_be_focused()
    name = customer(board)
    expect(box).to_have_value(f"Hi {name}, order {{order}} is late.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".problem")).to_contain_text("Fill in {order} first")
    page.keyboard.type("4711")
    expect(box).to_have_value(f"Hi {name}, order 4711 is late.")
    expect(page.locator(".saved")).to_contain_text("Saved")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".state-queued")).to_be_visible()
    assert deliver(board).text == f"Hi {name}, order 4711 is late."
    with board.database.read() as session:
        assert session.scalars(select(SavedReply.used).where(SavedReply.name == "Late parcel")).one() == 1


def customer(board: Board) -> str:
    with board.database.read() as session:
        return session.get_one(Case, board.floor.cases[0]).author_name


def test_a_slash_where_a_line_begins_opens_them_and_escape_leaves_it(board: Board, sit: Sit) -> None:
    page = at_the_case(board, sit)
    page.keyboard.type("and/or")
    expect(page.locator(".offer")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.type("/")
    expect(page.locator(".offer")).to_have_count(4)
    page.keyboard.press("Escape")
    expect(page.locator("#reply")).to_have_value("and/or\n/")
    page.keyboard.press("Backspace")
    page.keyboard.type("/")
    expect(page.locator(".offer").first).to_be_visible()
    page.keyboard.type("thanks")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_value("and/or\nThank you!")


def test_a_pasted_picture_goes_with_the_reply_and_the_answer_can_be_taken_back(board: Board, sit: Sit) -> None:
    page = at_the_case(board, sit)
    written = BytesIO()
    Image.new("RGB", (120, 80), "navy").save(written, "PNG")
    page.evaluate(PASTE, [base64.b64encode(written.getvalue()).decode(), "hub.png"])
    expect(page.locator(".attached")).to_have_count(1)
    expect(page.locator(".attached .mark")).to_contain_text("No description yet")
    page.get_by_label("What does it show?").fill("A blue light")
    page.locator("#reply").click()
    expect(page.locator(".attached .mark")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("What does it show?")).to_have_value("A blue light")
    page.locator("#reply").fill("It looks like this")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".state-queued")).to_contain_text("1 picture")
    reply = deliver(board)
    with board.database.read() as session:
        assert session.scalars(select(Attachment.reply_id)).all() == [reply.id]
    page.locator(".state-sent").get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".state-sent")).to_contain_text("being taken back")
    eventually(lambda: deliver(board).change_state is ChangeState.DONE)
    expect(page.locator(".post.own")).to_contain_text("We took this answer back.")
    with board.database.read() as session:
        assert session.get_one(Case, board.floor.cases[0]).status is CaseStatus.OPEN


def test_another_account_is_asked_about_once(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        first = session.scalars(select(ReplyAccount)).one()
        told = {"brand_id": first.brand_id, "source": "x", "position": 1}
        session.add(ReplyAccount(name="second", handle="acmehelp", **told))
    page = at_the_case(board, sit)
    page.keyboard.type("Hello")
    page.get_by_label("Reply as").select_option(label="@acmehelp on X")
    expect(page.get_by_text("Answer as @acmehelp instead of @acme?")).to_be_visible()
    expect(page.locator(".send")).to_be_disabled()
    page.get_by_role("button", name="Keep @acme").click()
    expect(page.locator(".way")).to_contain_text("In public as @acme")
    page.get_by_label("Reply as").select_option(label="@acmehelp on X")
    page.get_by_role("button", name="Answer as @acmehelp").click()
    expect(page.locator(".way")).to_contain_text("In public as @acmehelp")
    page.keyboard.press("Escape")
    expect(page.locator(".how").first).to_contain_text("to be posted by hand")


def test_a_phone_number_in_public_is_marked_and_asked_to_be_deleted(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        mention = session.get_one(Mention, board.floor.mentions[0])
        mention.text = "Locked out, call me on +44 20 7946 0958"
    page = at_the_case(board, sit)
    expect(page.locator(".personal")).to_have_text("+44 20 7946 0958")
    expect(page.locator(".post .kind")).to_contain_text("phone number")
    page.get_by_role("button", name="Ask to delete this").click()
    expect(page.locator("#reply")).to_have_value(
        f"Hi {customer(board)}, your post shows personal data that anyone can read. "
        "For your own safety, please delete it. We will help you all the same."
    )
