"""A look at a listing by instant: whatever arrives, late, twice or while it is read, is met; and no listing keeps a look for ever."""

import json
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from listener.source import BudgetExhausted, Unavailable
from listener.sources.shared.listing import Ask, Entry, Listing, LostPlace, Mark, Place, Sheet, by_instant
from listener.sources.shared.look import Look
from listener.sources.shared.reading import kept_places, written

OVERLAP, START = 100, 0


def entry(number: int, at: int, version: str = "1") -> Entry:
    return Entry(str(number), at, version, number)


def look(place: Place = Place(), *, now: int = 10_000) -> Look:  # noqa: B008  a frozen value
    return Look(place, Listing(OVERLAP, ceiling=now, start=START))


def window(items: Callable[[], dict[int, int]], size: int) -> Ask:
    """A platform that takes instants as bounds and gives the newest first."""

    def ask(floor: int, after: str | None) -> Sheet:
        top = int(after) if after else 2**40
        found = sorted(((at, number) for number, at in items().items() if floor <= at <= top), reverse=True)
        return by_instant([entry(number, at) for at, number in found[:size]], (), has_more=len(found) > size, until=after)

    return ask


def stored(place: Place) -> Place:
    """A place as it comes back out of a cursor."""
    return Place.load(kept_places(json.dumps({"a": place.dump()}))["a"])


arrivals = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60)


@given(arrivals, st.integers(1, 7), st.integers(1, 4))
def test_nothing_that_arrives_within_the_overlap_is_missed(steps: list[tuple[int, bool]], size: int, pages: int) -> None:
    there: dict[int, int] = {}
    met: set[str] = set()
    place, clock = Place(), 200
    for number, (late, looks) in enumerate(steps):
        clock += 5
        # Fewer posts in one instant than a page holds, up to 40 seconds late.
        there[number] = clock - late if size > 1 and list(there.values()).count(clock - late) < size - 1 else clock
        if looks:
            one = look(place, now=clock)
            one.follow(window(lambda: there, size), max_pages=pages, is_late=lambda: False)
            met |= {found.key for found in one.news}
            place = stored(one.place)
    ended = 0
    while ended < 2:  # the first end may be of what was begun before the last post, the second began at the top
        one = look(place, now=clock)
        one.follow(window(lambda: there, size), max_pages=pages, is_late=lambda: False)
        met |= {found.key for found in one.news}
        place = stored(one.place)
        ended += not one.more
    assert met == {str(number) for number in there}


@given(st.integers(1, 5), st.integers(1, 30))
def test_a_page_that_comes_again_and_again_ends_the_look(size: int, pages: int) -> None:
    asked = []

    def ask(floor: int, after: str | None) -> Sheet:
        asked.append((floor, after))
        return Sheet([entry(number, 9_000) for number in range(size)], f"token {len(asked) % 3}")

    one = look()
    one.follow(ask, max_pages=pages, is_late=lambda: False)
    assert len(asked) <= 4
    assert len(one.news) == size
    assert one.more == (pages < 3)


def test_what_is_known_comes_back_only_when_it_changed() -> None:
    first = look()
    first.follow(lambda *_: Sheet([entry(1, 9_950), entry(2, 9_990)]), max_pages=5, is_late=lambda: False)
    second = look(stored(first.place))
    second.follow(lambda *_: Sheet([entry(1, 9_950, "edited"), entry(2, 9_990)]), max_pages=5, is_late=lambda: False)
    assert [found.state for found in second.news] == ["edited"]
    assert second.floor == 9_990 - OVERLAP


def test_a_post_from_the_future_makes_none_look_old() -> None:
    first = look(now=10_000)
    first.follow(lambda *_: Sheet([entry(1, 99_999), entry(2, 9_000)]), max_pages=5, is_late=lambda: False)
    assert first.place.mark is not None
    assert first.place.mark.newest == 9_000


def test_an_error_between_pages_keeps_what_was_read_and_where() -> None:
    pages = iter([Sheet([entry(1, 9_000)], "next")])

    def ask(floor: int, after: str | None) -> Sheet:
        del floor, after
        try:
            return next(pages)
        except StopIteration:
            raise Unavailable("broken") from None

    one = look()
    one.follow(ask, max_pages=5, is_late=lambda: False)
    assert (len(one.news), one.more, stored(one.place).older) == (1, True, "next")


def test_a_spent_budget_says_until_when() -> None:
    one = look()
    one.error = BudgetExhausted("spent", None)
    assert one.retry_at is None


def test_a_look_that_is_late_goes_on_from_there() -> None:
    one = look()
    one.follow(window(lambda: {number: 9_000 + number for number in range(10)}, 2), max_pages=9, is_late=lambda: True)
    assert (len(one.news), one.more) == (2, True)


def test_what_was_not_read_to_its_end_comes_again() -> None:
    first = look()
    first.follow(lambda *_: Sheet([entry(1, 9_990)]), max_pages=5, is_late=lambda: False)
    first.read_again({"1"})
    second = look(stored(first.place))
    second.follow(lambda *_: Sheet([entry(1, 9_990)]), max_pages=5, is_late=lambda: False)
    assert [found.key for found in second.news] == ["1"]


def test_an_idle_page_that_one_second_fills_is_no_end() -> None:
    there = dict.fromkeys(range(3), 9_000) | {9: 8_990}
    one = look()
    one.follow(window(lambda: there, 3), max_pages=9, is_late=lambda: False)
    assert {found.key for found in one.news} == {"0", "1", "2", "9"}


def test_a_place_that_the_platform_forgets_between_two_pages_starts_anew() -> None:
    asked: list[str | None] = []

    def ask(floor: int, older: str | None) -> Sheet:
        del floor
        asked.append(older)
        if older == "lost" and asked.count("lost") == 1:
            raise LostPlace("no such token")
        return Sheet([entry(2, 9_500)], "lost") if older is None else Sheet([entry(1, 9_000)])

    one = look()
    one.follow(ask, max_pages=9, is_late=lambda: False)
    assert asked == [None, "lost", None, "lost"]
    assert {found.key for found in one.news} == {"1", "2"}


def test_a_cursor_that_cannot_be_read_starts_anew() -> None:
    for kept in ("junk", "[]", "null", '{"a": 7}', '{"a": {"since": "x", "known": [], "after": 3}}'):
        assert all(Place.load(place) == Place() for place in kept_places(kept).values())


def test_a_place_may_be_written_as_instants() -> None:
    mark = Mark(9_990.0, {"1": ("1", 9_990.0)})
    short = {"since": 9_990, "known": {"1": "1"}}
    assert Place.load(short) == Place(mark)
    longer = {**short, "after": "9", "coming": 9_995, "coming_known": {"2": "1"}}
    assert Place.load(longer) == Place(mark, Mark(9_995.0, {"2": ("1", 9_995.0)}), "9")
    one = look(Place.load(short))
    one.follow(lambda *_: Sheet([entry(1, 9_990), entry(2, 9_995)]), max_pages=5, is_late=lambda: False)
    assert [found.key for found in one.news] == ["2"]


def test_the_cursor_tells_every_part() -> None:
    one, other = look(Place(Mark(5.0))), look(Place(Mark(7.0), Mark(8.0), "9"))
    assert {name: Place.load(kept) for name, kept in kept_places(written({"a": one, "b": other})).items()} == {
        "a": one.place,
        "b": other.place,
    }
