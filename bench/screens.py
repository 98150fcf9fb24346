"""The pictures of docs/screenshots, taken of a running sample workspace: `CARELINE_HOME=… python -m bench.screens http://127.0.0.1:8501`."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from desk.replies import outbox, replies
from storage.database import Database

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
CHROMIUM = os.environ.get("CARELINE_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
SIZES = {"1440": (1440, 900), "1024": (1024, 768)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SETTLE_MS = 2_000
QUALITY = 80
"""Of the pictures: words stay sharp, and all of them together stay small."""

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


def pressed(name: str) -> Scene:
    """One's own case, with this dialog."""

    def scene(page: Page) -> None:
        page.goto(f"{root(page)}/?view=mine")
        page.locator(".row").first.click()
        page.get_by_role("button", name=name, exact=True).click()
        page.get_by_role("dialog").wait_for()

    return scene


def opened(key: str) -> Scene:
    """A case, with this popover open."""

    def scene(page: Page) -> None:
        queue(page)
        page.locator(f".st-key-{key} button").first.click()
        page.get_by_test_id("stPopoverBody").wait_for()

    return scene


def clicked(path: str, name: str) -> Scene:
    """A page, with what this button opens."""

    def scene(page: Page) -> None:
        page.goto(f"{root(page)}{path}")
        page.get_by_role("button", name=name).first.click()
        page.get_by_role("dialog").wait_for()

    return scene


def customer(page: Page) -> None:
    """Of somebody who wrote before: others have no story yet."""
    page.locator(".row", has_text="contacts").first.click()
    page.get_by_role("button", name="All of this customer").first.click()
    page.get_by_role("dialog").wait_for()


def several(page: Page) -> None:
    """Three cases marked, with the acts on all of them."""
    page.goto(f"{root(page)}/?view=unclaimed")
    page.locator(".row").first.wait_for()
    page.locator(".row").first.click()
    for key in "xjxjx":
        page.keyboard.press(key)
    page.locator(".bulk .count").wait_for()


def bell(page: Page) -> None:
    page.locator(".st-key-bell button").first.click()


def nobody(page: Page) -> None:
    del page


SCENES: dict[str, tuple[str, Scene]] = {
    "queue": (AGENT, queue),
    "trends": (OPS, at("/trends?days=28&by=day")),
    "feeds": (OPS, at("/feeds")),
    "mentions": (AGENT, at("/mentions")),
    "reader": (READER, queue),
    "shift": (AGENT, at("/shift")),
    "incidents": ("Priya Nair", at("/incidents")),
    "outcomes": ("Priya Nair", at("/outcomes")),
    "saved": (AGENT, at("/saved")),
    "rules": ("Priya Nair", at("/rules")),
    "people": ("Priya Nair", at("/people")),
    "empty": (OTHER, at("/?view=waiting&q=nothing+like+this")),
    "by-hand": ("Sven Jansen", by_hand),
    "replying": (AGENT, replying),
    "correcting": (AGENT, correcting),
    "closing": (AGENT, closing),
    "splitting": (AGENT, splitting),
    "taken": (OTHER, taken),
    "offline": ("Sven Jansen", offline),
    "loading": (AGENT, loading),
    "failed": (AGENT, ended(outbox.mark_failed, "Refused: the post that you answer was deleted")),
    "uncertain": (AGENT, ended(outbox.mark_uncertain, "No answer within 20 s")),
    "undo": (OTHER, undo),
    "sent": ("Rosa Almeida", sent),
    "sign-in": ("", nobody),
    "start": (AGENT, at("/start")),
    "own-labels": ("Priya Nair", at("/own_labels")),
    "putting-off": (AGENT, pressed("Put off")),
    "handing-over": (AGENT, pressed("Hand over")),
    "promising": (AGENT, pressed("Promise")),
    "filters": (AGENT, opened("filter_popover")),
    "note": (AGENT, opened("note_popover")),
    "more": ("Priya Nair", opened("case_more")),
    "me": (AGENT, opened("me_menu")),
    "shield": ("Priya Nair", at("/?view=shield")),
    "bell": (AGENT, bell),
    "customer": ("Priya Nair", customer),
    "several": (AGENT, several),
    "incident": ("Priya Nair", at("/incidents?incident=1")),
    "rule": ("Priya Nair", at("/rules?rule=1")),
    "feed": (OPS, at("/feeds?id=1")),
    "help": (AGENT, clicked("/mentions", "?")),
}


def root(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def take(browser: Browser, url: str, name: str) -> None:
    """All pictures of one scene."""
    person, scene = SCENES[name]
    for size, scheme in product(SIZES, SCHEMES):
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
        file = FOLDER / f"{name}-{size}-{scheme}.webp"
        Image.open(BytesIO(page.screenshot())).save(file, quality=QUALITY, method=6)
        print(file.stem)
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
