"""How good a packaged model is, with its own engine, on texts that never trained it: each figure with its n and its 95 % interval."""

import csv
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifier import evaluate
from classifier.engines.onnx import OnnxEngine
from classifier.evaluate import Judged
from classifier.train import own, sets
from classifier.train.examples import Example
from classifier.train.languages import umsab
from classifier.train.sets import MOODS, DataSet
from desk.labels.verdict import Verdict

ROUNDS: Final = 300
QUESTIONS: Final = ("sentiment", "intent", "needs_reply", "urgency", "abusive")
MADLIBS: Final = "bias_madlibs_77k.csv"
MADLIBS_READ: Final = 6_000


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure. `low` and `high`: 95 % of resamplings lie between them (bootstrap over the texts)."""

    of: str
    figure: str
    value: float
    low: float
    high: float
    n: int


def measure(engine: OnnxEngine, data: Path) -> Iterator[Measured]:
    """Every figure that the data allows. Raises sets.MissingSet."""
    yield from _sentiment(engine, data)
    yield from _by_guide(engine, "care tweets, kept apart", [example for example in own.care(data) if example.part == "dev"])
    yield from _by_guide(engine, "own mentions, kept apart", [example for example in own.mentions() if example.part == "dev"])
    yield from _spam(engine, data)
    yield from _embedding(engine, data)
    yield from _bias(engine, data)


def _sentiment(engine: OnnxEngine, data: Path) -> Iterator[Measured]:
    rows = list(sets.TWEETEVAL_TEST.rows(data))
    said = engine.classify([row["text"] for row in rows])
    cases = [evaluate.judged("sentiment", MOODS[row["label"]], verdict) for row, verdict in zip(rows, said, strict=True)]
    yield from _several("TweetEval sentiment, test", "sentiment", cases, ("macro_recall", "accuracy", "ece"))


def _by_guide(engine: OnnxEngine, name: str, examples: Sequence[Example]) -> Iterator[Measured]:
    verdicts = engine.classify([example.text for example in examples])
    for question in QUESTIONS:
        known = [
            (value, verdict)
            for example, verdict in zip(examples, verdicts, strict=True)
            if (value := _truth(example, question)) is not None
        ]
        cases = [evaluate.judged(question, value, verdict) for value, verdict in known]
        yield from _several(name, question, cases, ("accuracy", "macro_f1", "ece"))
    for question, label in (("needs_reply", "true"), ("urgency", "high"), ("abusive", "true")):
        cases = [
            evaluate.judged(question, value, v)
            for e, v in zip(examples, verdicts, strict=True)
            if (value := _truth(e, question)) is not None
        ]
        for kind in ("recall", "precision"):
            yield _measured(name, f"{question} {label}: {kind}", cases, lambda some, label=label, kind=kind: _of_class(some, label, kind))  # type: ignore[misc]


def _truth(example: Example, question: str) -> str | None:
    if question == "intent":
        return example.intents[0] if len(example.intents) == 1 else None
    value = getattr(example, question)
    return None if value is None else str(value).lower()


def of_languages(engine: OnnxEngine, data: Path, codes: Sequence[str], who: str) -> Iterator[Measured]:
    """What the engine says in other languages, on texts kept apart; `who` is told with each figure. Raises sets.MissingSet."""
    apart = [example for code in codes for example in own.mentions(frozenset({code})) if example.part == "dev"]
    for code in codes:
        truths = list(umsab(data, code, "val"))
        verdicts = engine.classify([text for text, _ in truths])
        cases = [evaluate.judged("sentiment", MOODS[mood], verdict) for (_, mood), verdict in zip(truths, verdicts, strict=True)]
        yield from _several(f"UMSAB, {code}, validation: {who}", "sentiment", cases, ("macro_f1", "macro_recall", "accuracy", "ece"))
    yield from _by_guide(engine, f"own mentions in {', '.join(codes)}, kept apart: {who}", apart)
    for code in codes:
        yield from _by_question(engine, f"own mentions, {code}, kept apart: {who}", own.mentions(frozenset({code})))


def _by_question(engine: OnnxEngine, name: str, examples: Iterable[Example]) -> Iterator[Measured]:
    """So few texts of one language are kept apart that shares are all that can be told of them."""
    apart = [example for example in examples if example.part == "dev"]
    verdicts = engine.classify([example.text for example in apart])
    for question in QUESTIONS if apart else ():
        right = [_truth(example, question) == _said(verdict, question) for example, verdict in zip(apart, verdicts, strict=True)]
        yield _share(name, f"{question}: accuracy", right)


def _said(verdict: Verdict, question: str) -> str:
    return str(getattr(verdict, question).label).lower()


def _spam(engine: OnnxEngine, data: Path) -> Iterator[Measured]:
    rows = list(sets.TUBE_TEST.rows(data))
    verdicts = engine.classify([row["text"] for row in rows])
    cases = [evaluate.judged("spam", str(bool(row["label"])).lower(), verdict) for row, verdict in zip(rows, verdicts, strict=True)]
    yield from _several("YouTube spam, test", "spam", cases, ("accuracy", "macro_f1"))


def _embedding(engine: OnnxEngine, data: Path) -> Iterator[Measured]:
    """Nearest neighbour, and logistic regression on the frozen embedding; out of scope by the energy of its logits."""
    from sklearn.metrics import roc_auc_score

    read, learnt = _space(engine, data, sets.BANKING), None
    seen, labels = _space(engine, data, sets.BANKING_TEST)
    nearest = [read[1][place] == label for place, label in zip((seen @ read[0].T).argmax(axis=1), labels, strict=True)]
    yield _share("Banking77, test", "nearest neighbour, accuracy", nearest)
    learnt = _fitted(*read)
    yield _share("Banking77, test", "accuracy", [a == b for a, b in zip(learnt.predict(seen), labels, strict=True)])
    learnt = _fitted(*_space(engine, data, sets.CLINC))
    seen, labels = _space(engine, data, sets.CLINC_TEST)
    strange, _ = _space(engine, data, sets.CLINC_OOS_TEST)
    yield _share("CLINC150, test", "accuracy", [a == b for a, b in zip(learnt.predict(seen), labels, strict=True)])
    sure = np.concatenate([_energy(learnt.decision_function(part)) for part in (seen, strange)])
    area = float(roc_auc_score([1] * len(seen) + [0] * len(strange), sure))
    yield Measured("CLINC150, test", "out of scope, area under the curve", area, area, area, len(sure))


def _space(engine: OnnxEngine, data: Path, source: DataSet) -> tuple[Any, list[str]]:
    rows = list(source.rows(data))
    return engine.embed([row["text"] for row in rows]), [row["label"] for row in rows]


def _energy(logits: Any) -> Any:
    """How like those that were learnt a text is (the negative of Liu et al. 2020, https://arxiv.org/abs/2010.03759): it keeps how large the logits are."""
    highest = logits.max(axis=1)
    return highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))


