"""What this project labelled itself: the mentions that were written for it, and the care tweets. Both by the guide of the labels, by language models.

Own mentions lie in `mentions/*.jsonl` with their texts. Of the care tweets only the labels lie here, by the hash of each text.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from classifier.train.examples import Example
from classifier.train.sets import CARE
from storage.words import Intent, Sentiment, Urgency

HERE: Final = Path(__file__).parent
DEV_SHARE: Final = {"mentions": 0.15, "care": 0.25}


def key_of(text: str) -> str:
    """What a text is known by where it must not be copied."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def part_of(key: str, dev_share: float) -> str:
    """`dev` or `train`, by the text alone: adding others moves none across."""
    place = int(hashlib.sha256(f"part {key}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return "dev" if place < dev_share else "train"


def mentions(languages: frozenset[str] = frozenset({"en"})) -> Iterator[Example]:
    """The mentions written for this project, in the order of their files."""
    for file in sorted((HERE / "mentions").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["language"] in languages:
                yield _labelled(row, part_of(key_of(row["text"]), DEV_SHARE["mentions"]))


def care(data: Path) -> Iterator[Example]:
    """The customers' tweets to brands, labelled in two passes. A question on which the passes differ is not asked. Raises MissingSet."""
    passes = json.loads((HERE / "care_labels.json").read_text())["labels"]
    for row in CARE.rows(data):
        found = passes.get(key_of(row["text"])) if row["role"] == "client" else None
        if found is not None:
            yield _agreed(row["text"], *found)


def corrections(file: Path, languages: frozenset[str | None] = frozenset({"en", None})) -> Iterator[Example]:
    """What a team corrected or confirmed on its own mentions in these languages, as `careline export --corrections` writes it: each question that was answered."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("language") in languages:
            yield Example(
                row["text"],
                sentiment=Sentiment(row["sentiment"]) if "sentiment" in row else None,
                intents=(Intent(row["intent"]),) if "intent" in row else (),
                needs_reply=row.get("needs_reply"),
                urgency=Urgency(row["urgency"]) if "urgency" in row else None,
                abusive=row.get("abusive"),
            )


def _agreed(text: str, first: dict[str, Any], second: dict[str, Any]) -> Example:
    agreed: dict[str, Any] = {name: first[name] if first[name] == second[name] else None for name in first}
    either = tuple(Intent(name) for name in dict.fromkeys((first["intent"], second["intent"])))
    return Example(
        text,
        sentiment=Sentiment(agreed["sentiment"]) if agreed["sentiment"] else None,
        intents=either,
        needs_reply=agreed["needs_reply"],
        urgency=Urgency(agreed["urgency"]) if agreed["urgency"] else None,
        abusive=agreed["abusive"],
        by_guide=True,
        part=part_of(key_of(text), DEV_SHARE["care"]),
    )


def _labelled(row: dict[str, Any], part: str) -> Example:
    return Example(
        row["text"],
        sentiment=Sentiment(row["sentiment"]),
        intents=(Intent(row["intent"]),),
        secondary=tuple(Intent(name) for name in row.get("secondary", ())),
        needs_reply=row["needs_reply"],
        urgency=Urgency(row["urgency"]),
        abusive=row["abusive"],
        by_guide=True,
        part=part,
    )
