"""What the network is told about each example: only the questions that its set answers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch.nn import functional

from classifier.train.examples import Example
from classifier.train.network import Output
from storage.words import Intent, Sentiment, Urgency

INTENTS: Final = tuple(Intent)
WEIGHTS: Final[Mapping[str, float]] = {
    "sentiment": 1.0, "intent": 1.0, "secondary": 0.3, "needs_reply": 0.5, "urgency": 0.6, "abusive": 0.5, "emotions": 3.0, "topic": 0.5, "near": 4.0,
}  # fmt: skip
"""`near` keeps the embedding where the base model had it (1 - cosine)."""

SMOOTHING: Final = 0.05
"""Labels are not certain, and a model that believes they are is too sure of itself later."""

SCALE: Final = 16.0
"""Cosines of topics are multiplied by this before the softmax."""

CLASSES: Final[Mapping[str, Sequence[Any]]] = {
    "sentiment": tuple(Sentiment),
    "needs_reply": (False, True),
    "urgency": (Urgency.LOW, Urgency.NORMAL, Urgency.HIGH),
    "abusive": (False, True),
}


class Topics:
    """The classes of the sets that shape the embedding, numbered in the order of their names."""

    def __init__(self, names: Sequence[str]) -> None:
        self.groups: dict[str, dict[str, int]] = {}
        for name in sorted(set(names)):
            group = self.groups.setdefault(name.partition(":")[0], {})
            group[name] = len(group)

    @property
    def sizes(self) -> dict[str, int]:
        return {group: len(names) for group, names in self.groups.items()}

    def loss(self, network: Any, examples: Sequence[Example], embedding: Any) -> Any:
        parts = [embedding.new_zeros(())]
        for group, names in self.groups.items():
            places = [place for place, example in enumerate(examples) if example.topic in names]
            if places:
                directions = functional.normalize(network.topics[group].weight, dim=1)
                cosines = functional.normalize(embedding[places], dim=1) @ directions.T
                parts.append(
                    functional.cross_entropy(
                        SCALE * cosines, torch.tensor([names[examples[place].topic] for place in places]), reduction="sum"
                    )
                )
        return sum(parts) / len(examples)


def loss(output: Output, examples: Sequence[Example], base: Any) -> Any:
    """The weighted sum over the questions that are answered; `base` (B, 384) holds the base model's embedding, NaN where it is not known."""
    found = [WEIGHTS[name] * _choice(output.logits[name], [getattr(e, name) for e in examples], CLASSES[name]) for name in CLASSES]
    found.append(WEIGHTS["intent"] * _among(output.logits["intent"], [e.intents for e in examples]))
    found.append(WEIGHTS["secondary"] * _several(output.logits["secondary"], examples))
    found.append(WEIGHTS["emotions"] * _emotions(output.emotions, examples))
    found.append(WEIGHTS["near"] * _near(output.embedding, base))
    return sum(found)


def _choice(logits: Any, values: Sequence[Any], classes: Sequence[Any]) -> Any:
    places = [place for place, value in enumerate(values) if value is not None]
    if not places:
        return logits.new_zeros(())
    targets = torch.tensor([classes.index(values[place]) for place in places])
    return functional.cross_entropy(logits[places], targets, reduction="sum", label_smoothing=SMOOTHING) / len(values)


def _among(logits: Any, allowed: Sequence[tuple[Intent, ...]]) -> Any:
    """The true one is among those allowed: the loss is that of their summed probability."""
    places = [place for place, intents in enumerate(allowed) if intents]
    if not places:
        return logits.new_zeros(())
    mask = torch.tensor([[intent in allowed[place] for intent in INTENTS] for place in places])
    logs = functional.log_softmax(logits[places], dim=1).masked_fill(~mask, float("-inf"))
    return -torch.logsumexp(logs, dim=1).sum() / len(allowed)


def _several(logits: Any, examples: Sequence[Example]) -> Any:
    """Every intent that is truly there, the main one and further ones; asked only of texts labelled by the guide."""
    places = [place for place, example in enumerate(examples) if example.by_guide and len(example.intents) == 1]
    if not places:
        return logits.new_zeros(())
    there = [(*examples[place].intents, *examples[place].secondary) for place in places]
    targets = torch.tensor([[float(intent in intents) for intent in INTENTS] for intents in there])
    return functional.binary_cross_entropy_with_logits(logits[places], targets, reduction="sum") / len(examples)


def _emotions(logits: Any, examples: Sequence[Example]) -> Any:
    places = [place for place, example in enumerate(examples) if example.emotions]
    if not places:
        return logits.new_zeros(())
    targets = torch.tensor([examples[place].emotions for place in places], dtype=logits.dtype)
    each = functional.binary_cross_entropy_with_logits(logits[places], targets, reduction="none").mean(dim=1)
    return each.sum() / len(examples)


def _near(embedding: Any, base: Any) -> Any:
    known = ~torch.isnan(base[:, 0])
    if not bool(known.any()):
        return embedding.new_zeros(())
    return (1 - functional.cosine_similarity(embedding[known], base[known])).sum() / len(base)