def _fitted(vectors: Any, labels: Sequence[str]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=30.0, max_iter=400).fit(vectors, labels)


def _bias(engine: OnnxEngine, data: Path) -> Iterator[Measured]:
    """How far harmless sentences are called abusive, for the worst identity term more than for all (Dixon et al. 2018)."""
    file = next((path for path in (data / MADLIBS, data / "test" / MADLIBS) if path.is_file()), None)
    if file is None:
        return
    with file.open(encoding="utf-8", newline="") as opened:
        harmless = [row["Text"] for row in csv.DictReader(opened) if row["Label"] == "NOT_BAD"]
    texts = random.Random(1).sample(harmless, min(MADLIBS_READ, len(harmless)))  # noqa: S311  for a sample, not for secrets
    wrong = np.array([verdict.abusive.label for verdict in engine.classify(texts)])
    by_term = _by_term(texts, wrong)
    gap = max(by_term.values(), default=0.0) - float(wrong.mean())
    yield Measured("bias_madlibs, harmless", "called abusive, worst identity term minus all", gap, gap, gap, len(texts))


def _by_term(texts: Sequence[str], wrong: Any) -> Mapping[str, float]:
    terms: dict[str, list[bool]] = {}
    for text, is_wrong in zip(texts, wrong, strict=True):
        for term in set(text.lower().split()):
            terms.setdefault(term, []).append(bool(is_wrong))
    return {term: float(np.mean(found)) for term, found in terms.items() if len(found) >= 50}


def _several(of: str, question: str, cases: Sequence[Judged], names: Sequence[str]) -> Iterator[Measured]:
    for name in names:
        yield _measured(of, f"{question}: {name.replace('_', ' ')}", cases, lambda some, name=name: float(evaluate.figures(some)[name]))  # type: ignore[misc]


def _of_class(cases: Sequence[Judged], label: str, kind: str) -> float:
    return float(evaluate.figures(cases)["classes"].get(label, {}).get(kind, 0.0))


def _share(of: str, figure: str, right: Sequence[bool]) -> Measured:
    return _measured(of, figure, list(right), lambda some: float(np.mean(some)))


def _measured(of: str, figure: str, cases: Sequence[Any], value: Callable[[Sequence[Any]], float]) -> Measured:
    chance = random.Random(7)  # noqa: S311  for resampling, not for secrets
    rounds = ROUNDS if len(cases) < 3_000 else ROUNDS // 10
    found = sorted(value(chance.choices(cases, k=len(cases))) for _ in range(rounds))
    return Measured(of, figure, value(cases), found[int(0.025 * rounds)], found[int(0.975 * rounds)], len(cases))


def as_json(found: Sequence[Measured]) -> str:
    return (
        json.dumps([{"of": m.of, "figure": m.figure, "value": m.value, "low": m.low, "high": m.high, "n": m.n} for m in found], indent=1)
        + "\n"
    )
