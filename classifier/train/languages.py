"""The linear layers of classifier/ngrams.py: one for each language that UMSAB and the project's own mentions cover."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifier import calibrate
from classifier.ngrams import BUCKETS, MOODS, Layer, counted
from classifier.train import own, sets
from classifier.train.sets import DataSet

LANGUAGES: Final[Mapping[str, str]] = {"de": "german", "es": "spanish", "fr": "french", "it": "italian", "pt": "portuguese"}
STRENGTH: Final = 6.0
"""Inverse of the regularisation; between 3 and 12 the figures are the same."""

Texts = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A language's layer, and how right it is on texts kept apart (they set its temperature, nothing else)."""

    layer: Layer
    accuracy: float
    macro_f1: float
    n: int


def learn(data: Path, file: Path, say: Callable[[str], None]) -> dict[str, Learnt]:
    """Write the layers of all languages to one file. Raises MissingSet."""
    found = {code: _one(list(_texts(data, code, "train")), list(_texts(data, code, "val"))) for code in LANGUAGES}
    for code, learnt in found.items():
        say(f"{code}: macro F1 {learnt.macro_f1:.3f} on {learnt.n} texts kept apart")
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, **{f"{code}.{part}": getattr(found[code].layer, part) for code in found for part in Layer.__slots__})
    return found


def umsab(data: Path, code: str, part: str) -> Iterator[tuple[str, int]]:
    """The tweets of one language with their sentiment as a place in MOODS; `part`: `train` or `val`. Raises MissingSet."""
    source = DataSet.of(f"umsab.{LANGUAGES[code]}.{part}.jsonl", sets.UMSAB, "Apache-2.0 repository")
    yield from ((row["text"], row["label"]) for row in source.rows(data))


def _texts(data: Path, code: str, part: str) -> Iterator[tuple[str, int]]:
    yield from umsab(data, code, part)
    if part == "train":
        ours = own.mentions(frozenset({code}))
        yield from ((example.text, MOODS.index(example.sentiment)) for example in ours if example.sentiment and example.part == "train")


def _one(train: Texts, val: Texts) -> Learnt:
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score

    rarity = _rarity(train)
    fitted = LogisticRegression(C=STRENGTH, max_iter=400, class_weight="balanced").fit(_matrix(train, rarity), [mood for _, mood in train])
    scale = float(np.abs(fitted.coef_).max()) / 127
    weights = np.round(fitted.coef_.T / scale).astype(np.int8)
    rows, truths = _matrix(val, rarity), [mood for _, mood in val]
    logits = rows @ (weights.astype(np.float64) * scale) + fitted.intercept_
    said = logits.argmax(axis=1)
    layer = Layer(weights, scale, rarity, fitted.intercept_.astype(np.float32), calibrate.temperature(logits, truths))
    return Learnt(layer, float((said == truths).mean()), float(f1_score(truths, said, average="macro")), len(val))


def _rarity(texts: Texts) -> Any:
    """How rarely a bucket is met (inverse document frequency, smoothed)."""
    seen = np.zeros(BUCKETS)
    for text, _ in texts:
        seen[counted(text)[0]] += 1
    return (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float16)


def _matrix(texts: Sequence[tuple[str, int]], rarity: Any) -> Any:
    from scipy.sparse import csr_matrix

    from classifier.ngrams import weighed

    rows = [weighed(text, rarity) for text, _ in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    return csr_matrix((np.concatenate([v for _, v in rows]), np.concatenate([p for p, _ in rows]), ends), shape=(len(rows), BUCKETS))
