"""Honest confidence, and thresholds that hide nobody: worked out on texts kept apart, never on those that measure."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TEMPERATURES: Final = np.geomspace(0.4, 4.0, 200)
DOUBTED: Final = 0.03
"""The least sure share of answers that a person should look at."""


def temperature(logits: Any, truths: Sequence[int]) -> float:
    """What logits (N, C) are divided by so that their softmax is as likely as possible (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""
    rows = np.asarray(logits, dtype=np.float64)
    losses = [_loss(rows / value, truths) for value in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def probabilities(logits: Any, heat: float = 1.0) -> Floats:
    """The softmax of logits (N, C) over a temperature."""
    rows = np.asarray(logits, dtype=np.float64) / heat
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def threshold_for_recall(chances: Sequence[float], truths: Sequence[bool], recall: float, *, highest: float = 0.5) -> float:
    """The highest probability from which on at least this share of the true ones is found, and never above `highest`. Raises ValueError without any."""
    theirs = sorted((chance for chance, is_true in zip(chances, truths, strict=True) if is_true), reverse=True)
    if not theirs:
        raise ValueError("no text is of this class: a threshold needs some")
    needed = int(np.ceil(recall * len(theirs)))
    return float(min(highest, theirs[needed - 1]))


def doubt_below(confidences: Sequence[float], share: float = DOUBTED) -> float:
    """The confidence that this share of the answers does not reach."""
    return float(np.quantile(np.asarray(confidences), share))


def _loss(rows: Floats, truths: Sequence[int]) -> float:
    highest = rows.max(axis=1, keepdims=True)
    logs = rows - highest - np.log(np.exp(rows - highest).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(truths)), list(truths)].mean())
