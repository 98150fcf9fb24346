"""A public post with what should not stand in public: its title and text in parts, each with what is wrong with it. Pure."""

from dataclasses import dataclass
from typing import Any

from dashboard.texts import text
from desk.cases import personal_data
from desk.queue.inbox import ThreadPost


@dataclass(frozen=True, slots=True)
class Marked:
    """Parts of a title and of a text that are drawn one after another; a part with a word is marked."""

    title: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]

    @property
    def is_bare(self) -> bool:
        return not any(word for _, word in (*self.title, *self.parts))

    def as_values(self) -> dict[str, Any]:
        title, parts = ([list(part) for part in drawn] for drawn in (self.title, self.parts))
        return {"title": title, "parts": parts, "ask": text("personal.ask"), "why": text("personal.why")}


def marked(post: ThreadPost) -> dict[str, Any] | None:
    """What to draw instead of the bare title and text of a customer's public post; None where nothing in them is personal."""
    if post.is_own or post.deleted or post.is_private or not post.in_case:
        return None
    found = Marked(_parts(post.title), _parts(post.text))
    return None if found.is_bare else found.as_values()


def _parts(words: str) -> tuple[tuple[str, str], ...]:
    parts, end = [], 0
    for hit in personal_data.spans(words):
        parts += [(words[end : hit.start], ""), (words[hit.start : hit.end], text(f"personal.{hit.kind}"))]
        end = hit.end
    parts.append((words[end:], ""))
    return tuple(part for part in parts if part[0])
