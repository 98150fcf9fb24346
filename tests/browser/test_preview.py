"""Ops adds a feed for a brand called Orange: counted, sampled, judged, narrowed, kept small, and only then listened to."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from desk.settings import DeskSettings
from listener.errands import errands_due
from listener.poll import Poller
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from storage.database import Database
from storage.models import Cost, Credential, Feed, FeedClick, Mention
from storage.words import BudgetPart, Role
from tests.browser.conftest import Board, Sit
from tests.browser.serve import CREDENTIAL
from tests.support.desk import person
from tests.support.orange import Orange, is_ours
from tests.support.replay import Platform
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("CARELINE_TEST_PICTURES", "")


@pytest.fixture(autouse=True)
def has_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    """The board knows of a credential for X; it is there before the board starts."""
    monkeypatch.setenv(CREDENTIAL, "acme-x:x")


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


class Listener:
    """What the listener does, when the test says so."""

    def __init__(self, database: Database, platform: Platform) -> None:
        credential = CredentialSettings("acme-x", "x", {"bearer_token": "app"}, platform.url, allow_loopback=True)
        self.settings = ListenerSettings({"acme-x": credential}, timeout=timedelta(seconds=10))
        self.database = database
        self.registry = Registry(self.settings)

    def answer(self) -> None:
        eventually(lambda: errands_due(self.database, self.settings, DeskSettings(), self.registry, owner="listener") == 1)

    def poll(self, name: str) -> int:
        poller = Poller(self.database, self.settings, DeskSettings(), self.registry, owner="listener")
        new = poller.poll_one(name).new
        poller.close()
        return new


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1_500)
        page.screenshot(path=f"{PICTURES}/{name}.png")


def judge(page: Page, number: int) -> None:
    """Say of a post of the sample what is true of it."""
    asked = page.get_by_role("radiogroup", name=f"Post {number + 1}: is it about us?")
    box = page.locator("[class*='st-key-preview_post_']").nth(number)
    words = box.locator("[data-testid='stText']").first.inner_text()
    asked.get_by_role("radio").nth(0 if is_ours(words) else 1).click()


def test_a_feed_for_orange_is_previewed_narrowed_and_kept_small(board: Board, sit: Sit, platform: Platform) -> None:
    orange, listener = Orange(platform, per_day=1_200), Listener(board.database, platform)
    with board.database.write() as session:
        ops = person(session, "Ola Berg", Role.OPS).id
        session.add(Credential(name="acme-x", source="x"))
    page = sit(ops, "feeds?add=1")
    page.get_by_role("radio", name="X", exact=True).click()
    page.get_by_role("textbox", name="Query").fill("orange")
    expect(page.get_by_text("A preview counts first: $0.005 at most. A sample of 50: $0.75 at most.")).to_be_visible()
    page.get_by_role("button", name="Preview", exact=True).click()
    picture(page, "asked")
    listener.answer()
    expect(page.get_by_text("8,400 posts in the last 7 days, 1,200 a day.")).to_be_visible()
    expect(page.get_by_text("About 1,200 posts a day are a flood: more than 500.")).to_be_visible()
    picture(page, "count")
    page.get_by_role("button", name="Read a sample of 50").click()
    listener.answer()
    expect(page.get_by_text("Say of some posts whether they are about us")).to_be_visible()
    for number in range(12):
        judge(page, number)
    expect(page.get_by_text("33% about us (14% to 61%): 4 of 12 judged")).to_be_visible()
    expect(page.get_by_text("would take 18 of the sample: 4 not about us, 0 about us, 14 not judged")).to_be_visible()
    picture(page, "judged")
    page.get_by_role("button", name="Leave out").first.click()
    expect(page.get_by_role("textbox", name="Query")).to_have_value("orange -juice")
    expect(page.get_by_text("50% about us (22% to 78%): 4 of 8 judged that the query still finds")).to_be_visible()
    picture(page, "narrowed")
    page.get_by_role("textbox", name="Name").fill("Orange on X")
    page.get_by_role("button", name="Add this feed").click()
    expect(page.get_by_text("This query finds about 709 posts a day")).to_be_visible()
    page.get_by_role("combobox", name="Keep").click()
    page.get_by_role("option", name="one post in 2", exact=True).click()
    page.get_by_role("button", name="Add this feed").click()
    expect(page.get_by_text("Not looked at yet")).to_be_visible()
    new = listener.poll("Orange on X")
    with board.database.read() as session:
        feed = session.scalars(select(Feed).where(Feed.name == "Orange on X")).one()
        texts = session.scalars(select(Mention.text).where(Mention.source == "x", Mention.text.contains("#"))).all()
        clicks = session.execute(select(FeedClick.feed_id, FeedClick.is_ours, FeedClick.text)).all()
        spent = session.execute(select(Cost.part, Cost.kind, Cost.units).where(Cost.feed_id.is_(None)).order_by(Cost.id)).all()
    assert (feed.query, feed.options) == ("orange -juice", {"every_nth": 2})
    assert orange.queries[-1].endswith("-juice")
    assert len(texts) == new < 26
    assert [words for words in texts if "juice" in words] == []
    assert [
        (feed_id, verdict, is_ours(words)) for feed_id, verdict, words in clicks if (feed_id, verdict) != (feed.id, is_ours(words))
    ] == []
    assert len(clicks) == 12
    assert spent[0] == (BudgetPart.PREVIEWS, "count_request", 1)
    assert {part for part, _, _ in spent} == {BudgetPart.PREVIEWS}
    page.reload()
    expect(page.get_by_text("posts were counted, not read: this feed keeps one post in 2.")).to_be_visible()
    picture(page, "kept")
