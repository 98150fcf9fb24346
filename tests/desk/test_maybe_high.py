"""What is high only so that nobody in need is missed stands behind what is surely high, and nobody is hidden by that."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.intake import erasure
from desk.labels import corrections, labels
from desk.labels.verdict import Answer, Verdict
from desk.queue import inbox
from desk.queue.inbox import CaseRow, QueueFilter
from storage.database import Database
from storage.models import Case, Mention, RollupHour
from storage.words import Question, Urgency
from tests.support.desk import person
from tests.support.listening import NOON, SETTINGS, classify, how_many, listening, mention, poll, post, verdict


def pressing(chance: float) -> Verdict:
    """Called high from far below one half on, as the model that ships does."""
    label = Urgency.HIGH if chance >= 0.1 else Urgency.NORMAL
    scores = {"high": chance, "normal": 1 - chance, "low": 0.0}
    return replace(verdict(), urgency=Answer(label, scores[label], scores))


@pytest.fixture
def heard(database: Database) -> Database:
    """Three customers who wrote at the same moment: one who surely cannot wait, one who may not, one who can."""
    with database.write() as session:
        listening(session)
        poll(session, post("1", "calm"), post("2", "perhaps", by="bo"), post("3", "surely", by="cy"))
        classify(session, calm=pressing(0.05), perhaps=pressing(0.2), surely=pressing(0.8))
    return database


def rows(session: Session) -> list[CaseRow]:
    return inbox.queue(session, QueueFilter(), now=NOON)


def drawn(session: Session) -> list[tuple[str, Urgency | None, bool]]:
    return [(row.preview, row.urgency, row.is_maybe_high) for row in rows(session)]


def test_the_queue_shows_the_sure_first_then_the_doubtful_then_the_others(heard: Database) -> None:
    with heard.read() as session:
        assert drawn(session) == [
            ("surely", Urgency.HIGH, False),
            ("perhaps", Urgency.HIGH, True),
            ("calm", Urgency.NORMAL, False),
        ]


def test_both_keep_the_label_the_short_promise_and_their_place_in_the_counts(heard: Database) -> None:
    with heard.read() as session:
        sure, maybe, calm = rows(session)
        assert sure.due_at == maybe.due_at
        assert maybe.due_at is not None
        assert calm.due_at is not None
        assert maybe.due_at < calm.due_at
        assert how_many(session, RollupHour, RollupHour.high == 2) > 0
        assert [row.preview for row in inbox.queue(session, QueueFilter(urgency=Urgency.HIGH), now=NOON)] == ["surely", "perhaps"]


def test_a_person_who_agrees_makes_it_sure_and_may_take_that_back(heard: Database) -> None:
    with heard.write() as session:
        by, doubtful = person(session), mention(session, "2").id
        corrections.confirm(session, doubtful, by=by, settings=SETTINGS, now=NOON)
        assert ("perhaps", Urgency.HIGH, False) in drawn(session)
        corrections.withdraw(session, doubtful, Question.URGENCY, by=by, settings=SETTINGS, now=NOON)
        assert ("perhaps", Urgency.HIGH, True) in drawn(session)


def test_a_person_who_calls_it_high_is_believed(heard: Database) -> None:
    with heard.write() as session:
        corrections.correct(session, mention(session, "1").id, Question.URGENCY, "high", by=person(session), settings=SETTINGS, now=NOON)
        assert ("calm", Urgency.HIGH, False) in drawn(session)


def test_of_several_posts_the_surest_speaks_for_the_case(heard: Database) -> None:
    with heard.write() as session:
        poll(session, post("4", "perhaps again", by="bo", thread_id="2"))
        classify(session, pressing(0.9))
        assert ("perhaps again", Urgency.HIGH, False) in drawn(session)
        poll(session, post("5", "perhaps less", by="bo", thread_id="2"))
        classify(session, pressing(0.3))
        assert ("perhaps less", Urgency.HIGH, False) in drawn(session)


def test_the_label_of_a_case_says_that_it_is_a_maybe(heard: Database) -> None:
    with heard.read() as session:
        told = {}
        for case in session.scalars(select(Case)):
            (view,) = [view for view in labels.of_case(session, case) if view.question is Question.URGENCY]
            told[case.preview] = (view.label, view.is_maybe)
        assert told == {"surely": ("high", False), "perhaps": ("high", True), "calm": ("normal", False)}


def test_the_chance_goes_with_the_words(heard: Database) -> None:
    with heard.write() as session:
        gone = mention(session, "2").id
        erasure.forget(session, gone, reason="deleted", settings=SETTINGS, now=NOON)
        session.expire_all()
        assert session.get_one(Mention, gone).chance_high is None


def test_what_was_labelled_before_chances_were_kept_stands_as_it_did(heard: Database) -> None:
    with heard.write() as session:
        case = session.scalars(select(Case).where(Case.chance_high == 0.2)).one()
        case.chance_high = None
        session.flush()
        assert ("perhaps", Urgency.HIGH, False) in drawn(session)
