from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard import trend_time, trend_view
from dashboard.trend_time import Asked
from dashboard.trend_view import View
from desk.figures.totals import Total
from desk.figures.trends import Point, Span
from storage.words import LookResult, Sentiment

NOW = datetime(2026, 11, 22, 14, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = trend_time.period(Asked(days=1), now=NOW, zone="UTC")


def point(place: int, n: int = 0, negative: int = 0, neutral: int = 0, positive: int = 0, *, is_open: bool = False) -> Point:
    return Point(DAY.since + HOUR * place, n, negative, neutral, positive, is_open)


def view(*points: Point, before: tuple[Point, ...] = (), blind: tuple[Span, ...] = (), **other: Any) -> View:
    given = {"full": Total(), "total_before": Total(), "first": None, **other}
    return View(DAY, points, before, blind, **given)


def span(since: float, until: float, feed: str = "orders", result: LookResult = LookResult.THROTTLED) -> Span:
    return Span(feed, DAY.since + HOUR * since, DAY.since + HOUR * until, result)


def test_bars_stand_beside_the_same_bucket_of_the_period_before() -> None:
    shown = view(point(0, 4), point(1, 2, is_open=True), before=(point(-24, 7), point(-23, 1), point(-22, 9)))
    found = trend_view.bars(shown, "n")
    assert [(bar.n, bar.before, bar.is_open) for bar in found] == [(4, 7, False), (2, 1, True)]
    assert [bar.until - bar.since for bar in found] == [HOUR, HOUR]
    assert found[1].when.endswith(", so far")


def test_a_bucket_without_one_before_is_compared_with_nothing() -> None:
    assert [bar.before for bar in trend_view.bars(view(point(0, 4), point(1, 2), before=(point(-24, 7),)), "n")] == [7, None]


def test_a_bar_counts_one_sentiment() -> None:
    shown = view(point(0, 9, 4, 3, 1), before=(point(-24, 5, 2, 2, 1),))
    assert [(bar.n, bar.before) for name in ("negative", "neutral", "positive") for bar in trend_view.bars(shown, name)] == [
        (4, 2),
        (3, 2),
        (1, 1),
    ]


def test_charts_that_are_compared_share_the_highest_bar_of_both_periods() -> None:
    shown = view(point(0, 9, 4, 3, 1), before=(point(-24, 20, 2, 12, 1),))
    assert trend_view.highest(shown, "n") == 20
    assert trend_view.highest(shown, "negative", "neutral", "positive") == 12
    assert trend_view.highest(view(), "n") == 0


def test_spells_that_overlap_are_one_band_that_names_every_feed_once() -> None:
    blind = (span(0, 2), span(1, 3, "forum", LookResult.UNAVAILABLE), span(2.5, 3), span(5, 6))
    found = trend_view.bands(view(point(0), blind=blind))
    assert [(band.since, band.until) for band in found] == [
        (DAY.since, DAY.since + 3 * HOUR),
        (DAY.since + 5 * HOUR, DAY.since + 6 * HOUR),
    ]
    assert found[0].words == "orders had to wait for the platform's rate limit; forum could not reach the platform"


@pytest.mark.parametrize(("since", "until", "blind_in"), [(0.5, 0.6, [0]), (0, 1, [0]), (0.9, 2.1, [0, 1, 2]), (1, 2, [1])])
def test_a_bucket_knows_which_feeds_were_blind_in_it(since: float, until: float, blind_in: list[int]) -> None:
    shown = view(point(0), point(1), point(2), blind=(span(since, until),))
    assert [place for place, one in enumerate(shown.points) if trend_view.blind_in(shown, one)] == blind_in


def test_shares_are_pooled_and_leave_out_what_is_not_triaged() -> None:
    shown = view(point(0, 50, 10, 5, 5), point(1, 40, 5, 3, 2), point(2, 29, 29))
    (found,) = trend_view.steps(shown)
    assert (found.n, found.share, found.since, found.until) == (30, 0.5, DAY.since, DAY.since + 2 * HOUR)


def test_the_peak_is_a_bucket_that_is_over() -> None:
    assert trend_view.peak(view(point(0, 3), point(1, 9, is_open=True))) == point(0, 3)
    assert trend_view.peak(view(point(0))) is None


def test_a_period_before_that_nobody_heard_is_told() -> None:
    late, early = (DAY.before_since + HOUR * hours for hours in (6, 1))
    assert trend_view.began_late(view(first=late))
    assert not trend_view.began_late(view(first=early))
    assert not trend_view.began_late(view(first=None))


def test_the_table_has_every_number_of_the_charts() -> None:
    shown = view(point(0, 9, 4, 3, 1), point(1, 2, 1, 0, 0, is_open=True), before=(point(-24, 5),), blind=(span(0, 0.5, "=orders"),))
    header, rows = trend_view.table(shown)
    assert header == [
        "From",
        "To",
        "Mentions",
        "Period before",
        "Negative",
        "Neutral",
        "Positive",
        "Not triaged",
        "Blind feeds",
        "Not over",
    ]
    assert rows == [
        ["Sat 21 Nov 15:00", "Sat 21 Nov 16:00", 9, 5, 4, 3, 1, 1, "=orders had to wait for the platform's rate limit", ""],
        ["Sat 21 Nov 16:00", "Sat 21 Nov 17:00", 2, "", 1, 0, 0, 1, "", "yes"],
    ]


def test_a_share_of_few_is_hidden() -> None:
    assert trend_view.share_of(Total(40, 10, 10, 9), Sentiment.NEGATIVE) is None
    found = trend_view.share_of(Total(40, 10, 10, 10), Sentiment.NEGATIVE)
    assert found is not None
    assert found.whole == 30


def test_an_instant_of_an_address_finds_its_bucket() -> None:
    shown = view(point(0), point(1))
    assert shown.bucket(DAY.since + HOUR * 1.5) == DAY.since + HOUR
    outside = DAY.since - 100 * HOUR
    assert shown.bucket(outside) == outside
