"""What people at the board do again and again, and what its other processes would do meanwhile."""

from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from desk.cases import cases, promises
from desk.settings import DeskSettings
from listener.deliver import deliver_due
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.sources.sandbox import SandboxReplier
from storage.models import Brand, Case, Feed, ReplyAccount
from tests.browser.conftest import Board, Sit
from tests.support.desk import Shop

SETTINGS = DeskSettings()


def arrive(sit: Sit, name: str, address: str = "", **screen: object) -> Page:
    """Somebody comes to the board, picks their name, and is where the address leads."""
    page = sit(None, address, **screen)
    page.get_by_role("button", name=name).click()
    page.locator(".row, .empty, [data-testid=stHeading]").first.wait_for()
    return page


def open_case(page: Page, case_id: int) -> None:
    """From the list, or by its address where the list does not show it."""
    page.locator(f"#case-{case_id}").click()
    page.wait_for_url(f"**case={case_id}**")
    page.locator(f"[role=option][aria-current=true]#case-{case_id}").wait_for()


def listed(page: Page, case_id: int) -> Locator:
    """The row of a case that comes into the list while somebody looks at it; it may wait behind the button that counts new ones."""
    page.locator(f"#case-{case_id}, .fresh:not(.hidden)").first.wait_for()
    if page.locator(".fresh").is_visible():
        page.locator(".fresh").click()
    return page.locator(f"#case-{case_id}")


def claim(page: Page, case_id: int) -> None:
    open_case(page, case_id)
    page.locator(".st-key-acts").get_by_role("button", name="Claim", exact=True).click()
    page.locator("#reply").wait_for()


def act(page: Page, name: str) -> None:
    """One of the buttons above the conversation."""
    page.locator(".st-key-acts").get_by_role("button", name=name, exact=True).click()


def popover(page: Page, key: str) -> Locator:
    """Opened, with what is in it: one that is closed before the board has drawn it is opened again by the board's answer."""
    page.locator(f".st-key-{key}").get_by_test_id("stPopoverButton").first.click()
    body = page.get_by_test_id("stPopoverBody")
    body.get_by_test_id("stElementContainer").first.wait_for()
    return body


def write(page: Page, words: str) -> None:
    """A draft that the board has stored."""
    page.locator("#reply").fill(words)
    expect(page.locator(".saved")).to_contain_text("Saved")


def choose(page: Page, label: str, option: str) -> None:
    """One option of a list of Streamlit's."""
    page.get_by_label(label, exact=False).click()
    page.locator("[role=option]:not(.row)").filter(has_text=option).first.click()


def dialog_done(page: Page, name: str) -> None:
    """The button of a dialog that does it; then the dialog is gone."""
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
    page.get_by_role("dialog").wait_for(state="detached")


def shop_of(session: Session) -> Shop:
    """The shop whose cases are on screen."""
    shop = Shop.__new__(Shop)
    shop.session, shop.source, shop.site, shop.handle = session, "x", "", "acme"
    shop.brand, shop.feed, shop.account = session.get_one(Brand, 1), session.get_one(Feed, 1), session.get_one(ReplyAccount, 1)
    return shop


def customer_writes(board: Board, case_id: int, words: str) -> None:
    """The listener catches one more post of the same customer."""
    with board.database.write() as session:
        case, now = session.get_one(Case, case_id), board.database.now()
        mention = shop_of(session).more(case, words, at=now)
        cases.join(session, case, mention, settings=SETTINGS, now=now)


def promises_fall_due(board: Board, at: datetime) -> int:
    """The triage process at that time."""
    with board.database.write() as session:
        return promises.come_back(session, settings=SETTINGS, now=at)


def deliver(board: Board, sandbox: SandboxReplier) -> None:
    """The deliver process, once; the platform is a sandbox."""
    registry = Registry(ListenerSettings(), repliers={"x": sandbox})
    deliver_due(board.database, ListenerSettings(), SETTINGS, registry, owner="browser")


def owner(board: Board, case_id: int) -> int | None:
    with board.database.read() as session:
        return session.get_one(Case, case_id).assignee_id


HOUR = timedelta(hours=1)
