"""Agreement between the classifier and the team: what counts as looked at, how it is grouped, and when drift is told."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from desk.cases.cases import claim
from desk.labels import corrections, training
from desk.labels.accuracy import Agreement, Drift, accuracy
from desk.outcomes import outcomes
from desk.outcomes.outcomes import ResolutionDraft
from storage.database import Database
from storage.models import Person
from storage.words import Outcome, Question, Sentiment
from tests.support.desk import person
from tests.support.listening import NOON, SETTINGS, classify, feed_id, mention, poll, post, verdict

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def hear(session: Session, *names: str, version: str = "1", **page: str) -> None:
    poll(session, *[post(name, f"text {name}", by=name) for name in names], **page)  # type: ignore[arg-type]
    classify(session, version=version)


def correct(session: Session, name: str, label: str, *, by: Person, at: datetime = NOON) -> None:
    corrections.correct(session, mention(session, name).id, Question.SENTIMENT, label, by=by, settings=SETTINGS, now=at)


def confirm(session: Session, name: str, *, by: Person, at: datetime = NOON) -> None:
    corrections.confirm(session, mention(session, name).id, by=by, settings=SETTINGS, now=at)


def close(session: Session, name: str, outcome: Outcome, *, by: Person) -> None:
    case_id = mention(session, name).case_id or 0
    claim(session, case_id, by=by, now=NOON)
    told = ResolutionDraft("cause", "fix", "evidence") if outcome is Outcome.SOLVED else None
    outcomes.close(session, case_id, outcome=outcome, by=by, now=NOON, resolution=told)


def test_corrections_and_confirmations_are_what_was_looked_at(listened: Database) -> None:
    with listened.write() as session:
        ana = person(session)
        hear(session, "a", "b", "c")
        correct(session, "a", "positive", by=ana)
        confirm(session, "b", by=ana)
        found = accuracy(session, now=NOON + DAY, zone="UTC")
        assert found.by_question[Question.SENTIMENT] == Agreement(2, 1)
        assert found.by_question[Question.INTENT] == Agreement(1, 1)
        assert found.by_label[Question.SENTIMENT, "negative"] == Agreement(2, 1)
        assert found.by_version[Question.SENTIMENT, "fake 1"] == Agreement(2, 1)
        assert found.by_week == {(question, date(2026, 11, 16)): one for question, one in found.by_question.items()}


def test_what_was_taken_back_or_never_labelled_by_a_model_is_not_counted(listened: Database) -> None:
    with listened.write() as session:
        ana = person(session)
        hear(session, "a")
        correct(session, "a", "positive", by=ana)
        correct(session, "a", "negative", by=ana)
        poll(session, post("b", by="b"))
        correct(session, "b", "positive", by=ana)
        assert accuracy(session, now=NOON + DAY, zone="UTC").by_question == {}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(Outcome.SOLVED, Agreement(1, 1)), (Outcome.NO_ACTION, Agreement(1, 0)), (Outcome.SPAM, Agreement(1, 0)), (Outcome.DUPLICATE, None)],
)
def test_how_a_person_closed_a_case_says_whether_it_needed_a_reply(
    listened: Database, outcome: Outcome, expected: Agreement | None
) -> None:
    with listened.write() as session:
        hear(session, "a")
        close(session, "a", outcome, by=person(session))
        found = accuracy(session, now=NOON + DAY, zone="UTC").by_question
        assert found == ({Question.NEEDS_REPLY: expected} if expected else {})


def test_a_word_about_the_label_outweighs_the_end_of_its_case(listened: Database) -> None:
    with listened.write() as session:
        ana = person(session)
        hear(session, "a")
        confirm(session, "a", by=ana)
        close(session, "a", Outcome.NO_ACTION, by=ana)
        assert accuracy(session, now=NOON + DAY, zone="UTC").by_question[Question.NEEDS_REPLY] == Agreement(1, 1)


def test_a_mention_of_two_feeds_counts_in_both_and_once_in_all(listened: Database) -> None:
    with listened.write() as session:
        hear(session, "a")
        poll(session, post("a", "text a", by="a"), feed="mentions")
        correct(session, "a", "positive", by=person(session))
        found = accuracy(session, now=NOON + DAY, zone="UTC")
        feeds = {(Question.SENTIMENT, feed_id(session, name)): Agreement(1, 0) for name in ("acme", "mentions")}
        assert (found.by_feed, found.by_question[Question.SENTIMENT]) == (feeds, Agreement(1, 0))


def test_drift_is_told_only_when_the_intervals_are_apart(listened: Database) -> None:
    with listened.write() as session:
        ana = person(session)
        names = [f"m{n}" for n in range(40)]
        hear(session, *names)
        for place, name in enumerate(names):
            at = NOON - (6 if place < 25 else 1) * WEEK
            if place < 25:
                confirm(session, name, by=ana, at=at)
            else:
                correct(session, name, "neutral", by=ana, at=at)
        drift = accuracy(session, now=NOON, zone="UTC").drift
        assert drift[Question.SENTIMENT] == Drift(Agreement(15, 0), Agreement(25, 25))
        assert drift[Question.SENTIMENT].has_fallen
        assert not drift[Question.SENTIMENT].has_risen
        assert not drift[Question.INTENT].has_fallen


@pytest.mark.parametrize(
    ("recent", "before", "fallen"),
    [((8, 10), (95, 100), False), ((60, 100), (95, 100), True), ((0, 0), (95, 100), False), ((99, 100), (60, 100), False)],
)
def test_a_fall_that_may_be_chance_is_none(recent: tuple[int, int], before: tuple[int, int], fallen: bool) -> None:
    drift = Drift(Agreement(recent[1], recent[0]), Agreement(before[1], before[0]))
    assert drift.has_fallen is fallen


def test_an_interval_of_nothing_is_everything() -> None:
    assert (Agreement(0, 0).share, Agreement(0, 0).interval) == (None, (0.0, 1.0))
    low, high = Agreement(10, 9).interval
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)


def test_only_sources_that_allow_it_are_handed_to_training(listened: Database) -> None:
    with listened.write() as session:
        ana = person(session)
        hear(session, "a")
        poll(session, post("b", "Cannot log in", by="b", title="Help"), post("c", "fine", by="c"), feed="forum")
        classify(session, verdict(Sentiment.NEUTRAL))
        for name in ("a", "b"):
            correct(session, name, "positive", by=ana)
        corrections.confirm(session, mention(session, "b").id, by=ana, settings=SETTINGS, now=NOON, questions=(Question.ABUSIVE,))
        assert list(training.corrections(session)) == [
            {"text": "Help\nCannot log in", "language": "en", "source": "rss", "sentiment": Sentiment.POSITIVE, "abusive": False}
        ]
        poll(session, post("b", "Logged in", by="b", title="Help", edited_at=NOON + DAY), feed="forum", now=NOON + DAY)
        assert list(training.corrections(session)) == []
