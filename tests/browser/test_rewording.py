"""New words for an answer that stands on its platform, under four eyes: a learner writes them, a lead reads both and decides, the platform's copy changes."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from desk.people import people
from desk.settings import DeskSettings
from listener.deliver import deliver_due
from listener.registry import Registry
from storage.models import Credential, Reply
from storage.words import ChangeState
from tests.browser.conftest import Board, Sit
from tests.support.desk import MINUTE, Shop
from tests.support.outbox import queue, send
from tests.support.platforms import REDDIT_ACCOUNT, settings
from tests.support.replay import FIXTURES, Platform, Seen, as_json
from tests.support.replay import Reply as Answer
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

OLD, FIRST, LAST = "On it", "On it, and soon", "It leaves on Friday"


class Copies:
    """What stands on the platform under our account, by its id."""

    def __init__(self, platform: Platform) -> None:
        self.texts = {"t1_p1": OLD}
        platform.replay(FIXTURES / "reddit" / "token.yaml")
        platform.always("/api/editusertext/", self.edit, method="POST")

    def edit(self, seen: Seen) -> Answer:
        given = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        self.texts[given["thing_id"]] = given["text"]
        return as_json({"json": {"errors": [], "data": {}}})


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


def stands(board: Board) -> tuple[int, int]:
    """An answer of Bo's, who learns since; its case and itself."""
    with board.database.write() as session:
        bo, shop, now = people.active(session, board.floor.bo), Shop(session, source="reddit"), board.database.now()
        kept = Credential(name="main", source="reddit")
        session.add(kept)
        session.flush()
        shop.account.credential_id = kept.id
        case = shop.claimed(bo, at=now - 12 * MINUTE)
        reply = queue(session, case, shop, bo, OLD, now=now - 9 * MINUTE)
        send(session, reply, at=now - 8 * MINUTE, external_id="t1_p1", url="https://reddit.example/p1")
        bo.is_learning = True
        return case.id, reply.id


def deliver(board: Board, platform: Platform, reply_id: int) -> None:
    """The worker, with the real client for the platform on loopback."""
    listener = settings(platform, "reddit", REDDIT_ACCOUNT)

    def is_done() -> bool:
        deliver_due(board.database, listener, DeskSettings(), Registry(listener), owner="browser")
        with board.database.read() as session:
            return session.scalar(select(Reply.change_state).where(Reply.id == reply_id)) is ChangeState.DONE

    eventually(is_done)


def test_a_learners_new_words_are_read_beside_the_old_ones_sent_back_and_then_stand_on_the_platform(
    board: Board, sit: Sit, platform: Platform
) -> None:
    copies = Copies(platform)
    case, reply = stands(board)
    learner = sit(board.floor.bo, f"?case={case}")
    learner.locator(".post.own").get_by_role("button", name="Correct", exact=True).click()
    expect(learner.get_by_label("The answer as it shall stand there")).to_have_value(OLD)
    expect(learner.get_by_role("button", name="Correct it", exact=True)).to_have_count(0)
    learner.get_by_label("The answer as it shall stand there").fill(FIRST)
    learner.locator(".change").get_by_role("button", name="Send for approval").click()
    expect(learner.get_by_text("The new wording waits for approval since")).to_be_visible()

    lead = sit(board.floor.lead)
    lead.get_by_role("button", name="To approve: 1").click()
    lead.get_by_role("button", name="asked by Bo Lind").click()
    expect(lead.locator(".st-key-approval_stands")).to_have_text(OLD)
    expect(lead.locator(".st-key-approval_text")).to_have_text(FIRST)
    lead.get_by_role("button", name="Send back", exact=True).click()
    lead.get_by_label("What should be different?").fill("Name the day")
    lead.get_by_role("button", name="Send it back", exact=True).click()
    expect(lead.locator(".st-key-approval_text")).to_have_count(0)
    assert copies.texts == {"t1_p1": OLD}

    expect(learner.get_by_text("New wording sent back by Lea Hart: Name the day")).to_be_visible()
    learner.get_by_role("button", name="Word it anew").click()
    expect(learner.get_by_label("The answer as it shall stand there")).to_have_value(FIRST)
    learner.get_by_label("The answer as it shall stand there").fill(LAST)
    learner.locator(".change").get_by_role("button", name="Send for approval").click()
    expect(learner.get_by_text("The new wording waits for approval since")).to_be_visible()

    expect(lead.locator(".st-key-approval_stands")).to_have_text(OLD)
    expect(lead.locator(".st-key-approval_text")).to_have_text(LAST)
    lead.get_by_role("button", name="Approve and correct").click()
    expect(learner.locator(".post.own")).to_contain_text("being corrected")
    deliver(board, platform, reply)
    assert copies.texts == {"t1_p1": LAST}
    expect(learner.locator(".post.own")).to_contain_text(LAST)
    expect(lead.locator(".post.own")).to_contain_text(LAST)
