from datetime import UTC, datetime, timedelta

import pytest

from dashboard import trend_words
from dashboard.shares import Share
from desk.figures.trends import Span
from storage.words import LookResult

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 14, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = "Europe/London"


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (412, 349, "18 % more than in the 7 days before"),
        (349, 412, "15 % fewer than in the 7 days before"),
        (300, 300, "as many as in the 7 days before"),
        (1001, 1000, "as many as in the 7 days before"),
        (640, 200, "3.2 times as many as in the 7 days before"),
        (600, 200, "3 times as many as in the 7 days before"),
        (12, 0, "none in the 7 days before"),
        (0, 0, "as many as in the 7 days before"),
        (12, 4, "8 more than in the 7 days before"),
        (4, 12, "8 fewer than in the 7 days before"),
        (0, 40, "100 % fewer than in the 7 days before"),
    ],
)
def test_a_count_is_compared_in_words(now: int, before: int, said: str) -> None:
    assert trend_words.change(now, before, days=7) == said


def test_the_headline_is_one_sentence() -> None:
    assert trend_words.headline(412, (410, 349), days=7) == "412 mentions in the last 7 days, 17 % more than in the 7 days before."
    assert trend_words.headline(1, (1, 0), days=1) == "1 mention in the last 24 hours, none in the 24 hours before."


def test_a_hidden_share_says_so() -> None:
    assert trend_words.share_words(None, 12) == "share hidden below 30 (n = 12)"
    assert trend_words.share_words(Share(0.314, 0.27, 0.36, 412), 412) == "31 % of 412"


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (0.31, 0.25, "6 points more than in the 7 days before"),
        (0.25, 0.31, "6 points less than in the 7 days before"),
        (0.254, 0.251, "the same share as in the 7 days before"),
    ],
)
def test_shares_are_compared_in_points(now: float, before: float, said: str) -> None:
    assert trend_words.points(Share(now, 0, 1, 50), Share(before, 0, 1, 50), days=7) == said


def test_a_hidden_share_is_compared_with_nothing() -> None:
    assert trend_words.points(Share(0.3, 0, 1, 50), None, days=7) == ""
    assert trend_words.points(None, Share(0.3, 0, 1, 50), days=7) == ""


def span(feed: str, after: float, hours: float, result: LookResult = LookResult.THROTTLED) -> Span:
    return Span(feed, NOON + HOUR * after, NOON + HOUR * (after + hours), result)


def test_a_blind_feed_is_one_sentence_with_feed_time_and_reason() -> None:
    assert trend_words.blind_sentences([span("orders", 0, 2.5)], now=NOW, zone=ZONE) == [
        "orders was blind for 2 h 30 min, from Tue 17 Nov 12:00 to Tue 17 Nov 14:30: it had to wait for the platform's rate limit."
    ]


def test_a_feed_that_is_blind_still_is_told_apart() -> None:
    still = Span("orders", NOW - 3 * HOUR, NOW, LookResult.UNAUTHORIZED)
    assert trend_words.blind_sentences([still], now=NOW, zone=ZONE) == [
        "orders has been blind for 3 h, since Sun 22 Nov 11:20: it was not let in: its credential was refused."
    ]


def test_several_spells_are_one_sentence_and_never_counted_twice() -> None:
    (said,) = trend_words.blind_sentences([span("orders", 1, 2), span("orders", 0, 2), span("orders", 10, 1)], now=NOW, zone=ZONE)
    assert said.startswith("orders was blind for 4 h in 3 spells, the last from Tue 17 Nov 22:00 to")


def test_the_longest_come_first_and_the_rest_are_counted() -> None:
    spans = [span(f"feed {hours}", 0, hours) for hours in (1, 5, 2, 4, 3)]
    said = trend_words.blind_sentences(spans, now=NOW, zone=ZONE)
    assert [sentence.split(" was")[0] for sentence in said[:3]] == ["feed 5", "feed 4", "feed 3"]
    assert said[3:] == ["2 more feeds were blind in this period."]


@pytest.mark.parametrize("result", list(LookResult))
def test_every_result_has_a_reason(result: LookResult) -> None:
    assert len(trend_words.reason(result)) > 10
