"""Cases like one that the board asks about: the vectors of all openings in memory, kept up with the rows."""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from classifier.embeddings import Embeddings
from classifier.nearest import Nearest, Rows
from desk.incidents import incident_candidates
from desk.labels import similar, vectors
from desk.labels.vectors import StoredVector
from storage.database import Database

log = logging.getLogger(__name__)

MOST_HELD = 200_000
"""The newest vectors that are held: 91 MB of them when each has 384 numbers."""

AT_ONCE = 2000
READ_AGAIN = 500
"""Vectors whose places are read again each time: on PostgreSQL rows may become visible out of the order of their ids, SQLite gives the last id anew."""

MOST_LIKE_ONE, MOST_OF_INCIDENT = 200, 500
"""So many cases are looked at for each attached one, and told for an incident."""

FIRST_LOOK = 64
"""Some of the nearest may not be told, those of the same talk first of all."""


class Similar:
    """Finds similar cases in one workspace by one embedding. Safe for several threads."""

    def __init__(self, database: Database, embeddings: Embeddings, *, most: int = MOST_HELD) -> None:
        self._database = database
        self._embeddings = embeddings
        self._most = most
        self._lock = threading.Lock()
        self._held: Nearest | None = None
        self._last = 0

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The result of one errand: up to `desk.labels.similar.MOST` cases with their cosine, nearest first. Raises EngineError, LookupError."""
        if isinstance(request.get("incident_id"), int):
            return self._like_incident(request)
        name, case_id = self._embeddings.name, request.get("case_id")
        if request.get("embedding") != name or not isinstance(case_id, int):
            raise LookupError("another engine classifies now: open the case again")
        with self._database.read() as session:
            opening = vectors.opening(session, case_id)
            stored = self._embeddings.stored(session, opening) if opening else None
            self._keep_up(session)
        if opening is None:
            return {"embedding": name, "cases": []}
        vector = self._embeddings.made(opening) if stored is None else stored
        found = self._found(vector, case_id, brand=opening.brand_id)
        return {"embedding": name, "cases": [{"case_id": like, "score": round(score, 4)} for like, score in found]}

    def _like_incident(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Live cases outside an incident, each with its likeness to the most similar one inside."""
        name = self._embeddings.name
        if request.get("embedding") != name:
            raise LookupError("another engine classifies now: open the incident again")
        with self._database.read() as session:
            inside = incident_candidates.seeds(session, request["incident_id"], name)
            self._keep_up(session)
        best: dict[int, float] = {}
        for seed in inside:
            vector = np.frombuffer(seed.numbers, np.int8).astype(np.float32) * seed.scale
            for mention, score in self._nearest(vector, brand=seed.brand_id, count=MOST_LIKE_ONE):
                if score >= similar.LEAST:
                    best[mention] = max(score, best.get(mention, 0.0))
        with self._database.read() as session:
            cases = incident_candidates.attachable(session, best, now=self._database.now())
        found = sorted(((cases[mention], score) for mention, score in best.items() if mention in cases), key=lambda one: -one[1])
        return {"embedding": name, "cases": [{"case_id": like, "score": round(score, 4)} for like, score in found[:MOST_OF_INCIDENT]]}

    def look_through(self) -> None:
        """Compare everything with the rows: what was erased goes from memory too, and what was passed over comes in."""
        with self._lock:
            self._look_through()

    def _found(self, vector: NDArray[np.float32], case_id: int, *, brand: int) -> list[tuple[int, float]]:
        count = FIRST_LOOK
        while True:
            near = self._nearest(vector, brand=brand, count=count)
            told = self._told(case_id, [(mention, score) for mention, score in near if score >= similar.LEAST])
            has_more = len(near) == count and near[-1][1] >= similar.LEAST
            if len(told) == similar.MOST or not has_more:
                return told
            count *= 8

    def _nearest(self, vector: NDArray[np.float32], *, brand: int, count: int) -> list[tuple[int, float]]:
        with self._lock:
            return self._held.nearest(vector, brand=brand, count=count) if self._held else []

    def _told(self, case_id: int, near: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
        """The rows decide what may be told: what is held in memory may have been erased a moment ago."""
        with self._database.read() as session:
            cases = similar.tellable(session, self._embeddings.name, case_id, [mention for mention, _ in near])
        best: dict[int, float] = {}
        for mention, score in near:
            if mention in cases:
                best.setdefault(cases[mention], score)
        return list(best.items())[: similar.MOST]

    def _keep_up(self, session: Session) -> None:
        """Take in what was stored since the last time."""
        with self._lock:
            if self._held is None:
                self._look_through()
                return
            than = max(0, self._last - READ_AGAIN)
            known = self._held.places(after=than)
            stored = vectors.places(session, self._embeddings.name, limit=self._most, than=than)
            missing = [vector_id for vector_id, mention in stored if known.get(vector_id) != mention]
            if missing:
                self._read(session, missing)

    def _look_through(self) -> None:
        with self._database.read() as session:
            stored = dict(vectors.places(session, self._embeddings.name, limit=self._most))
        known = self._held.places() if self._held else {}
        if self._held:
            self._held.drop([vector_id for vector_id, mention in known.items() if stored.get(vector_id) != mention])
        missing = sorted(vector_id for vector_id, mention in stored.items() if known.get(vector_id) != mention)
        with self._database.read() as session:
            self._read(session, missing, expected=len(stored))
        if missing:
            log.info("similar embedding=%s vectors=%d read=%d", self._embeddings.name, len(self._held or ()), len(missing))

    def _read(self, session: Session, ids: Sequence[int], *, expected: int = 0) -> None:
        for start in range(0, len(ids), AT_ONCE):
            self._take(vectors.by_ids(session, self._embeddings.name, ids[start : start + AT_ONCE]), expected=expected)

    def _take(self, rows: Sequence[StoredVector], *, expected: int = 0) -> None:
        if not rows:
            return
        dimensions = len(rows[0].numbers)
        if self._held is None:
            self._held = Nearest(dimensions)
            self._held.reserve(expected)
        whole = [row for row in rows if len(row.numbers) == dimensions]
        self._held.put(_columns(whole))
        self._held.keep_newest(self._most)
        self._last = max(self._last, *(row.id for row in rows))


def _columns(rows: Sequence[StoredVector]) -> Rows:
    return Rows(
        ids=np.array([row.id for row in rows], np.int64),
        mentions=np.array([row.mention_id for row in rows], np.int64),
        brands=np.array([row.brand_id for row in rows], np.int32),
        scales=np.array([row.scale for row in rows], np.float32),
        numbers=np.frombuffer(b"".join(row.numbers for row in rows), np.int8).reshape(len(rows), -1),
    )
