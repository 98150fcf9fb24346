"""Reddit's listings, read from the newest item back to those of the last look.

`before` alone is no cursor: once the item it names is deleted, Reddit answers with an empty page for ever. So a look reads from the top, and
goes on a little beyond what it knows (`OVERLAP`): Reddit shows an item late when a filter or a moderator held it back.

Its place is one of its own: between two pages lies the name of an item, beside which others are kept for when that one is deleted, and every item
says itself when it was edited, so that with its name no more need be known.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from listener.source import SourceError
from listener.sources.reddit.parse import Listing, created_of, edited_of, is_gone, name_of
from listener.sources.shared.course import Course

PAGE_SIZE = 100
OVERLAP = 30 * 60.0
MOST_NAMES = 500
SPARE_NAMES = 4
GONE = "gone"

Ask = Callable[[Mapping[str, Any]], Listing]


@dataclass(frozen=True, slots=True)
class Mark:
    """What the last look knew: the instant of its newest item, in seconds, and by name the state of what lies within the overlap, or is gone or edited."""

    newest: float
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, kept: Any) -> "Mark | None":
        if not isinstance(kept, dict) or not isinstance(kept.get("newest"), (int, float)):
            return None
        names = kept.get("names")
        # A list of names alone, from before states were kept, says of each that it stood there as it was written.
        states = names if isinstance(names, dict) else dict.fromkeys(names, "") if isinstance(names, list) else {}
        return cls(float(kept["newest"]), {str(name): str(state) for name, state in states.items()})

    def dump(self) -> dict[str, Any]:
        return {"newest": self.newest, "names": dict(sorted(self.names.items()))}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look at one listing starts: all up to `mark` is read.

    In the middle of the pages also the coming mark, the name to go on `after`, and the names before it for when that one is deleted.
    `was_repeated`: the last look met a page twice, or an end above the mark.
    """

    mark: Mark | None = None
    coming: Mark | None = None
    after: str | None = None
    spare: tuple[str, ...] = ()
    was_repeated: bool = False

    @classmethod
    def load(cls, kept: Any) -> "Place":
        """The place that a part of a cursor tells; the start when it tells none."""
        if not isinstance(kept, dict):
            return cls()
        after, spare = kept.get("after"), kept.get("spare")
        names = tuple(str(name) for name in spare) if isinstance(spare, list) else ()
        after = after if isinstance(after, str) else None
        return cls(Mark.load(kept.get("mark")), Mark.load(kept.get("coming")), after, names, bool(kept.get("was_repeated")))

    def dump(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"after": self.after, "spare": list(self.spare)} if self.after else {}
        parts |= {"was_repeated": True} if self.was_repeated else {}
        parts |= {name: mark.dump() for name, mark in (("mark", self.mark), ("coming", self.coming)) if mark}
        return parts


