"""Every page and state, light and dark: nothing that axe calls serious."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from dashboard import frame
from tests.browser.conftest import Board, Sit

pytestmark = pytest.mark.browser

DIALOGS = ("Close", "Put off", "Hand over", "Promise")
POPOVERS = {"Note": "#note", "Incident": "[data-testid=stPopoverBody]", "News for you": ".panel", "?": "[role=dialog]"}
"""By the name of what opens it, and what is seen then."""

PAGES = [name for name in (*frame.DAILY, *frame.REVIEWED, *frame.SET_UP) if (frame.PAGES / f"{name}.py").is_file()]


STILL = "() => document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"


def serious(page: Page) -> list[str]:
    page.wait_for_function(STILL)  # what fades in has no contrast yet
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def settled(page: Page) -> Page:
    page.locator(".row, .empty, .people, [data-testid=stHeading]").first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]') && !document.querySelector('[data-stale=true]')")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_anywhere(scheme: str, board: Board, sit: Sit) -> None:
    found: dict[str, list[str]] = {}
    page = settled(sit(board.floor.ana, f"?case={board.floor.cases[0]}", scheme=scheme))
    page.locator(".post").first.wait_for()
    found["somebody else's case"] = serious(page)
    page.get_by_role("button", name="Claim", exact=True).click()
    page.get_by_test_id("stToast").wait_for()
    page.locator("#reply").fill("We are on it")
    page.locator(".saved", has_text="Saved").wait_for()
    page.get_by_test_id("stToast").wait_for(state="detached")
    found["my case"] = serious(page)
    page.locator(".send").click()
    page.locator(".reply.state-queued").wait_for()
    found["a reply under way"] = serious(page)
    for name in DIALOGS:
        page.locator(".st-key-acts").get_by_role("button", name=name, exact=True).click()
        page.get_by_role("dialog").wait_for()
        found[name] = serious(page)
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
    for name, inside in POPOVERS.items():
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(inside).first.wait_for()
        found[name] = serious(page)
        page.keyboard.press("Escape")
        page.locator(inside).first.wait_for(state="hidden")
    page.get_by_role("button", name="AM").click()
    page.get_by_role("button", name="Sign out").wait_for()
    found["who is here"] = serious(page)
    page = sit(board.floor.admin, scheme=scheme)
    for name in [*PAGES, "start"]:
        page.goto(f"{board.url}/{name if name != 'queue' else '?view=mine'}")
        found[name] = serious(settled(page))
    found["signing in"] = serious(settled(sit(None, scheme=scheme)))
    assert {name: problems for name, problems in found.items() if problems} == {}
