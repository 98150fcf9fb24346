from datetime import UTC, datetime, timedelta

import pytest

from dashboard.shares import LEAST, Counted, pooled, share, wilson

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hours(*counts: tuple[int, int]) -> list[Counted]:
    return [Counted(NOON + HOUR * place, NOON + HOUR * (place + 1), part, whole) for place, (part, whole) in enumerate(counts)]


def test_too_few_have_no_share() -> None:
    assert share(10, LEAST - 1) is None


def test_a_share_says_how_many_it_is_of() -> None:
    found = share(12, 40)
    assert found is not None
    assert (found.value, found.whole) == (0.3, 40)
    assert found.low < 0.3 < found.high


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 30, 0.0, 0.1135), (15, 30, 0.3315, 0.6685), (30, 30, 0.8865, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)


def test_buckets_are_pooled_until_they_hold_enough() -> None:
    found = pooled(hours((5, 10), (5, 10), (2, 10), (30, 60), (1, 5)))
    assert [(one.share.whole, round(one.share.value, 2)) for one in found] == [(30, 0.4), (60, 0.5)]
    assert [(one.since, one.until) for one in found] == [(NOON, NOON + 3 * HOUR), (NOON + 3 * HOUR, NOON + 4 * HOUR)]


def test_what_is_left_over_stays_without_a_share() -> None:
    assert pooled(hours((1, 10), (2, 19))) == []
    assert pooled([]) == []


def test_a_level_begins_where_something_was_said() -> None:
    (found,) = pooled(hours((0, 0), (0, 0), (5, 20), (0, 0), (5, 20), (0, 0)))
    assert (found.since, found.until) == (NOON + 2 * HOUR, NOON + 5 * HOUR)