@dataclass(slots=True)
class Look(Course):
    """What a look at one listing has found so far."""

    place: Place
    children: list[Any] = field(default_factory=list)
    now: float = field(default_factory=time.time)
    _keys: set[str] = field(default_factory=set)
    _has_met: bool = False
    _is_short: bool = False

    def follow(self, ask: Ask, *, max_pages: int, is_late: Callable[[], bool]) -> None:
        """Read pages back to the mark and a little further, until it is late, or `max_pages` of them.

        Raises SourceError when not one could be read.
        """
        for number in range(max_pages):
            if number and is_late():
                break
            try:
                listing = ask({"limit": PAGE_SIZE, **({"after": self.place.after} if self.place.after else {})})
            except SourceError as error:
                if number == 0:
                    raise
                self.stop(error)
                return
            if not self._take(listing):
                self._end()
                return
        if self._has_met:
            self._end()
        else:
            self.more = True

    def leave_the_rest(self) -> None:
        """End here for good: older items stay unread."""
        self._end()
        self.more = False
        self.notes.append("older posts were left unread, as option backfill says")

    def _take(self, listing: Listing) -> bool:
        """Keep what is new of a page; whether another one is to be read."""
        children, self.was_read = listing.children, True
        if not children and self.place.spare:
            # Nothing comes after a name that was deleted meanwhile; the one before it still stands.
            self.place = replace(self.place, after=self.place.spare[0], spare=self.place.spare[1:])
            return True
        keys = [_key(child) for child in children]
        if keys and self._keys.issuperset(keys):
            self.notes.append("Reddit repeated a page; the look ended there")
            self._is_short = True
            return False
        self._keys.update(keys)
        news = [child for child in children if self._is_news(child)]
        self.children += news
        # In a busy place the overlap is longer than what is worth reading anew: a page of nothing but known items ends it.
        is_enough = self._has_met and not news
        self._has_met = self._has_met or self._meets(children)
        # A page that names itself as the next one still says which item was its last.
        after = keys[-1] if keys and listing.after and listing.after == self.place.after else listing.after
        goes_on = after not in {None, self.place.after} and not is_enough and not self._is_past(children)
        self.place = replace(self.place, coming=self._coming(children))
        if goes_on:
            self.place = replace(self.place, after=after, spare=tuple(keys[-2 : -2 - SPARE_NAMES : -1]))
        return goes_on

    def _coming(self, children: Sequence[Any]) -> Mark | None:
        """The coming mark with the names of one more page; its instant comes from the first page that has one."""
        coming, known = self.place.coming, self.place.mark
        if coming is None:
            # One item from the future must not make all later ones look old: it does not count.
            moments = [moment for child in children if (moment := created_of(child)) is not None and moment <= self.now]
            if not moments:
                return known
            coming = Mark(max(*moments, known.newest if known else 0.0))
        since = coming.newest - OVERLAP
        worth = {_key(child): _state(child) for child in children if _is_recent(child, since)}
        return Mark(coming.newest, dict(list({**worth, **coming.names}.items())[-MOST_NAMES:]))

    def _is_news(self, child: Any) -> bool:
        mark = self.place.mark
        if mark is None:
            return True
        known = mark.names.get(_key(child))
        return known != _state(child) if known is not None else _is_recent(child, mark.newest - OVERLAP)

    def _meets(self, children: Sequence[Any]) -> bool:
        mark = self.place.mark
        if mark is None:
            return False
        return any(name_of(child) in mark.names for child in children) or _is_below(children, mark.newest + 0.001)

    def _is_past(self, children: Sequence[Any]) -> bool:
        return self.place.mark is not None and _is_below(children, self.place.mark.newest - OVERLAP)

    def _end(self) -> None:
        mark = self.place.mark
        is_short = self._is_short or (mark is not None and bool(mark.names) and bool(self._keys) and not self._has_met)
        if is_short and not self.place.was_repeated:
            # Once may be a moment's confusion, and the items between would be lost for good.
            self.place = Place(mark=mark, was_repeated=True)
            return
        if mark and is_short:
            self.miss("the listing ended before the last post seen: posts between may be missing")
        self.place = Place(mark=self.place.coming or mark)


def _is_below(children: Sequence[Any], floor: float) -> bool:
    """Whether a page went below an instant. One item alone may bear a wrong one, and what follows it be above."""
    moments = [moment for child in children if (moment := created_of(child)) is not None]
    below = sum(moment < floor for moment in moments)
    return below > 1 or 0 < below == len(moments)


def _is_recent(child: Any, since: float) -> bool:
    """Whether something became of a child that an earlier look may not know: it was written or edited since, or is gone, nobody knows when."""
    return is_gone(child) or (edited_of(child) or 0.0) >= since or (created_of(child) or since) >= since


def _state(child: Any) -> str:
    """What tells whether a known child is to be read again."""
    return GONE if is_gone(child) else str(edited_of(child) or "")


def _key(child: Any) -> str:
    """What tells a child from the others, were it nothing but rubbish."""
    return name_of(child) or sha256(json.dumps(child, sort_keys=True).encode()).hexdigest()[:16]
