"""Threads for work that waits on networks, with a cap for each source, so that one that hangs holds up no other."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait


class Pool:
    """Runs up to `threads` things at once, of one source up to `per_source`."""

    def __init__(self, name: str, *, threads: int, per_source: int, freed: Callable[[], object] = lambda: None) -> None:
        """`freed` is called on the thread that has become free; it handles its own errors."""
        self._threads = threads
        self._per_source = min(per_source, threads)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._freed = freed
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._futures: set[Future[object]] = set()

    def room(self) -> int:
        """How many more things may be taken at once, even if all were of the source that has the least room left."""
        with self._lock:
            free = self._threads - self._running.total()
            left = [self._per_source - count for count in self._running.values() if count < self._per_source]
            return max(0, min([free, self._per_source, *left]))

    def full(self) -> tuple[str, ...]:
        """The sources that have as much in hand as they may."""
        with self._lock:
            return tuple(sorted(name for name, count in self._running.items() if count >= self._per_source))

    def run(self, source: str, work: Callable[[], object]) -> None:
        """Do the work on a thread. `work` handles its own errors."""
        with self._lock:
            self._running[source] += 1
            future = self._executor.submit(work)
            self._futures.add(future)
        future.add_done_callback(lambda done: self._end(source, done))

    def drain(self) -> None:
        """Wait until everything in hand has ended."""
        while running := self._in_hand():
            wait(running)

    def close(self) -> None:
        """Take nothing more and wait for what runs."""
        self._executor.shutdown(wait=True)

    def _in_hand(self) -> list[Future[object]]:
        with self._lock:
            return list(self._futures)

    def _end(self, source: str, done: Future[object]) -> None:
        with self._lock:
            self._running[source] -= 1
            self._running += Counter()
        # Before it counts as ended: who waits for all that is in hand waits for what this takes in as well.
        self._freed()
        with self._lock:
            self._futures.discard(done)
