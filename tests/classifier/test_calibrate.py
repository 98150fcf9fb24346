"""Confidence that is honest, and thresholds that find whom they must find."""

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


def test_the_least_sure_share_is_doubted() -> None:
    confidences = [place / 100 for place in range(101)]
    assert calibrate.doubt_below(confidences, 0.05) == pytest.approx(0.05)
