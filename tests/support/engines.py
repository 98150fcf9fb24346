"""Engines for tests: they say what they are told, and break where they are told."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from classifier.engine import EngineError
from desk.labels.verdict import Answer, Verdict
from storage.words import Intent, Sentiment, Urgency


def verdict(intent: Intent = Intent.COMPLAINT, *, reply: bool = True, sure: float = 0.8) -> Verdict:
    """One verdict; the labels that are not the answer share what is left."""
    rest = (1 - sure) / (len(Intent) - 1)
    yes = {"true": 0.9, "false": 0.1}
    return Verdict(
        sentiment=Answer(Sentiment.NEGATIVE, 0.8, {Sentiment.NEGATIVE: 0.8, Sentiment.NEUTRAL: 0.1, Sentiment.POSITIVE: 0.1}),
        intent=Answer(intent, sure, {str(label): rest for label in Intent} | {str(intent): sure}),
        needs_reply=Answer(reply, 0.9 if reply else 0.1, yes),
        urgency=Answer(Urgency.NORMAL, 0.8, {Urgency.LOW: 0.1, Urgency.NORMAL: 0.8, Urgency.HIGH: 0.1}),
        abusive=Answer(label=False, confidence=0.9, scores={"true": 0.1, "false": 0.9}),
        language=Answer("en", 1.0, {"en": 1.0}),
    )


@dataclass
class FakeEngine:
    """Answers every text; raises for a batch that holds `poison`, and never comes back from one that holds `tar`."""

    poison: str = "POISON"
    tar: str = "TAR"
    answer: Callable[[str], Verdict] = lambda _: verdict()
    name: str = "fake"
    version: str = "1"
    batches: list[list[str]] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        self.batches.append(list(texts))
        if any(self.tar in text for text in texts):
            self.let_go.wait()
        if any(self.poison in text for text in texts):
            raise EngineError("bad apple")
        return [self.answer(text) for text in texts]


@dataclass
class EmbeddingEngine(FakeEngine):
    """Embeds as well: texts that share words lie near each other. It breaks at `poison` there, too."""

    embedding: str = "words-1"
    dimensions: int = 64
    embedded: list[list[str]] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.append(list(texts))
        if any(self.poison in text for text in texts):
            raise EngineError("bad apple")
        found = np.array([self._sum(text) for text in texts], np.float32)
        whole: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return whole

    def _sum(self, text: str) -> NDArray[np.float32]:
        words = [_direction(word, self.dimensions) for word in text.casefold().split() or [""]]
        total: NDArray[np.float32] = np.sum(words, axis=0, dtype=np.float32)
        return total


def _direction(word: str, dimensions: int) -> NDArray[np.float32]:
    return np.random.default_rng(crc32(word.encode())).standard_normal(dimensions, dtype=np.float32)
