"""Gives the opening mention of each case its vector: new cases at once, older ones newest first, a few at a time."""

import logging
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from classifier.engine import Embedder, EngineError
from classifier.nearest import quantised
from desk.labels import vectors
from desk.labels.vectors import Opening, Vector
from storage.database import Database

log = logging.getLogger(__name__)

BATCH = 32
BATCHES_A_RING = 2
"""Triage has the same processor, and its customers wait."""

LOOKED_THROUGH = timedelta(minutes=10)
"""How often all cases are looked at again: for edited words, and for cases that were opened while others with higher numbers were."""


class Embeddings:
    """The vectors of one engine's embedding in one workspace."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self.name = embedder.embedding
        self._newest: int | None = None
        self._oldest = 0
        self._through_at: datetime | None = None

    def embed_due(self) -> int:
        """Embed what has no vector yet; how many got one. Once all have, old vectors of other embeddings go."""
        stored = 0
        for _ in range(BATCHES_A_RING):
            batch = self._next()
            if not batch:
                break
            stored += self.keep(batch)
        return stored

    def keep(self, openings: Sequence[Opening]) -> int:
        """Embed these and store their vectors; how many were stored. One that breaks the engine is left out, and logged by its id."""
        found = self._vectors(openings)
        with self._database.write() as session:
            stored = vectors.store(session, self.name, found, now=self._database.now())
        log.info("embedding=%s mentions=%d stored=%d", self.name, len(openings), stored)
        return stored

    def stored(self, session: Session, opening: Opening) -> NDArray[np.float32] | None:
        """The vector of an opening, None when it has none yet."""
        found = vectors.of_mention(session, self.name, opening.mention_id, revision=opening.revision)
        return np.frombuffer(found.numbers, np.int8).astype(np.float32) * np.float32(found.scale) if found else None

    def made(self, opening: Opening) -> NDArray[np.float32]:
        """The vector of an opening, made now and stored. Raises EngineError."""
        found = self._embed([opening.text])
        with self._database.write() as session:
            vectors.store(session, self.name, _packed([opening], found), now=self._database.now())
        vector: NDArray[np.float32] = found[0]
        return vector

    def _next(self) -> list[Opening]:
        now = self._database.now()
        with self._database.read() as session:
            if self._newest is None or (self._through_at is not None and now - self._through_at >= LOOKED_THROUGH):
                self._newest = vectors.newest_case(session)
                self._oldest, self._through_at = self._newest + 1, None
            batch = vectors.newer(session, self.name, than=self._newest, limit=BATCH)
            if batch:
                self._newest = batch[-1].case_id
                return batch
            if self._through_at is not None:
                return []
            batch = vectors.older(session, self.name, than=self._oldest, limit=BATCH)
        if batch:
            self._oldest = batch[-1].case_id
        else:
            self._through_at = now
            self._drop_replaced()
        return batch

    def _drop_replaced(self) -> None:
        dropped = 1
        while dropped:
            with self._database.write() as session:
                dropped = vectors.drop_replaced(session, self.name, now=self._database.now())

    def _vectors(self, openings: Sequence[Opening]) -> list[Vector]:
        """Halved until the text that breaks the engine stands alone."""
        try:
            return _packed(openings, self._embed([opening.text for opening in openings]))
        except Exception as error:  # noqa: BLE001  whatever an engine raises, the other mentions of the batch must go on
            if len(openings) == 1:
                log.warning("embedding=%s failed mention=%d error=%s", self.name, openings[0].mention_id, type(error).__name__)
                return []
        middle = math.ceil(len(openings) / 2)
        return self._vectors(openings[:middle]) + self._vectors(openings[middle:])

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        made = self._embedder.embed(texts)
        if made.ndim != 2 or len(made) != len(texts) or not np.isfinite(made).all():
            raise EngineError(f"{self.name} gave vectors of shape {made.shape} for {len(texts)} texts, or numbers that are none")
        return made


def _packed(openings: Sequence[Opening], made: NDArray[np.float32]) -> list[Vector]:
    numbers, scales = quantised(made)
    pairs = zip(openings, numbers, scales, strict=True)
    return [Vector(opening.mention_id, opening.revision, row.tobytes(), float(scale)) for opening, row, scale in pairs]
