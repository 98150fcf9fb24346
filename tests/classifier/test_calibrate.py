"""Confidence that is honest, and thresholds that find whom they must find."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import calibrate


def test_a_model_that_is_too_sure_is_cooled() -> None:
    rng = np.random.default_rng(1)
    truths = rng.integers(0, 3, 4_000)
    honest = np.log(np.full((4_000, 3), 0.2) + 0.4 * np.eye(3)[np.where(rng.random(4_000) < 0.6, truths, rng.integers(0, 3, 4_000))])
    heat = calibrate.temperature(3 * honest, list(truths))
    assert heat == pytest.approx(3 * calibrate.temperature(honest, list(truths)), rel=0.05)
    assert heat == pytest.approx(_likeliest(3 * honest, list(truths)), rel=0.005)
    assert calibrate.probabilities(3 * honest, heat).sum(axis=1) == pytest.approx(1.0)


def test_probabilities_of_huge_logits_are_finite() -> None:
    assert calibrate.probabilities([[1e4, -1e4]]).tolist() == [[1.0, 0.0]]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1).filter(lambda rows: any(is_true for _, is_true in rows)),
    st.floats(0.1, 1),
)
def test_a_threshold_finds_the_share_it_must_find(rows: list[tuple[float, bool]], recall: float) -> None:
    threshold = calibrate.threshold_for_recall([chance for chance, _ in rows], [is_true for _, is_true in rows], recall)
    theirs = [chance for chance, is_true in rows if is_true]
    assert sum(chance >= threshold for chance in theirs) >= recall * len(theirs) - 1e-9
    assert threshold <= 0.5


def test_a_threshold_without_examples_is_refused() -> None:
    with pytest.raises(ValueError, match="needs some"):
        calibrate.threshold_for_recall([0.2, 0.7], [False, False], 0.9)


@given(
    st.lists(st.tuples(st.integers(0, 8).map(lambda eighths: eighths / 8), st.booleans()), min_size=1).filter(
        lambda rows: any(is_true for _, is_true in rows)
    )
)
def test_no_threshold_has_a_better_f1(rows: list[tuple[float, bool]]) -> None:
    threshold = calibrate.threshold_for_f1([chance for chance, _ in rows], [is_true for _, is_true in rows])
    assert _f1(rows, threshold) == pytest.approx(max(_f1(rows, chance) for chance, _ in rows))


def test_abuse_that_is_rarely_sure_gets_a_lower_threshold() -> None:
    chances, truths = [0.9, 0.4, 0.35, 0.3, 0.1], [True, True, True, False, False]
    assert calibrate.threshold_for_f1(chances, truths) == 0.35
    assert calibrate.threshold_for_f1(chances, truths, lowest=0.4) == 0.4


@pytest.mark.parametrize("chances", [[], [0.2, 0.7]])
def test_a_threshold_for_f1_without_examples_is_refused(chances: list[float]) -> None:
    with pytest.raises(ValueError, match="needs some"):
        calibrate.threshold_for_f1(chances, [False] * len(chances))


def test_the_least_sure_share_is_doubted() -> None:
    confidences = [place / 100 for place in range(101)]
    assert calibrate.doubt_below(confidences, 0.05) == pytest.approx(0.05)


def _likeliest(rows: Any, truths: list[int]) -> float:
    heats = np.geomspace(0.4, 4.0, 4_000)
    return float(heats[np.argmax([np.log(calibrate.probabilities(rows, heat)[np.arange(len(truths)), truths]).mean() for heat in heats])])


def _f1(rows: list[tuple[float, bool]], threshold: float) -> float:
    found = sum(is_true for chance, is_true in rows if chance >= threshold)
    return 2 * found / (sum(chance >= threshold for chance, _ in rows) + sum(is_true for _, is_true in rows))
