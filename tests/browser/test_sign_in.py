"""Signing in through a real provider's form in a real browser, and what a browser is left with that was signed out."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.people import leaving, people
from storage.database import Database
from storage.models import Person
from tests.browser.conftest import WAIT_MS, Board
from tests.dashboard.conftest import furnish
from tests.dashboard.test_options import free_port
from tests.support import openid_provider
from tests.support.openid_provider import Provider

pytestmark = pytest.mark.browser


@pytest.fixture
def guarded(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Board, Provider]]:
    """A board whose people sign in at a provider."""
    folder = openid_provider.packages()
    if folder is None:
        assert not os.environ.get("CARELINE_REQUIRE_OPENID"), "no OpenID provider could be installed: node and npm are needed"
        pytest.skip("node and npm are missing")
    database, port = Database(sqlite_url), free_port()
    url = f"http://localhost:{port}"
    with openid_provider.running(folder, tmp_path / "accounts.json", url) as provider:
        board = Board(url, port, tmp_path / "home", database, furnish(database), issuer=provider.issuer)
        board.start()
        yield board, provider
        board.kill()
        database.close()
        assert board.strays == []


@pytest.fixture
def page(guarded: tuple[Board, Provider], chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(WAIT_MS)
    opened.on("pageerror", lambda error: guarded[0].strays.append(f"script: {error}"))
    yield opened
    context.close()


def log_in(page: Page, login: str) -> None:
    """At the provider: its login form, then its question whether Careline may know who this is."""
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("CARELINE_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def test_from_a_deep_link_through_the_provider_to_the_case_and_out_again(guarded: tuple[Board, Provider], page: Page) -> None:
    board, provider = guarded
    provider.knows(mina={"name": "Mina Kaur", "groups": ["care-agents"]})
    page.goto(f"{board.url}/?case={board.floor.cases[0]}")
    expect(page.get_by_role("link", name="Sign in with Acme")).to_be_visible()
    picture(page, "signin")
    page.get_by_role("link", name="Sign in with Acme").click()
    log_in(page, "mina")
    expect(page).to_have_url(re.compile(rf"{board.url}/\?case={board.floor.cases[0]}$"))
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page.get_by_text("This case is yours")).to_be_visible()
    second = page.context.new_page()
    second.goto(board.url)
    second.get_by_role("button", name="MK", exact=True).click()
    second.get_by_role("button", name="Sign out").click()
    second.wait_for_url(re.compile(re.escape(provider.issuer)))
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_role("link", name="Sign in with Acme")).to_be_visible()
    with board.database.read() as session:
        (mina,) = [person for person in people.everyone(session) if person.name == "Mina Kaur"]
        assert mina.initials == "MK"


def test_a_stranger_is_told_whom_to_ask(guarded: tuple[Board, Provider], page: Page) -> None:
    board, provider = guarded
    provider.knows(eve={"name": "Eve Stone", "groups": ["staff"]})
    page.goto(board.url)
    page.get_by_role("link", name="Sign in with Acme").click()
    log_in(page, "eve")
    expect(page.get_by_text("nobody has given you a role here")).to_be_visible()
    expect(page.get_by_text("Ask one of: Adi Cole, Lea Hart")).to_be_visible()
    picture(page, "stranger")
    with board.database.read() as session:
        assert "Eve Stone" not in [person.name for person in people.everyone(session)]


def test_who_leaves_loses_the_open_board_at_once(guarded: tuple[Board, Provider], page: Page) -> None:
    board, provider = guarded
    provider.knows(ada={"name": "Ada Bell", "groups": ["care-admins"]}, mina={"name": "Mina Kaur", "groups": ["care-agents"]})
    page.goto(board.url)
    page.get_by_role("link", name="Sign in with Acme").click()
    log_in(page, "mina")
    expect(page.get_by_text("Locked out of my account").first).to_be_visible()
    with board.database.write() as session:
        mina = session.query(Person).where(Person.name == "Mina Kaur").one()
        leaving.leave(session, mina.id, by=None, now=board.database.now())
    # Another process let her leave: this one hears of it within a quarter of a second, an act looks at once.
    page.wait_for_function("() => fetch('/board/queue').then((answer) => answer.status === 401)")
    page.reload()
    expect(page.get_by_text("Mina Kaur no longer works here")).to_be_visible()
