"""From the sets to what a run reads: texts made ready as the engine makes them ready, tokens, and how often each set is seen."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from classifier.text import normalise
from classifier.train import own, sets
from classifier.train.base import Base, encoder_of, tokenizer_of
from classifier.train.batches import Share
from classifier.train.examples import Example
from classifier.train.fit import Prepared, embedded
from classifier.train.losses import Topics

EMOTIONS: Final = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire", "disappointment", "disapproval",
    "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "neutral", "optimism", "pride",
    "realization", "relief", "remorse", "sadness", "surprise",
)  # fmt: skip

TIMES: Final = {
    "sentiments": 1.6,
    "mentions": 3.0,
    "care": 5.0,
    "emotions": 0.2,
    "offences": 0.3,
    "spam": 0.7,
    "topics": 1.0,
    "corrections": 5.0,
}
"""How often a run sees each set."""

NEAR: Final = ("mentions", "care", "topics", "corrections")
"""Sets for which the base model's embedding is worked out, so that ours stays near it."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, how often, and the examples kept apart for calibration."""

    prepared: Prepared
    shares: tuple[Share, ...]
    dev: tuple[Example, ...]


def material(data: Path, base: Base, *, limit: int, told: Callable[[str], None], corrections: Path | None = None) -> Material:
    """Read all sets, and a team's corrections where there are any. Raises MissingSet."""
    groups = _groups(data)
    if corrections is not None:
        groups["corrections"] = list(own.corrections(corrections))
    examples = [example for group in groups.values() for example in group]
    tokenizer = tokenizer_of(base, limit)
    ids = [encoding.ids for encoding in tokenizer.encode_batch([normalise(example.text) for example in examples])]
    shares, near, start = [], [], 0
    for name, group in groups.items():
        places = range(start, start + len(group))
        shares.append(Share(places, TIMES[name]))
        near += list(places) if name in NEAR else []
        start += len(group)
        told(f"{name}: {len(group):,} texts, seen {TIMES[name]} times")
    prepared = Prepared(examples, ids, _base_embeddings(base, ids, near), Topics([example.topic for example in examples if example.topic]))
    return Material(prepared, tuple(shares), tuple(_kept_apart(data)))


def _groups(data: Path) -> dict[str, list[Example]]:
    return {
        "sentiments": list(sets.sentiments(data)),
        "mentions": [example for example in own.mentions() if example.part == "train"],
        "care": [example for example in own.care(data) if example.part == "train"],
        "emotions": list(sets.emotions(data, EMOTIONS)),
        "offences": list(sets.offences(data)),
        "spam": list(sets.spam(data)),
        "topics": list(sets.topics(data)),
    }


def _kept_apart(data: Path) -> list[Example]:
    return [example for example in (*own.mentions(), *own.care(data)) if example.part == "dev"]


def _base_embeddings(base: Base, ids: list[list[int]], near: list[int]) -> Any:
    found = torch.full((len(ids), 384), float("nan"))
    found[near] = embedded(encoder_of(base).eval(), [ids[place] for place in near])
    return found
