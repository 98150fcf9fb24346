"""What the command line does with files: classify them, and compare an engine with labels. Neither needs a database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from classifier import evaluate
from classifier.engine import Engine
from classifier.evaluate import Judged
from classifier.jsonl import Row, rows
from desk.labels.verdict import Verdict

BATCH = 256
NAMED = 100
"""So many bad lines are named one by one; all of them are counted."""


def classify_file(path: Path, engine: Engine, advance: Callable[[int], None] = lambda _: None) -> Iterator[dict[str, Any]]:
    """One answer a line, in order: all verdict's answers, or `{"error": …}` for a line that cannot be read. `advance` hears how many are done.

    Raises OSError for the file and EngineError for the engine.
    """
    for row, verdict in _answered(path, engine):
        advance(1)
        yield verdict.as_dict() if verdict else {"error": f"line {row.line}: {row.error}"}


def evaluate_file(path: Path, engine: Engine, advance: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """The figures of each label that the file holds, and what was left out: bad lines, bad values, keys that are no labels."""
    cases: defaultdict[str, list[Judged]] = defaultdict(list)
    ignored: Counter[str] = Counter()
    unreadable, bad_labels = [], []
    count = 0
    for row, verdict in _answered(path, engine):
        advance(1)
        count += 1
        if verdict is None or row.values is None:
            unreadable.append(f"line {row.line}: {row.error}")
            continue
        ignored.update(key for key in row.values if key != "text" and key not in evaluate.LABELS)
        bad_labels += [f"line {row.line}: {fault}" for fault in _judge(row.values, verdict, cases)]
    return {
        "labels": {label: evaluate.figures(cases[label]) for label in evaluate.LABELS if label in cases},
        "lines": count,
        "unreadable": {"n": len(unreadable), "lines": unreadable[:NAMED]},
        "bad_labels": {"n": len(bad_labels), "lines": bad_labels[:NAMED]},
        "ignored_keys": dict(sorted(ignored.items())),
        "engine": engine.name,
        "version": engine.version,
    }


def _judge(values: dict[str, Any], verdict: Verdict, cases: defaultdict[str, list[Judged]]) -> Iterator[str]:
    """Puts the row's labels beside the verdict; yields what is wrong with those that cannot be read. A label that is null is not there."""
    for label in evaluate.LABELS:
        if values.get(label) is None:
            continue
        try:
            judged = evaluate.judged(label, evaluate.truth(label, values[label]), verdict)
        except ValueError as error:
            yield str(error)
        else:
            cases[label].append(judged)


def _answered(path: Path, engine: Engine) -> Iterator[tuple[Row, Verdict | None]]:
    lines = rows(path)
    while batch := list(islice(lines, BATCH)):
        readable = [row for row in batch if not row.error]
        verdicts = iter(engine.classify([row.text for row in readable]))
        for row in batch:
            yield row, None if row.error else next(verdicts)
