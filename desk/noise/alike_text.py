"""When two texts say nearly the same: the resemblance of their pairs of words, and keys that such texts are likely to share. Pure.

Resemblance and its estimate by smallest hashes: Broder, On the resemblance and containment of documents (1997); keys of several of them in
bands: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, section 3.4.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise
from random import Random
from zlib import crc32

from storage.search import fold

ENOUGH = 0.6
"""The resemblance from which two texts count as alike: one word of ten may differ, or two of twenty."""

SHORTEST = 5
"""Words. "Thank you very much" is said by many who have nothing to do with each other."""

BANDS, ROWS = 8, 3
"""Texts with a resemblance of 0.8 share one of so many keys with a probability of 0.997, of 0.6 with 0.86, and of 0.1 with 0.008."""

ASIDE = ("@", "http://", "https://", "www.")
"""Whom it is addressed to, and links, which often differ from copy to copy."""

BEFORE = "\"'([{<\u201c\u201e\u2018\u00ab"
WORD = re.compile(r"[^\W_]+")
WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")

_MASK = (1 << 32) - 1
_random = Random(1997)  # noqa: S311  the keys must be the same in every process
_TURNS = tuple(_random.randrange(1, _MASK, 2) for _ in range(BANDS * ROWS))
"""Odd numbers: times one of them, all numbers of 32 bits are there once, in another order."""


def pairs_of(title: str, text: str) -> frozenset[str]:
    """Each word with the one that follows it; empty for what is too short to be compared. In scripts without spaces a sign counts as a word.

    Numbers are all one word. Who passed it on is left out with the other handles.
    """
    parts = [part for part in fold(f"{title} {text}").split() if not part.lstrip(BEFORE).startswith(ASIDE)]
    words = WORD.findall(" ".join(parts[1:] if parts[:1] == ["rt"] else parts))
    known = [sign for word in words for sign in _signs(word)]
    return frozenset(map(" ".join, pairwise(known))) if len(known) >= SHORTEST else frozenset()


def _signs(word: str) -> Iterable[str]:
    if word[0].isdigit():
        return ("0",)
    return (word,) if word.isascii() or not WIDE.search(word) else word


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """What they share of what they say together, from 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def keys_of(pairs: frozenset[str]) -> list[int]:
    """One key for each band, as a signed number of 64 bits."""
    hashes = [crc32(pair.encode()) for pair in pairs]
    least = [min([one * turn & _MASK for one in hashes]) for turn in _TURNS]
    bands = (least[at : at + ROWS] for at in range(0, len(least), ROWS))
    return [int.from_bytes(blake2b(repr((band, of)).encode(), digest_size=8).digest(), signed=True) for band, of in enumerate(bands)]
