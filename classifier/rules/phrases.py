"""Word lists found in one pass over the tokens.

A phrase is written as words with single spaces; `a|b` is a choice, `a|b?` may be missing, `_` is any one word,
`^` a sentence start, `<n>`, `<money>` and `<time>` a number, a sum and a time of day. Apostrophes are left out (`cant`).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from classifier.rules.tokens import COMMA, START, STOP, word_set

Slot = frozenset[str]

_ANY: Slot = frozenset({"_"})
_MARKS = frozenset({START, STOP, COMMA, "?", "!"})
NEGATIONS = word_set(
    "not no never none nothing without zero isnt arent wasnt werent dont doesnt didnt cant cannot couldnt wont wouldnt shouldnt hasnt havent hadnt "
    "aint neither nor hardly nicht kein keine keinen nie ohne pas jamais sans aucun aucune nunca sin ningun ninguna non mai senza não nao sem nem niet geen nooit zonder"
)
_REACH = 3


class Phrases:
    """A set of cues, each a list of phrases. Words of `negatable` cues count as `not_<cue>` right after a negation."""

    def __init__(self, cues: Mapping[str, str], negatable: frozenset[str] = frozenset()) -> None:
        self._negatable = negatable
        self._by_first_word: dict[str, list[tuple[tuple[Slot, ...], str]]] = {}
        for cue, lines in cues.items():
            for line in filter(None, map(str.strip, lines.splitlines())):
                for first, *rest in _variants(line):
                    for word in first:
                        self._by_first_word.setdefault(word, []).append((tuple(rest), cue))

    def found(self, tokens: Sequence[str]) -> dict[str, tuple[int, int]]:
        """The cues that occur, each with the first place (start, end) where it does."""
        places: dict[str, tuple[int, int]] = {}
        for start, token in enumerate(tokens):
            for rest, cue in self._by_first_word.get(token, ()):
                if cue not in places and _continues(rest, tokens, start + 1):
                    places.setdefault(self._signed(cue, tokens, start), (start, start + 1 + len(rest)))
        return places

    def _signed(self, cue: str, tokens: Sequence[str], start: int) -> str:
        if cue not in self._negatable:
            return cue
        for token in reversed(tokens[max(0, start - _REACH) : start]):
            if token in _MARKS:
                return cue
            if token in NEGATIONS:
                return f"not_{cue}"
        return cue


def _continues(slots: tuple[Slot, ...], tokens: Sequence[str], at: int) -> bool:
    if at + len(slots) > len(tokens):
        return False
    for slot in slots:
        token = tokens[at]
        if token not in slot and (slot is not _ANY or token in _MARKS):
            return False
        at += 1
    return True


def _variants(line: str) -> Iterator[list[Slot]]:
    """The line as slots, once for each way to leave out what may be missing."""
    ways: list[list[Slot | None]] = [_slot(word) for word in line.split()]
    for picked in product(*ways):
        slots = [slot for slot in picked if slot is not None]
        if slots:
            yield slots


def _slot(word: str) -> list[Slot | None]:
    optional = word.endswith("?") and word != "?" and not word.endswith("|?")
    bare = word[:-1] if optional else word
    slot = _ANY if bare == "_" else frozenset(bare.split("|"))
    return [slot, None] if optional else [slot]
