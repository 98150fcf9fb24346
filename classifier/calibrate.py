"""Honest confidence, and thresholds that hide nobody: worked out on texts kept apart, never on those that measure."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TEMPERATURES: Final = np.geomspace(0.4, 4.0, 40)
FINER: Final = 41
"""Temperatures that are tried between the neighbours of the best of them."""

DOUBTED: Final = 0.03
"""The least sure share of answers that a person should look at."""


def temperature(logits: Any, truths: Sequence[int]) -> float:
    """What logits (N, C) are divided by so that their softmax is as likely as possible (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""
    rows = np.asarray(logits, dtype=np.float64)
    best = _best(rows, truths, TEMPERATURES)
    around = np.geomspace(TEMPERATURES[max(0, best - 1)], TEMPERATURES[min(best + 1, len(TEMPERATURES) - 1)], FINER)
    return float(around[_best(rows, truths, around)])


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


def threshold_for_f1(chances: Sequence[float], truths: Sequence[bool], *, lowest: float = 0.0) -> float:
    """The probability from which on a yes has the best F1, and never below `lowest`: a miss and a false alarm weigh the same.

    Raises ValueError without any true one.
    """
    order = np.argsort(-np.asarray(chances, dtype=np.float64), kind="stable")
    sorted_chances, found = np.asarray(chances, dtype=np.float64)[order], np.cumsum(np.asarray(truths, dtype=bool)[order])
    if not len(found) or not found[-1]:
        raise ValueError("no text is of this class: a threshold needs some")
    f1 = 2 * found / (np.arange(1, len(found) + 1) + found[-1])
    f1[:-1][sorted_chances[:-1] == sorted_chances[1:]] = 0.0  # a threshold cannot part equals
    return max(lowest, float(sorted_chances[int(np.argmax(f1))]))


def doubt_below(confidences: Sequence[float], share: float = DOUBTED) -> float:
    """The confidence that this share of the answers does not reach."""
    return float(np.quantile(np.asarray(confidences), share))


def _best(rows: Floats, truths: Sequence[int], heats: Floats) -> int:
    return int(np.argmin([_loss(rows / heat, truths) for heat in heats]))


def _loss(rows: Floats, truths: Sequence[int]) -> float:
    highest = rows.max(axis=1, keepdims=True)
    logs = rows - highest - np.log(np.exp(rows - highest).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(truths)), list(truths)].mean())
