"""The words that a rule looks for: `"lost parcel" OR refund* -(thanks OR "thank you")`. A small language, read once and matched in memory.

A space means AND and binds tighter than OR; `-` and NOT say "without"; quotes hold a phrase together; `*` leaves the end of a word open; brackets
group. Neither case nor accents count.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from desk.errors import Invalid
from storage.search import WORDS, fold

LONGEST = 500
DEEPEST = 20
TOKENS = re.compile(r'(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<phrase>"[^"]*")|(?P<quote>")|(?P<minus>-(?=\S))|(?P<word>[^\s()"]+)')
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that set no space between words: there a term may stand anywhere."""


@dataclass(frozen=True, slots=True)
class Term:
    """What must stand in the text, between spaces unless a side is left open."""

    wanted: str

    def fits(self, words: str) -> bool:
        return self.wanted in words


@dataclass(frozen=True, slots=True)
class Without:
    part: "Query"

    def fits(self, words: str) -> bool:
        return not self.part.fits(words)


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Query", ...]

    def fits(self, words: str) -> bool:
        for part in self.parts:  # noqa: SIM110  twice as fast, and a dry run asks it half a million times
            if not part.fits(words):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple["Query", ...]

    def fits(self, words: str) -> bool:
        for part in self.parts:  # noqa: SIM110
            if part.fits(words):
                return True
        return False


Query = Term | Without | All | Either


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def words_of(title: str, text: str) -> str:
    """A text as `fits` takes it: its words in lower case, without accents, each between single spaces."""
    # The end of a title is no place where a phrase goes on; a lone sign says so.
    return f" {_folded_words(title)} \n {_folded_words(text)} " if title else f" {_folded_words(text)} "


def _folded_words(text: str) -> str:
    return " ".join(WORDS.findall(fold(text)))


@lru_cache(maxsize=512)
def parse(written: str) -> Query:
    """The query that was written. Raises Invalid, with the place of what cannot be read."""
    if len(written) > LONGEST:
        raise Invalid(f"The words have {len(written)} characters: {LONGEST} at most")
    return _Parser(written).whole()


class _Parser:
    def __init__(self, written: str) -> None:
        self.end = len(written)
        found = [_Token(match.lastgroup or "", match.group(), match.start()) for match in TOKENS.finditer(written)]
        self.tokens = [token for token in found if token.kind != "space"]
        self.place = 0
        self.depth = 0

    def whole(self) -> Query:
        if not self.tokens:
            raise Invalid("There are no words to look for")
        query = self.either()
        if self.place < len(self.tokens):
            self.refuse("this closing bracket opens nowhere")
        return query

    def either(self) -> Query:
        parts = [self.all()]
        while self.takes("OR"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self) -> Query:
        parts = [self.one()]
        while self.takes("AND") or self.goes_on():
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self) -> Query:
        if self.takes("NOT") or self.takes_kind("minus"):
            return self.within(lambda: Without(self.one()))
        if self.takes_kind("open"):
            return self.within(self.group)
        return self.term()

    def within(self, inner: Callable[[], Query]) -> Query:
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(f"more than {DEEPEST} brackets within each other")
        query = inner()
        self.depth -= 1
        return query

    def group(self) -> Query:
        query = self.either()
        if not self.takes_kind("close"):
            self.refuse("a closing bracket is missing")
        return query

    def term(self) -> Query:
        token = self.now()
        if token is None or token.kind not in {"phrase", "word"} or token.text in {"AND", "OR"}:
            self.refuse("a quote is not closed" if token and token.kind == "quote" else "a word or a phrase is missing")
        self.place += 1
        words = " ".join(WORDS.findall(fold(token.text)))
        if not words:
            self.place -= 1
            self.refuse(f"{token.text} has no letters or digits")
        is_open = token.kind == "word" and token.text.endswith("*")
        return Term(words if UNSPACED.search(words) else f" {words}" if is_open else f" {words} ")

    def goes_on(self) -> bool:
        token = self.now()
        return token is not None and token.kind != "close" and (token.kind, token.text) != ("word", "OR")

    def takes(self, word: str) -> bool:
        token = self.now()
        if token is None or (token.kind, token.text) != ("word", word):
            return False
        self.place += 1
        return True

    def takes_kind(self, kind: str) -> bool:
        token = self.now()
        if token is None or token.kind != kind:
            return False
        self.place += 1
        return True

    def now(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def refuse(self, why: str) -> NoReturn:
        token = self.now()
        at = token.at if token else self.end
        raise Invalid(f"The words cannot be read at character {at + 1}: {why}")
