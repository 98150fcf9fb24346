"""One model takes over from another in the classifier process: the candidate reads beside the one in force, and after the switch open posts are read again.

Both come behind what waits for triage, a few texts at a time.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from classifier.engine import Engine, EngineUnavailable
from classifier.registry import load_engine
from classifier.settings import ClassifierSettings
from classifier.triage import EngineStuck, within
from desk.labels import models, rereading, trials
from desk.labels.reading import Waiting
from desk.labels.verdict import Verdict
from desk.settings import DeskSettings
from storage.database import Database

log = logging.getLogger(__name__)

BATCH: Final = 8
LONGEST: Final = timedelta(seconds=60)
"""A batch that takes longer will not come back."""

LOADED: Final = ("engine", "model", "labels", "allow_download")
"""The settings that say which model it is; the others say how it is asked."""

Said = list[tuple[Waiting, Verdict | None]]
Load = Callable[[ClassifierSettings], Engine]


def options_of(settings: ClassifierSettings) -> dict[str, Any]:
    """What loads a model, as it is kept beside its name."""
    labels = {question: dict(named) for question, named in settings.labels.items()}
    pack = {"languages_model": settings.languages_model} if settings.languages_model else {}
    return {"engine": settings.engine, "model": settings.model, "labels": labels, "allow_download": settings.allow_download, **pack}


def settings_of(options: Mapping[str, Any], settings: ClassifierSettings) -> ClassifierSettings:
    """The settings with another model in them."""
    return replace(settings, **{name: options[name] for name in LOADED}, languages_model=options.get("languages_model"))


def engine_in_force(database: Database, settings: ClassifierSettings, load: Load = load_engine) -> tuple[Engine, int]:
    """The engine that classifies here, with the id of its spell: what a person let take over, else what the settings name.

    Where the chosen one cannot be loaded any more, what the settings name classifies, and the board says why. Raises EngineUnavailable.
    """
    base = options_of(settings)
    with database.read() as session:
        chosen = models.chosen(session, base)
    engine, options = _chosen(database, chosen, settings, load) or (load(settings), base)
    with database.write() as session:
        named = {"engine": engine.name, "version": engine.version}
        return engine, models.begin(session, **named, options=options, base=base, now=database.now())


def _chosen(
    database: Database, chosen: tuple[int, models.Options] | None, settings: ClassifierSettings, load: Load
) -> tuple[Engine, models.Options] | None:
    if chosen is None or chosen[1] == options_of(settings):
        return None
    model_id, options = chosen
    try:
        return load(settings_of(options, settings)), options
    except EngineUnavailable as error:
        log.warning("model=%d cannot be loaded, the settings' own classifies: %s", model_id, error)
        with database.write() as session:
            models.cannot_begin(session, model_id, str(error), now=database.now())
        return None


class Candidate:
    """The model that is tried. It is loaded when the process begins, and let go of once there is nothing to try."""

    def __init__(self, database: Database, settings: ClassifierSettings | None, load: Load = load_engine) -> None:
        self._database = database
        self._engine: Engine | None = None
        self._model_id = self._offer(settings, load)

    def draw_due(self) -> int:
        """Choose what the candidate is to read; how many were new."""
        if self._model_id is None or self._engine is None:
            return 0
        with self._database.read() as session:
            drawn = trials.to_draw(session, self._model_id, now=self._database.now())
        with self._database.write() as session:
            return trials.draw(session, drawn)

    def read_due(self) -> int:
        """Let the candidate read a few, while nobody waits; how many. Raises EngineStuck after a batch that did not come back."""
        if self._model_id is None or self._engine is None:
            return 0
        with self._database.read() as session:
            _, tried = models.views(session)
            busy = rereading.is_anybody_waiting(session)
            mentions = [] if busy else trials.waiting(session, self._model_id, limit=BATCH)
        if tried is None or tried.id != self._model_id:
            self._engine = self._model_id = None
            return 0
        if mentions:
            self._read(self._engine, self._model_id, mentions)
        return len(mentions)

    def _read(self, engine: Engine, model_id: int, mentions: Sequence[Waiting]) -> None:
        try:
            said = read_each(engine, mentions)
        except EngineStuck:
            self._record(model_id, [(one, None) for one in mentions])
            raise
        self._record(model_id, said)

    def _record(self, model_id: int, said: Said) -> None:
        with self._database.write() as session:
            trials.record(session, model_id, said, now=self._database.now())

    def _offer(self, settings: ClassifierSettings | None, load: Load) -> int | None:
        if settings is None:
            with self._database.write() as session:
                models.withdraw(session, now=self._database.now())
            return None
        options, error = options_of(settings), ""
        try:
            self._engine = load(settings)
        except EngineUnavailable as unavailable:
            error = str(unavailable)
            log.warning("the candidate cannot be loaded: %s", error)
        name, version = (self._engine.name, self._engine.version) if self._engine else (settings.engine, "")
        with self._database.write() as session:
            return models.offer(session, engine=name, version=version, options=options, error=error, now=self._database.now())


class Rereading:
    """Posts of live cases, read again by the model that took over."""

    def __init__(self, database: Database, engine: Engine, desk: DeskSettings, model_id: int) -> None:
        self._database = database
        self._engine = engine
        self._desk = desk
        self._model_id = model_id

    def read_due(self) -> int:
        """Read a few again, while nobody waits; how many. Raises EngineStuck."""
        with self._database.read() as session:
            busy = rereading.is_anybody_waiting(session)
            again = None if busy else rereading.batch(session, now=self._database.now(), limit=BATCH)
        if again is None or again.model_id != self._model_id:
            return 0
        try:
            said = read_each(self._engine, again.mentions)
        except EngineStuck:
            self._record(again, [])
            raise
        self._record(again, [(one, verdict) for one, verdict in said if verdict is not None])
        return len(again.mentions)

    def _record(self, again: rereading.Again, said: Sequence[tuple[Waiting, Verdict]]) -> None:
        engine = {"engine": self._engine.name, "version": self._engine.version}
        with self._database.write() as session:
            rereading.record(session, again, said, **engine, settings=self._desk, now=self._database.now())


def read_each(engine: Engine, mentions: Sequence[Waiting]) -> Said:
    """The verdict on each, None for one that breaks the engine. Raises EngineStuck."""
    try:
        return list(zip(mentions, within(LONGEST, engine, [one.text for one in mentions]), strict=True))
    except EngineStuck:
        raise
    except Exception as error:  # noqa: BLE001  whatever an engine raises, the others are read
        log.warning("engine=%s failed mentions=%s error=%s", engine.name, [one.mention_id for one in mentions], type(error).__name__)
        return [one for mention in mentions for one in read_each(engine, [mention])] if len(mentions) > 1 else [(mentions[0], None)]
