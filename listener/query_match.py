"""Does a text match a query, and where: whole words, whatever their case, width or composition; parts of words where a script sets no spaces."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from listener.query_parse import And, Leaf, LeafKind, Node, Not

Span = tuple[int, int]
"""From (included) to (excluded), in characters of the text that was asked."""

UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Thai, Lao, Burmese, Hangul (with particles joined), Khmer, kana and Han: a name stands amid other letters."""

UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff"), "")
ALIKE = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), "'")


def matches(query: Node, text: str) -> tuple[Span, ...] | None:
    """Where the query's words stand in the text, in order; None when it does not match."""
    folded = _fold(text)
    spans = _evaluate(query, folded)
    if spans is None:
        return None
    found = sorted(set(spans))
    return tuple(found) if text.isascii() else tuple(_in_original(text, found))


def _evaluate(node: Node, folded: str) -> list[Span] | None:
    if isinstance(node, Leaf):
        return list(_places(node, folded)) or None
    if isinstance(node, Not):
        return [] if _evaluate(node.part, folded) is None else None
    found = [_evaluate(part, folded) for part in node.parts]
    hits = [spans for spans in found if spans is not None]
    is_match = len(hits) == len(found) if isinstance(node, And) else bool(hits)
    return [span for spans in hits for span in spans] if is_match else None


def _places(leaf: Leaf, folded: str) -> Iterator[Span]:
    pattern = _pattern(leaf.kind, leaf.text)
    start = 0
    while found := pattern.search(folded, start):
        if _stands_alone(folded, *found.span()):
            yield found.span()
            start = found.end()
        else:
            start = found.start() + 1


@lru_cache(maxsize=4096)
def _pattern(kind: LeafKind, text: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(_fold(word)) for word in text.split())
    # Reddit writes a handle as u/name.
    sign = {LeafKind.HANDLE: "(?:@|/?u/)", LeafKind.TAG: "[#\uff03]"}.get(kind, "")
    return re.compile(sign + words)


def _stands_alone(folded: str, start: int, end: int) -> bool:
    after = folded[end : end + 1]
    if after and unicodedata.category(after)[0] == "M":
        return False
    return not (_joins(folded[start - 1 : start], folded[start]) or _joins(after, folded[end - 1]))


def _joins(beside: str, edge: str) -> bool:
    is_word_edge = _is_letter(edge) or edge in "@#/"
    return bool(beside) and is_word_edge and _is_letter(beside) and not UNSPACED.match(edge)


def _is_letter(char: str) -> bool:
    return char == "_" or unicodedata.category(char)[0] in "LMN"


class _Folds(dict[int, str]):
    """What each character is compared as, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        self[code] = folded
        return folded


FOLDS = _Folds({**UNSEEN, **ALIKE})


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(FOLDS)


def _in_original(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Folding may lengthen a text (ß is compared as ss): back to the characters that a person sees."""
    origin = [position for position, char in enumerate(text) for _ in FOLDS[ord(char)]]
    for start, end in spans:
        yield origin[start], origin[end - 1] + 1
