"""The triage loop: lease what waits, classify it with no transaction open, store what the engine said.

A batch that fails is halved until the post that breaks the engine stands alone; the others get their verdicts in the same ring.
A batch that does not come back is set aside: desk.triage hands its posts out one by one, so that only the bad one fails again.
"""

import logging
import math
import queue
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from classifier.engine import Engine, EngineError
from classifier.settings import ClassifierSettings
from desk.labels import triage
from desk.labels.reading import Waiting
from desk.labels.triage import Recorded
from desk.labels.verdict import Verdict
from desk.settings import DeskSettings
from storage.database import Database

log = logging.getLogger(__name__)

BATCHES_A_RING = 20
"""A ring ends after so many batches, so that a process that is told to end is not kept."""

STORED_AT_ONCE = 8
"""A case takes some milliseconds to open, and on SQLite nobody else can write meanwhile: agents' clicks come in between."""

PATIENCE = 0.75
"""The share of a lease that classifying may take; the rest is for storing."""

Said = tuple[Waiting, Verdict]


class EngineStuck(EngineError):
    """The engine does not come back from a batch. Its thread cannot be ended: the process should be started again."""


def triage_due(database: Database, engine: Engine, settings: ClassifierSettings, desk_settings: DeskSettings, owner: str) -> int:
    """Classify what waits; returns how many mentions were looked at. Raises EngineStuck after a batch that did not come back."""
    done = 0
    for _ in range(BATCHES_A_RING):
        batch = _lease(database, settings, owner)
        if not batch:
            break
        _Batch(database, engine, settings, desk_settings).work(batch)
        done += len(batch)
    return done


def _lease(database: Database, settings: ClassifierSettings, owner: str) -> list[Waiting]:
    with database.write() as session:
        return triage.lease(session, owner, now=database.now(), limit=settings.batch, lease=settings.lease)


class _Batch:
    """One lease's worth of work."""

    def __init__(self, database: Database, engine: Engine, settings: ClassifierSettings, desk_settings: DeskSettings) -> None:
        self._database = database
        self._engine = engine
        self._settings = desk_settings
        self._until = time.monotonic() + settings.lease.total_seconds() * PATIENCE

    def work(self, batch: Sequence[Waiting]) -> None:
        try:
            verdicts = self._classify(batch)
        except EngineStuck as error:
            self._failed(batch, error)
            raise
        except Exception as error:  # noqa: BLE001  whatever an engine raises, the other posts of the batch must go on
            self._narrow(batch, error)
        else:
            self._record(list(zip(batch, verdicts, strict=True)))

    def _narrow(self, batch: Sequence[Waiting], error: Exception) -> None:
        if len(batch) == 1:
            self._failed(batch, error)
            return
        middle = math.ceil(len(batch) / 2)
        self.work(batch[:middle])
        self.work(batch[middle:])

    def _classify(self, batch: Sequence[Waiting]) -> list[Verdict]:
        """Raises EngineStuck when the time of the lease runs out; whatever else the engine raises."""
        texts = [waiting.text for waiting in batch]
        verdicts = within(timedelta(seconds=self._until - time.monotonic()), self._engine, texts)
        if len(verdicts) != len(texts):
            raise EngineError(f"{self._engine.name} gave {len(verdicts)} verdicts for {len(texts)} texts")
        return verdicts

    def _record(self, said: Sequence[Said]) -> None:
        parts = [self._store(said[start : start + STORED_AT_ONCE]) for start in range(0, len(said), STORED_AT_ONCE)]
        stored, opened = sum(part.stored for part in parts), sum(part.opened for part in parts)
        log.info("triage engine=%s mentions=%d stored=%d opened=%d", self._engine.name, len(said), stored, opened)

    def _store(self, said: Sequence[Said]) -> Recorded:
        engine = {"engine": self._engine.name, "version": self._engine.version}
        with self._database.write() as session:
            return triage.record(session, said, **engine, settings=self._settings, now=self._database.now())

    def _failed(self, batch: Sequence[Waiting], error: Exception) -> None:
        what = f"{type(error).__name__}: {error}"[:500]
        log.warning("triage engine=%s failed mentions=%s error=%s", self._engine.name, [w.mention_id for w in batch], type(error).__name__)
        with self._database.write() as session:
            triage.record_failure(session, batch, error=what, settings=self._settings, now=self._database.now())


def within(limit: timedelta, engine: Engine, texts: Sequence[str]) -> list[Verdict]:
    """What the engine says of the texts. Raises EngineStuck when it does not come back in time, and whatever it raises itself."""
    outcome: queue.SimpleQueue[list[Verdict] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            outcome.put(engine.classify(texts))
        except Exception as error:  # noqa: BLE001  handed to the thread that waits for it
            outcome.put(error)

    threading.Thread(target=ask, name=f"classify-{engine.name}", daemon=True).start()
    try:
        answer = outcome.get(timeout=max(0.0, limit.total_seconds()))
    except queue.Empty:
        raise EngineStuck(f"{engine.name} did not come back within {limit.total_seconds():.0f} s from {len(texts)} texts") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
