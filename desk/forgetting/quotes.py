"""What the team wrote about a customer who is to be forgotten: the customer's words and names in it are taken out, the rest stays. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from desk.cases.personal_data import spans

ERASED = "[erased]"
RUN = 4
"""So many words in a row that the customer wrote as well are a quote."""

SHORTEST_TEXT = 8
SHORTEST_NAME = 3
WORD = re.compile(r"\w+")


class Words:
    """What must not stand anywhere any more: names as whole words, and of texts the whole, any four words in a row, and what names a person.

    A part of a name counts as it is written, so that a customer called Will takes no verb with them; a handle in any case.
    """

    def __init__(self, *, names: Iterable[str], parts: Iterable[str], texts: Iterable[str]) -> None:
        said = [text for text in texts if text]
        self._texts = sorted({text for text in said if len(text) >= SHORTEST_TEXT} | _personal(said), key=len, reverse=True)
        self._runs = {run for text in said for run in _runs([word.group().casefold() for word in WORD.finditer(text)])}
        self._names = _any_of(names, re.IGNORECASE)
        self._parts = _any_of(parts, 0)

    def without(self, text: str) -> str:
        """The text with `[erased]` in each such place."""
        if not text:
            return text
        for said in self._texts:
            text = text.replace(said, ERASED)
        text = self._without_runs(text)
        for pattern in (self._names, self._parts):
            text = pattern.sub(ERASED, text) if pattern else text
        return text

    def without_all(self, value: Any) -> Any:
        """The same for a JSON value, at any depth; its keys are ours."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, dict):
            return {key: self.without_all(inner) for key, inner in value.items()}
        return [self.without_all(inner) for inner in value] if isinstance(value, list) else value

    def _without_runs(self, text: str) -> str:
        words = list(WORD.finditer(text))
        hits = [n for n, run in enumerate(_runs([word.group().casefold() for word in words])) if run in self._runs]
        for first, last in reversed(_joined(hits)):
            text = text[: words[first].start()] + ERASED + text[words[last].end() :]
        return text


def _personal(texts: Iterable[str]) -> set[str]:
    return {text[hit.start : hit.end] for text in texts for hit in spans(text)}


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)]


def _joined(hits: Iterable[int]) -> list[tuple[int, int]]:
    """The first and last word of each quote; runs that overlap or touch are one."""
    found: list[tuple[int, int]] = []
    for first in hits:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], first + RUN - 1)
        else:
            found.append((first, first + RUN - 1))
    return found


def _any_of(names: Iterable[str], flags: int) -> re.Pattern[str] | None:
    wanted = sorted({name.strip() for name in names} - {""}, key=len, reverse=True)
    return re.compile("|".join(_whole(name) for name in wanted), flags) if wanted else None


def _whole(name: str) -> str:
    """A short name is a word of many languages: it counts behind an @ only."""
    is_short = len(name) < SHORTEST_NAME and name.isascii()
    before = "@" if is_short else r"@?(?<!\w)" if WORD.match(name) else ""
    return before + re.escape(name) + (r"(?!\w)" if WORD.match(name[-1]) else "")
