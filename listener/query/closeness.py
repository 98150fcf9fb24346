"""Which of two sets of places stand near each other in a text."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from listener.query.folding import UNSPACED, Span

WORD = re.compile(rf"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})[\w\u0300-\u036f'\u2019])+")
"""Where a script sets no spaces, each sign counts as a word."""


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words of a text begin and end."""

    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> "Words":
        spans = [found.span() for found in WORD.finditer(text)]
        return cls([start for start, _ in spans], [end for _, end in spans])

    def before(self, position: int) -> int:
        """The number of the last word that begins before it."""
        return bisect_left(self.starts, position) - 1

    def at(self, position: int) -> int:
        """The number of the first word that ends behind it."""
        return bisect_right(self.ends, position)


def near(left: Sequence[Span], right: Sequence[Span], words: Words, *, within: int) -> Iterator[tuple[Span, Span]]:
    """Pairs of places, in either order, with at most so many words between them."""
    yield from _following(left, right, words, within)
    yield from _following(right, left, words, within)


def _following(earlier: Sequence[Span], later: Sequence[Span], words: Words, within: int) -> Iterator[tuple[Span, Span]]:
    starts = [start for start, _ in later]
    for one in earlier:
        last = words.before(one[1]) + 1 + within
        for other in later[bisect_left(starts, one[1]) :]:
            if words.at(other[0]) > last:
                break
            yield one, other
