"""Sentiment in languages for which no encoder is shipped: pieces of words and words, hashed, and one linear layer for each language.

The weights are learnt by classifier/train/languages.py and applied with numpy alone.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.engines.model_card import softmax
from classifier.text import normalise
from storage.words import Sentiment

SHIPPED: Final = Path(__file__).parent / "models" / "languages" / "sentiment.npz"
BUCKETS: Final = 1 << 17
PIECES: Final = range(2, 6)
MOODS: Final = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
_WORDS: Final = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Layer:
    """`weights` (BUCKETS, 3) in eight bits with one `scale`; `rarity` (BUCKETS,): how much a rare piece counts; `bias` (3,); `heat`: the temperature."""

    weights: NDArray[np.int8]
    scale: float
    rarity: NDArray[np.float16]
    bias: NDArray[np.float32]
    heat: float

    def scores(self, text: str) -> dict[str, float]:
        """The probability of each sentiment."""
        places, values = weighed(text, self.rarity)
        logits = (self.weights[places].astype(np.float32) * values[:, None]).sum(axis=0) * self.scale + self.bias
        return dict(zip(map(str, MOODS), softmax(logits, self.heat), strict=True))


def counted(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The buckets of a text's words, pairs of words and pieces of words, each with the damped count of what fell into it."""
    words = _WORDS.findall(normalise(text).lower())
    counts = Counter(zlib.crc32(piece.encode("utf-8", "replace")) % BUCKETS for piece in (*_phrases(words), *_pieces(words)))
    values = np.array([1 + math.log(count) for count in counts.values()], dtype=np.float32)
    return np.fromiter(counts, dtype=np.int64, count=len(counts)), values


def weighed(text: str, rarity: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The same, rare pieces counting more, as a vector of length one."""
    places, values = counted(text)
    values = values * rarity[places].astype(np.float32)
    return places, values / (float(np.sqrt((values**2).sum())) or 1.0)


def _phrases(words: list[str]) -> Iterator[str]:
    yield from (f"w {word}" for word in words)
    yield from (f"w {one} {two}" for one, two in pairwise(words))


def _pieces(words: list[str]) -> Iterator[str]:
    for word in words:
        edged = f" {word} "
        for size in PIECES:
            yield from (edged[at : at + size] for at in range(max(1, len(edged) - size + 1)))


@cache
def layers(file: Path = SHIPPED) -> Mapping[str, Layer]:
    """Every language that was learnt, by its ISO 639-1 code; empty where the file is not there."""
    if not file.is_file():
        return {}
    with np.load(file) as kept:
        found: dict[str, Any] = {name: kept[name] for name in kept.files}
    codes = sorted(name.removesuffix(".weights") for name in found if name.endswith(".weights"))
    return {code: _layer(found, code) for code in codes}


def _layer(found: Mapping[str, Any], code: str) -> Layer:
    weights, scale, rarity, bias, heat = (found[f"{code}.{part}"] for part in ("weights", "scale", "rarity", "bias", "heat"))
    return Layer(weights, float(scale), rarity, bias, float(heat))
