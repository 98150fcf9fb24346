"""The declarations of all sources: our own, and those that installed packages bring, which are told once, when a process starts."""

from collections.abc import Callable, Mapping

from desk.sources.declaration import Declaration, SourceForm
from desk.sources.own import OWN

UNKNOWN = Declaration()
ENGLISH = "en"

_told: dict[str, Declaration] = {}


def tell(declarations: Mapping[str, Declaration]) -> None:
    """What sources of other packages say of themselves, in place of what was told before. Raises ValueError for a name of our own."""
    ours = sorted(declarations.keys() & OWN.keys())
    if ours:
        raise ValueError(f"{ours[0]} is a source of Careline: another package cannot declare it")
    _told.clear()
    _told.update(declarations)


def of(source: str) -> Declaration:
    """What a source says of itself; of one that nobody knows, that it has and allows nothing."""
    return OWN.get(source) or _told.get(source, UNKNOWN)


def names() -> list[str]:
    """All sources that declared something, our own first."""
    return [*OWN, *_told]


def those(holds: Callable[[Declaration], object]) -> frozenset[str]:
    """The sources of whose declaration it holds."""
    return frozenset(name for name in names() if holds(of(name)))


def forms() -> Mapping[str, SourceForm]:
    """The sources that a person may add a feed of."""
    return {name: form for name in names() if (form := of(name).form) is not None}


def word(source: str, name: str, language: str) -> str | None:
    """What a source calls something in that language, else in English; None where it says nothing."""
    words = of(source).words
    return words.get(language, {}).get(name) or words.get(ENGLISH, {}).get(name)
