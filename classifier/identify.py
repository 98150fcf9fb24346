"""The likelihood of each language of a text, by pieces of one to six bytes: py3langid's model, read with numpy.

The library's own reader takes half a second and 110 MB before its first answer; this one takes some milliseconds and gives the same answers.
`classifier/train/identifier.py` writes the file from the library's model.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SHIPPED: Final = Path(__file__).parent / "models" / "languages" / "identifier.npz"
LONGEST: Final = 6
"""Bytes of the longest piece."""

SLOTS: Final = 17
"""Each half of the table has so many bits of slots: less than half of them are taken."""

FACTORS: Final = np.array([[0x9E3779B97F4A7C15], [0xC2B2AE3D27D4EB4F]], dtype=np.uint64)
"""What a piece is multiplied by: the upper bits say in which slot of each half it may lie."""

HALVES: Final = np.array([[0], [1 << SLOTS]], dtype=np.uint64)

OWNER: Final = 20
"""Above so many bits of a feature's number stands whose it is: there are fewer features than 2**20."""

EMPTY: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
NOTHING: Final = -1
TOGETHER: Final = 64
"""Texts that are looked up at once: what is worked with stays in the processor's cache."""

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Identifier:
    """`keys`, `features` (2 * 2**SLOTS,): each piece lies in one of two slots, with what it says or NOTHING.

    `likelihoods` (features, languages) of a feature in each language, `prior` (languages,): logarithms, as `codes` (ISO 639-1) are ordered.
    """

    keys: Keys
    features: NDArray[np.int32]
    likelihoods: NDArray[np.float16]
    prior: NDArray[np.float32]
    codes: tuple[str, ...]

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N, languages), each row adds up to one; a text without a known piece has the same for each language."""
        parts = [self._some([_bytes_of(text) for text in texts[at : at + TOGETHER]]) for at in range(0, len(texts), TOGETHER)]
        return np.concatenate([np.empty((0, len(self.codes)), np.float32), *parts])

    def _some(self, texts: Sequence[bytes]) -> NDArray[np.float32]:
        scores = self._scores(texts)
        # Naive Bayes is too sure of long texts: the root of their length keeps the probabilities honest.
        scores /= np.array([[math.sqrt(len(text) or 1)] for text in texts], dtype=np.float32)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)

    def _scores(self, texts: Sequence[bytes]) -> NDArray[np.float32]:
        sizes = np.array([len(text) for text in texts])
        features = self._found(np.frombuffer(b"".join(texts), dtype=np.uint8), sizes)
        scores = np.zeros((len(texts), len(self.codes)), dtype=np.float32)
        said = features != NOTHING
        found = np.sort((np.repeat(np.arange(len(texts)), sizes)[said] << OWNER) | features[said])
        if len(found):
            firsts = _changes(found)
            counts = np.diff(firsts, append=len(found)).astype(np.float32)
            owners = found[firsts] >> OWNER
            starts = _changes(owners)
            weighed = self.likelihoods[found[firsts] & ((1 << OWNER) - 1)] * np.log1p(counts)[:, None]
            scores[owners[starts]] = np.add.reduceat(weighed, starts, axis=0) + self.prior
        return scores

    def _found(self, data: NDArray[np.uint8], sizes: NDArray[Any]) -> NDArray[np.int32]:
        """What the longest known piece that ends at each byte says."""
        read = np.arange(len(data)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        pieces = keyed(_endings(data), np.arange(1, LONGEST + 1)[:, None])
        pieces[read < np.arange(LONGEST)[:, None]] = 0
        slots = slots_of(pieces).reshape(2 * LONGEST, -1)
        hits = self.keys[slots] == pieces.repeat(2, axis=0)
        # Rows are ordered by length, so that the last hit of a column is that of the longest piece.
        last = hits[::-1].argmax(axis=0)
        columns = np.arange(len(data))
        found = self.features[slots[2 * LONGEST - 1 - last, columns]]
        return np.where(hits[2 * LONGEST - 1 - last, columns], found, NOTHING)


def _changes(ordered: NDArray[Any]) -> NDArray[np.intp]:
    """Where a value differs from the one before it, the first place included."""
    return np.concatenate([[0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1])


def _endings(data: NDArray[np.uint8]) -> Keys:
    """(LONGEST, N): the last one, two, … bytes at each place, as numbers."""
    codes = np.zeros((LONGEST, len(data)), dtype=np.uint64)
    codes[0] = data
    for row in range(1, LONGEST):
        codes[row, row:] = (codes[row - 1, row - 1 : -1] << np.uint64(8)) | codes[0, row:]
    return codes


def keyed(codes: Any, length: Any) -> Keys:
    """A piece's number: its bytes below, its length above."""
    return np.asarray(codes | (np.asarray(length, dtype=np.uint64) << np.uint64(56)), dtype=np.uint64)


def slots_of(keys: Keys) -> NDArray[np.intp]:
    """Where each key may lie: one slot of the lower half and one of the upper, on a new axis before the last."""
    return np.asarray(((keys[..., None, :] * FACTORS) >> np.uint64(64 - SLOTS)) + HALVES, dtype=np.intp)


def _bytes_of(text: str) -> bytes:
    lowered = text.lower() if text.isupper() else text
    return unicodedata.normalize("NFC", lowered).encode("utf-8", errors="surrogatepass")


@cache
def identifier(file: Path = SHIPPED) -> Identifier:
    """Read once. Raises OSError when the file is not there."""
    with np.load(file) as kept:
        return Identifier(kept["keys"], kept["features"], kept["likelihoods"], kept["prior"], tuple(map(str, kept["codes"])))
