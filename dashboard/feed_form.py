"""What the Feeds page asks for each kind of feed, and what it makes of the answers. The query itself is judged by the source, in a test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from dashboard import declared_words
from dashboard.texts import text
from desk.feeds.plan import FeedDraft
from desk.sources.declaration import Field
from desk.sources.known import forms

LONGEST_NAME = 80
INTERVALS_S = (60, 120, 300, 900, 1800, 3600, 21_600, 86_400)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as the person left it. `values` are the answers to its fields, `kept` the feed's options that no field shows."""

    name: str
    source: str
    kind: str
    values: Mapping[str, str]
    brand: str
    credential: str | None
    interval_s: int
    site: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


def faults(typed: Typed) -> dict[str, str]:
    """What must be mended before anything is asked of the platform, in words, by field."""
    form = forms().get(typed.source)
    if form is None:
        return {"source": text("feeds.fault.source")}
    found = {one.name: _fault(typed.source, one, typed.values.get(one.name, "").strip()) for one in form.kind(typed.kind).fields}
    found["name"] = _name_fault(typed.name.strip())
    found["brand"] = "" if typed.brand.strip() else text("feeds.fault.brand")
    found["credential"] = text("feeds.fault.credential") if form.needs_credential and not typed.credential else ""
    return {name: words for name, words in found.items() if words}


def draft(typed: Typed) -> FeedDraft:
    """The feed that the answers describe; empty answers are no options."""
    fields = forms()[typed.source].kind(typed.kind).fields
    answers = {one.name: typed.values.get(one.name, "").strip() for one in fields}
    options = {one.name: answers[one.name] for one in fields if one.is_option and answers[one.name]}
    return FeedDraft(
        name=typed.name.strip(),
        source=typed.source,
        kind=typed.kind,
        query=answers.get("query", ""),
        brand=typed.brand.strip(),
        credential=typed.credential,
        interval_s=typed.interval_s,
        site=typed.site,
        options={**without_fields(typed.kept), **options},
    )


def without_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that no form shows: a change keeps them as they are."""
    shown = {one.name for form in forms().values() for kind in form.kinds for one in kind.fields if one.is_option}
    return {name: value for name, value in options.items() if name not in shown}


def value_of(one: Field, *, query: str, options: Mapping[str, Any]) -> str:
    """What stands in a field of a feed that exists. Lists of settings.toml are shown as one line."""
    found = options.get(one.name, "") if one.is_option else query
    return "+".join(map(str, found)) if isinstance(found, list | tuple) else str(found)


def intervals(current: int) -> list[int]:
    """The spans to choose from, with the one that the feed has."""
    return sorted({*INTERVALS_S, current})


def _name_fault(name: str) -> str:
    return "" if 0 < len(name) <= LONGEST_NAME else text("feeds.fault.name", longest=LONGEST_NAME)


def _fault(source: str, one: Field, value: str) -> str:
    if not value:
        return declared_words.missing(source, one) if one.is_required else ""
    if len(value) > one.longest:
        return text("feeds.fault.long", longest=one.longest, n=len(value))
    if one.name == "url" and not _is_web_address(value):
        return text("feeds.fault.url")
    return ""


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
