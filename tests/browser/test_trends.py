"""Trends in a real browser: a click on a bar shows its mentions, and the way to their cases."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from storage.models import Case, Feed
from storage.words import Sentiment
from tests.browser.conftest import Board, Sit
from tests.support.heard import heard, spread

pytestmark = pytest.mark.browser

HOUR = timedelta(hours=1)


def seed(board: Board) -> None:
    """Five mentions in the middle of the last 24 hours, beside those that the floor has."""
    now = board.database.now()
    start = now.replace(minute=0, second=0, microsecond=0) - 12 * HOUR
    with board.database.write() as session:
        feed_id = session.scalars(select(Feed.id)).first()
        assert feed_id is not None
        heard(
            session, feed_id, spread(start, timedelta(minutes=2), [Sentiment.NEGATIVE] * 5), now=start + HOUR, words="No post since Monday"
        )


def chart(page: Page, key: str) -> Locator:
    drawn = page.locator(f".st-key-{key} [data-testid=stVegaLiteChart] svg")
    drawn.first.wait_for()
    return drawn.first


def at_bucket(drawn: Locator, place: int) -> tuple[float, float]:
    """The middle of one of the 24 columns. A column is drawn for the pointer alone, and covers all of its hour."""
    columns = drawn.locator(".role-mark[class*=hits] path")
    expect(columns).to_have_count(24)
    box = columns.nth(place).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 5


def test_a_click_on_a_bar_lists_its_mentions_and_leads_to_their_cases(board: Board, sit: Sit) -> None:
    seed(board)
    page = sit(board.floor.reader, "trends?days=1")
    page.mouse.click(*at_bucket(chart(page, "trends_volume"), 11))
    picked = page.locator(".st-key-trends_picked")
    expect(picked.get_by_role("heading")).to_contain_text("5 mentions, ")
    expect(picked.get_by_text("No post since Monday")).to_have_count(5)
    assert parse_qs(urlsplit(page.url).query)["at"][0].endswith("Z")
    with board.database.read() as session:
        case_id = session.scalars(select(Case.id).where(Case.preview.startswith("No post")).order_by(Case.id.desc())).first()
    page.get_by_role("link", name=f"Case {case_id}").click()
    page.wait_for_url(f"**case={case_id}*")
    expect(page.locator(".post").first).to_contain_text("No post since Monday")


def test_a_picked_hour_survives_a_reload_and_is_closed_by_a_button(board: Board, sit: Sit) -> None:
    seed(board)
    page = sit(board.floor.reader, "trends?days=1")
    page.mouse.click(*at_bucket(chart(page, "trends_negative"), 11))
    heading = page.locator(".st-key-trends_picked").get_by_role("heading")
    expect(heading).to_contain_text("5 mentions, ")
    page.reload()
    expect(heading).to_contain_text("5 mentions, ")
    page.get_by_role("button", name="Close").click()
    expect(heading).to_have_count(0)


def test_a_pointer_over_an_hour_tells_its_numbers(board: Board, sit: Sit) -> None:
    seed(board)
    page = sit(board.floor.reader, "trends?days=1", scheme="dark")
    page.mouse.move(*at_bucket(chart(page, "trends_volume"), 11))
    expect(page.locator("#vg-tooltip-element")).to_contain_text("Mentions")
    expect(page.locator("#vg-tooltip-element")).to_contain_text("5")


@pytest.mark.parametrize("width", [1440, 1024])
def test_nothing_is_wider_than_the_window(width: int, board: Board, sit: Sit) -> None:
    seed(board)
    page = sit(board.floor.reader, "trends", width=width)
    chart(page, "trends_volume")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
