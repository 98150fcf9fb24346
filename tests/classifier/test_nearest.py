"""Vectors in memory: the nearest are found, what was dropped is not, and the short way finds what the long way does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier.nearest import LIKELY, Nearest, Rows, quantised

D = 48


def unit(size: int, *, seed: int = 0, common: float = 0.0) -> NDArray[np.float32]:
    """Clustered vectors of length one; `common` is how strongly they all point the same way."""
    rng = np.random.default_rng(seed)
    middles = rng.standard_normal((50, D), dtype=np.float32)
    found = middles[rng.integers(0, 50, size)] + 0.7 * rng.standard_normal((size, D), dtype=np.float32)
    found[:, 0] += common
    whole: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
    return whole


def rows(vectors: NDArray[np.float32], *, start: int = 1, brand: int = 1) -> Rows:
    numbers, scales = quantised(vectors)
    ids = np.arange(start, start + len(vectors))
    return Rows(ids, ids + 1000, np.full(len(ids), brand, np.int32), scales, numbers)


def held(vectors: NDArray[np.float32], **other: int) -> Nearest:
    made = Nearest(D)
    made.put(rows(vectors, **other))
    return made


def exact(vectors: NDArray[np.float32], wanted: NDArray[np.float32], count: int) -> list[int]:
    return [int(place) + 1001 for place in np.argsort(-(vectors @ wanted))[:count]]


def test_int8_keeps_direction_and_length() -> None:
    vectors = unit(300)
    numbers, scales = quantised(vectors)
    back = numbers * scales[:, None]
    assert numbers.dtype == np.int8
    assert np.abs(np.linalg.norm(back, axis=1) - 1).max() < 1e-5
    assert (back * vectors).sum(axis=1).min() > 0.999


def test_a_vector_of_nothing_stays_nothing() -> None:
    numbers, scales = quantised(np.zeros((1, D), np.float32))
    assert not numbers.any()
    assert scales.tolist() == [1.0]


def test_a_few_are_ranked_exactly_with_their_cosines() -> None:
    vectors = unit(200)
    found = held(vectors).nearest(vectors[7], brand=1, count=5)
    assert found[0][0] == 1008
    assert found[0][1] == pytest.approx(1.0, abs=1e-3)
    assert [mention for mention, _ in found] == exact(vectors, vectors[7], 5)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.mark.parametrize("common", [0.0, 8.0])
def test_among_many_the_short_way_finds_what_the_long_way_does(common: float) -> None:
    vectors = unit(8 * LIKELY, common=common)
    index = held(vectors)
    hits = 0
    for place in range(0, 400, 10):
        found = {mention for mention, _ in index.nearest(vectors[place], brand=1, count=8)}
        hits += len(found & set(exact(vectors, vectors[place], 8)))
    assert hits / (40 * 8) > 0.95


def test_another_brand_is_never_near() -> None:
    index = held(unit(3 * LIKELY))
    index.put(rows(unit(LIKELY + 5, seed=1), start=9 * LIKELY, brand=2))
    found = index.nearest(unit(1)[0], brand=2, count=50)
    assert len(found) == 50
    assert all(mention > 9 * LIKELY for mention, _ in found)
    assert index.nearest(unit(1)[0], brand=3, count=5) == []


def test_a_mention_has_one_vector_its_newest() -> None:
    vectors = unit(3)
    index = held(vectors)
    numbers, scales = quantised(-vectors[:1])
    index.put(Rows(np.array([9]), np.array([1001]), np.array([1], np.int32), scales, numbers))
    assert index.places() == {9: 1001, 2: 1002, 3: 1003}
    assert dict(index.nearest(vectors[0], brand=1, count=3))[1001] == pytest.approx(-1, abs=0.01)


def test_the_newest_are_kept_where_there_are_too_many() -> None:
    index = held(unit(100))
    index.keep_newest(30)
    assert sorted(index.places()) == list(range(71, 101))
    assert index.places(after=98) == {99: 1099, 100: 1100}


def test_the_memory_over_a_hundred_thousand_is_modest() -> None:
    index = Nearest(384)
    index.reserve(100_000)
    assert index.bytes < 60_000_000


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sets(st.integers(1, 60), max_size=20), min_size=1, max_size=4))
def test_what_was_dropped_is_gone_and_the_rest_is_found(drops: list[set[int]]) -> None:
    vectors = unit(60)
    index = held(vectors)
    left = set(range(1, 61))
    for gone in drops:
        index.drop(sorted(gone))
        left -= gone
    assert set(index.places()) == left
    for one in left:
        ((mention, score),) = index.nearest(vectors[one - 1], brand=1, count=1)
        assert (mention, round(score, 2)) == (one + 1000, 1.0)
