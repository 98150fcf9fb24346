"""How the columns of another tool's export become ours: built in for some, written down in a small TOML file for all others.

[columns]
text = ["Full Text", "Snippet"]     # the first that is not empty
posted_at = "Date"
author = "user.name"                # dots lead inwards
kind = "=review"                    # this word itself

[dates]                             # only where they are not ISO 8601
format = "%d/%m/%Y %H:%M"
zone = "Europe/London"
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listener.source import Malformed
from listener.sources.archive.row import COLUMNS, REQUIRED

INSTANTS = ("posted_at", "edited_at")


@dataclass(frozen=True, slots=True)
class Mapped:
    """For each of our columns the places where another tool has it, best first. `date_format` as Python's strptime has it."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    date_format: str = ""
    zone: str = "UTC"

    def row(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the other tool as one of ours. Raises Malformed for a date that is not in the format."""
        found = {column: value for column, places in self.columns.items() if (value := _first(given, places)) not in (None, "")}
        return {**found, **{name: self._instant(name, found[name]) for name in INSTANTS if self.date_format and name in found}}

    def _instant(self, name: str, written: Any) -> str:
        try:
            return datetime.strptime(str(written).strip(), self.date_format).replace(tzinfo=ZoneInfo(self.zone)).isoformat()
        except ValueError:
            raise Malformed(f"{name}: {str(written)[:40]!r} is not of the form {self.date_format!r}") from None


BUILT_IN: Mapping[str, Mapped] = MappingProxyType(
    {
        "zendesk": Mapped(
            {
                "id": ("id",),
                "text": ("description", "subject"),
                "title": ("subject",),
                "posted_at": ("created_at",),
                "author": ("requester.name",),
                "author_id": ("requester.id", "requester_id"),
                "kind": ("=ticket",),
            }
        ),
        "reddit": Mapped(
            {
                "id": ("name", "id"),
                "text": ("body", "selftext", "title"),
                "title": ("title",),
                "posted_at": ("created_utc",),
                "author": ("author",),
                "author_id": ("author_fullname", "author"),
                "thread_id": ("link_id", "name", "id"),
                "parent_id": ("parent_id",),
                "url": ("full_link", "url"),
                "site": ("subreddit",),
            }
        ),
        "hackernews": Mapped(
            {
                "id": ("id", "objectID"),
                "text": ("text", "comment_text", "story_text", "title"),
                "title": ("title",),
                "posted_at": ("time", "created_at_i", "timestamp"),
                "author": ("by", "author"),
                "parent_id": ("parent", "parent_id"),
                "thread_id": ("story_id",),
                "kind": ("type",),
                "url": ("url",),
            }
        ),
    }
)
"""Zendesk: a JSON export of tickets, a line each (https://support.zendesk.com, "Exporting ticket, user, or organization data"). Reddit: dumps of
comments and submissions, by the names of its API. Hacker News: items of its Firebase API, its BigQuery table or its search. Read 2026-11-22."""


def mapping_of(given: str) -> Mapped:
    """A built-in mapping by its name, else one from a TOML file. Raises Malformed, which says what to write."""
    if given in BUILT_IN:
        return BUILT_IN[given]
    file = Path(given)
    if file.suffix != ".toml":
        raise Malformed(f"there is no mapping {given!r}. Known: {', '.join(sorted(BUILT_IN))}; or name a .toml file")
    try:
        return read_mapping(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Malformed(f"{file} cannot be read: {error}") from error


def read_mapping(told: Mapping[str, Any]) -> Mapped:
    """A mapping as its file says. Raises Malformed."""
    columns, dates = told.get("columns"), told.get("dates", {})
    if not isinstance(columns, dict) or not isinstance(dates, dict) or set(told) - {"columns", "dates"}:
        raise Malformed('expected the tables [columns] and [dates], such as  [columns]  text = "Full Text"')
    for name in set(columns) - set(COLUMNS):
        near = get_close_matches(name, COLUMNS, 1)
        hint = f" Is {near[0]!r} meant?" if near else ""
        raise Malformed(f"[columns] {name}: there is no such column.{hint} Known: {', '.join(COLUMNS)}")
    if missing := [name for name in REQUIRED if name not in columns]:
        raise Malformed(f"[columns] {' and '.join(missing)}: required; say where the other tool has it")
    return Mapped({name: _places(name, given) for name, given in columns.items()}, *_dates(dates))


def _places(name: str, given: Any) -> tuple[str, ...]:
    places = [given] if isinstance(given, str) else given
    if not isinstance(places, list) or not places or not all(isinstance(place, str) and place for place in places):
        raise Malformed(f'[columns] {name}: expected a name or a list of names, such as {name} = "Full Text"')
    return tuple(places)


def _dates(dates: Mapping[str, Any]) -> tuple[str, str]:
    date_format, zone = dates.get("format", ""), dates.get("zone", "UTC")
    if not isinstance(date_format, str) or not isinstance(zone, str) or set(dates) - {"format", "zone"}:
        raise Malformed('[dates]: expected  format = "%d/%m/%Y %H:%M"  and  zone = "Europe/London"')
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Malformed(f"[dates] zone = {zone!r}: expected a time zone of the IANA list") from None
    return date_format, zone


def _first(given: Mapping[str, Any], places: Sequence[str]) -> Any:
    return next((value for place in places if (value := _at(given, place)) not in (None, "")), None)


def _at(given: Mapping[str, Any], place: str) -> Any:
    if place.startswith("="):
        return place[1:]
    for name in (place, place.lower()):  # the header of a CSV file is read in lower case
        if name in given:
            return given[name]
    inner: Any = given
    for name in place.split("."):
        inner = inner.get(name) if isinstance(inner, Mapping) else None
    return inner
