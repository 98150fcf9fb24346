"""What the browsers ask for each second, answered from memory until the database's change mark moves.

With a hundred people at work it moves many times a second. An answer about one case or about one person's news is therefore kept until something moved
that it tells: else every open case would be read anew for every claim of a colleague.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from dashboard.packed import Packed
from dashboard.texts.language import language
from desk.queue import marks
from desk.queue.marks import Mark
from storage.database import Database

V = TypeVar("V")

MARK_KEPT_S = 0.25
"""One look at the mark serves all browsers for so long; it bounds the database's work, not the number of people."""

LONGEST_KEPT_S = 20.0
"""Answers become overdue by the clock alone, without a change in the database."""

SPREAD = 1024
"""Into so many moments."""

MOST = 512

MOST_MOVES = 20_000

NEWS = "news"
"""What questions about one person's news begin with; they end with the person's id."""

CASE = "case"
"""What questions about one case begin with; they end with its id."""

SETTLED = "settled"

Asked = tuple[str, Hashable]
Stamp = tuple[Hashable, int]
Kin = tuple[str, int]


BY_MEMORY: ContextVar[bool] = ContextVar("by_memory", default=False)


class NotInMemory(Exception):
    """Part of an answer must be read first."""


@dataclass(frozen=True)
class Snapshot:
    """An answer as it goes out; equal content has an equal tag, whatever else changed in the workspace."""

    packed: Packed

    @cached_property
    def tag(self) -> str:
        digest = hashlib.blake2b(digest_size=12)
        for part in self.packed.plain:
            digest.update(part)
        return f'"{digest.hexdigest()}"'

    @property
    def body(self) -> bytes:
        return self.packed.body


