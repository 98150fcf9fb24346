"""Engines by name, each imported when it is asked for. An installed package adds its own by the entry point `careline.engines`."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from classifier.engine import Engine, EngineUnavailable
from classifier.settings import ClassifierSettings

log = logging.getLogger(__name__)

GROUP = "careline.engines"
SHIPPED = "onnx"
ENGINES: Mapping[str, str] = {
    "huggingface": "classifier.engines.huggingface:HuggingFaceEngine",
    "lexicon": "classifier.engines.lexicon:LexiconEngine",
    "onnx": "classifier.engines.onnx:OnnxEngine",
}


class RegistryError(Exception):
    """Two packages claim one name."""


def places(added: Iterable[EntryPoint] | None = None) -> dict[str, str]:
    """Every engine's name and where it is. Raises RegistryError when a name is claimed twice."""
    known = dict(ENGINES)
    for point in entry_points(group=GROUP) if added is None else added:
        if known.get(point.name, point.value) != point.value:
            raise RegistryError(f"{GROUP}: {point.name!r} is claimed by {known[point.name]} and by {point.value}: uninstall one of them")
        known[point.name] = point.value
    return known


def load_engine(settings: ClassifierSettings) -> Engine:
    """The engine that the settings name. Raises EngineUnavailable, whose message says what to do.

    Where the model that ships cannot be loaded (a processor that ONNX Runtime does not know), word lists sort the queue, and the log says so.
    """
    try:
        return _load(settings)
    except EngineUnavailable as error:
        if settings.engine != SHIPPED or settings.model or settings.languages_model:
            raise
        log.warning("the lexicon classifies instead of the model that ships: %s", error)
        return _load(replace(settings, engine="lexicon"))


def _load(settings: ClassifierSettings) -> Engine:
    known = places()
    place = known.get(settings.engine)
    if place is None:
        raise EngineUnavailable(f"[classifier] engine = {settings.engine!r} is not known. Expected one of: {', '.join(sorted(known))}")
    try:
        make = _named(place)
    except (ImportError, AttributeError) as error:
        raise EngineUnavailable(f"the engine {settings.engine!r} cannot be loaded: {error}. Install what it needs") from error
    return make(settings)


def _named(place: str) -> Callable[[ClassifierSettings], Engine]:
    module, _, name = place.partition(":")
    return cast("Callable[[ClassifierSettings], Engine]", getattr(import_module(module), name))
