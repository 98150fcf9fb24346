"""A public post with what should not stand in public: its text in parts, each with what is wrong with it. Pure."""

from dataclasses import dataclass
from typing import Any

from dashboard.texts import text
from desk.cases import personal_data
from desk.queue.inbox import ThreadPost


@dataclass(frozen=True, slots=True)
class Marked:
    """Parts of a text that are drawn one after another; a part with a word is marked."""

    parts: tuple[tuple[str, str], ...]

    def as_values(self) -> dict[str, Any]:
        return {"parts": [list(part) for part in self.parts], "ask": text("personal.ask"), "why": text("personal.why")}


def marked(post: ThreadPost) -> dict[str, Any] | None:
    """What to draw instead of the bare text of a customer's public post; None where nothing in it is personal."""
    if post.is_own or post.deleted or post.is_private or not post.in_case:
        return None
    found = personal_data.spans(post.text)
    if not found:
        return None
    parts, end = [], 0
    for hit in found:
        parts += [(post.text[end : hit.start], ""), (post.text[hit.start : hit.end], text(f"personal.{hit.kind}"))]
        end = hit.end
    parts.append((post.text[end:], ""))
    return Marked(tuple(part for part in parts if part[0])).as_values()
