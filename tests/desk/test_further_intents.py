"""A list that is narrowed by an intent finds what a post wants besides as well: who looks for customers that may leave means all of them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from desk.labels import corrections, labels, standing
from desk.labels.verdict import Verdict
from desk.queue import inbox
from desk.queue.browse import MentionFilter
from desk.queue.inbox import QueueFilter, View
from storage.database import Database
from storage.models import Case, Mention
from storage.words import Intent, Question
from tests.support.desk import person
from tests.support.listening import NOON, SETTINGS, classify, listening, mention, poll, post, verdict
from tests.support.own_labels import say


def wants(intent: Intent, *also: Intent) -> Verdict:
    return replace(verdict(intent=intent), also=also)


@pytest.fixture
def heard(database: Database) -> Database:
    """Three customers: one only complains, one complains and may leave, one leaves."""
    with database.write() as session:
        listening(session)
        poll(session, post("1", "plain"), post("2", "both", by="bo"), post("3", "leaving", by="cy"))
        both = wants(Intent.COMPLAINT, Intent.CHURN, Intent.QUESTION)
        classify(session, plain=wants(Intent.COMPLAINT), both=both, leaving=wants(Intent.CHURN))
    return database


def cases_of(database: Database, intent: Intent, view: View = "waiting", text: str = "") -> Sequence[str]:
    with database.read() as session:
        rows = inbox.queue(session, QueueFilter(view=view, intent=intent, text=text), now=NOON)
        return sorted(row.preview for row in rows)


def mentions_of(database: Database, intent: Intent) -> Sequence[str]:
    with database.read() as session:
        return sorted(row.text for row in inbox.mentions(session, MentionFilter(intent=intent), now=NOON))


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        (Intent.COMPLAINT, ["both", "plain"]),
        (Intent.CHURN, ["both", "leaving"]),
        (Intent.QUESTION, ["both"]),
        (Intent.PRAISE, []),
    ],
)
def test_an_intent_finds_what_has_it_first_or_besides(heard: Database, intent: Intent, expected: list[str]) -> None:
    assert cases_of(heard, intent) == cases_of(heard, intent, "all") == mentions_of(heard, intent) == expected


def test_words_and_intent_narrow_together(heard: Database) -> None:
    assert cases_of(heard, Intent.CHURN, text="both") == ["both"]


def test_pages_go_on_behind_the_last_row(heard: Database) -> None:
    shown = QueueFilter(intent=Intent.CHURN)
    with heard.read() as session:
        first = inbox.queue(session, shown, now=NOON, limit=1)
        rest = inbox.queue(session, replace(shown, after=inbox.cursor_behind(first, shown)), now=NOON, limit=9)
        assert len(first) == len(rest) == 1
        assert first[0].id != rest[0].id


def test_what_a_person_says_replaces_the_first_intent_alone(heard: Database) -> None:
    with heard.write() as session:
        by = person(session)
        corrections.correct(session, mention(session, "2").id, Question.INTENT, "praise", by=by, settings=SETTINGS, now=NOON)
    assert cases_of(heard, Intent.PRAISE) == ["both"]
    assert cases_of(heard, Intent.CHURN) == ["both", "leaving"]
    assert cases_of(heard, Intent.COMPLAINT) == ["plain"]


def test_a_later_verdict_takes_what_it_does_not_see_any_more(heard: Database) -> None:
    with heard.write() as session:
        poll(session, post("2", "both, edited", by="bo"))
        classify(session, wants(Intent.COMPLAINT), version="2")
    assert cases_of(heard, Intent.CHURN) == ["leaving"]
    with heard.read() as session:
        assert set(session.scalars(select(Case.also))) == set(session.scalars(select(Mention.also))) == {""}


class TestBesideTheLabel:
    def test_they_stand_beside_the_intent_of_the_models_last_word(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"))
            say(session, {}, replace(verdict(), also=(Intent.QUESTION, Intent.CHURN)))
            found = mention(session)
            assert standing.also(session, [found.id, 999]) == {found.id: (Intent.QUESTION, Intent.CHURN)}
            case = session.get_one(Case, found.case_id)
            shown = {view.question: view.also for view in labels.of_case(session, case)}
            assert shown[Question.INTENT] == ("question", "churn")
            assert {also for question, also in shown.items() if question is not Question.INTENT} == {()}

    def test_what_a_person_made_the_intent_is_not_said_twice(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"))
            say(session, {}, replace(verdict(), also=(Intent.QUESTION, Intent.CHURN)))
            corrections.correct(session, mention(session).id, Question.INTENT, "churn", by=person(session), settings=SETTINGS, now=NOON)
            case = session.get_one(Case, mention(session).case_id)
            (view,) = [one for one in labels.of_case(session, case) if one.question is Question.INTENT]
            assert (view.label, view.also) == ("churn", ("question",))
