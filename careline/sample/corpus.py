"""The sample workspace's texts, written one by one for this project; one JSON object a line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SOURCES = ("x", "reddit", "discourse", "mastodon", "bluesky", "appreviews")
ARRIVING = ("trickle-x", "trickle-forum", "trickle-more")


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """What the sample's care team answered, `after` minutes later, and how the case ended."""

    by: str
    after: int
    text: str
    outcome: str
    is_confirmed: bool
    resolution: Mapping[str, str] | None
    declined: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One post. `ago`: minutes before the midnight that ends its day zero; None for one that arrives later."""

    id: str
    source: str
    site: str
    author: str
    name: str
    reach: int | None
    text: str
    title: str
    rating: int | None
    language: str
    is_rival: bool
    tags: tuple[str, ...]
    ago: int | None
    thread: str
    reply_to: str | None
    labels: Mapping[str, Any]
    answer: SampleAnswer | None
    is_private: bool = False


@cache
def history() -> tuple[SampleRow, ...]:
    """The thirty days before the workspace began, oldest first."""
    rows = [row for name in SOURCES for row in _read(name)]
    return tuple(sorted(rows, key=lambda row: (-(row.ago or 0), row.id)))


@cache
def arriving() -> tuple[SampleRow, ...]:
    """What arrives while somebody looks, in an order that mixes the sources."""
    lanes = [list(_read(name)) for name in ARRIVING]
    longest = max(len(lane) for lane in lanes)
    return tuple(lane[place] for place in range(longest) for lane in lanes if place < len(lane))


def _read(name: str) -> Iterator[SampleRow]:
    text = (files("careline.sample") / "texts" / f"{name}.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip():
            yield _row(json.loads(line))


def _row(raw: Mapping[str, Any]) -> SampleRow:
    return SampleRow(
        id=raw["id"],
        source=raw["source"],
        site=raw["site"],
        author=raw["author"],
        name=raw["name"],
        reach=raw.get("reach"),
        text=raw["text"],
        title=raw.get("title", ""),
        rating=raw.get("rating"),
        language=raw["lang"],
        is_rival=raw["brand"] == "rival",
        tags=tuple(raw.get("tags", ())),
        ago=raw.get("ago"),
        thread=raw.get("thread") or raw["id"],
        reply_to=raw.get("reply_to"),
        labels=raw["labels"],
        answer=_answer(raw.get("answer")),
        is_private=bool(raw.get("private")),
    )


def _answer(raw: Mapping[str, Any] | None) -> SampleAnswer | None:
    if raw is None:
        return None
    how = raw.get("resolution"), raw.get("declined")
    return SampleAnswer(raw["by"], raw["after"], raw["text"], raw["outcome"], bool(raw.get("confirmed")), *how)
