"""The figures against values worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.evaluate import Judged, calibration_error, figures, judged, truth
from storage.words import Intent
from tests.support.engines import verdict


def cases(pairs: str, confidence: float = 0.5) -> list[Judged]:
    """`ab ba` is a true `a` that was called `b`, and a true `b` that was called `a`."""
    return [Judged(true, said, confidence) for true, said in map(tuple, pairs.split())]


def test_figures_of_two_classes() -> None:
    # a: 3 true, 4 said, 2 right; b: 3 true, 2 said, 1 right
    told = figures(cases("aa aa ab ba ba bb"))
    assert told["n"] == 6
    assert told["accuracy"] == pytest.approx(3 / 6)
    assert told["classes"]["a"] == {"n": 3, "precision": 2 / 4, "recall": pytest.approx(2 / 3), "f1": pytest.approx(4 / 7)}
    assert told["classes"]["b"] == {"n": 3, "precision": 1 / 2, "recall": pytest.approx(1 / 3), "f1": pytest.approx(2 / 5)}
    assert told["macro_f1"] == pytest.approx((4 / 7 + 2 / 5) / 2)
    assert told["macro_recall"] == pytest.approx((2 / 3 + 1 / 3) / 2)


def test_a_class_that_was_only_answered_stays_out_of_the_averages() -> None:
    told = figures(cases("aa ac"))
    assert told["classes"]["c"] == {"n": 0, "precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert told["macro_recall"] == pytest.approx(1 / 2)
    assert told["macro_f1"] == pytest.approx(2 / 3)


def test_a_class_that_was_never_answered_counts_as_nothing() -> None:
    told = figures(cases("aa ba"))
    assert told["classes"]["b"] == {"n": 1, "precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert told["macro_f1"] == pytest.approx((2 / 3 + 0) / 2)


def test_no_cases_no_figures() -> None:
    assert figures([]) == {}
    assert calibration_error([]) == 0.0


def test_calibration_error_in_fifteen_bins() -> None:
    # 0.50 and 0.52 share bin 7 (0.467 to 0.533): confidence 0.51, accuracy 0.5; 0.9 stands alone in bin 13 and is right; 1.0 in the last, wrong
    told = [Judged("a", "a", 0.5), Judged("a", "b", 0.52), Judged("a", "a", 0.9), Judged("a", "b", 1.0)]
    assert calibration_error(told) == pytest.approx((2 * 0.01 + 0.1 + 1.0) / 4)


def test_sure_and_right_is_calibrated() -> None:
    assert figures(cases("aa bb", 1.0))["ece"] == 0.0


@pytest.mark.parametrize(
    ("label", "value", "word"),
    [
        ("sentiment", "negative", "negative"),
        ("needs_reply", True, "true"),
        ("abusive", False, "false"),
        ("language", "de", "de"),
        ("complaint", True, "true"),
        ("spam", False, "false"),
    ],
)
def test_true_values(label: str, value: object, word: str) -> None:
    assert truth(label, value) == word


@pytest.mark.parametrize(
    ("label", "value"),
    [("sentiment", "bad"), ("sentiment", 1), ("needs_reply", "yes"), ("needs_reply", 1), ("abusive", "false"), ("language", ""), ("language", 3), ("language", "en-US"), ("language", "EN"), ("intent", ["spam"]), ("spam", "spam")],
)  # fmt: skip
def test_values_that_a_label_cannot_have(label: str, value: object) -> None:
    with pytest.raises(ValueError, match=label):
        truth(label, value)


def test_of_a_value_that_goes_on_and_on_only_the_beginning_is_quoted() -> None:
    with pytest.raises(ValueError, match="expected one of") as told:
        truth("sentiment", "x" * 1_000_000)
    assert len(str(told.value)) < 200


@pytest.mark.parametrize(
    ("label", "intent", "word", "confidence"),
    [
        ("intent", Intent.SPAM, "spam", 0.79),
        ("complaint", Intent.COMPLAINT, "true", 0.79 + 0.03),
        ("complaint", Intent.CHURN, "true", 0.79 + 0.03),
        ("complaint", Intent.PRAISE, "false", 1 - 2 * 0.03),
        ("suggestion", Intent.SUGGESTION, "true", 0.79),
        ("spam", Intent.OTHER, "false", 1 - 0.03),
    ],
)
def test_labels_that_an_intent_answers(label: str, intent: Intent, word: str, confidence: float) -> None:
    told = judged(label, "true", verdict(intent, sure=0.79))
    assert told.answer == word
    assert told.confidence == pytest.approx(confidence)


def test_a_boolean_answer_is_a_word() -> None:
    assert judged("needs_reply", "true", verdict(reply=False)).answer == "false"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.floats(0, 1)), min_size=1))
def test_figures_stay_within_their_bounds(rows: list[tuple[str, str, float]]) -> None:
    told = figures([Judged(*row) for row in rows])
    assert sum(row["n"] for row in told["classes"].values()) == told["n"] == len(rows)
    for name in ("accuracy", "macro_f1", "macro_recall", "ece"):
        assert 0.0 <= told[name] <= 1.0 + 1e-9
    weighted = sum(row["n"] * row["recall"] for row in told["classes"].values()) / len(rows)
    assert weighted == pytest.approx(told["accuracy"])
