"""The order of the queue: the due time, less what makes waiting worse, each said in plain words."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cases.sla import first_due, next_due
from desk.cases.urgency import LIKELY, Facts, answer_by, in_words, is_maybe_high
from desk.settings import DeskSettings
from storage.words import Sentiment, Urgency

SETTINGS = DeskSettings()
SEEN = datetime(2026, 11, 18, 10, tzinfo=UTC)


def words(facts: Facts) -> list[str]:
    return [reason.words for reason in answer_by(facts, SETTINGS)[1][1:]]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(SEEN), []),
        (Facts(SEEN, urgency=Urgency.HIGH), ["surely pressing: 30 min earlier"]),
        (Facts(SEEN, urgency=Urgency.HIGH, chance_high=LIKELY), ["surely pressing: 30 min earlier"]),
        (Facts(SEEN, urgency=Urgency.HIGH, chance_high=0.49), []),
        (Facts(SEEN, urgency=Urgency.NORMAL, chance_high=0.04), []),
        (Facts(SEEN, sentiment=Sentiment.NEGATIVE, confidence=0.92), ["negative, 92 % sure: 30 min earlier"]),
        (Facts(SEEN, sentiment=Sentiment.NEGATIVE, confidence=0.7), ["negative, 70 % sure: 20 min earlier"]),
        (Facts(SEEN, sentiment=Sentiment.NEGATIVE), ["negative, 0 % sure: 10 min earlier"]),
        (Facts(SEEN, sentiment=Sentiment.POSITIVE, confidence=0.99), []),
        (Facts(SEEN, contacts=3), ["third contact: 20 min earlier"]),
        (Facts(SEEN, contacts=21), ["contact no. 21: 60 min earlier"]),
        (Facts(SEEN, handovers=2), ["handed over twice: 20 min earlier"]),
        (Facts(SEEN, reopened=1), ["reopened once: 30 min earlier"]),
        (Facts(SEEN, days=1), ["1 day since the first post: 10 min earlier"]),
        (Facts(SEEN, days=30), ["30 days since the first post: 60 min earlier"]),
        (Facts(SEEN, earlier=1), ["1 other case in 90 days: 10 min earlier"]),
        (Facts(SEEN, earlier=9), ["9 other cases in 90 days: 30 min earlier"]),
        (Facts(SEEN, reach=12_000), ["reach 12,000: 10 min earlier"]),
        (Facts(SEEN, reach=999), []),
    ],
)
def test_each_reason_says_what_it_is_worth(facts: Facts, expected: list[str]) -> None:
    assert words(facts) == expected


def test_the_instant_is_the_due_time_less_the_sum_of_its_reasons() -> None:
    facts = Facts(
        SEEN,
        urgency=Urgency.NORMAL,
        sentiment=Sentiment.NEGATIVE,
        confidence=0.9,
        contacts=2,
        handovers=1,
        reopened=1,
        days=2,
        reach=200_000,
    )
    instant, reasons = answer_by(facts, SETTINGS)
    assert sum(reason.minutes for reason in reasons) == 30 + 10 + 10 + 30 + 20 + 15
    assert instant == first_due(SEEN, Urgency.NORMAL, SETTINGS.sla) - timedelta(minutes=115)


def test_the_promise_stands_first_and_takes_nothing_off() -> None:
    promise = answer_by(Facts(SEEN, urgency=Urgency.HIGH), SETTINGS)[1][0]
    assert (promise.words, promise.minutes) == ("high urgency: first answer within 30 min at any hour", 0)
    unknown = answer_by(Facts(SEEN, is_first=False), SETTINGS)[1][0]
    assert unknown.words == "urgency not known yet: next answer within 4 h in our hours"


def test_after_our_first_answer_the_next_one_is_due() -> None:
    assert answer_by(Facts(SEEN, is_first=False), SETTINGS)[0] == next_due(SEEN, None, SETTINGS.sla)


def test_a_surer_negative_post_is_never_later() -> None:
    instants = [answer_by(Facts(SEEN, sentiment=Sentiment.NEGATIVE, confidence=step / 100), SETTINGS)[0] for step in range(101)]
    assert instants == sorted(instants, reverse=True)


def test_n3_who_the_customer_is_plays_no_part_in_the_order() -> None:
    """No hidden lane: the order knows what was written and what somebody went through, and how many see it; no name, no plan, no price."""
    of_the_matter = {"since", "is_first", "urgency", "chance_high", "sentiment", "confidence", "ruled_by", "promised_at"}
    of_the_ordeal = {"contacts", "handovers", "reopened", "days", "earlier"}
    assert {field.name for field in fields(Facts)} == of_the_matter | of_the_ordeal | {"reach"}


MATTERS = st.builds(
    Facts,
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  the strategy adds the zone
    st.booleans(),
    sentiment=st.sampled_from(Sentiment),
    confidence=st.floats(0, 1),
    contacts=st.integers(1, 9),
    handovers=st.integers(0, 4),
    reopened=st.integers(0, 4),
    days=st.integers(0, 9),
    reach=st.integers(0, 200_000),
    earlier=st.integers(0, 5),
)


@given(MATTERS, st.floats(0, 1))
def test_what_only_may_be_pressing_stands_above_what_is_not_and_below_what_surely_is(matter: Facts, chance: float) -> None:
    """The threshold that misses nobody keeps its promise: a case behind it is never treated as one that can wait."""
    high = replace(matter, urgency=Urgency.HIGH, chance_high=chance)
    sure, calm = replace(high, chance_high=None), replace(matter, urgency=Urgency.NORMAL, chance_high=chance)
    instants = [answer_by(facts, SETTINGS)[0] for facts in (sure, high, calm)]
    assert instants == sorted(instants)
    assert instants[1] < instants[2]
    assert (instants[0] < instants[1]) is is_maybe_high(Urgency.HIGH, chance)


def test_what_only_may_be_pressing_goes_first_once_its_own_answer_is_due() -> None:
    """Nobody waits for ever behind what is surer."""
    maybe = answer_by(Facts(SEEN, urgency=Urgency.HIGH, chance_high=0.1), SETTINGS)[0]
    assert maybe == first_due(SEEN, Urgency.HIGH, SETTINGS.sla)
    assert answer_by(Facts(SEEN + timedelta(minutes=29), urgency=Urgency.HIGH), SETTINGS)[0] < maybe
    assert answer_by(Facts(SEEN + timedelta(minutes=31), urgency=Urgency.HIGH), SETTINGS)[0] > maybe


def test_a_reason_says_that_it_is_only_a_maybe() -> None:
    promise = answer_by(Facts(SEEN, urgency=Urgency.HIGH, chance_high=0.2), SETTINGS)[1][0]
    assert promise.words == "maybe high urgency: first answer within 30 min at any hour"


@pytest.mark.parametrize(("minutes", "expected"), [(0, "0 min"), (30, "30 min"), (90, "1 h 30 min"), (1440, "24 h")])
def test_spans_in_words(minutes: int, expected: str) -> None:
    assert in_words(timedelta(minutes=minutes)) == expected
