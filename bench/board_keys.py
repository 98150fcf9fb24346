"""From a key to the highlight: how long a real Chromium takes until the row below is marked and laid out."""

from typing import Any

KEYS = 40

WATCH = """row => {
  window.careline = { at: 0, took: [] };
  document.addEventListener("keydown", event => (window.careline.at = event.timeStamp), true);
  const note = records => {
    const marked = records.find(record => record.target.classList.contains("is-cursor"));
    if (!marked) return;
    marked.target.getBoundingClientRect();
    window.careline.took.push(performance.now() - window.careline.at);
  };
  const list = row.closest("[role=listbox]") ?? row.parentElement;
  new MutationObserver(note).observe(list, { subtree: true, attributes: true, attributeFilter: ["class"] });
  list.focus();
}"""


def key_to_highlight(page: Any) -> list[float]:
    """Milliseconds of each key, by the page's own clock; the page shows a list of at least as many rows."""
    page.locator(".row").first.evaluate(WATCH)
    for _ in range(KEYS):
        page.keyboard.press("ArrowDown")
    found: list[float] = page.evaluate("window.careline.took")
    return found
