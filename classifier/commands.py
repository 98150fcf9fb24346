"""What the command line does with files: classify them, and compare an engine with labels. Neither needs a database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from classifier import evaluate
from classifier.engine import Engine
from classifier.evaluate import Tally
from classifier.jsonl import Row, rows
from desk.labels.verdict import Verdict

BATCH = 256
NAMED = 100
"""So many bad lines are named one by one; all of them are counted."""


@dataclass(slots=True)
class _LeftOut:
    n: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, words: str) -> None:
        self.n += 1
        if len(self.lines) < NAMED:
            self.lines.append(words)

    def as_dict(self) -> dict[str, Any]:
        return {"n": self.n, "lines": self.lines}


def classify_file(path: Path, engine: Engine, advance: Callable[[int], None] = lambda _: None) -> Iterator[dict[str, Any]]:
    """One answer a line, in order: all verdict's answers, or `{"error": …}` for a line that cannot be read. `advance` hears how many are done.

    Raises OSError for the file and EngineError for the engine.
    """
    for row, verdict in _answered(path, engine):
        advance(1)
        yield verdict.as_dict() if verdict else {"error": f"line {row.line}: {row.error}"}


def evaluate_file(path: Path, engine: Engine, advance: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """The figures of each label that the file holds, and what was left out: bad lines, bad values, keys that are no labels."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    ignored: Counter[str] = Counter()
    unreadable, bad_labels = _LeftOut(), _LeftOut()
    count = 0
    for row, verdict in _answered(path, engine):
        advance(1)
        count += 1
        if verdict is None or row.values is None:
            unreadable.add(f"line {row.line}: {row.error}")
            continue
        ignored.update(key for key in row.values if key != "text" and key not in evaluate.LABELS)
        for fault in _judge(row.values, verdict, tallies):
            bad_labels.add(f"line {row.line}: {fault}")
    return {
        "labels": {label: tallies[label].figures() for label in evaluate.LABELS if label in tallies},
        "lines": count,
        "unreadable": unreadable.as_dict(),
        "bad_labels": bad_labels.as_dict(),
        "ignored_keys": dict(sorted(ignored.items())),
        "engine": engine.name,
        "version": engine.version,
    }


def _judge(values: dict[str, Any], verdict: Verdict, tallies: defaultdict[str, Tally]) -> Iterator[str]:
    """Puts the row's labels beside the verdict; yields what is wrong with those that cannot be read. A label that is null is not there."""
    for label in evaluate.LABELS:
        if values.get(label) is None:
            continue
        try:
            judged = evaluate.judged(label, evaluate.truth(label, values[label]), verdict)
        except ValueError as error:
            yield str(error)
        else:
            tallies[label].add(judged)


def _answered(path: Path, engine: Engine) -> Iterator[tuple[Row, Verdict | None]]:
    lines = rows(path)
    while batch := list(islice(lines, BATCH)):
        readable = [row for row in batch if not row.error]
        verdicts = iter(engine.classify([row.text for row in readable]))
        for row in batch:
            yield row, None if row.error else next(verdicts)
