"""The journal of erasures: one file beside the database, only ever appended to, that outlives every backup.

A line is one JSON object. It says what must not come back, by keyed hashes, so that who reads it without the workspace's secret learns of nobody.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import digest
from pathlib import Path
from typing import Any

from careline.workspace import Workspace

BEGUN, POSTS, DONE = "begun", "posts", "done"


@dataclass(slots=True, eq=False)
class Entry:
    """One erasure, as far as it was written down. `key` tells whether our secret is the one that made the hashes."""

    id: str
    source: str
    site: str
    author: str
    key: str
    reason: str
    begun_at: datetime
    posts: set[str] = field(default_factory=set)
    certificate: Mapping[str, Any] | None = None


class Journal:
    """The file. A line that was cut off by a crash is passed over: what it was to say is said again."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @classmethod
    def of(cls, workspace: Workspace) -> "Journal":
        return cls(workspace.home / f"{'sample' if workspace.is_sample else 'careline'}.erasures.jsonl")

    def append(self, erasure_id: str, what: str, **told: Any) -> None:
        """Write a line, and return when it is on the disk."""
        self.extend(erasure_id, {what: told})

    def extend(self, erasure_id: str, lines: Mapping[str, Mapping[str, Any]]) -> None:
        """The same with several lines, which come onto the disk together."""
        said = ({"erasure": erasure_id, "what": what, **told} for what, told in lines.items())
        written = b"".join(json.dumps(line, ensure_ascii=False, default=str).encode() + b"\n" for line in said)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, (b"\n" if is_cut else b"") + written)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def entries(self) -> list[Entry]:
        """All erasures, in the order in which they were begun."""
        found: dict[str, Entry] = {}
        for line in self._lines():
            entry = found.get(line["erasure"])
            if line["what"] == BEGUN and entry is None:
                told = {name: line[name] for name in ("source", "site", "author", "key", "reason")}
                found[line["erasure"]] = Entry(line["erasure"], begun_at=datetime.fromisoformat(line["at"]), **told)
            elif line["what"] == POSTS and entry is not None:
                entry.posts.update(line["posts"])
            elif line["what"] == DONE and entry is not None:
                entry.certificate = line["certificate"]
        return list(found.values())

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.file.exists():
            return
        for line in self.file.read_bytes().splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict) and {"erasure", "what"} <= told.keys():
                yield told


def fingerprint(secret: str) -> str:
    """Which secret it was, without saying it."""
    return digest(secret.encode(), b"careline erasures", "sha256").hex()[:12]
