"""Every string that the interface shows, by name. No page, component or route carries words of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.texts import case, feeds, frame, labels, queue, reply, trends, words

PARTS = (words, frame, queue, case, reply, labels, trends, feeds)


def _merged(parts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for part in parts:
        twice = merged.keys() & part.keys()
        if twice:
            message = f"texts named twice: {', '.join(sorted(twice))}"
            raise ValueError(message)
        merged |= part
    return merged


CATALOGUE: Mapping[str, str] = _merged(part.TEXTS for part in PARTS)


def text(name: str, /, **values: object) -> str:
    """The string of that name, with its values filled in. Raises KeyError for a name that does not exist."""
    return CATALOGUE[name].format(**values)


def texts(prefix: str, /) -> dict[str, str]:
    """All strings whose name begins so, by the rest of the name: what a component gets, with its values not filled in yet."""
    return {name.removeprefix(prefix): string for name, string in CATALOGUE.items() if name.startswith(prefix)}


def tree(prefix: str, /) -> dict[str, Any]:
    """Like `texts`, with what stands behind a dot nested: `counter.mine` becomes `{"counter": {"mine": …}}`."""
    nested: dict[str, Any] = {}
    for name, string in texts(prefix).items():
        *path, last = name.split(".")
        place = nested
        for part in path:
            place = place.setdefault(part, {})
        place[last] = string
    return nested
