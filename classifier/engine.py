"""What an engine promises: all answers for a batch of texts in one call."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from desk.labels.verdict import Verdict


class EngineError(Exception):
    """The engine cannot classify; the message says what to do."""


class EngineUnavailable(EngineError):
    """The engine cannot be loaded: a missing package, model or label map."""


class Engine(Protocol):
    """Classifies texts. `name` and `version` are stored with each triage."""

    name: str
    version: str

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        """One verdict a text, in order. An empty batch gives an empty list. Raises EngineError."""
        ...


@runtime_checkable
class Embedder(Protocol):
    """What an engine may have besides: vectors in which texts about the same matter lie near each other. `embedding` is their name and version."""

    embedding: str

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Of shape (N, D), rows of length one, in order. It may be called while another thread classifies. Raises EngineError."""
        ...


def embedder_of(engine: Engine) -> Embedder | None:
    """The engine as one that embeds, None for one that cannot."""
    return engine if isinstance(engine, Embedder) else None
