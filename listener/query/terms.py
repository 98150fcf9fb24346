"""Where the words of a query stand in a text: whole words, whatever their case, width or composition; parts of words where a script sets no spaces."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from listener.query.folding import UNSPACED, Origins, Span, fold, fold_cased, is_letter
from listener.query.nodes import Leaf, LeafKind

# Reddit writes a handle as u/name.
SIGNS = {LeafKind.HANDLE: "(?:@|/?u/)", LeafKind.TAG: "[#\uff03]"}


@dataclass(frozen=True, slots=True)
class Term:
    """A leaf, made ready. `needle` stands in every text that holds the leaf: to look for it costs next to nothing."""

    leaf: Leaf
    words: tuple[str, ...]
    needle: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, leaf: Leaf) -> "Term":
        folded = tuple((fold_cased if leaf.is_cased else fold)(word) for word in leaf.text.split())
        words = r"\s+".join(re.escape(word) for word in folded)
        return cls(leaf, folded, max(folded, key=len), re.compile(SIGNS.get(leaf.kind, "") + words))

    def stands_in(self, text: str) -> bool:
        """Whether it stands in a folded text."""
        return self.needle in text and next(self.places(text), None) is not None

    def places(self, text: str) -> Iterator[Span]:
        """Where it stands in a folded text, one place after the other."""
        start = 0
        while found := self.pattern.search(text, start):
            first, end = found.span()
            if self._stands_alone(text, first, end):
                end = _end_of_word(text, end) if self.leaf.is_open else end
                yield first, end
                start = end
            else:
                start = first + 1

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        if _joins(text[start - 1 : start], text[start]):
            return False
        if self.leaf.is_open:
            return True
        after = text[end : end + 1]
        if after and unicodedata.category(after)[0] == "M":
            return False
        return not _joins(after, text[end - 1])


@dataclass(slots=True)
class Reading:
    """A text, folded when it is first asked; each way of folding once."""

    text: str
    _folded: str | None = field(default=None)
    _cased: str | None = field(default=None)
    _origins: dict[bool, Origins] = field(default_factory=dict)

    def for_term(self, term: Term) -> str:
        """The text as this term is compared with it."""
        if term.leaf.is_cased:
            if self._cased is None:
                self._cased = fold_cased(self.text)
            return self._cased
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    def in_original(self, spans: Iterable[Span], *, is_cased: bool) -> Iterator[Span]:
        """Places in the folded text as places in the text that a person sees."""
        if self.text.isascii():
            yield from spans
            return
        for start, end in spans:
            if is_cased not in self._origins:
                self._origins[is_cased] = Origins(self.text, is_cased=is_cased)
            origins = self._origins[is_cased]
            yield origins.of(start), origins.of(end - 1) + 1


def _joins(beside: str, edge: str) -> bool:
    if not beside:
        return False
    is_word_edge = is_letter(edge) or edge in "@#/"
    return is_word_edge and is_letter(beside) and not UNSPACED.match(edge)


def _end_of_word(text: str, end: int) -> int:
    while end < len(text) and is_letter(text[end]) and not UNSPACED.match(text[end]):
        end += 1
    return end
