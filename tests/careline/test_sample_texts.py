"""The sample workspace's texts: enough of them, no two alike, and placed by a pure function of time."""

import itertools
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from careline.sample.corpus import SampleRow, arriving, history
from careline.sample.timeline import CATCH_UP, posted_between
from storage.words import Intent, Outcome, Sentiment, Urgency

BEGAN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2)))


def test_there_are_six_hundred_over_six_sources() -> None:
    by_source = Counter(row.source for row in history())
    assert len(history()) >= 600
    assert len(by_source) == 6
    assert min(by_source.values()) >= 60


def test_no_two_texts_are_alike_but_the_intended_near_duplicates() -> None:
    rows = [(row, shingles(row.text)) for row in (*history(), *arriving())]
    alike = [(a, b) for (a, x), (b, y) in itertools.combinations(rows, 2) if len(x & y) > 0.8 * len(x | y)]
    assert [(a.id, b.id) for a, b in alike if not {*a.tags} & {*b.tags} & {"neardup"}] == []
    assert alike


def is_well_labelled(row: SampleRow) -> bool:
    labels = row.labels
    words = labels["sentiment"] in set(Sentiment), labels["intent"] in set(Intent), labels["urgency"] in set(Urgency)
    return all(words) and {type(labels["needs_reply"]), type(labels["abusive"])} == {bool}


def test_labels_use_the_words_of_the_product() -> None:
    assert [row.id for row in (*history(), *arriving()) if not is_well_labelled(row)] == []


def test_exactly_the_solved_answers_carry_a_resolution() -> None:
    answers = [(row.id, row.answer) for row in history() if row.answer]
    assert len(answers) > 150
    assert [name for name, a in answers if (Outcome(a.outcome) is Outcome.SOLVED) != (a.resolution is not None)] == []


@pytest.mark.parametrize("hour", [0, 5, 9, 17, 23])
def test_a_new_workspace_sees_the_whole_month_at_any_hour(hour: int) -> None:
    began = BEGAN.replace(hour=hour, minute=1)
    placed = list(posted_between(began, None, began))
    assert len(placed) == len(history())
    assert all(began - timedelta(days=31) < p.posted_at <= began for p in placed)
    assert sum(p.posted_at > began - timedelta(days=1) for p in placed) >= 60


def test_an_answer_stands_after_what_it_answers() -> None:
    placed = {p.row.id: p for p in posted_between(BEGAN, None, BEGAN)}
    answering = [p for p in placed.values() if p.row.reply_to]
    assert answering
    assert all(placed[p.row.reply_to or ""].posted_at <= p.posted_at for p in answering)


def test_looking_often_or_seldom_gives_the_same_posts() -> None:
    until = BEGAN + timedelta(hours=5)
    seldom = [(p.external_id, p.posted_at) for p in posted_between(BEGAN, BEGAN, until)]
    steps = [BEGAN + timedelta(minutes=m) for m in range(0, 301, 7)] + [until]
    often = [(p.external_id, p.posted_at) for a, b in itertools.pairwise(steps) for p in posted_between(BEGAN, a, b)]
    assert often == seldom
    assert len(seldom) == 100


def test_after_a_week_away_only_the_last_hours_are_caught_up() -> None:
    until = BEGAN + timedelta(days=7)
    placed = list(posted_between(BEGAN, BEGAN + timedelta(hours=1), until))
    assert placed[0].posted_at >= until - CATCH_UP
    assert len(placed) == 120
    assert len({p.external_id for p in placed}) == 120


def test_later_cycles_never_repeat_an_id() -> None:
    seen: Counter[str] = Counter()
    for day in range(6):
        start = BEGAN + timedelta(days=day)
        seen.update(
            p.external_id
            for hour in range(0, 24, 6)
            for p in posted_between(BEGAN, start + timedelta(hours=hour), start + timedelta(hours=hour + 6))
        )
    assert max(seen.values()) == 1
    assert len(seen) > 2000
