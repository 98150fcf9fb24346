"""What an engine promises: all answers for a batch of texts in one call."""

from collections.abc import Sequence
from typing import Protocol

from desk.verdict import Verdict


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
