"""Feeds in a real browser: a feed is written, tested while one waits, and added."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from desk.alerts import errands
from storage.models import Errand, Feed
from storage.words import ErrandKind
from tests.browser.conftest import Board, Sit
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

ADDRESS = "https://forum.example/latest.rss"


def asked(board: Board) -> bool:
    with board.database.read() as session:
        return session.scalar(select(Errand.id).where(Errand.kind == ErrandKind.FEED_TEST)) is not None


def answer(board: Board) -> None:
    """What the listener does with a test."""
    posts = [{"author": "gaz", "text": "<b>My parcel</b> ![x](https://evil.example/x.png)", "url": "https://forum.example/1"}]
    now = board.database.now()
    with board.database.write() as session:
        work = errands.lease(session, [ErrandKind.FEED_TEST], "listener", now=now, lease=timedelta(minutes=1))
        assert work is not None
        result = {"result": "looked", "found": 1, "rejected": 0, "posts": posts, "costs": []}
        errands.done(session, work.id, result, owner="listener", now=now)


def test_a_feed_is_tested_and_added(board: Board, sit: Sit) -> None:
    page = sit(board.floor.lead, "feeds")
    page.get_by_role("button", name="Add a feed").click()
    page.get_by_role("textbox", name="Name").fill("Forum")
    page.get_by_role("textbox", name="Address of the RSS").fill(ADDRESS)
    page.get_by_role("button", name="Test").click()
    eventually(lambda: asked(board))
    expect(page.get_by_text("Asking RSS")).to_be_visible()
    answer(board)
    expect(page.get_by_text("It found 1 post.")).to_be_visible()
    expect(page.get_by_text("<b>My parcel</b> ![x](https://evil.example/x.png)")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It found 1 post.")).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("Forum")
    page.get_by_role("textbox", name="Address of the RSS").fill(ADDRESS)
    page.get_by_role("button", name="Add this feed").click()
    expect(page.get_by_text("Not looked at yet")).to_be_visible()
    with board.database.read() as session:
        assert session.scalars(select(Feed.options).where(Feed.name == "Forum")).one() == {"url": ADDRESS}


@pytest.mark.parametrize("width", [1440, 1024])
def test_every_place_to_listen_is_in_sight(board: Board, sit: Sit, width: int) -> None:
    page = sit(board.floor.lead, "feeds?add=1", width=width)
    places = page.get_by_role("radiogroup").first
    for place in places.get_by_role("radio").all():
        expect(place).to_be_in_viewport(ratio=1)
    assert places.evaluate("(node) => node.scrollWidth <= node.clientWidth && getComputedStyle(node).maskImage === 'none'")


def test_a_feed_is_paused_from_the_list(board: Board, sit: Sit) -> None:
    page = sit(board.floor.lead, "feeds")
    page.get_by_role("button", name="Actions").click()
    page.get_by_text("Pause", exact=True).click()
    expect(page.get_by_text("Paused: nobody looks at it until it is resumed.")).to_be_visible()
    page.get_by_role("button", name="Actions").click()
    page.get_by_text("Resume", exact=True).click()
    expect(page.get_by_text("Paused: nobody looks at it until it is resumed.")).to_have_count(0)
