"""Room for work: as many threads as there are, as many of one source as it may have."""

import threading
from collections.abc import Iterator

import pytest

from listener.pool import Pool


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


def hang(pool: Pool, gate: threading.Event, *sources: str) -> None:
    for source in sources:
        pool.run(source, lambda: gate.wait(60))


@pytest.mark.parametrize(
    ("running", "room", "full"),
    [
        ((), 2, ()),
        (("a",), 1, ()),
        (("a", "a"), 2, ("a",)),
        (("a", "a", "b"), 1, ("a",)),
        (("a", "b", "c"), 1, ()),
        (("a", "a", "b", "b"), 1, ("a", "b")),
        (("a", "a", "b", "b", "c"), 0, ("a", "b")),
    ],
)
def test_the_room_is_for_work_of_any_source(gate: threading.Event, running: tuple[str, ...], room: int, full: tuple[str, ...]) -> None:
    """Of what is leased next, all may be of the source that has the least room left."""
    pool = Pool("test", threads=5, per_source=2)
    hang(pool, gate, *running)
    assert (pool.room(), pool.full()) == (room, full)
    gate.set()
    pool.drain()
    assert (pool.room(), pool.full()) == (2, ())
    pool.close()


def test_work_that_raises_gives_its_place_back() -> None:
    pool = Pool("test", threads=1, per_source=1)
    pool.run("a", lambda: int("no number"))
    pool.close()
    assert (pool.room(), pool.full()) == (1, ())
