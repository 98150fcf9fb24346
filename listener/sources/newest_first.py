"""Listings that give the newest item first, read page by page back to what the last look knew. Pure; the asking is handed in.

A listing moves while it is read. New items push others onto the next page, which then repeats them: harmless. A deleted one pulls others up
past the edge of a page: where pages are counted and not anchored, the next look reads as far down once more (`is_counted`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from listener.source import Malformed, RateLimited, Refused, SourceError, Unavailable

MOST_KNOWN = 500
OUT_OF_SIGHT = "~"
"""Before the state of an item that stands on the platform but no longer in the listing: it is not asked for again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a listing. `at` is its place in the listing's order, a growing id or an instant; `state` changes whenever its content does."""

    key: str
    at: float | None
    state: str
    item: Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. `older` tells where the next page starts, None at the end."""

    entries: tuple[Entry, ...] = ()
    older: str | None = None


Ask = Callable[[str | None], Sheet]
Known = Mapping[str, tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class Listing:
    """How a platform's listing behaves. `overlap`: how far beyond what is known a look reads on. `ceiling`: nothing counts as newer."""

    overlap: float
    ceiling: float | None = None
    is_counted: bool = False


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

    def dump(self) -> dict[str, Any]:
        return {"newest": self.newest, "known": {key: list(value) for key, value in self.known.items()}}


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
        """The place that a cursor tells; the start when it tells none."""
        if not isinstance(kept, dict):
            return cls()
        older = kept.get("older")
        older = older if isinstance(older, str) else None
        coming = Mark.load(kept.get("coming")) if older else None
        lowest, again = (_number(kept.get(name)) for name in ("lowest", "again"))
        was_repeated = bool(kept.get("was_repeated"))
        return cls(Mark.load(kept.get("mark")), coming, older if coming else None, lowest, again, was_repeated)

    def dump(self) -> dict[str, Any]:
        parts: dict[str, Any] = {name: mark.dump() for name, mark in (("mark", self.mark), ("coming", self.coming)) if mark}
        plain = {"older": self.older, "lowest": self.lowest, "again": self.again, "was_repeated": self.was_repeated or None}
        return parts | {name: value for name, value in plain.items() if value is not None}


