"""A picture under four eyes: a learner attaches it, the lead sees it with what is said of it, and lets leave what was read."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from storage.models import Attachment, Person, Reply
from storage.words import ReplyState
from tests.browser.acts import claim
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

FIRST, LAST = "A red light", "A green light"


def picture(place: Path) -> Path:
    written = BytesIO()
    Image.new("RGB", (120, 80), "navy").save(written, "PNG")
    place.write_bytes(written.getvalue())
    return place


def is_drawn(page: Page) -> bool:
    """Whether the browser has got the picture itself, not only its place."""
    return bool(page.locator(".st-key-approval img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))


def test_the_lead_sees_the_picture_and_the_words_that_leave_with_it(board: Board, sit: Sit, tmp_path: Path) -> None:
    with board.database.write() as session:
        session.get_one(Person, board.floor.bo).is_learning = True
    case = board.floor.cases[0]
    learner = sit(board.floor.bo)
    claim(learner, case)
    learner.locator("#reply").fill("It looks like this")
    learner.locator("input[type=file]").first.set_input_files(picture(tmp_path / "hub.png"))
    alt = learner.get_by_label("What does it show?")
    alt.fill(FIRST)
    learner.get_by_role("button", name="Send for approval").click()
    expect(learner.get_by_text("Waiting for approval since")).to_be_visible()

    lead = sit(board.floor.lead, f"?case={case}")
    pane = lead.locator(".st-key-approval")
    expect(pane.get_by_text(f"Described as: {FIRST}")).to_be_visible()
    assert is_drawn(lead)

    alt.fill(LAST)
    alt.press("Tab")
    expect(pane).to_have_count(0)
    learner.get_by_role("button", name="Send for approval").click()
    expect(pane.get_by_text(f"Described as: {LAST}")).to_be_visible()
    assert is_drawn(lead)
    lead.get_by_role("button", name="Approve and send").click()
    expect(pane).to_have_count(0)
    with board.database.read() as session:
        reply = session.scalars(select(Reply)).one()
        assert reply.state in {ReplyState.QUEUED, ReplyState.SENT}
        assert session.execute(select(Attachment.alt, Attachment.reply_id)).one() == (LAST, reply.id)
