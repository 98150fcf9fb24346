"""A look at one listing: read page by page from the newest item back to what the last look knew. Pure; the asking is handed in.

A listing moves while it is read. New items push others onto the next page, which then repeats them: harmless. A deleted one pulls others up
past the edge of a page: where pages are counted and not anchored, the next look reads as far down once more.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from math import inf

from listener.source import Malformed, Refused, SourceError
from listener.sources.shared.course import Course
from listener.sources.shared.listing import OUT_OF_SIGHT, Ask, Entry, Known, Listing, LostPlace, Mark, Place, Sheet

MOST_IDLE_PAGES = 2
"""A page that one second fills may come twice, and so may one onto which many new items pushed a whole page."""


@dataclass(slots=True)
class Look(Course):
    """What a look has found so far: `news` is new or changed, `missing` was known and is not where it should be."""

    place: Place
    listing: Listing
    news: list[Entry] = field(default_factory=list)
    unread: list[object] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    _keys: set[str] = field(default_factory=set)
    _from_top: bool = True
    _first: float | None = None
    _pages: int = 0
    _idle: int = 0
    _is_at_end: bool = False
    _is_repeated: bool = False
    _is_short: bool = False

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
                self.stop(error)
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
    def floor(self) -> float | None:
        """The lowest place down to which is read; None where that is the listing's end."""
        newest = self.place.mark.newest if self.place.mark else None
        if newest is None:
            return self.listing.first_floor(self.place.coming.newest if self.place.coming else None)
        again = self.place.again
        return (newest if again is None else min(newest, again)) - self.listing.overlap

    def read_again(self, keys: Collection[str]) -> None:
        """These were not read to their end: they come back with the next look, as far as they lie within the overlap."""
        mark, coming = self.place.mark, self.place.coming
        self.place = replace(self.place, mark=mark and mark.without(keys), coming=coming and coming.without(keys))

    def settle(self, key: str, *, is_gone: bool) -> None:
        """What became of a missing item: gone for good, or merely out of sight."""
        mark = self.place.mark
        self.place = replace(self.place, mark=mark and mark.settled(key, is_gone=is_gone))

    def _sheet(self, ask: Ask, *, is_resumed: bool) -> Sheet:
        older, floor = self.place.older, int(self.floor or 0)
        self._from_top = self._from_top and (older is None or not is_resumed)
        try:
            return ask(floor, older)
        except (Refused, Malformed) as error:
            if older is None or not (is_resumed or isinstance(error, LostPlace)):
                raise
        # A place between two pages is not kept for ever: what was read since then is read again.
        self.notes.append("the place between two pages was gone; reading started again from the newest")
        self.place = Place(mark=self.place.mark, again=self.place.again)
        self._keys.clear()
        self._from_top, self._first, self._idle = True, None, 0
        return ask(floor, None)

    def _take(self, sheet: Sheet) -> bool:
        """Keep what is new of a page; whether another one is to be read."""
        self.was_read = True
        if self._went_up(sheet):
            return self._repeated()
        self.unread += sheet.unread
        self.notes += [sheet.note] if sheet.note else []
        # A page may be empty because all that stood on it is hidden from us; page after page of that leads nowhere.
        is_idle = self._keys.issuperset(sheet.keys) and not (self.listing.has_gaps and not sheet.entries)
        self._idle = self._idle + 1 if is_idle else 0
        self._keep(sheet)
        self._is_at_end = sheet.older is None
        if self._is_at_end or self._is_past(sheet):
            self._is_short = self._is_at_end and self._has_met_nothing()
            return False
        if sheet.older == self.place.older or self._idle >= MOST_IDLE_PAGES:
            return self._repeated()
        self.place = replace(self.place, older=sheet.older)
        return True

    def _went_up(self, sheet: Sheet) -> bool:
        """Whether a page lies above all that was read. In searches by instant an item may be shown above its time, and that says nothing."""
        lowest = self.place.lowest
        if self.listing.start is not None or self.place.older is None or lowest is None:
            return False
        return min(self._believed(sheet), default=lowest) > lowest

    def _has_met_nothing(self) -> bool:
        """Whether a look that read something came upon nothing that was known: the listing ended too early, or all of it is gone."""
        mark, lowest = self.place.mark, self.place.lowest
        if mark is None or mark.newest is None or lowest is None:
            return False
        listed = {key: at for key, (state, at) in mark.known.items() if at is not None and not state.startswith(OUT_OF_SIGHT)}
        known = {key: at for key, at in listed.items() if at <= mark.newest}
        return bool(known) and lowest > max(known.values()) and self._keys.isdisjoint(known)

    def _repeated(self) -> bool:
        self._is_repeated = True
        self.notes.append("the platform repeated a page; the look ended there")
        return False

    def _keep(self, sheet: Sheet) -> None:
        self._pages += 1
        self._first = max(sheet.places, default=None) if self._first is None else self._first
        lowest = min([*self._believed(sheet), *([self.place.lowest] if self.place.lowest is not None else [])], default=None)
        self.place = replace(self.place, coming=self._coming(sheet), lowest=lowest)
        self.news += [entry for entry in sheet.entries if entry.key not in self._keys and self._is_news(entry)]
        self._keys |= sheet.keys

    def _is_news(self, entry: Entry) -> bool:
        if self.listing.start is not None and self.floor is not None and entry.at is not None and entry.at < self.floor:
            return False
        known = self.place.mark.known.get(entry.key) if self.place.mark else None
        return known is None or known[0] != entry.state

    def _coming(self, sheet: Sheet) -> Mark:
        coming = self.place.coming or Mark()
        newest = self.listing.newest_of(sheet.places) if coming.newest is None else coming.newest
        known = {**coming.known, **{entry.key: (entry.state, entry.at) for entry in sheet.entries if entry.key not in coming.known}}
        return Mark(newest, self.listing.shortened(known, newest))

    def _believed(self, sheet: Sheet) -> list[float]:
        """The places of a page. One item alone below the floor may bear a wrong instant, and what follows it be above."""
        floor, places = self.floor, sorted(sheet.places)
        is_alone = floor is not None and len(places) > 1 and places[0] < floor <= places[1]
        return places[1:] if is_alone else places

    def _is_past(self, sheet: Sheet) -> bool:
        floor = self.floor
        return floor is not None and min(self._believed(sheet), default=floor) < floor

    def _end(self) -> None:
        if self._is_short and not self.place.was_repeated:
            # Once may be a moment's confusion, and what lies between would be lost for good.
            self.place = Place(mark=self._with_what_came(), again=self.place.again, was_repeated=True)
            return
        if self._is_repeated and not self.place.was_repeated:
            # Many new items at once push a whole page onto the next one: what lies below it is looked for once more.
            self.place = Place(mark=self.place.mark, again=self.place.again, was_repeated=True)
            return
        if self._is_short or (self._is_repeated and self._has_met_nothing()):
            self.miss("the listing ended before the last post seen: posts between may be missing")
        mark, coming = self.place.mark or Mark(), self.place.coming or Mark()
        self.missing = self._missed(mark)
        newest = coming.newest if mark.newest is None else max(mark.newest, coming.newest if coming.newest is not None else mark.newest)
        known: Known = {**coming.known, **{key: value for key, value in mark.known.items() if key not in coming.known}}
        again = self._lowest_again() if self.listing.is_counted and self._pages > 1 and self.place.again is None else None
        self.place = Place(mark=Mark(newest, self.listing.shortened(known, newest)), again=again)

    def _with_what_came(self) -> Mark | None:
        mark, coming = self.place.mark, self.place.coming or Mark()
        return mark and Mark(mark.newest, {**coming.known, **{key: value for key, value in mark.known.items() if key not in coming.known}})

    def _lowest_again(self) -> float | None:
        mark = self.place.mark
        return self.place.lowest if mark is None or mark.newest is None else mark.newest

    def _missed(self, mark: Mark) -> tuple[str, ...]:
        """Known items between the newest and the oldest that this look read, or the listing's end, which it did not see."""
        lowest = -inf if self.listing.is_whole and self._is_at_end else self.place.lowest
        if not self._from_top or lowest is None:
            return ()
        top = max([at for at in (self._first, mark.newest) if at is not None], default=lowest)
        return tuple(
            key
            for key, (state, at) in mark.known.items()
            if key not in self._keys and at is not None and lowest < at <= top and not state.startswith(OUT_OF_SIGHT)
        )
