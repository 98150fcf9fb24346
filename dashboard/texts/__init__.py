"""Every string that the interface shows, by name and language. No page, component or route carries words of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.texts import (
    answering,
    bulk,
    case,
    contact,
    export,
    exposure,
    feeds,
    forums,
    frame,
    guide,
    incidents,
    labels,
    media,
    models,
    money,
    noise,
    notices,
    order,
    outcomes,
    own_labels,
    people,
    places,
    previews,
    queue,
    reply,
    rules,
    shifts,
    sign_in,
    spot_checks,
    story,
    tour,
    trends,
    welcomes,
    words,
)
from dashboard.texts.de import PARTS as GERMAN_PARTS
from dashboard.texts.language import ENGLISH, GERMAN, language

PARTS = (
    words,
    frame,
    queue,
    case,
    reply,
    labels,
    trends,
    feeds,
    forums,
    places,
    welcomes,
    previews,
    sign_in,
    people,
    spot_checks,
    contact,
    exposure,
    media,
    models,
    money,
    answering,
    bulk,
    order,
    shifts,
    outcomes,
    story,
    own_labels,
    rules,
    noise,
    notices,
    incidents,
    export,
    tour,
    guide,
)


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
CATALOGUES: Mapping[str, Mapping[str, str]] = {ENGLISH: CATALOGUE, GERMAN: {**CATALOGUE, **_merged(part.TEXTS for part in GERMAN_PARTS)}}


def text(name: str, /, **values: object) -> str:
    """The string of that name in the language that is spoken, with its values filled in. Raises KeyError for a name that does not exist."""
    return CATALOGUES[language()][name].format(**values)


def known(name: str, otherwise: str, /) -> str:
    """The string of a name that the catalogue may not have: of a kind that a newer version stored."""
    return CATALOGUES[language()].get(name, otherwise)


def texts(prefix: str, /) -> dict[str, str]:
    """All strings whose name begins so, by the rest of the name: what a component gets, with its values not filled in yet."""
    return {name.removeprefix(prefix): string for name, string in CATALOGUES[language()].items() if name.startswith(prefix)}


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
