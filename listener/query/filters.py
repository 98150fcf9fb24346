"""What a post is, beside its words: true, false, or None where nobody knows."""

import re
from collections.abc import Callable, Mapping

from listener.query.nodes import Field, Filter
from listener.query.said import Said, is_shortened
from storage.words import MediaKind

MENTION = re.compile(r"(?<![\w@/])(?:@|/?u/)\w")
TAGGED = re.compile(r"(?<![\w&])[#\uff03]\w")
HOME = ".bsky.social"

Truth = bool | None


def truth(asked: Filter, said: Said) -> Truth:
    """Whether the post is so. Never False for what is not known: it could be so."""
    return ASKS[asked.kind](asked.value, said)


def _from(value: str, said: Said) -> Truth:
    return _is_called(value, said.handle.lower(), said) if said.handle else None


def _to(value: str, said: Said) -> Truth:
    if said.addressed is None:
        return None
    answers = [_is_called(value, handle.lower(), said) for handle in said.addressed]
    return True if True in answers else None if None in answers else False


def _is_called(value: str, handle: str, said: Said) -> Truth:
    """A name without its server means it on any; a server's own people are written without it there."""
    name, _, server = handle.partition("@")
    wanted, _, at = value.partition("@")
    if at and not server and name == wanted:
        return None if said.source is None else said.site.lower() == at
    return value == handle or (not at and wanted in {name, handle.removesuffix(HOME)})


def _lang(value: str, said: Said) -> Truth:
    if said.language is None:
        return None
    language = said.language.lower().replace("_", "-")
    if language == value or language.startswith(f"{value}-"):
        return True
    return None if value.startswith(f"{language}-") else False


def _source(value: str, said: Said) -> Truth:
    return None if said.source is None else said.source.lower() == value


def _in(value: str, said: Said) -> Truth:
    places = said.places()
    if not places:
        return None
    return any(place == value or place.startswith(f"{value}/") or place.endswith(f".{value}") for place in places)


def _url(value: str, said: Said) -> Truth:
    wanted = re.compile(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", re.IGNORECASE)
    addresses = list(said.addresses())
    if any(wanted.search(address) for address in addresses):
        return True
    # What a shortened address leads to is known only where the platform says it.
    return None if not said.links and any(map(is_shortened, addresses)) else False


def _has(value: str, said: Said) -> Truth:
    if value == "links":
        return any(True for _ in said.addresses())
    if value in {"mentions", "hashtags"}:
        found = (MENTION if value == "mentions" else TAGGED).search(f"{said.title} {said.text}")
        return found is not None
    if said.media is None:
        return None
    wanted = {"images": {MediaKind.PICTURE}, "videos": {MediaKind.VIDEO}}.get(value, set(MediaKind))
    return not wanted.isdisjoint(said.media)


ASKS: Mapping[Field, Callable[[str, Said], Truth]] = {
    Field.FROM: _from,
    Field.TO: _to,
    Field.LANG: _lang,
    Field.SOURCE: _source,
    Field.IN: _in,
    Field.URL: _url,
    Field.HAS: _has,
}
