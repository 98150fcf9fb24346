from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard import feed_words
from dashboard.feed_words import State
from desk.feeds.feeds import FeedHealth
from storage.words import LookResult, Origin

NOW = datetime(2026, 11, 22, 14, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FEED = FeedHealth(
    id=1,
    name="Orders",
    source="x",
    site="",
    kind="search",
    query="acme",
    brand="Acme",
    interval_s=300,
    enabled=True,
    origin=Origin.BOARD,
    last_look_at=NOW - 3 * MINUTE,
    last_result=LookResult.LOOKED,
    words="",
    since=None,
    next_poll_at=NOW + 2 * MINUTE,
    new_24h=0,
    mentions=0,
)


def feed(**changed: Any) -> FeedHealth:
    return replace(FEED, **changed)


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        (feed(), State.WORKS),
        (feed(last_result=LookResult.EMPTY), State.WORKS),
        (feed(last_look_at=None, last_result=None), State.UNSEEN),
        (feed(enabled=False, since=NOW, last_result=LookResult.REFUSED), State.PAUSED),
        (feed(source="archive", enabled=False), State.IMPORTED),
        (feed(source="webhook", next_poll_at=NOW - 60 * MINUTE), State.DELIVERED),
        (feed(source="webhook", last_look_at=None, last_result=None), State.UNSEEN),
        (feed(source="webhook", enabled=False), State.PAUSED),
        (feed(since=NOW, last_result=LookResult.UNAUTHORIZED), State.NEEDS_YOU),
        (feed(since=NOW, last_result=LookResult.CREDIT_USED_UP), State.NEEDS_YOU),
        (feed(since=NOW, last_result=LookResult.THROTTLED), State.RETRYING),
        (feed(since=NOW, last_result=LookResult.UNAVAILABLE), State.RETRYING),
        (feed(since=NOW, last_result=LookResult.EMPTY), State.LATE),
        (feed(since=NOW, last_look_at=None, last_result=None), State.LATE),
    ],
)
def test_a_feed_is_in_one_state_that_says_what_it_needs(shown: FeedHealth, state: State) -> None:
    assert feed_words.state(shown) is state


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_word_a_colour_and_an_icon(state: State) -> None:
    assert feed_words.COLOURS[state]
    assert feed_words.ICONS[state].startswith(":material/")


def test_what_needs_somebody_comes_first() -> None:
    feeds = [
        feed(name="b works"),
        feed(name="A works"),
        feed(name="paused", enabled=False),
        feed(name="refused", since=NOW, last_result=LookResult.REFUSED),
        feed(name="waits", since=NOW, last_result=LookResult.THROTTLED),
    ]
    assert [shown.name for shown in feed_words.in_order(feeds)] == ["refused", "waits", "A works", "b works", "paused"]


def test_the_sum_of_all_feeds_is_one_sentence() -> None:
    feeds = [feed(), feed(), feed(enabled=False), feed(since=NOW, last_result=LookResult.REFUSED)]
    assert feed_words.summary(feeds) == "1 needs you, 2 feeds work, 1 is paused."
    assert feed_words.summary([]) == "No feed listens yet."


def test_a_feed_in_one_line() -> None:
    assert feed_words.what(feed()) == "X · Search · Acme · every 5 min"
    assert feed_words.what(feed(source="rss", kind="", site="forum.example")) == "RSS · forum.example · Feed · Acme · every 5 min"
    assert feed_words.what(feed(source="archive", kind="")) == "Archive · Acme"


def test_looks_behind_and_before() -> None:
    assert (feed_words.last_look(feed(), NOW), feed_words.next_look(feed(), NOW)) == ("3 min ago", "in 2 min")
    assert (feed_words.last_look(feed(last_look_at=None), NOW), feed_words.next_look(feed(next_poll_at=NOW), NOW)) == ("never", "now")
    assert feed_words.next_look(feed(enabled=False), NOW) == "none"


def test_a_test_tells_its_price_and_that_of_a_day() -> None:
    costs = [{"currency": "USD", "micros": 85_000, "micros_per_day": 12_240_000}]
    assert feed_words.prices(costs) == "This test cost $0.085; if every look of a day found as much, the day would cost $12.24."
    assert feed_words.prices([]) == "This test cost nothing."
    assert feed_words.prices([{"currency": "USD", "micros": 0, "micros_per_day": 0}]) == "This test cost nothing."


@pytest.mark.parametrize("result", list(LookResult))
def test_a_test_that_could_not_look_says_why(result: LookResult) -> None:
    assert bool(feed_words.refusal(result.value)) is (result not in {LookResult.LOOKED, LookResult.EMPTY})
