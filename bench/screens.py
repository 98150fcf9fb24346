"""The pictures of docs/screenshots, taken of a running sample workspace: `CARELINE_HOME=… python -m bench.screens http://127.0.0.1:8501`."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from desk.replies import outbox, replies
from storage.database import Database

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
CHROMIUM = os.environ.get("CARELINE_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
SIZES = {"1440": (1440, 900), "1024": (1024, 768)}
SETTLE_MS = 2_500
MINUTE = timedelta(minutes=1)
AGENT, OTHER, READER, OPS = "Mina Kaur", "Liam Okafor", "Noor Haddad", "Ada Quinn"

Scene = Callable[[Page], None]


def queue(page: Page) -> None:
    page.locator(".row").nth(2).click()


def replying(page: Page) -> None:
    page.goto(f"{root(page)}/?view=unclaimed")
    page.locator(".row").nth(1).click()
    page.get_by_role("button", name="Claim", exact=True).click()
    page.locator("#reply").fill(
        "Sorry about that. I have looked at your line and booked an engineer for tomorrow, 8 to 12. Does that suit you?"
    )
    page.locator(".saved", has_text="Saved").wait_for()


def undo(page: Page) -> None:
    replying(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(900)


def sent(page: Page) -> None:
    undo(page)
    page.wait_for_timeout(9_000)


def at(path: str) -> Scene:
    def scene(page: Page) -> None:
        page.goto(f"{root(page)}{path}")

    return scene


def by_hand(page: Page) -> None:
    page.goto(f"{root(page)}/?view=mine")
    page.locator(".row").first.click()


def correcting(page: Page) -> None:
    queue(page)
    page.locator("[data-label$=' intent']").first.click()


def closing(page: Page) -> None:
    page.goto(f"{root(page)}/?view=mine")
    page.locator(".row").first.click()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("radio", name="Answered").wait_for()


def splitting(page: Page) -> None:
    """The first case of the list in which a customer wrote more than once."""
    page.goto(f"{root(page)}/?view=unclaimed")
    for row in range(40):
        page.locator(".row").nth(row).click()
        page.get_by_role("button", name="Claim", exact=True).wait_for()
        page.wait_for_timeout(800)
        if page.get_by_role("button", name="Split", exact=True).count():
            break
    page.get_by_role("button", name="Split", exact=True).click()
    page.get_by_role("dialog").wait_for()


def taken(page: Page) -> None:
    """A case that a colleague has."""
    page.goto(f"{root(page)}/?view=all")
    found = page.locator(".row.is-theirs").first
    found.wait_for()
    page.goto(f"{root(page)}/?view=all&case={(found.get_attribute('id') or '').removeprefix('case-')}")
    page.get_by_role("button", name="Take over").wait_for()


def offline(page: Page) -> None:
    """The network goes while somebody writes."""
    replying(page)
    page.context.set_offline(True)
    page.locator("#reply").press("End")
    page.locator("#reply").type(" We are sorry for the wait.")
    page.wait_for_timeout(4_000)


def loading(page: Page) -> None:
    """The list has been asked for and has not answered yet."""
    page.route("**/board/queue*", lambda _route: None)
    page.goto(f"{root(page)}/?view=closed")
    page.locator(".bone").first.wait_for()


def ended(mark: Callable[..., None], reason: str) -> Scene:
    """What became of a reply, as the deliver process would store it; the workspace is the one of CARELINE_HOME."""

    def scene(page: Page) -> None:
        undo(page)
        database = Database(f"sqlite:///{Path(os.environ['CARELINE_HOME']) / 'sample.db'}")
        with database.write() as session:
            now = database.now()
            for reply in replies.lease_due(session, "pictures", now=now + MINUTE, limit=5, lease=MINUTE):
                mark(session, reply.id, reason=reason, owner="pictures", now=now)
        database.close()
        page.wait_for_timeout(3_000)

    return scene


def nobody(page: Page) -> None:
    del page


SCENES: dict[str, tuple[str, Scene, tuple[str, ...]]] = {
    "queue": (AGENT, queue, ("1440-light", "1440-dark", "1024-light", "1024-dark")),
    "trends": (OPS, at("/trends?days=28&by=day"), ("1440-light", "1440-dark", "1024-light")),
    "feeds": (OPS, at("/feeds"), ("1440-light", "1024-dark")),
    "mentions": (AGENT, at("/mentions"), ("1440-light", "1024-light")),
    "reader": (READER, queue, ("1440-light",)),
    "shift": (AGENT, at("/shift"), ("1440-light", "1024-dark")),
    "incidents": ("Priya Nair", at("/incidents"), ("1440-light",)),
    "outcomes": ("Priya Nair", at("/outcomes"), ("1440-light", "1440-dark", "1024-light")),
    "saved": (AGENT, at("/saved"), ("1440-light",)),
    "rules": ("Priya Nair", at("/rules"), ("1440-light",)),
    "people": ("Priya Nair", at("/people"), ("1440-light", "1024-dark")),
    "empty": (OTHER, at("/?view=waiting&q=nothing+like+this"), ("1440-light",)),
    "by-hand": ("Sven Jansen", by_hand, ("1440-light",)),
    "replying": (AGENT, replying, ("1440-light", "1024-light")),
    "correcting": (AGENT, correcting, ("1440-light", "1440-dark")),
    "closing": (AGENT, closing, ("1440-light",)),
    "splitting": (AGENT, splitting, ("1440-light",)),
    "taken": (OTHER, taken, ("1440-light",)),
    "offline": ("Sven Jansen", offline, ("1440-light",)),
    "loading": (AGENT, loading, ("1440-light",)),
    "failed": (AGENT, ended(outbox.mark_failed, "Refused: the post that you answer was deleted"), ("1440-light",)),
    "uncertain": (AGENT, ended(outbox.mark_uncertain, "No answer within 20 s"), ("1440-light",)),
    "undo": (OTHER, undo, ("1440-light",)),
    "sent": ("Rosa Almeida", sent, ("1440-light",)),
    "sign-in": ("", nobody, ("1440-light",)),
}


def root(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def take(browser: Browser, url: str, name: str) -> None:
    """All pictures of one scene."""
    person, scene, variants = SCENES[name]
    for variant in variants:
        size, scheme = variant.split("-")
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(url)
        if person:
            page.get_by_text(person).first.click()
            page.locator(".row").first.wait_for()
        scene(page)
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=FOLDER / f"{name}-{variant}.png")
        print(f"{name}-{variant}")
        context.close()


def main(url: str, *names: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in names or SCENES:
            take(browser, url, name)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
