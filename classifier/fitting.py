"""A head is learnt: logistic regression on embeddings, calibrated and measured on examples that it had not seen. scikit-learn fits it.

What is applied to mentions is one row of numbers and a bias, so that triage needs numpy alone. Calibration: J. Platt, Probabilistic outputs for
support vector machines (1999), with his targets for few examples.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.engine import EngineUnavailable
from desk.intervals import wilson

Floats = NDArray[np.float64]

MISSING: Final = "own labels are learnt with scikit-learn, which is not installed here:  pip install 'careline[train]'"
SEED: Final = 20
FOLDS: Final = 5
ROUNDS: Final = 3
STRENGTH: Final = 10.0
"""The inverse of the regularisation: embeddings have the length one, so that weights must be large to matter."""

ROUGH: Final = 30
"""With fewer examples of what is to be found a probability is a rough one, and is told as such."""

KEPT: Final = 0.98
"""Of what is about us so much must stay above a relevance's threshold."""

MARGIN: Final = 0.7
"""And so much lower, in log odds, does the threshold lie: a head meets posts that are less like its examples than those are like each other."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head: log odds are `weights` · embedding + `bias`, calibrated."""

    weights: NDArray[np.float32]
    bias: float
    threshold: float
    figures: dict[str, Any]


def fit(vectors: NDArray[np.float32], answers: Sequence[bool], said: Sequence[bool], *, keeps: bool) -> Fitted:
    """Learn from embeddings (N, D) and whether each is one; `said` tells which of the answers a person gave.

    `keeps`: the threshold must keep what is one (a relevance), else it weighs finding against being right. Raises EngineUnavailable without
    scikit-learn.
    """
    made, labels = vectors.astype(np.float64), np.asarray(answers, bool)
    folds = _folds(labels)
    unseen = np.zeros((ROUNDS, len(labels)))
    for turn in range(ROUNDS):
        for fold in range(folds.shape[1]):
            out = folds[turn, fold]
            unseen[turn, out] = _decided(_learnt(made[~out], labels[~out]), made[out])
    slope, shift = _calibrated(unseen.ravel(), np.tile(labels, ROUNDS))
    odds = unseen * slope + shift
    choose = _that_keeps if keeps else _that_finds
    weights, bias = _learnt(made, labels)
    threshold = choose(odds.ravel(), np.tile(labels, ROUNDS))
    figures = _figures(odds, labels, np.asarray(said, bool), folds, choose)
    return Fitted((weights * slope).astype(np.float32), float(bias * slope + shift), float(_probability(threshold)), figures)


def probability(vectors: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of N texts by K heads: (N, K)."""
    found: NDArray[np.float32] = _probability(vectors @ weights.T + bias).astype(np.float32)
    return found


def _probability(odds: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def _folds(labels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each round and fold which examples are left out: (rounds, folds, N); each fold has some of either kind."""
    count = int(min(FOLDS, labels.sum(), (~labels).sum()))
    chance = np.random.default_rng(SEED)
    out = np.zeros((ROUNDS, count, len(labels)), bool)
    for turn in range(ROUNDS):
        for kind in (True, False):
            places = chance.permutation(np.flatnonzero(labels == kind))
            for place, example in enumerate(places):
                out[turn, place % count, example] = True
    return out


def _learnt(made: Floats, labels: NDArray[np.bool_], *, strength: float = STRENGTH, weight: Floats | None = None) -> tuple[Floats, float]:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise EngineUnavailable(MISSING) from error
    balance = "balanced" if weight is None else None
    model = LogisticRegression(C=strength, class_weight=balance, max_iter=1000).fit(made, labels, sample_weight=weight)
    return np.asarray(model.coef_[0], np.float64), float(model.intercept_[0])


def _decided(head: tuple[Floats, float], made: Floats) -> Floats:
    found: Floats = made @ head[0] + head[1]
    return found


def _calibrated(decided: Floats, labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift from a decision to log odds. The targets are a little less than sure, the less so the fewer examples there are."""
    yes, no = labels.sum() / ROUNDS, (~labels).sum() / ROUNDS
    target = np.where(labels, (yes + 1) / (yes + 2), 1 / (no + 2))
    doubled = np.concatenate([decided, decided])[:, None]
    answers = np.concatenate([np.ones(len(labels), bool), np.zeros(len(labels), bool)])
    (slope,), shift = _learnt(doubled, answers, strength=1e4, weight=np.concatenate([target, 1 - target]))
    # A head that learnt nothing must not be turned upside down.
    return max(float(slope), 1e-3), shift


def _that_finds(odds: Floats, labels: NDArray[np.bool_]) -> float:
    """The threshold with the best F1, halfway to the next lower example."""
    order = np.argsort(-odds)
    right = np.cumsum(labels[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + labels.sum())
    best = int(np.argmax(f1))
    below = odds[order[best + 1]] if best + 1 < len(order) else odds[order[best]] - 1
    return float((odds[order[best]] + below) / 2)


def _that_keeps(odds: Floats, labels: NDArray[np.bool_]) -> float:
    """Below all but two in a hundred of what is one, and lower by a margin."""
    return float(np.quantile(odds[labels], 1 - KEPT, method="lower")) - MARGIN


def _figures(
    odds: Floats,
    labels: NDArray[np.bool_],
    said: NDArray[np.bool_],
    folds: NDArray[np.bool_],
    choose: Callable[[Floats, NDArray[np.bool_]], float],
) -> dict[str, Any]:
    """Measured on the first round: each example by a head and a threshold that have not seen it."""
    found = np.zeros(len(labels), bool)
    for out in folds[0]:
        found[out] = odds[0, out] >= choose(odds[0, ~out], labels[~out])
    right = int((found & labels).sum())
    assumed = ~said
    return {
        "yes": int(labels.sum()),
        "no": int((~labels).sum()),
        "said_yes": int((labels & said).sum()),
        "said_no": int((~labels & said).sum()),
        "assumed": int(assumed.sum()),
        "precision": _share(right, int(found.sum())),
        "recall": _share(right, int(labels.sum())),
        "left_out": _share(int((~found & ~labels).sum()), int((~labels).sum())),
        "of_assumed": _share(int((found & assumed).sum()), int(assumed.sum())),
        "auroc": round(_auroc(odds[0], labels), 4),
        "calibration_error": round(_off(odds[0], labels), 4),
        "is_rough": bool(min(labels.sum(), (~labels).sum()) < ROUGH),
    }


def _share(part: int, whole: int) -> dict[str, Any]:
    low, high = wilson(part, whole) if whole else (0.0, 1.0)
    return {"part": part, "whole": whole, "low": round(low, 4), "high": round(high, 4)}


def _auroc(odds: Floats, labels: NDArray[np.bool_]) -> float:
    """How often one that is has higher odds than one that is not; equal ones count half."""
    yes, no = odds[labels], odds[~labels]
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return float(above)


def _off(odds: Floats, labels: NDArray[np.bool_], bins: int = 5) -> float:
    """The expected calibration error over bins of equal size: no more of them than a hundred examples can fill."""
    sure = _probability(odds)
    parts = np.array_split(np.argsort(sure), bins)
    return float(sum(len(part) * abs(sure[part].mean() - labels[part].mean()) for part in parts if len(part)) / len(labels))
