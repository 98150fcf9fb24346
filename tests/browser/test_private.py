"""A reply to a direct message, in a real browser: who will read it stands beside Send, and only a person's choice makes it public."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from storage.models import Author, Case, Catch, Mention, Reply, Thread
from storage.words import Capability
from tests.browser.conftest import Board, Sit
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

SECRET = "my order is 4471, please tell nobody"


def write_privately(board: Board, text: str = SECRET) -> int:
    """The first case's customer writes to us in private; as ingest stores it."""
    with board.database.write() as session:
        now = board.database.now()
        case = session.get_one(Case, board.floor.cases[0])
        author = session.get_one(Author, case.author_id)
        thread = Thread(source=case.source, site=case.site, external_id="501-7001")
        session.add(thread)
        session.flush()
        told = {
            "posted_at": now,
            "seen_at": now,
            "bucket_at": now,
            "content_hash": "h",
            "capability": Capability.API,
            "addressed": ["acme"],
        }
        message = Mention(
            source=case.source,
            site=case.site,
            external_id="d1",
            author_id=author.id,
            thread_id=thread.id,
            case_id=case.id,
            kind="direct_message",
            is_private=True,
            text=text,
            url="https://x.com/messages/501-7001#d1",
            **told,
        )
        session.add(message)
        session.flush()
        session.add(Catch(mention_id=message.id, feed_id=case.feed_id, caught_at=now))
        case.latest_mention_id, case.version = message.id, case.version + 1
        return message.id


def replies(board: Board) -> list[tuple[bool, int | None, str]]:
    with board.database.read() as session:
        found = session.scalars(select(Reply).where(Reply.queued_at.is_not(None)).order_by(Reply.id))
        return [(reply.is_private, reply.mention_id, reply.text) for reply in found]


def test_a_private_message_is_answered_in_private_and_in_public_only_by_choice(board: Board, sit: Sit) -> None:
    message = write_privately(board)
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page.locator(".post.private .text")).to_have_text(SECRET)
    expect(page.locator(".post.private .line")).to_contain_text("private")
    box = page.locator("#reply")
    box.fill("Thank you. It leaves today, order and number stay between us.")
    privately, openly = page.locator(".ways button.private"), page.locator(".ways button.public")
    expect(privately).to_have_attribute("aria-pressed", "true")
    expect(privately).to_contain_text("Privately to @customer")
    openly.click()
    expect(openly).to_have_attribute("aria-pressed", "true")
    expect(openly).to_contain_text("In public as @acme")
    expect(page.locator(".way")).to_contain_text("will be read by everybody")
    privately.click()
    expect(page.locator(".way")).not_to_contain_text("will be read by everybody")
    page.locator(".send").click()
    eventually(lambda: replies(board))
    ((is_private, mention_id, text),) = replies(board)
    assert (is_private, mention_id) == (True, message)
    assert text.startswith("Thank you. It leaves today")


def test_a_choice_for_the_public_ends_when_the_customer_writes_in_private(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    page.get_by_role("button", name="Claim", exact=True).click()
    page.locator("#reply").fill("We look at it now")
    expect(page.locator(".way")).to_contain_text("In public as @acme")
    write_privately(board)
    expect(page.locator(".banner")).to_contain_text("wrote again")
    expect(page.locator(".send")).to_be_disabled()
    expect(page.locator(".ways button.private")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="I have read it").click()
    page.locator(".send").click()
    eventually(lambda: replies(board))
    assert [is_private for is_private, _, _ in replies(board)] == [True]


def test_a_reader_sees_that_something_was_said_and_nothing_of_it_reaches_the_browser(board: Board, sit: Sit) -> None:
    write_privately(board)
    page = sit(board.floor.reader)
    heard: list[str] = []
    page.on("response", lambda answer: heard.append(answer.text()) if "/board/" in answer.url and answer.status == 200 else None)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    page.goto(f"{board.url}/?case={board.floor.cases[0]}")
    expect(page.locator(".post.private")).to_contain_text("Private message: seen by those who work on the case")
    page.goto(f"{board.url}/mentions")
    page.locator(".item").first.wait_for()
    assert heard
    assert not [text for text in heard if "4471" in text]
