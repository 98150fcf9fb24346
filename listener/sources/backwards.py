"""A listing read from its newest item back to those of the last look, and a little further: what arrives late is then still met. Pure.

It is for platforms that go on from a page by a token or by an instant. What is known within the overlap comes back only when it changed.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from listener.source import BudgetExhausted, RateLimited, Refused, SourceError, Unavailable

MOST_KNOWN = 500
MOST_IDLE_PAGES = 2


class LostPlace(Refused):
    """The platform no longer knows the place between two pages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a listing: its id, its instant in seconds since 1970, and what tells this version of it from an edited one."""

    id: str
    moment: int
    digest: str
    item: Any


@dataclass(frozen=True, slots=True)
class Listed:
    """One page. `after` is where the next one begins, None where the listing ends; `unread` are items without id or instant."""

    entries: Sequence[Entry] = ()
    after: str | None = None
    unread: Sequence[Any] = ()


Ask = Callable[[int, str | None], Listed]
"""Reads one page: of the items since an instant, from the place that the page before named."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look starts: all up to `since` is read. `after` and `coming` stand only in the middle of the pages."""

    since: int | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    after: str | None = None
    coming: int | None = None
    coming_known: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, kept: Any) -> "Place":
        """The place that a part of a cursor tells; the start where it tells none."""
        if not isinstance(kept, dict):
            return cls()
        after = kept.get("after")
        return cls(
            _whole(kept.get("since")),
            _words(kept.get("known")),
            after if isinstance(after, str) else None,
            _whole(kept.get("coming")),
            _words(kept.get("coming_known")),
        )

    def dump(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"since": self.since, "known": dict(self.known)}
        if self.after is not None:
            parts |= {"after": self.after, "coming": self.coming, "coming_known": dict(self.coming_known)}
        return {name: value for name, value in parts.items() if value not in (None, {})}


@dataclass(slots=True)
class Look:
    """What a look at one listing has found so far. `start`: how far back a first look goes; `overlap` in seconds, as all instants here."""

    place: Place
    now: int
    start: int
    overlap: int
    entries: list[Entry] = field(default_factory=list)
    unread: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: bool = False
    error: SourceError | None = None
    was_read: bool = False
    _seen: set[str] = field(default_factory=set)
    _idle: int = 0

    @property
    def floor(self) -> int:
        """The oldest instant that is asked for."""
        return self.start if self.place.since is None else self.place.since - self.overlap

    def follow(self, ask: Ask, *, max_pages: int, is_late: Callable[[], bool]) -> None:
        """Read pages until the floor is reached, it is late, or `max_pages` are read. Raises SourceError when not one could be read."""
        for number in range(max_pages):
            if number and is_late():
                break
            try:
                listed = self._listed(ask)
            except SourceError as error:
                if number == 0:
                    raise
                self.more, self.error = True, error
                self.notes.append(f"stopped before the end: {error}")
                return
            if not self._take(listed):
                self._end()
                return
        self.more = True

    def leave_the_rest(self) -> None:
        """End here for good: older items stay unread."""
        self._end()
        self.more = False
        self.notes.append("older posts were left unread, as option backfill says")

    def read_again(self, ids: Collection[str]) -> None:
        """These were not read to their end: they come back with the next look, as far as they lie within the overlap."""
        self.place = replace(
            self.place,
            known={name: kept for name, kept in self.place.known.items() if name not in ids},
            coming_known={name: kept for name, kept in self.place.coming_known.items() if name not in ids},
        )

    @property
    def retry_at(self) -> datetime | None:
        if isinstance(self.error, BudgetExhausted):
            return self.error.until
        return self.error.retry_at if isinstance(self.error, RateLimited | Unavailable) else None

    def _listed(self, ask: Ask) -> Listed:
        try:
            return ask(self.floor, self.place.after)
        except LostPlace:
            if self.place.after is None:
                raise
        self.notes.append("the platform forgot the place between two pages: reading began again at the newest post")
        self.place = replace(self.place, after=None)
        self._seen.clear()
        return ask(self.floor, None)

    def _take(self, listed: Listed) -> bool:
        """Keep what is new of a page; whether another one is to be read."""
        self.was_read = True
        self.unread += listed.unread
        fresh = [entry for entry in listed.entries if entry.id not in self._seen]
        self._seen.update(entry.id for entry in fresh)
        self.entries += [entry for entry in fresh if entry.moment >= self.floor and self.place.known.get(entry.id) != entry.digest]
        self._remember(listed.entries)
        self._idle = 0 if fresh else self._idle + 1
        if listed.after is None or any(entry.moment < self.floor for entry in listed.entries):
            return False
        if listed.after == self.place.after or self._idle >= MOST_IDLE_PAGES:
            self.notes.append("the platform repeated a page; the look ended there")
            return False
        self.place = replace(self.place, after=listed.after)
        return True

    def _remember(self, entries: Sequence[Entry]) -> None:
        if not entries and self.place.coming is None:
            return
        # One item from the future must not make all later ones look old.
        newest = max([self.place.coming or 0, *(min(entry.moment, self.now) for entry in entries)])
        recent = {entry.id: entry.digest for entry in entries if entry.moment >= newest - self.overlap}
        room = max(0, MOST_KNOWN - len(self.place.coming_known))
        known = {**self.place.coming_known, **dict(list(recent.items())[:room])}
        self.place = replace(self.place, coming=newest, coming_known=known)

    def _end(self) -> None:
        done = self.place
        since = done.since if done.coming is None else max(done.coming, done.since or 0)
        self.place = Place(since=since, known=done.known if done.coming is None else done.coming_known)


def digest(*parts: Any) -> str:
    """Sixteen hexadecimal digits that stand for the parts."""
    return sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]


def places(cursor: str | None) -> dict[str, Place]:
    """The places of a cursor's parts by name; none for one that cannot be read."""
    try:
        kept = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(name): Place.load(part) for name, part in kept.items()} if isinstance(kept, dict) else {}


def written(looks: Mapping[str, Look]) -> str:
    """The cursor that the looks end in."""
    return json.dumps({name: look.place.dump() for name, look in looks.items()}, separators=(",", ":"))


def by_instant(items: Sequence[Entry], unread: Sequence[Any], *, has_more: bool, until: str | None) -> Listed:
    """A page of a platform that takes an instant as its upper bound: the next one begins at the oldest of this one, that second included.

    Where one second fills a page, the next begins a second earlier.
    """
    oldest = min((entry.moment for entry in items), default=None)
    if not has_more or oldest is None:
        return Listed(items, None, unread)
    return Listed(items, str(oldest - 1 if str(oldest) == until else oldest), unread)


def _whole(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _words(given: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
