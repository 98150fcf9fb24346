"""What a model tells about itself in `model.json`: its questions, how its confidence is to be read, and where a yes begins."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.engine import EngineUnavailable

FILE: Final = "model.json"


@dataclass(frozen=True, slots=True)
class Card:
    """`linear`: of its languages those whose sentiment the linear layers of classifier/ngrams.py tell better. `heads`: question → its labels in the order of its logits, in the order of the model's output. `limit`: tokens that are read.

    `temperatures`: logits are divided by these before the softmax. `thresholds`: probability from which on needs_reply and abusive are true and
    urgency is high. `sure`: confidence below which a person should look. `languages`: ISO 639-1 codes that the model reads.
    """

    name: str
    version: str
    languages: frozenset[str]
    limit: int
    size: int
    heads: Mapping[str, Sequence[str]]
    temperatures: Mapping[str, float]
    thresholds: Mapping[str, float]
    sure: Mapping[str, float]
    linear: frozenset[str] = frozenset()

    @property
    def width(self) -> int:
        """How many logits the model gives for a text."""
        return sum(map(len, self.heads.values()))

    def probabilities(self, question: str, logits: NDArray[np.float32]) -> list[dict[str, float]]:
        """The calibrated probability of each label, for each row of logits (N, width). Raises KeyError for a question that the model was not asked."""
        rows = logits[:, self._columns()[question]] / self.temperatures.get(question, 1.0)
        powers = np.exp(rows - rows.max(axis=1, keepdims=True, initial=-np.inf))
        return self._named(question, powers / powers.sum(axis=1, keepdims=True))

    def chances(self, question: str, logits: NDArray[np.float32]) -> list[dict[str, float]]:
        """The same of a question with several right labels; empty where the model was not asked it."""
        columns = self._columns().get(question)
        return [{} for _ in logits] if columns is None else self._named(question, 1 / (1 + np.exp(-logits[:, columns])))

    def _columns(self) -> dict[str, slice]:
        ends = np.cumsum([len(labels) for labels in self.heads.values()]).tolist()
        return {name: slice(end - len(self.heads[name]), end) for name, end in zip(self.heads, ends, strict=True)}

    def _named(self, question: str, rows: NDArray[Any]) -> list[dict[str, float]]:
        return [dict(zip(self.heads[question], row, strict=True)) for row in rows.tolist()]


def softmax(logits: Any, temperature: float) -> list[float]:
    powers = np.exp((logits - logits.max()) / temperature)
    return [float(value) for value in powers / powers.sum()]


def read_card(folder: Path) -> Card:
    """Raises EngineUnavailable when the folder holds no model of ours."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Card(
            name=str(told["name"]),
            version=str(told["version"]),
            languages=frozenset(told["languages"]),
            limit=int(told["limit"]),
            size=int(told["size"]),
            heads=told["heads"],
            temperatures=told["temperatures"],
            thresholds=told["thresholds"],
            sure=told["sure"],
            linear=frozenset(told.get("linear", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable(
            f"{folder} holds no model ({FILE}: {error}). Set [classifier] model to a folder that `careline train` wrote, or leave it out"
        ) from error
