"""Every page and state, light and dark: nothing that axe calls serious, no target too small to be hit, no focus that cannot be seen."""

import pytest

from dashboard import frame
from tests.browser.conftest import Board, Sit, workspace_of
from tests.browser.eyes import looked_at, settled
from tests.browser.hands import clumsy
from tests.dashboard.hostile import Ids, poison_team

pytestmark = pytest.mark.browser

DIALOGS = ("Close", "Put off", "Hand over", "Promise")
BODY = "[data-testid=stPopoverBody]"
POPOVERS = {
    "Note": ("#note", BODY),
    "Incident": (BODY, BODY),
    "Filter": (BODY, BODY),
    "News for you": (".panel", ""),
    "?": ("[role=dialog]",) * 2,
}
"""By the name of what opens it: what is seen then, and the part of the page that lies over the rest."""

PAGES = [name for name in (*frame.DAILY, *frame.REVIEWED, *frame.SET_UP) if (frame.PAGES / f"{name}.py").is_file()]


@pytest.fixture
def made(board: Board) -> Ids:
    """Something of everything that colleagues can make."""
    with workspace_of(board) as workspace:
        return poison_team(workspace, board.floor)


def test_nothing_serious_in_a_case_and_what_opens_from_it(board: Board, sit: Sit) -> None:
    found: dict[str, list[str]] = {}
    page = settled(sit(board.floor.ana, f"?case={board.floor.cases[0]}"))
    page.locator(".post").first.wait_for()
    found["somebody else's case"] = looked_at(page)
    page.get_by_role("button", name="Claim", exact=True).click()
    page.get_by_test_id("stToast").hover()  # it stays as long as somebody points at it
    found["told what became of it"] = clumsy(page)
    page.mouse.move(0, 0)
    page.locator("#reply").fill("We are on it")
    page.locator(".saved", has_text="Saved").wait_for()
    page.get_by_test_id("stToast").wait_for(state="detached")
    found["my case"] = looked_at(page)
    page.locator(".send").click()
    page.locator(".reply.state-queued").wait_for()
    found["a reply under way"] = looked_at(page)
    for name in DIALOGS:
        page.locator(".st-key-acts").get_by_role("button", name=name, exact=True).click()
        page.get_by_role("dialog").wait_for()
        found[name] = looked_at(page, "[role=dialog]")
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
    for name, (seen, inside) in POPOVERS.items():
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(seen).first.wait_for()
        found[name] = looked_at(page, inside)
        if not inside:
            page.get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Escape")
        page.locator(seen).first.wait_for(state="hidden")
    page.get_by_role("button", name="AM").click()
    page.get_by_role("button", name="Sign out").wait_for()
    found["who is here"] = looked_at(page)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_nothing_serious_on_any_page(board: Board, sit: Sit, made: Ids) -> None:
    found: dict[str, list[str]] = {}
    page = sit(board.floor.admin, width=1024, height=768)
    places = [*PAGES, "start", f"incidents?incident={made.incident}", f"rules?rule={made.rule}", "feeds?id=1", "feeds?add=1"]
    for name in places:
        page.goto(f"{board.url}/{name if name != 'queue' else '?view=mine'}")
        found[name] = looked_at(settled(page))
    found["signing in"] = looked_at(settled(sit(None)))
    assert {name: problems for name, problems in found.items() if problems} == {}