@dataclass(slots=True)
class Look:
    """What a look at one listing has found so far: `news` is new or changed, `missing` was known and is not where it should be."""

    place: Place
    listing: Listing
    news: list[Entry] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    more: bool = False
    error: SourceError | None = None
    _keys: set[str] = field(default_factory=set)
    _from_top: bool = True
    _first: float | None = None
    _pages: int = 0
    _is_repeated: bool = False

    def follow(self, ask: Ask, *, max_pages: int, is_late: Callable[[], bool], backfill: bool = True) -> None:
        """Read pages until what is known, the end, half of the lease, or `max_pages` of them. Raises SourceError when not one could be read.

        A first look that does not `backfill` ends there for good.
        """
        is_first = self.place.mark is None
        for number in range(max_pages):
            if number and is_late():
                break
            try:
                sheet = self._sheet(ask, is_resumed=number == 0)
            except SourceError as error:
                if number == 0:
                    raise
                self._stop(error)
                return
            if not self._take(sheet):
                self._end()
                return
        self.more = True
        if is_first and not backfill:
            self._end()
            self.more = False
            self.notes.append("older posts were left unread, as option backfill says")

    @property
    def retry_at(self) -> datetime | None:
        return self.error.retry_at if isinstance(self.error, (RateLimited, Unavailable)) else None

    def fail(self, error: SourceError) -> None:
        """Nothing could be read; other listings of the same feed may be."""
        self.error = error
        self.notes.append(f"not read: {error}")

    def settle(self, key: str, *, is_gone: bool) -> None:
        """What became of a missing item: gone for good, or merely out of sight."""
        self.place = replace(self.place, mark=_settled(self.place.mark, key, is_gone=is_gone))

    def _sheet(self, ask: Ask, *, is_resumed: bool) -> Sheet:
        older = self.place.older
        self._from_top = self._from_top and (older is None or not is_resumed)
        try:
            return ask(older)
        except (Refused, Malformed):
            if older is None or not is_resumed:
                raise
        # A place between two pages is not kept for ever: what was read since then is read again.
        self.notes.append("the place between two pages was gone; reading started again from the newest")
        self.place = Place(mark=self.place.mark, again=self.place.again)
        self._from_top = True
        return ask(None)

    def _take(self, sheet: Sheet) -> bool:
        """Keep what is new of a page; whether another one is to be read."""
        keys = {entry.key for entry in sheet.entries}
        places = [entry.at for entry in sheet.entries if entry.at is not None]
        self._is_repeated = self._repeats(keys, places)
        if self._is_repeated:
            self.notes.append("the platform repeated a page; the look ended there")
            return False
        self._pages += 1
        self._first = max(places, default=None) if self._first is None else self._first
        self.news += [entry for entry in sheet.entries if entry.key not in self._keys and self._is_news(entry)]
        self._keys |= keys
        lowest = min([*places, *([self.place.lowest] if self.place.lowest is not None else [])], default=None)
        self.place = replace(self.place, coming=self._coming(sheet), lowest=lowest)
        goes_on = sheet.older is not None and sheet.older != self.place.older and not self._is_past(places)
        if goes_on:
            self.place = replace(self.place, older=sheet.older)
        return goes_on

    def _repeats(self, keys: set[str], places: list[float]) -> bool:
        if not keys:
            return False
        lowest = self.place.lowest
        return self._keys.issuperset(keys) or (self.place.older is not None and lowest is not None and min(places, default=lowest) > lowest)

    def _is_news(self, entry: Entry) -> bool:
        mark = self.place.mark
        known = mark.known.get(entry.key) if mark else None
        return known is None or known[0] != entry.state

    def _coming(self, sheet: Sheet) -> Mark:
        coming = self.place.coming or Mark()
        places = [entry.at for entry in sheet.entries if entry.at is not None]
        newest = coming.newest
        if newest is None and places:
            newest = max(places)
            # One item from the future must not make all later ones look old.
            newest = newest if self.listing.ceiling is None else min(newest, self.listing.ceiling)
        known = {**coming.known, **{entry.key: (entry.state, entry.at) for entry in sheet.entries if entry.key not in coming.known}}
        return Mark(newest, _shortened(known))

    def _is_past(self, places: list[float]) -> bool:
        mark = self.place.mark
        if mark is None or mark.newest is None or not places:
            return False
        again = self.place.again
        return min(places) < (mark.newest if again is None else min(mark.newest, again)) - self.listing.overlap

    def _end(self) -> None:
        if self._is_repeated and not self.place.was_repeated:
            # Many new items at once push a whole page onto the next one: what lies below it is looked for once more.
            self.place = Place(mark=self.place.mark, again=self.place.again, was_repeated=True)
            return
        mark, coming = self.place.mark or Mark(), self.place.coming or Mark()
        self.missing = self._missed(mark)
        newest = coming.newest if mark.newest is None else max(mark.newest, coming.newest if coming.newest is not None else mark.newest)
        known = _shortened({**coming.known, **{key: value for key, value in mark.known.items() if key not in coming.known}})
        again = self._lowest_again() if self.listing.is_counted and self._pages > 1 and self.place.again is None else None
        self.place = Place(mark=Mark(newest, known), again=again)

    def _lowest_again(self) -> float | None:
        mark = self.place.mark
        return self.place.lowest if mark is None or mark.newest is None else mark.newest

    def _missed(self, mark: Mark) -> tuple[str, ...]:
        """Known items between the newest and the oldest that this look read, which it did not see."""
        lowest = self.place.lowest
        if not self._from_top or lowest is None:
            return ()
        top = max([at for at in (self._first, mark.newest) if at is not None], default=lowest)
        return tuple(
            key
            for key, (state, at) in mark.known.items()
            if key not in self._keys and at is not None and lowest < at <= top and not state.startswith(OUT_OF_SIGHT)
        )

    def _stop(self, error: SourceError) -> None:
        # What was read is kept, and the next look goes on from here.
        self.more, self.error = True, error
        self.notes.append(f"stopped before the end: {error}")


def digest(*parts: Any) -> str:
    """Sixteen hexadecimal digits that stand for the parts."""
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _settled(mark: Mark | None, key: str, *, is_gone: bool) -> Mark | None:
    if mark is None or key not in mark.known:
        return mark
    state, at = mark.known[key]
    known = {other: value for other, value in mark.known.items() if other != key}
    return replace(mark, known=known if is_gone else {**known, key: (OUT_OF_SIGHT + state, at)})


def _shortened(known: Known) -> Known:
    return dict(list(known.items())[:MOST_KNOWN])


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
