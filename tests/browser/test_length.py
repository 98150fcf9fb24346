"""The count beside the box is the sender's."""

import pytest
from playwright.sync_api import expect

from desk import platforms
from desk.cases import cases
from desk.people import people
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

TEXTS = (
    "plain words",
    "Grüße, ça va, žluťoučký",
    "こんにちは世界",
    "👩‍👩‍👧 👍🏽 🇩🇪 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "see https://example.com/a/very/long/path?with=query and example.org/x, or mail me@example.com",
    "e\u0301 combining \u200b zero \u2014 dash \u2026",
    "مرحبا שלום",
    "x" * 300,
)


def test_the_count_while_typing_is_the_count_of_the_sender(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        cases.claim(session, board.floor.cases[0], by=people.active(session, board.floor.ana), now=board.database.now())
    page = sit(board.floor.ana, f"?case={board.floor.cases[0]}")
    limit = platforms.limit("x") or 0
    for text in TEXTS:
        page.locator("#reply").fill(text)
        left = limit - platforms.length("x", text)
        words = f"{left} left" if left >= 0 else f"{-left} too long"
        expect(page.locator(".foot .count"), text).to_have_text(words)
    expect(page.locator(".send")).to_be_disabled()