class Snapshots:
    """Answers by question, and by the language in which it is asked. Safe to ask from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock, self._marking = threading.Lock(), threading.Lock()
        self._building = threading.RLock()  # a part may be made of others
        self._mark: Mark | None = None
        self._seen_at = float("-inf")
        self._drops = 0
        self._moves = Moves()
        self._parts: OrderedDict[Asked, tuple[Stamp, Any]] = OrderedDict()
        self._kept: OrderedDict[Asked, tuple[Stamp, Snapshot]] = OrderedDict()

    def fresh(self, question: Hashable) -> Snapshot | None:
        """The answer, when it is known without looking at the database."""
        found = self._kept.get((language(), question))
        is_fresh = found and time.monotonic() - self._seen_at < MARK_KEPT_S and found[0] == self._stamp(question)
        return found[1] if found and is_fresh else None

    def by_memory(self, question: Hashable, build: Callable[[], Packed]) -> Snapshot | None:
        """The answer, when all its parts are known without looking at the database: put together here and now, no thread is asked."""
        if time.monotonic() - self._seen_at >= MARK_KEPT_S:
            return None
        asked = BY_MEMORY.set(True)
        try:
            return self._keep(question, self._stamp(question), Snapshot(build()), self._drops)
        except NotInMemory:
            return None
        finally:
            BY_MEMORY.reset(asked)

    def answer(self, question: Hashable, build: Callable[[], Packed]) -> Snapshot:
        """The answer to a question, built anew only when something changed since.

        One that was being built while a case was dropped may know less than that: it is answered once, and not kept.
        """
        self._look(question)
        stamp, asked = self._stamp(question), (language(), question)
        with self._lock:
            found, drops = self._kept.get(asked), self._drops
        if found and found[0] == stamp:
            return found[1]
        return self._keep(question, stamp, Snapshot(build()), drops)

    def _keep(self, question: Hashable, stamp: Stamp, snapshot: Snapshot, drops: int) -> Snapshot:
        asked = (language(), question)
        with self._lock:
            if self._drops != drops:
                return snapshot
            self._kept[asked] = (stamp, snapshot)
            self._kept.move_to_end(asked)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return snapshot

    def known(self, question: Hashable, build: Callable[[], V]) -> V:
        """A part that several answers share, built once for each state of the workspace, also when many ask at the same moment."""
        return self._part(question, build)

    def settled(self, question: Hashable, build: Callable[[], V]) -> V:
        """A part that no act on a case changes: who works here, what a list can be narrowed to, what is switched on."""
        return self._part((SETTLED, question), build)

    def forget(self) -> None:
        """Somebody has just written here: the next question looks again. A look that began before is not one after it."""
        with self._marking:
            self._seen_at = float("-inf")

    def drop_case(self, case_id: int) -> None:
        """Something of a case changed that the mark leaves out: its draft, which moves at each pause of a typing hand."""
        self._drop(lambda question: _is_about(question, case_id))

    def drop_news(self, person_id: int) -> None:
        """Somebody looked at their news, which moves no mark: it changes nothing for anybody else."""
        self._drop(lambda question: question == (NEWS, person_id))

    def _drop(self, is_meant: Callable[[Hashable], bool]) -> None:
        with self._lock:
            self._drops += 1
            for asked in [asked for asked in self._kept if is_meant(asked[1])]:
                del self._kept[asked]

    def _part(self, question: Hashable, build: Callable[[], V]) -> V:
        if BY_MEMORY.get():
            remembered: V = self._remembered(question)
            return remembered
        self._look()
        stamp, asked = self._stamp(question), (language(), question)
        # Whoever finds it built waits for nobody who builds something else.
        found = self._parts.get(asked)
        if not found or found[0] != stamp:
            with self._building:
                found = self._parts.get(asked)
                if not found or found[0] != stamp:
                    found = self._parts[asked] = (stamp, build())
                    while len(self._parts) > MOST:
                        self._parts.popitem(last=False)
        part: V = found[1]
        return part

    def _remembered(self, question: Hashable) -> Any:
        found = self._parts.get((language(), question))
        if not found or found[0] != self._stamp(question):
            raise NotInMemory
        return found[1]

    def _stamp(self, question: Hashable) -> Stamp:
        # Each at a moment of its own: else everything that is on a hundred screens were built anew at once.
        slot = int(time.monotonic() / LONGEST_KEPT_S + hash(question) % SPREAD / SPREAD)
        match question:
            case (kind, _, int(case_id)) if kind == CASE:
                return self._moves.of_case(case_id), slot
            case (kind, _) if kind == NEWS:
                return (self._moves.settled, self._mark.news if self._mark else 0), slot
            case (kind, _) if kind == SETTLED:
                return self._moves.settled, slot
        return self._mark.text if self._mark else "", slot

    def _look(self, question: Hashable = None) -> None:
        """Look whether something moved, unless somebody has just done so."""
        with self._marking:
            now = time.monotonic()
            if now - self._seen_at >= MARK_KEPT_S:
                with self._database.read() as session:
                    mark = marks.look(session, now=self._database.now())
                    self._moves.follow(session, self._mark, mark)
                self._mark, self._seen_at = mark, now
            match question:
                case (kind, _, int(case_id)) if kind == CASE and not self._moves.knows(case_id):
                    with self._database.read() as session:
                        self._moves.meet(session, case_id)


class Moves:
    """What moved when, counted up: each case, with the others of its thread and its author; and all that belongs to no case."""

    def __init__(self) -> None:
        self.settled = 0
        self._number = 0
        self._last: dict[Kin, int] = {}
        self._kin: OrderedDict[int, tuple[Kin, ...]] = OrderedDict()

    def follow(self, session: Session, before: Mark | None, after: Mark) -> None:
        """Count what differs between two looks."""
        if before is None or before.text == after.text:
            return
        self._number += 1
        moved = marks.moved(before, after)
        if moved.everything or len(self._last) > MOST_MOVES:
            self.settled, self._last = self._number, {}
        for kin in self._found(session, moved.cases).values():
            self._last.update(dict.fromkeys(kin, self._number))

    def meet(self, session: Session, case_id: int) -> None:
        """From now on this case moves with its kin."""
        self._kin.update(self._found(session, [case_id]))
        while len(self._kin) > MOST:
            self._kin.popitem(last=False)

    def knows(self, case_id: int) -> bool:
        return case_id in self._kin

    def of_case(self, case_id: int) -> Hashable:
        """Another one whenever something moved that may stand beside this case."""
        return self.settled, max((self._last.get(one, 0) for one in self._kin.get(case_id, ())), default=-1)

    def _found(self, session: Session, case_ids: Collection[int]) -> dict[int, tuple[Kin, ...]]:
        found = marks.kin(session, case_ids)
        return {case_id: (("case", case_id), ("thread", thread), ("author", author)) for case_id, (thread, author) in found.items()}


def _is_about(question: Hashable, case_id: int) -> bool:
    return isinstance(question, tuple) and question[0] == CASE and question[-1] == case_id
