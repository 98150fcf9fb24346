"""Texts as they are compared: without regard to case, width and composition of letters, and the way back to what a person sees."""

import re
import unicodedata
from bisect import bisect_right

Span = tuple[int, int]
"""From (included) to (excluded), in characters of the text that was asked."""

UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Thai, Lao, Burmese, Hangul (with particles joined), Khmer, kana and Han: a name stands amid other letters."""

UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff"), "")
ALIKE = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), "'")


class _Folds(dict[int, str]):
    """What each character is compared as, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        self[code] = folded
        return folded


class _CasedFolds(dict[int, str]):
    """The same where capitals count."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", chr(code))
        self[code] = folded
        return folded


FOLDS = _Folds({**UNSEEN, **ALIKE})
CASED = _CasedFolds({**UNSEEN, **ALIKE})


def fold(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(FOLDS)


def fold_cased(text: str) -> str:
    return text if text.isascii() else text.translate(CASED)


class Origins:
    """Which character of a text each one of its folded form comes from: folding may lengthen it (ß is compared as ss), and leave things out."""

    __slots__ = ("_odd", "_starts")

    def __init__(self, text: str, *, is_cased: bool) -> None:
        folds = CASED if is_cased else FOLDS
        unlike = "".join(char for char in set(text) if len(folds[ord(char)]) != 1)
        self._starts: list[int] = []
        self._odd: list[Span] = []
        grown = 0
        for found in re.finditer(f"[{re.escape(unlike)}]", text) if unlike else ():
            width = len(folds[ord(found[0])])
            self._starts.append(found.start() + grown)
            self._odd.append((found.start(), width))
            grown += width - 1

    def of(self, position: int) -> int:
        number = bisect_right(self._starts, position) - 1
        if number < 0:
            return position
        (origin, width), beyond = self._odd[number], position - self._starts[number]
        return origin if beyond < width else origin + 1 + beyond - width


def is_letter(char: str) -> bool:
    """A letter, a digit or a mark: what a word is made of."""
    return char == "_" or unicodedata.category(char)[0] in "LMN"
