"""Writers of several processes take turns at one SQLite file.

SQLite has one write lock and no queue for it: who finds it taken sleeps up to 100 ms and tries again, so a process that writes
without a pause (an import, a long backfill) keeps the others out for seconds. Here a waiter holds the gate: whoever writes and wants
to write again must pass the gate first, and so comes after the waiter. https://www.sqlite.org/c3ref/busy_timeout.html

Both are advisory locks on empty files beside the database; they vanish with their process, however it ends. A waiter that gets no turn
in time goes on without one: then SQLite itself says that the database is locked.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from pathlib import Path
from time import monotonic, sleep
from typing import IO

LOOK_AGAIN_S = 0.001
TOGETHER_S = 0.05
"""So long the threads of one process may follow each other in one turn: agents' clicks are short, and an import's page is long."""


class Turnstile:
    """One per database and process. The threads of the process share it."""

    def __init__(self, database: Path, *, patience_s: float) -> None:
        self._thread, self._count = threading.Lock(), threading.Lock()
        self._waiting = 0
        self._until: float | None = None
        self._patience_s = patience_s
        self._files = [database.with_name(f"{database.name}-{name}") for name in ("gate", "turn")]
        self._opened: list[IO[bytes]] = []

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The time in which this thread, and no other, may write."""
        self._wait(+1)
        with self._thread:
            self._wait(-1)
            self._enter()
            try:
                yield
            finally:
                self._leave()

    def close(self) -> None:
        for opened in self._opened:
            opened.close()
        self._opened = []

    def _wait(self, one: int) -> None:
        with self._count:
            self._waiting += one

    def _enter(self) -> None:
        if self._until is not None:
            return
        gate, turn = self._open()
        patient_until = monotonic() + self._patience_s
        _take(gate, patient_until)
        _take(turn, patient_until)
        flock(gate, LOCK_UN)
        self._until = monotonic() + TOGETHER_S

    def _leave(self) -> None:
        if self._until is not None and (self._waiting == 0 or monotonic() > self._until):
            self._until = None
            flock(self._opened[1], LOCK_UN)

    def _open(self) -> list[IO[bytes]]:
        if not self._opened:
            self._opened = [file.open("ab") for file in self._files]
        return self._opened


def _take(file: IO[bytes], until: float) -> None:
    while True:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            if monotonic() > until:
                return
            sleep(LOOK_AGAIN_S)
        else:
            return
