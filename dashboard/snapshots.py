"""What the browsers ask for each second, answered from memory until the database's change mark moves."""

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from desk import inbox
from storage.database import Database

V = TypeVar("V")

MARK_KEPT_S = 0.25
"""One look at the mark serves all browsers for so long; it bounds the database's work, not the number of people."""

LONGEST_KEPT_S = 20.0
"""Answers become overdue by the clock alone, without a change in the database."""

MOST = 512

CASE = "case"
"""What questions about one case begin with; they end with its id."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer as it goes out; equal content has an equal tag, whatever else changed in the workspace."""

    tag: str
    body: bytes


class Snapshots:
    """Answers by question. Safe to ask from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock, self._building, self._marking = threading.Lock(), threading.Lock(), threading.Lock()
        self._mark = ("", float("-inf"))
        self._drops = 0
        self._parts: OrderedDict[Hashable, tuple[tuple[str, int], Any]] = OrderedDict()
        self._kept: OrderedDict[Hashable, tuple[tuple[str, int], Snapshot]] = OrderedDict()

    def fresh(self, question: Hashable) -> Snapshot | None:
        """The answer, when it is known without looking at the database."""
        mark, seen_at = self._mark
        found = self._kept.get(question)
        is_fresh = found and time.monotonic() - seen_at < MARK_KEPT_S and found[0] == _stamp(mark)
        return found[1] if found and is_fresh else None

    def answer(self, question: Hashable, build: Callable[[], dict[str, Any]]) -> Snapshot:
        """The answer to a question, built anew only when something changed since.

        One that was being built while a case was dropped may know less than that: it is answered once, and not kept.
        """
        stamp = _stamp(self._current_mark())
        with self._lock:
            found, drops = self._kept.get(question), self._drops
        if found and found[0] == stamp:
            return found[1]
        body = json.dumps(build(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        snapshot = Snapshot(f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', body)
        with self._lock:
            if self._drops != drops:
                return snapshot
            self._kept[question] = (stamp, snapshot)
            self._kept.move_to_end(question)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return snapshot

    def known(self, question: Hashable, build: Callable[[], V]) -> V:
        """A part that several answers share, built once for each state of the workspace, also when many ask at the same moment."""
        stamp = _stamp(self._current_mark())
        with self._building:
            found = self._parts.get(question)
            if found and found[0] == stamp:
                part: V = found[1]
                return part
            part = build()
            self._parts[question] = (stamp, part)
            while len(self._parts) > MOST:
                self._parts.popitem(last=False)
        return part

    def forget(self) -> None:
        """Somebody has just written here: the next question looks again."""
        self._mark = ("", float("-inf"))

    def drop_case(self, case_id: int) -> None:
        """Something of a case changed that the mark leaves out: its draft, which moves at each pause of a typing hand."""
        with self._lock:
            self._drops += 1
            for question in [kept for kept in self._kept if isinstance(kept, tuple) and kept[0] == CASE and kept[-1] == case_id]:
                del self._kept[question]

    def _current_mark(self) -> str:
        with self._marking:
            mark, seen_at = self._mark
            now = time.monotonic()
            if now - seen_at >= MARK_KEPT_S:
                with self._database.read() as session:
                    mark = inbox.change_mark(session, now=self._database.now())
                self._mark = (mark, now)
            return mark


def _stamp(mark: str) -> tuple[str, int]:
    return mark, int(time.monotonic() / LONGEST_KEPT_S)
