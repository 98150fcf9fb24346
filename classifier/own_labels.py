"""The team's own labels in the classifier process: learnt when somebody asks, said of each mention as it is classified, and of those of late."""

import dataclasses
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import fitting
from classifier.engine import Embedder, Engine, EngineError
from classifier.language import UNKNOWN, recognise
from classifier.text import clean
from desk.errors import DeskError
from desk.labels import label_heads, label_looking_back
from desk.labels.label_heads import Head, Learnt
from desk.labels.verdict import Verdict
from storage.database import Database
from storage.words import OwnLabelKind

log = logging.getLogger(__name__)

BATCH = 32


@dataclass(frozen=True, slots=True)
class _Heads:
    """Heads in force, as one matrix."""

    marked: tuple[tuple[int, int], ...] = ()
    heads: tuple[Head, ...] = ()
    weights: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None


class OwnLabels:
    """The heads of one workspace on one embedding. Safe for several threads."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self._lock = threading.Lock()
        self._held = _Heads()
        self._given_up: dict[int, int] = {}

    def scores(self, texts: Sequence[str], languages: Sequence[str]) -> list[dict[int, float]]:
        """What each head says of each text, by the label's id. Raises EngineError."""
        held = self._in_force()
        if held.weights is None or held.bias is None or not texts:
            return [{} for _ in texts]
        found = fitting.probability(self._embedder.embed(texts), held.weights, held.bias)
        return [
            {head.label_id: float(found[row, column]) for column, head in enumerate(held.heads) if _reads(head, language)}
            for row, language in enumerate(languages)
        ]

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Learn one label; its figures. Raises EngineError, LookupError."""
        label_id, name = request.get("label_id"), self._embedder.embedding
        if request.get("embedding") != name or not isinstance(label_id, int):
            raise LookupError("another engine classifies now: let the label be learnt again")
        head_id, learnt = self._learn(label_id, takes_over=False)
        return {"head_id": head_id, "figures": dict(learnt.figures)}

    def learn_anew_due(self) -> int:
        """Learn again what is switched on and cannot speak on this embedding, and relevances with new clicks; how many were learnt."""
        with self._database.read() as session:
            waiting = label_heads.to_learn_anew(session, self._embedder.embedding)
            sizes = {label_id: len(label_heads.material(session, label_id).examples) for label_id in waiting}
        done = 0
        for label_id in waiting:
            # One that failed is tried again only with other examples.
            if self._given_up.get(label_id) == sizes[label_id]:
                continue
            try:
                self._learn(label_id, takes_over=True)
                done += 1
            except (EngineError, LookupError) as error:
                self._given_up[label_id] = sizes[label_id]
                log.warning("own_label=%d could not be learnt anew: %s", label_id, type(error).__name__)
        return done

    def look_back_due(self) -> int:
        """Say of a few older mentions what labels that were lately switched on have to say; how many were looked at."""
        with self._database.read() as session:
            older = label_looking_back.batch(session, now=self._database.now(), limit=BATCH)
        if older is None:
            return 0
        said: dict[int, float | None] = dict.fromkeys((one.mention_id for one in older.mentions), None)
        try:
            scores = self.scores([one.text for one in older.mentions], [one.language for one in older.mentions])
        except EngineError as error:
            # Looked at once: a text that breaks the engine must not be met again each second.
            log.warning("own_label=%d failed mentions=%d error=%s", older.label_id, len(older.mentions), type(error).__name__)
        else:
            said |= {one.mention_id: found.get(older.label_id) for one, found in zip(older.mentions, scores, strict=True)}
        with self._database.write() as session:
            label_looking_back.record(session, older, said)
        return len(older.mentions)

    def _learn(self, label_id: int, *, takes_over: bool) -> tuple[int, Learnt]:
        with self._database.read() as session:
            try:
                material = label_heads.material(session, label_id)
                label_heads.require_enough(material)
            except DeskError as error:
                raise LookupError(str(error)) from error
        vectors = self._vectors(material.texts)
        said = [True] * len(material.examples) + [False] * len(material.assumed)
        fitted = fitting.fit(vectors, material.answers, said, keeps=material.kind is OwnLabelKind.RELEVANCE)
        languages = tuple(sorted({recognise(clean(text)).label for text, _ in material.examples}))
        learnt = Learnt(fitted.weights.tobytes(), fitted.bias, fitted.threshold, languages, fitted.figures)
        with self._database.write() as session:
            now = self._database.now()
            head_id = label_heads.store(session, label_id, self._embedder.embedding, learnt, takes_over=takes_over, now=now)
        log.info("own_label=%d head=%d examples=%d assumed=%d", label_id, head_id, len(material.examples), len(material.assumed))
        return head_id, learnt

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.concatenate([self._embedder.embed(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)])

    def _in_force(self) -> _Heads:
        with self._database.read() as session, self._lock:
            marked = label_heads.mark(session, self._embedder.embedding)
            if marked != self._held.marked:
                self._held = _matrix(marked, label_heads.heads(session, marked) if marked else [])
            return self._held


class WithOwnLabels:
    """An engine whose verdicts say of the team's own labels as well. What fails there never holds up a verdict."""

    def __init__(self, engine: Engine, own: OwnLabels) -> None:
        self._engine = engine
        self._own = own
        self.name = engine.name
        self.version = engine.version

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        """One verdict a text, in order. Raises EngineError."""
        verdicts = self._engine.classify(texts)
        try:
            scores = self._own.scores(texts, [verdict.language.label for verdict in verdicts])
        except Exception as error:  # noqa: BLE001  whatever a head breaks on, its customer is triaged
            log.warning("own labels failed mentions=%d error=%s", len(texts), type(error).__name__)
            return verdicts
        return [dataclasses.replace(verdict, own=found) if found else verdict for verdict, found in zip(verdicts, scores, strict=True)]


def _matrix(marked: tuple[tuple[int, int], ...], heads: Sequence[Head]) -> _Heads:
    if not heads:
        return _Heads(marked)
    weights = np.stack([np.frombuffer(head.weights, np.float32) for head in heads])
    return _Heads(marked, tuple(heads), weights, np.array([head.bias for head in heads], np.float32))


def _reads(head: Head, language: str) -> bool:
    """A head speaks on the languages of its examples. Of a text in none that can be told it names labels, but never says that it is not about us."""
    if language in {UNKNOWN, ""}:
        return head.kind is OwnLabelKind.LABEL
    return language in head.languages
