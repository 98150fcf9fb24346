"""How right an engine is against labels, and how honest its confidence. Pure: values in, figures out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
            raise ValueError(f"{label} = {value!r}: expected true or false")
        return str(value).lower()
    if not isinstance(value, str) or (label in WORDS and value not in WORDS[label]) or not value:
        raise ValueError(f"{label} = {value!r}: expected one of {', '.join(sorted(WORDS.get(label, {'an ISO 639-1 code', 'und'})))}")
    return value


def judged(label: str, value: str, verdict: Verdict) -> Judged:
    """What the verdict says of one label, beside its true value."""
    if label in DERIVED:
        return _derived(value, verdict.intent, DERIVED[label])
    answer: Answer[Any] = getattr(verdict, label)
    said = str(answer.label).lower() if isinstance(answer.label, bool) else str(answer.label)
    return Judged(value, said, answer.confidence)


def figures(cases: Sequence[Judged]) -> dict[str, Any]:
    """Accuracy, macro F1 and recall over the classes that the labels hold, calibration error, and each class; empty without cases.

    A class that was only answered, never true, is listed with n = 0 and stays out of the averages.
    """
    if not cases:
        return {}
    true, said = Counter(case.truth for case in cases), Counter(case.answer for case in cases)
    right = Counter(case.truth for case in cases if case.truth == case.answer)
    classes = {name: _class(true[name], said[name], right[name]) for name in sorted(true.keys() | said.keys())}
    present = [classes[name] for name in sorted(true)]
    return {
        "n": len(cases),
        "accuracy": right.total() / len(cases),
        "macro_f1": sum(row["f1"] for row in present) / len(present),
        "macro_recall": sum(row["recall"] for row in present) / len(present),
        "ece": calibration_error(cases),
        "classes": classes,
    }


def calibration_error(cases: Iterable[Judged], bins: int = BINS) -> float:
    """Expected calibration error: the gap between confidence and accuracy in equally wide bins, weighted by their size (Guo et al. 2017)."""
    sizes, rights = Counter[int](), Counter[int]()
    confidences: dict[int, float] = {}
    for case in cases:
        place = min(int(case.confidence * bins), bins - 1)
        sizes[place] += 1
        rights[place] += case.truth == case.answer
        confidences[place] = confidences.get(place, 0.0) + case.confidence
    total = sizes.total()
    return sum(abs(rights[place] - confidences[place]) for place in sizes) / total if total else 0.0


def _derived(value: str, answer: Answer[Intent], intents: frozenset[Intent]) -> Judged:
    share = min(1.0, sum(answer.scores[intent] for intent in intents))
    is_it = answer.label in intents
    return Judged(value, str(is_it).lower(), share if is_it else 1.0 - share)


def _class(true: int, said: int, right: int) -> dict[str, Any]:
    precision, recall = right / said if said else 0.0, right / true if true else 0.0
    both = precision + recall
    return {"n": true, "precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}
