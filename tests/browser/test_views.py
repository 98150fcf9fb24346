"""Lists as addresses: a saved one is opened by its link, the search is a key away."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.filters import written
from desk.people import people
from desk.queue import views
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser


def test_the_link_of_a_shared_list_opens_what_it_shows(board: Board, sit: Sit) -> None:
    with board.database.write() as session:
        lead, now = people.active(session, board.floor.lead), board.database.now()
        view = views.save(session, name="Addresses", params=written({"view": "waiting", "q": "address", "feed": "1"}), by=lead, now=now)
        views.share(session, view.id, is_shared=True, by=lead, now=now)
    page = sit(board.floor.ana, f"?saved={view.id}")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row")).to_contain_text("How do I change my address?")
    page.wait_for_url("**q=address**")
    assert "saved=" not in page.url
    expect(page.get_by_role("combobox", name="More lists")).to_have_value("☆ Addresses · Lea Hart")
    page.locator(".row").click()
    page.get_by_role("button", name="Claim", exact=True).wait_for()
    page.get_by_role("button", name="Filter · on").click()
    expect(page.get_by_test_id("stPopoverBody").get_by_label("Feed")).to_have_value(re.compile("^feed "))
    page.keyboard.press("Escape")
    page.locator(".st-key-view_tabs").get_by_text("Mine", exact=True).click()
    expect(page.locator(".empty")).to_contain_text("Nothing matches these filters.")


def test_a_slash_goes_to_the_search_and_a_number_finds_its_case(board: Board, sit: Sit) -> None:
    page = sit(board.floor.ana, "?view=mine")
    expect(page.locator(".empty")).to_contain_text("No case is yours.")
    page.keyboard.press("/")
    search = page.get_by_placeholder("Words, @author or #case")
    expect(search).to_be_focused()
    search.fill(f"#{board.floor.cases[2]}")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row")).to_have_attribute("id", f"case-{board.floor.cases[2]}")
