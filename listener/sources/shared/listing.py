"""Listings that give the newest item first: their items, their pages, and the place in them at which a look ended. Pure.

Two kinds are told apart by `Listing.start`. A search by instant begins at one: what lies below the floor of a look is left out, and need not
be known. Of any other listing all counts that a page shows, down to the platform's first item.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from listener.source import Malformed, Refused

MOST_KNOWN = 500
OUT_OF_SIGHT = "~"
"""Before the state of an item that stands on the platform but no longer in the listing: it is not asked for again."""


class LostPlace(Refused):
    """The platform no longer knows the place between two pages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a listing. `at` is its place in the listing's order, a growing id or an instant; `state` changes whenever its content does."""

    key: str
    at: float | None
    state: str
    item: Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. `older` tells where the next page starts, None at the end; `unread` are items that cannot be told apart; `note` is what it may lack."""

    entries: Sequence[Entry] = ()
    older: str | None = None
    unread: Sequence[Any] = ()
    note: str = ""

    @property
    def keys(self) -> set[str]:
        return {entry.key for entry in self.entries}

    @property
    def places(self) -> list[float]:
        return [entry.at for entry in self.entries if entry.at is not None]


Ask = Callable[[int, str | None], Sheet]
"""Reads one page: of the items from a floor on, where the platform can be asked so, and from the place that the page before named."""

Known = Mapping[str, tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class Listing:
    """How a platform's listing behaves.

    `overlap`: how far beyond what is read a look goes on: what arrives late is met there. `ceiling`: nothing counts as newer. `start`: how far
    back a first look goes from `ceiling`. `is_counted`: its pages begin after so many items, not below one. `is_whole`: below its last page nothing is
    left, however old. `has_gaps`: pages may be empty in its middle, and their number is bounded.
    """

    overlap: float
    ceiling: float | None = None
    start: float | None = None
    is_counted: bool = False
    is_whole: bool = False
    has_gaps: bool = False

    def first_floor(self, newest: float | None) -> float | None:
        """How far down a first look reads: as far below the newest item as it would read below this moment."""
        if self.start is None or self.ceiling is None or newest is None:
            return self.start
        return min(self.start, newest - (self.ceiling - self.start))

    def newest_of(self, places: Sequence[float]) -> float | None:
        """The newest of these places. One item from the future must not make all later ones look old: it does not count."""
        if self.ceiling is None:
            return max(places, default=None)
        return max((place for place in places if place <= self.ceiling), default=self.ceiling if places else None)

    def shortened(self, known: Known, newest: float | None) -> Known:
        """As much as has to be known of what was read up to `newest`."""
        if self.start is not None and newest is not None:
            known = {key: (state, at) for key, (state, at) in known.items() if at is None or at >= newest - self.overlap}
        return dict(list(known.items())[:MOST_KNOWN])


@dataclass(frozen=True, slots=True)
class Mark:
    """`newest`: all up to there is read. `known`: state and place of the newest items."""

    newest: float | None = None
    known: Known = field(default_factory=dict)

    @classmethod
    def load(cls, kept: Any) -> "Mark | None":
        if not isinstance(kept, dict) or not isinstance(kept.get("known"), dict):
            return None
        try:
            known = {str(key): (str(state), _number(at)) for key, (state, at) in kept["known"].items()}
        except (TypeError, ValueError):
            return None
        return cls(_number(kept.get("newest")), known)

    @classmethod
    def of_digests(cls, newest: Any, digests: Any) -> "Mark | None":
        """A mark that is written as an instant and the states of what is known there."""
        at = _number(newest)
        known = {str(key): (str(state), at) for key, state in digests.items()} if isinstance(digests, dict) else {}
        return None if at is None and not known else cls(at, known)

    def dump(self) -> dict[str, Any]:
        return {"newest": self.newest, "known": {key: list(value) for key, value in self.known.items()}}

    def without(self, keys: Collection[str]) -> "Mark":
        return replace(self, known={key: value for key, value in self.known.items() if key not in keys})

    def settled(self, key: str, *, is_gone: bool) -> "Mark":
        """An item that was looked for: gone for good, or merely out of sight."""
        if key not in self.known:
            return self
        state, at = self.known[key]
        others = self.without({key})
        return others if is_gone else replace(others, known={**others.known, key: (OUT_OF_SIGHT + state, at)})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look starts: from the top down to `mark`; in the middle of the pages also `older`, what is `coming`, and the `lowest` place so far.

    `again`: down to there the last look read counted pages, and this one does so once more. `was_repeated`: it met a page twice.
    """

    mark: Mark | None = None
    coming: Mark | None = None
    older: str | None = None
    lowest: float | None = None
    again: float | None = None
    was_repeated: bool = False

    @classmethod
    def load(cls, kept: Any) -> "Place":
        """The place that a part of a cursor tells; the start where it tells none."""
        if not isinstance(kept, dict):
            return cls()
        if "since" in kept or "known" in kept or "after" in kept:
            return cls._of_instants(kept)
        older = kept.get("older")
        older = older if isinstance(older, str) else None
        coming = Mark.load(kept.get("coming")) if older else None
        lowest, again = (_number(kept.get(name)) for name in ("lowest", "again"))
        was_repeated = bool(kept.get("was_repeated"))
        return cls(Mark.load(kept.get("mark")), coming, older if coming else None, lowest, again, was_repeated)

    @classmethod
    def _of_instants(cls, kept: Mapping[str, Any]) -> "Place":
        """The shorter form: `since` and what is `known` there; in the middle of the pages `after`, `coming` and `coming_known`."""
        mark, older = Mark.of_digests(kept.get("since"), kept.get("known")), kept.get("after")
        if not isinstance(older, str):
            return cls(mark)
        return cls(mark, Mark.of_digests(kept.get("coming"), kept.get("coming_known")) or Mark(), older)

    def dump(self) -> dict[str, Any]:
        parts: dict[str, Any] = {name: mark.dump() for name, mark in (("mark", self.mark), ("coming", self.coming)) if mark}
        plain = {"older": self.older, "lowest": self.lowest, "again": self.again, "was_repeated": self.was_repeated or None}
        return parts | {name: value for name, value in plain.items() if value is not None}


def digest(*parts: Any) -> str:
    """Sixteen hexadecimal digits that stand for the parts."""
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def by_instant(entries: Sequence[Entry], unread: Sequence[Any], *, has_more: bool, until: str | None, floor: int = 0) -> Sheet:
    """A page of a platform that takes an instant as its upper bound: the next one begins at the oldest of this one, that second included.

    Where one second fills a page, the next begins a second earlier. What lies below the `floor` that was asked for bears a wrong instant.
    Raises Malformed where the platform says in the middle of the pages that there is more, and shows nothing.
    """
    moments = [int(entry.at) for entry in entries if entry.at is not None]
    oldest = min([moment for moment in moments if moment >= floor] or moments, default=None)
    if has_more and oldest is None and until is not None:
        raise Malformed("the platform says that there is more, and shows nothing that can be read")
    if not has_more or oldest is None:
        return Sheet(entries, None, unread)
    if str(oldest) != until:
        return Sheet(entries, str(oldest), unread)
    return Sheet(entries, str(oldest - 1), unread, "one second has more posts than a page shows: posts may be missing")


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
