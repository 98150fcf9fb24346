"""How right an engine is against labels, and how honest its confidence. Pure: values in, figures out."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from desk.labels.verdict import Answer, Verdict
from storage.words import Intent, Sentiment, Urgency

BINS: Final = 15

WORDS: Final = {"sentiment": frozenset(Sentiment), "intent": frozenset(Intent), "urgency": frozenset(Urgency)}
BOOLEANS: Final = frozenset({"needs_reply", "abusive"})
DERIVED: Final = {
    "complaint": frozenset({Intent.COMPLAINT, Intent.CHURN}),
    "suggestion": frozenset({Intent.SUGGESTION}),
    "spam": frozenset({Intent.SPAM}),
}
"""Labels of other data sets that our intents answer: true when the intent is one of these."""
LABELS: Final = (*WORDS, *sorted(BOOLEANS), "language", *DERIVED)
CODE: Final = re.compile(r"[a-z]{2}|und")
SHOWN: Final = 80
"""Of a value that a label cannot have, so many signs are quoted."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer beside the truth; `confidence` is the probability that the engine gives its own answer."""

    truth: str
    answer: str
    confidence: float


def truth(label: str, value: Any) -> str:
    """The label's value as a word (`true` and `false` for booleans). Raises ValueError for a value that it cannot have."""
    if label in BOOLEANS or label in DERIVED:
        if not isinstance(value, bool):
            raise ValueError(f"{label} = {_quoted(value)}: expected true or false")
        return str(value).lower()
    if not isinstance(value, str) or not _is_word(label, value):
        raise ValueError(f"{label} = {_quoted(value)}: expected one of {', '.join(sorted(WORDS.get(label, {'an ISO 639-1 code', 'und'})))}")
    return value


def judged(label: str, value: str, verdict: Verdict) -> Judged:
    """What the verdict says of one label, beside its true value."""
    if label in DERIVED:
        return _derived(value, verdict.intent, DERIVED[label])
    answer: Answer[Any] = getattr(verdict, label)
    said = str(answer.label).lower() if isinstance(answer.label, bool) else str(answer.label)
    return Judged(value, said, answer.confidence)


@dataclass(slots=True)
class Tally:
    """Answers beside the truth, added up as they come: a file of any length takes no more room than its classes."""

    _pairs: Counter[tuple[str, str]] = field(default_factory=Counter, init=False)
    _sizes: Counter[int] = field(default_factory=Counter, init=False)
    _rights: Counter[int] = field(default_factory=Counter, init=False)
    _confidences: dict[int, float] = field(default_factory=dict, init=False)

    def add(self, case: Judged) -> None:
        place = min(int(case.confidence * BINS), BINS - 1)
        self._pairs[case.truth, case.answer] += 1
        self._sizes[place] += 1
        self._rights[place] += case.truth == case.answer
        self._confidences[place] = self._confidences.get(place, 0.0) + case.confidence

    def figures(self) -> dict[str, Any]:
        """Accuracy, macro F1 and recall over the classes that the labels hold, calibration error, and each class; empty without cases.

        A class that was only answered, never true, is listed with n = 0 and stays out of the averages.
        """
        true, said, right = self._by_class()
        if not true:
            return {}
        classes = {name: _class(true[name], said[name], right[name]) for name in sorted(true.keys() | said.keys())}
        present = [classes[name] for name in sorted(true)]
        return {
            "n": true.total(),
            "accuracy": right.total() / true.total(),
            "macro_f1": sum(row["f1"] for row in present) / len(present),
            "macro_recall": sum(row["recall"] for row in present) / len(present),
            "ece": self.calibration_error(),
            "classes": classes,
        }

    def calibration_error(self) -> float:
        """Expected calibration error: the gap between confidence and accuracy in equally wide bins, weighted by their size (Guo et al. 2017)."""
        total = self._sizes.total()
        return sum(abs(self._rights[place] - self._confidences[place]) for place in self._sizes) / total if total else 0.0

    def _by_class(self) -> tuple[Counter[str], Counter[str], Counter[str]]:
        """How often each class was true, was answered, and both."""
        true, said, right = Counter[str](), Counter[str](), Counter[str]()
        for (truth, answer), times in self._pairs.items():
            true[truth] += times
            said[answer] += times
            right[truth] += times if truth == answer else 0
        return true, said, right


def figures(cases: Iterable[Judged]) -> dict[str, Any]:
    """The figures of cases that are all there."""
    return _tally(cases).figures()


def calibration_error(cases: Iterable[Judged]) -> float:
    return _tally(cases).calibration_error()


def _tally(cases: Iterable[Judged]) -> Tally:
    tally = Tally()
    for case in cases:
        tally.add(case)
    return tally


def _derived(value: str, answer: Answer[Intent], intents: frozenset[Intent]) -> Judged:
    share = min(1.0, sum(answer.scores[intent] for intent in intents))
    is_it = answer.label in intents
    return Judged(value, str(is_it).lower(), share if is_it else 1.0 - share)


def _class(true: int, said: int, right: int) -> dict[str, Any]:
    precision, recall = right / said if said else 0.0, right / true if true else 0.0
    both = precision + recall
    return {"n": true, "precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}


def _is_word(label: str, value: str) -> bool:
    return value in WORDS[label] if label in WORDS else CODE.fullmatch(value) is not None


def _quoted(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
