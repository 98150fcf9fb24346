"""What the classifier that ships says of the sample's texts, kept beside them: the month before is lived through without waiting for it.

A test asks the classifier again and compares. Another classifier, model or threshold is asked itself. `python -m careline.sample.verdicts`
writes the file anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from careline.sample.corpus import history
from classifier.engine import Engine
from classifier.registry import load_engine
from classifier.settings import ClassifierSettings
from desk.labels.reading import as_read
from desk.labels.verdict import QUESTIONS, Answer, Verdict
from storage.words import Intent, Sentiment, Urgency

FILE = "verdicts.jsonl"
LABELS: Mapping[str, Any] = {"sentiment": Sentiment, "intent": Intent, "urgency": Urgency}


class Remembering:
    """An engine that looks a text up before it asks another one."""

    def __init__(self, engine: Engine, settings: ClassifierSettings) -> None:
        self.name, self.version = engine.name, engine.version
        self._engine = engine
        made_by, known = kept()
        self._known = known if (engine.name, engine.version) == made_by and settings == ClassifierSettings() else {}

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        """One verdict a text, in order. Raises EngineError."""
        known = {text: self._known.get(_key(text)) for text in texts}
        fresh = [text for text, verdict in known.items() if verdict is None]
        told = {**known, **dict(zip(fresh, self._engine.classify(fresh) if fresh else (), strict=True))}
        return [verdict for text in texts if (verdict := told[text]) is not None]


@cache
def kept() -> tuple[tuple[str, str], Mapping[str, Verdict]]:
    """The name and version of the engine that was asked, and its verdict on each text, by the text's digest."""
    lines = (files("careline.sample") / "texts" / FILE).read_text(encoding="utf-8").splitlines()
    name, version = json.loads(lines[0])
    return (name, version), {key: _verdict(*rest) for key, *rest in map(json.loads, lines[1:])}


def texts() -> Iterator[str]:
    """The texts of the month as triage hands them to an engine."""
    for row in history():
        yield as_read(row.title, row.text)


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _verdict(answers: Mapping[str, Sequence[Any]], unsure: Sequence[str]) -> Verdict:
    told: dict[str, Any] = {
        question: Answer(LABELS.get(question, _as_it_is)(label), confidence, scores)
        for question, (label, confidence, scores) in answers.items()
    }
    return Verdict(**told, unsure=tuple(unsure))


def _as_it_is(label: Any) -> Any:
    return label


def _line(text: str, verdict: Verdict) -> list[Any]:
    told = verdict.as_dict()
    return [_key(text), {name: [told[name]["label"], told[name]["confidence"], told[name]["scores"]] for name in QUESTIONS}, verdict.unsure]


def write(engine: Engine) -> None:
    """Ask the engine about every text, and keep what it says."""
    asked = sorted(set(texts()))
    lines = [[engine.name, engine.version], *map(_line, asked, engine.classify(asked))]
    written = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    Path(str(files("careline.sample") / "texts" / FILE)).write_text(written, encoding="utf-8")


if __name__ == "__main__":
    write(load_engine(ClassifierSettings()))
