"""A look at a listing while it moves: an oracle that knows every item compares what came out."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.source import Malformed, RateLimited, Refused, SourceError, Unavailable
from listener.sources.shared.listing import Ask, Entry, Listing, Place, Sheet
from listener.sources.shared.look import Look

SIZE = 4
NEVER: Callable[[], bool] = lambda: False  # noqa: E731 a value, not a function of ours


class Shelf:
    """Items 1, 2, 3 …, newest first. Its pages begin below an item (`anchored`), or after so many items."""

    def __init__(self, count: int, *, anchored: bool) -> None:
        self.items = dict.fromkeys(range(1, count + 1), "")
        self.newest = count
        self.anchored = anchored
        self.asked: list[str | None] = []
        self.meanwhile: list[tuple[str, int]] = []

    def add(self) -> None:
        self.newest += 1
        self.items[self.newest] = ""

    def change(self, what: str, pick: int) -> None:
        if what == "add":
            self.add()
        elif self.items:
            number = sorted(self.items)[pick % len(self.items)]
            if what == "delete":
                del self.items[number]
            else:
                self.items[number] += "!"

    def ask(self, _floor: int, older: str | None) -> Sheet:
        self.asked.append(older)
        listed = sorted(self.items, reverse=True)
        start = int(older or 0)
        if self.anchored:
            listed = [number for number in listed if older is None or number < start]
        shown = listed[:SIZE] if self.anchored else listed[start : start + SIZE]
        rest = len(listed) > SIZE if self.anchored else len(listed) > start + SIZE
        if self.meanwhile:
            self.change(*self.meanwhile.pop(0))
        older = None if not rest else str(shown[-1]) if self.anchored else str(start + SIZE)
        return Sheet(tuple(Entry(str(number), float(number), f"s{self.items.get(number, '')}", number) for number in shown), older)


def look(ask: Ask, place: Place, *, counted: bool = False, pages: int = 3, backfill: bool = True) -> Look:
    kept = json.loads(json.dumps(place.dump()))
    found = Look(Place.load(kept), Listing(overlap=2.0, is_counted=counted))
    found.follow(ask, max_pages=pages, is_late=NEVER, backfill=backfill)
    return found


def read_on(shelf: Shelf, place: Place, *, pages: int = 3) -> tuple[list[Entry], Place, list[str]]:
    """Looks until nothing is left to read, and one more."""
    news: list[Entry] = []
    missing: list[str] = []
    quiet = 0
    for _ in range(60):
        found = look(shelf.ask, place, counted=not shelf.anchored, pages=pages)
        news += found.news
        missing += found.missing
        place = found.place
        quiet = 0 if found.more else quiet + 1
        if quiet > 2:
            return news, place, missing
    raise AssertionError("the looks never end")


CHANGES = st.lists(st.tuples(st.sampled_from(["add", "add", "delete", "edit"]), st.integers(0, 50)), max_size=8)


@given(anchored=st.booleans(), start=st.integers(0, 30), pages=st.integers(2, 4), rounds=st.lists(CHANGES, max_size=4))
def test_nothing_is_lost_while_a_listing_moves(*, anchored: bool, start: int, pages: int, rounds: list[list[tuple[str, int]]]) -> None:
    shelf = Shelf(start, anchored=anchored)
    news, place, _ = read_on(shelf, Place(), pages=pages)
    seen = {entry.key for entry in news}
    assert seen == {str(number) for number in shelf.items}
    for changes in rounds:
        shelf.meanwhile = list(changes)
        for _ in range(2):
            shelf.add()
        for _ in range(2):
            news, place, _ = read_on(shelf, place, pages=pages)
            seen |= {entry.key for entry in news}
            shelf.meanwhile = []
        assert {str(number) for number in shelf.items} <= seen


@given(start=st.integers(0, 30), added=st.integers(0, 12))
def test_a_quiet_anchored_listing_gives_each_item_once(start: int, added: int) -> None:
    shelf = Shelf(start, anchored=True)
    first, place, _ = read_on(shelf, Place())
    for _ in range(added):
        shelf.add()
    second, place, missing = read_on(shelf, place)
    keys = [entry.key for entry in (*first, *second)]
    assert sorted(map(int, keys)) == sorted(shelf.items)
    assert missing == []
    assert read_on(shelf, place)[0] == []


def test_an_edit_within_what_is_read_comes_back_once() -> None:
    shelf = Shelf(20, anchored=True)
    _, place, _ = read_on(shelf, Place())
    shelf.items[19] = "!"
    news, place, _ = read_on(shelf, place)
    assert [entry.key for entry in news] == ["19"]


def test_what_should_be_listed_and_is_not_is_missing_until_it_is_settled() -> None:
    shelf = Shelf(20, anchored=True)
    _, place, _ = read_on(shelf, Place())
    del shelf.items[20], shelf.items[18]
    found = look(shelf.ask, place)
    assert found.missing == ("20", "18")
    found.settle("20", is_gone=True)
    found.settle("18", is_gone=False)
    assert look(shelf.ask, found.place).missing == ()
    shelf.items[18] = ""
    assert [entry.key for entry in look(shelf.ask, found.place).news] == ["18"]


@pytest.mark.parametrize("left", [3, 0])
def test_of_a_listing_that_is_read_to_its_end_the_oldest_and_the_last_are_missing_too(left: int) -> None:
    shelf = Shelf(5, anchored=True)
    _, place, _ = read_on(shelf, Place())
    for number in range(1, 6 - left):
        del shelf.items[number]
    whole = Look(place, Listing(overlap=2.0, is_whole=True))
    whole.follow(shelf.ask, max_pages=3, is_late=NEVER)
    assert sorted(whole.missing) == [str(number) for number in range(1, 6 - left)]
    assert not set(look(shelf.ask, place).missing) & {"1", "2"}


def test_a_first_look_without_backfill_ends_for_good() -> None:
    shelf = Shelf(50, anchored=True)
    first = look(shelf.ask, Place(), backfill=False)
    assert (len(first.news), first.more) == (12, False)
    assert "backfill" in first.notes[0]
    shelf.add()
    assert [entry.key for entry in look(shelf.ask, first.place, backfill=False).news] == ["51"]


def test_a_look_that_was_cut_short_goes_on_where_it_stopped() -> None:
    shelf = Shelf(8, anchored=True)
    _, place, _ = read_on(shelf, Place())
    for _ in range(30):
        shelf.add()
    first = look(shelf.ask, place)
    second = look(shelf.ask, first.place)
    assert first.more
    assert [int(entry.key) for entry in (*first.news, *second.news)] == list(range(38, 14, -1))


@pytest.mark.parametrize("counted", [True, False])
def test_what_a_deletion_pulls_past_the_edge_of_a_counted_page_is_met_by_the_next_look(*, counted: bool) -> None:
    shelf = Shelf(20, anchored=not counted)
    _, place, _ = read_on(shelf, Place())
    for _ in range(16):
        shelf.add()
    shelf.meanwhile = [("edit", 0), ("delete", 35)]
    first = look(shelf.ask, place, counted=counted, pages=9)
    second = look(shelf.ask, first.place, counted=counted, pages=9)
    assert "28" in {entry.key for entry in ((*first.news, *second.news) if counted else first.news)}
    assert ("28" in {entry.key for entry in first.news}) is not counted


@pytest.mark.parametrize(
    "error", [RateLimited("wait", None), Unavailable("broken"), Malformed("rubbish")], ids=lambda error: type(error).__name__
)
def test_an_error_between_pages_keeps_what_was_read(error: SourceError) -> None:
    shelf = Shelf(20, anchored=True)

    def ask(floor: int, older: str | None) -> Sheet:
        if older is not None:
            raise error
        return shelf.ask(floor, older)

    found = look(ask, Place())
    assert ([entry.key for entry in found.news], found.more, found.error) == (["20", "19", "18", "17"], True, error)
    assert len(read_on(shelf, found.place)[0]) == 16


def test_a_place_between_pages_that_is_gone_starts_anew_from_the_newest() -> None:
    shelf = Shelf(40, anchored=True)
    place = look(shelf.ask, Place()).place

    def ask(floor: int, older: str | None) -> Sheet:
        if older == place.older:
            raise Refused("this cursor is not known any more")
        return shelf.ask(floor, older)

    found = look(ask, place)
    assert next(entry.key for entry in found.news) == "40"
    assert "started again" in found.notes[0]


def test_a_page_that_repeats_for_ever_ends_the_look_and_soon_the_reading() -> None:
    page = Sheet(tuple(Entry(str(number), float(number), "s", number) for number in range(4)), "again")
    first = look(lambda *_: page, Place())
    second = look(lambda *_: page, first.place)
    third = look(lambda *_: page, second.place)
    assert [(len(one.news), one.more) for one in (first, second, third)] == [(4, False), (4, False), (0, False)]
    assert "repeated" in first.notes[0]


def test_a_cycle_of_many_pages_ends() -> None:
    def ask(_floor: int, older: str | None) -> Sheet:
        page = int(older or 0)
        return Sheet(
            tuple(Entry(str(number), float(-number), "s", number) for number in range(page * 4, page * 4 + 4)), str((page + 1) % 7)
        )

    place, more = Place(), []
    for _ in range(9):
        found = look(ask, place)
        place = found.place
        more.append(found.more)
    assert more == [True, True, False, True, True, False, False, False, False]


@pytest.mark.parametrize(
    "kept", [None, 7, [], {"mark": 7}, {"mark": {"known": [1]}}, {"mark": {"known": {"a": 1}}}, {"older": 7, "lowest": "x"}]
)
def test_a_place_that_cannot_be_read_is_the_start(kept: object) -> None:
    assert Place.load(kept) == Place()


def test_items_without_a_place_are_news_once() -> None:
    page = Sheet((Entry("?a", None, "s", None), Entry("9", 9.0, "s", 9)), None)
    first = look(lambda *_: page, Place())
    assert [entry.key for entry in first.news] == ["?a", "9"]
    assert look(lambda *_: page, first.place).news == []


def test_an_item_from_the_future_does_not_make_later_ones_old() -> None:
    listing = Listing(overlap=2.0, ceiling=100.0)
    first = Look(Place(), listing)
    first.follow(lambda *_: Sheet((Entry("a", 900.0, "s", 0), Entry("b", 99.0, "s", 0))), max_pages=3, is_late=NEVER)
    assert first.place.mark is not None
    assert first.place.mark.newest == 99.0


def test_a_listing_that_ends_above_what_is_known_is_read_once_more_and_then_said_to_be_short() -> None:
    shelf = Shelf(10, anchored=True)
    _, place, _ = read_on(shelf, Place())
    for _ in range(6):
        shelf.add()
    short: Ask = lambda *_: Sheet(tuple(Entry(str(number), float(number), "s", number) for number in (16, 15)))  # noqa: E731
    first = look(short, place)
    assert ([entry.key for entry in first.news], first.notes) == (["16", "15"], [])
    again = look(shelf.ask, first.place)
    assert {entry.key for entry in again.news} == {str(number) for number in range(11, 15)}
    twice = look(short, first.place)
    assert "may be missing" in twice.notes[0]
    assert twice.place.mark is not None
    assert twice.place.mark.newest == 16.0


def test_one_item_with_an_ancient_instant_ends_no_look() -> None:
    shelf = Shelf(8, anchored=True)
    _, place, _ = read_on(shelf, Place())
    for _ in range(9):
        shelf.add()

    def odd(floor: int, older: str | None) -> Sheet:
        sheet = shelf.ask(floor, older)
        return Sheet((*sheet.entries[:-1], Entry(sheet.entries[-1].key, -7.0, "s", None)), sheet.older) if older is None else sheet

    found = look(odd, place, pages=9)
    assert {entry.key for entry in found.news} == {str(number) for number in range(9, 18)}


def test_an_error_that_comes_again_and_again_is_not_met_at_once() -> None:
    def broken(_floor: int, older: str | None) -> Sheet:
        if older is not None:
            raise Malformed("half of a document")
        return Sheet((Entry("9", 9.0, "s", 9),), "8")

    place = Place()
    for _ in range(3):
        found = look(broken, place)
        place = found.place
        assert (found.more, found.goes_on, [entry.key for entry in found.news]) == (True, False, ["9"])
