"""What hands need of a page: targets that can be hit, and a focus that can be seen."""

from pathlib import Path

from playwright.sync_api import Page

LOOK = Path(__file__).with_name("hands.js").read_text(encoding="utf-8")
LEAST = 24
"""CSS pixels in either direction, or as much room around the middle (WCAG 2.2, 2.5.8)."""


def clumsy(page: Page, inside: str = "") -> list[str]:
    """What is too small to be hit, and where the keyboard's focus cannot be seen; `inside` one part of the page only."""
    page.keyboard.press(
        "F9" if inside else "Tab"
    )  # whoever uses keys is shown where they are; a Tab may lead out of a part, and a Shift is no key to some
    told = page.evaluate(LOOK, {"inside": inside, "least": LEAST})
    assert told["reached"], f"nothing can be reached in {inside or 'this page'}"
    return [*(f"small: {one}" for one in told["small"]), *(f"no focus to be seen: {one}" for one in told["unseen"])]
