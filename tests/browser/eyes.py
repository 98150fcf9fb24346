"""What eyes need of a page: nothing that axe calls serious, light and dark. With `hands`, all that a person would stumble over."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from dashboard import theme
from tests.browser.hands import clumsy

GROUNDS = {"light": theme.LIGHT["backgroundColor"], "dark": theme.DARK["backgroundColor"]}
WIDE, NARROW = (1440, 900), (1024, 768)

STILL = "() => document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"

WORN = """(ground) => {
  const shown = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
  const wanted = Object.assign(document.createElement("i"), { style: `color: ${ground}` }).style.color;
  return shown === wanted;
}"""

QUIET = "() => !document.querySelector('[data-testid=stSkeleton]') && !document.querySelector('[data-stale=true]')"


def serious(page: Page, inside: str = "") -> list[str]:
    """`inside` one part of the page only."""
    page.wait_for_function(STILL)  # what fades in has no contrast yet
    found = Axe().run(page, inside or None).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def settled(page: Page) -> Page:
    page.locator(".row, .empty, .people, [data-testid=stHeading]").first.wait_for()
    page.wait_for_function(QUIET)
    return page


def wear(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.wait_for_function(WORN, arg=GROUNDS[scheme])


def looked_at(page: Page, inside: str = "") -> list[str]:
    """In both schemes what a person would stumble over; `inside` is the part that hands are measured in, where it lies over the rest."""
    found = []
    for scheme in GROUNDS:
        wear(page, scheme)
        found += [f"{scheme}: {one}" for one in (*serious(page), *clumsy(page, inside))]
    return found


def looked_into(page: Page, inside: str = "") -> list[str]:
    """A page, or one part of it, in both schemes at both widths; hands are measured once at each width. The page is wide again afterwards."""
    found = []
    for (width, height), for_hands in ((NARROW, "dark"), (WIDE, "light")):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in GROUNDS:
            wear(page, scheme)
            problems = [*serious(page, inside), *(clumsy(page, inside) if scheme == for_hands else ())]
            found += [f"{scheme}, {width}: {one}" for one in problems]
    return found
