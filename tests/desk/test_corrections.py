"""A person's word about a label: it holds over every model, moves the counts, and orders the queue."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.cases.urgency import MOST_EARLIER
from desk.errors import Invalid, NotAllowed, NotFound
from desk.figures import rollups
from desk.intake import ingest
from desk.labels import corrections, triage
from desk.labels.corrections import Corrected
from desk.labels.reading import Waiting
from desk.labels.standing import CHOICES, standing
from desk.labels.verdict import Verdict
from desk.outcomes import outcomes
from storage.check import check
from storage.database import Database
from storage.models import Audit, Case, Correction, Mention, Person, RollupHour
from storage.words import CaseStatus, Flag, Intent, Outcome, Question, Role, Sentiment, Urgency
from tests.support.desk import person
from tests.support.listening import (
    HOUR,
    MINUTE,
    NO_MATTER,
    NOON,
    SETTINGS,
    THANKS,
    classify,
    how_many,
    listening,
    mention,
    poll,
    post,
    verdict,
)


@pytest.fixture
def listened(database: Database) -> Database:
    """One post was heard and labelled: a complaint that needs a reply."""
    with database.write() as session:
        listening(session)
        poll(session, post("1"))
        classify(session)
    return database


def correct(session: Session, question: Question, label: str, *, by: Person, of: str = "1") -> Corrected:
    return corrections.correct(session, mention(session, of).id, question, label, by=by, settings=SETTINGS, now=NOON + MINUTE)


def say_again(session: Session, said: Verdict, version: str, of: str = "1") -> None:
    """Another version of the engine speaks on the same text."""
    found = mention(session, of)
    results = [(Waiting(found.id, found.revision, found.text), said)]
    triage.record(session, results, engine="fake", version=version, settings=SETTINGS, now=NOON + HOUR)


def counts(session: Session) -> tuple[int, int, int]:
    found = session.execute(select(RollupHour.negative, RollupHour.positive, RollupHour.n).where(RollupHour.scope == 0)).one()
    return found.negative, found.positive, found.n


def only_case(session: Session) -> Case:
    return session.scalars(select(Case).execution_options(populate_existing=True)).one()


class TestCorrecting:
    def test_a_correction_is_kept_with_its_person_and_with_what_the_model_had_said(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            done = correct(session, Question.SENTIMENT, "positive", by=ana)
            row = session.scalars(select(Correction)).one()
            assert (done.before, done.after) == ("negative", "positive")
            assert (row.label, row.said, row.confidence, row.engine, row.version) == ("positive", "negative", 0.92, "fake", "1")
            assert (row.person_id, row.at, row.revision) == (ana.id, NOON + MINUTE, 1)
            assert mention(session).sentiment is Sentiment.POSITIVE
            act = session.scalars(select(Audit).where(Audit.verb == "correct")).one()
            assert (act.person_id, act.case_id, act.detail) == (
                ana.id,
                only_case(session).id,
                {"question": "sentiment", "was": "negative", "label": "positive"},
            )

    def test_it_moves_the_counts(self, listened: Database) -> None:
        with listened.write() as session:
            assert counts(session) == (1, 0, 1)
            correct(session, Question.SENTIMENT, "positive", by=person(session))
            assert counts(session) == (0, 1, 1)
            assert rollups.check(session) == []

    @pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.ADMIN, Role.MARKETER])
    def test_who_answers_or_reads_trends_may_correct(self, listened: Database, role: Role) -> None:
        with listened.write() as session:
            assert correct(session, Question.INTENT, "churn", by=person(session, "Cy", role)).after == "churn"

    @pytest.mark.parametrize("role", [Role.OPS, Role.READER])
    def test_others_may_not(self, listened: Database, role: Role) -> None:
        with listened.write() as session:
            with pytest.raises(NotAllowed):
                correct(session, Question.INTENT, "churn", by=person(session, "Cy", role))
            with pytest.raises(NotAllowed):
                corrections.confirm(session, mention(session).id, by=person(session, "Di", role), settings=SETTINGS, now=NOON)
            assert how_many(session, Correction) == 0

    def test_a_label_that_there_is_not_is_refused(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            for question, label in ((Question.SENTIMENT, "happy"), (Question.URGENCY, "negative"), (Question.ABUSIVE, "")):
                with pytest.raises(Invalid):
                    correct(session, question, label, by=ana)
            with pytest.raises(NotFound):
                corrections.correct(session, 4242, Question.INTENT, "spam", by=ana, settings=SETTINGS, now=NOON)

    def test_neither_our_own_post_nor_an_erased_one_has_labels(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            poll(session, post("2", by="acmecare"))
            with pytest.raises(Invalid):
                correct(session, Question.INTENT, "spam", by=ana, of="2")
            correct(session, Question.INTENT, "churn", by=ana)
            gone = mention(session).id
            ingest.forget(session, gone, reason="erasure", now=NOON)
            with pytest.raises(Invalid):
                corrections.correct(session, gone, Question.INTENT, "spam", by=ana, settings=SETTINGS, now=NOON)
            assert how_many(session, Correction) == 0
            assert [str(fault) for fault in check(session)] == []

    def test_the_label_that_is_in_force_already_writes_nothing(self, listened: Database) -> None:
        with listened.write() as session:
            correct(session, Question.SENTIMENT, "negative", by=person(session))
            assert how_many(session, Correction) == how_many(session, Audit, Audit.verb == "correct") == 0


class TestModels:
    def test_no_later_model_overwrites_a_persons_word(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            correct(session, Question.SENTIMENT, "positive", by=ana)
            correct(session, Question.URGENCY, "high", by=ana)
            say_again(session, verdict(Sentiment.NEUTRAL, Intent.OTHER, needs_reply=False, urgency=Urgency.LOW), "2")
            found = mention(session)
            assert (found.sentiment, found.urgency, found.confidence) == (Sentiment.POSITIVE, Urgency.HIGH, 1.0)
            assert (found.intent, found.needs_reply) == (Intent.OTHER, False)
            assert rollups.check(session) == []

    def test_what_was_corrected_before_any_verdict_holds_when_it_comes(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"))
            correct(session, Question.INTENT, "purchase", by=person(session))
            classify(session)
            assert mention(session).intent is Intent.PURCHASE
            assert session.scalars(select(Correction)).one().said is None
            assert rollups.check(session) == []

    def test_an_edited_text_keeps_the_correction_and_asks_a_person_to_look(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            correct(session, Question.SENTIMENT, "positive", by=ana)
            poll(session, post("1", "It is worse than ever"), now=NOON + HOUR)
            classify(session, now=NOON + HOUR)
            found = mention(session)
            assert (found.revision, found.sentiment, found.flag) == (2, Sentiment.POSITIVE, Flag.UNSURE)
            assert only_case(session).flag == Flag.UNSURE
            assert corrections.confirm(session, found.id, by=ana, settings=SETTINGS, now=NOON + HOUR) == 5
            assert (found.flag, only_case(session).flag) == (None, None)

    def test_an_edit_that_was_taken_back_leaves_no_doubt(self, listened: Database) -> None:
        with listened.write() as session:
            correct(session, Question.SENTIMENT, "positive", by=person(session))
            for minutes, text in ((10, "Changed"), (20, "My parcel has not arrived")):
                at = NOON + minutes * MINUTE
                poll(session, post("1", text, edited_at=at), now=at)
                classify(session, now=at)
            assert (mention(session).revision, mention(session).flag) == (3, None)


class TestTakingBack:
    def test_the_models_own_label_takes_a_correction_back(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            for label in ("positive", "neutral", "negative"):
                correct(session, Question.SENTIMENT, label, by=ana)
            found = mention(session)
            assert standing(session, [found.id]) == {}
            assert (found.sentiment, found.confidence) == (Sentiment.NEGATIVE, 0.92)
            assert how_many(session, Correction, Correction.withdrawn_by_id == ana.id) == 2
            assert counts(session) == (1, 0, 1)

    def test_a_word_that_is_withdrawn_leaves_the_one_before_it(self, listened: Database) -> None:
        with listened.write() as session:
            ana, bo = person(session), person(session, "Bo Lind")
            found = mention(session)
            correct(session, Question.SENTIMENT, "neutral", by=ana)
            correct(session, Question.SENTIMENT, "positive", by=bo)
            done = corrections.withdraw(session, found.id, Question.SENTIMENT, by=bo, settings=SETTINGS, now=NOON + HOUR)
            assert (done.before, done.after) == ("positive", "neutral")
            assert standing(session, [found.id])[found.id][Question.SENTIMENT].person == "Ana Moss"
            corrections.withdraw(session, found.id, Question.SENTIMENT, by=bo, settings=SETTINGS, now=NOON + HOUR)
            with pytest.raises(NotFound):
                corrections.withdraw(session, found.id, Question.SENTIMENT, by=bo, settings=SETTINGS, now=NOON + HOUR)
            assert found.sentiment is Sentiment.NEGATIVE
            assert rollups.check(session) == []

    def test_the_newest_model_speaks_again(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            correct(session, Question.INTENT, "spam", by=ana)
            say_again(session, verdict(intent=Intent.CHURN), "2")
            assert mention(session).intent is Intent.SPAM
            correct(session, Question.INTENT, "churn", by=ana)
            assert standing(session, [mention(session).id]) == {}
            assert mention(session).intent is Intent.CHURN

    def test_a_confirmation_under_a_correction_comes_to_light_again(self, listened: Database) -> None:
        with listened.write() as session:
            ana, found = person(session), mention(session)
            corrections.confirm(session, found.id, by=ana, settings=SETTINGS, now=NOON)
            correct(session, Question.INTENT, "spam", by=ana)
            correct(session, Question.INTENT, "complaint", by=ana)
            (word,) = [one for one in standing(session, [found.id])[found.id].values() if one.question is Question.INTENT]
            assert (word.label, word.is_correction) == ("complaint", False)


class TestCases:
    def test_another_urgency_changes_the_place_in_the_queue(self, listened: Database) -> None:
        with listened.write() as session:
            before = only_case(session).answer_by
            correct(session, Question.URGENCY, "high", by=person(session))
            case = only_case(session)
            assert case.urgency is Urgency.HIGH
            assert before - case.answer_by >= timedelta(hours=3)
            assert before - case.answer_by <= MOST_EARLIER + timedelta(hours=4)
            assert "high urgency" in case.reasons[0]["words"]

    def test_who_needs_a_reply_after_all_gets_a_case(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"))
            classify(session, NO_MATTER)
            assert how_many(session, Case) == 0
            done = correct(session, Question.NEEDS_REPLY, "true", by=person(session))
            assert (done.opened, done.case_id) == (True, only_case(session).id)
            assert only_case(session).opening_mention_id == mention(session).id

    def test_who_is_in_danger_after_all_gets_a_case(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"))
            classify(session, NO_MATTER)
            assert correct(session, Question.SENTIMENT, "negative", by=person(session)).opened is False
            assert correct(session, Question.URGENCY, "high", by=person(session, "Bo Lind")).opened is True

    def test_talk_about_a_competitor_makes_no_case(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"), feed="rival")
            classify(session, NO_MATTER)
            assert correct(session, Question.NEEDS_REPLY, "true", by=person(session)).case_id is None
            assert how_many(session, Case) == 0
            assert rollups.check(session) == []

    def test_no_case_closes_by_itself(self, listened: Database) -> None:
        with listened.write() as session:
            correct(session, Question.NEEDS_REPLY, "false", by=person(session))
            assert only_case(session).status is CaseStatus.NEW
            assert mention(session).needs_reply is False

    def test_a_closed_case_stays_closed(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            case = cases.claim(session, only_case(session).id, by=ana, now=NOON)
            outcomes.close(session, case.id, outcome=Outcome.NO_ACTION, by=ana, now=NOON)
            correct(session, Question.URGENCY, "high", by=ana)
            assert (only_case(session).status, only_case(session).urgency) == (CaseStatus.CLOSED, Urgency.HIGH)


class TestDoubts:
    def test_a_doubt_is_settled_by_the_label_that_it_was_about(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"))
            classify(session, verdict(unsure=("intent", "sentiment")))
            ana = person(session)
            correct(session, Question.INTENT, "churn", by=ana)
            assert (mention(session).flag, only_case(session).flag) == (Flag.UNSURE, Flag.UNSURE)
            correct(session, Question.SENTIMENT, "neutral", by=ana)
            assert (mention(session).flag, only_case(session).flag) == (None, None)
            correct(session, Question.SENTIMENT, "negative", by=ana)
            assert mention(session).flag is Flag.UNSURE

    def test_a_doubt_about_the_language_is_one_about_every_label(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(session, post("1"))
            classify(session, verdict(unsure=("language",)))
            ana = person(session)
            correct(session, Question.INTENT, "churn", by=ana)
            assert mention(session).flag is Flag.UNSURE
            assert corrections.confirm(session, mention(session).id, by=ana, settings=SETTINGS, now=NOON) == 4
            assert mention(session).flag is None

    def test_labels_are_confirmed_once(self, listened: Database) -> None:
        with listened.write() as session:
            ana, found = person(session), mention(session)
            some = (Question.URGENCY, Question.ABUSIVE)
            assert corrections.confirm(session, found.id, by=ana, settings=SETTINGS, now=NOON, questions=some) == 2
            assert corrections.confirm(session, found.id, by=ana, settings=SETTINGS, now=NOON) == 3
            assert corrections.confirm(session, found.id, by=ana, settings=SETTINGS, now=NOON) == 0
            assert how_many(session, Audit, Audit.verb == "confirm") == 2
            say_again(session, THANKS, "2")
            assert found.sentiment is Sentiment.NEGATIVE


@pytest.mark.parametrize("seed", range(4))
def test_counts_equal_a_recount_after_any_corrections(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    with database.write() as session:
        listening(session)
        ana = person(session)
        for step in range(40):
            feed = chance.choice(("acme", "mentions", "rival"))
            number = str(chance.randrange(5))
            match chance.randrange(5):
                case 0:
                    poll(session, post(number, f"text {chance.randrange(3)}"), feed=feed, now=NOON + step * MINUTE)
                case 1:
                    said = verdict(
                        chance.choice(list(Sentiment)), needs_reply=chance.random() < 0.5, unsure=chance.choice([(), ("intent",)])
                    )
                    classify(session, said, now=NOON + step * MINUTE, version=str(step))
                case act:
                    _speak(session, chance, act, ana)
            assert [str(fault) for fault in rollups.check(session)] == []
        theirs = standing(session, list(session.scalars(select(Mention.id))))
        for mention_id, found in theirs.items():
            row = session.get_one(Mention, mention_id)
            assert {one: CHOICES[one][word.label] for one, word in found.items()} == {one: getattr(row, one) for one in found}


def _speak(session: Session, chance: random.Random, act: int, by: Person) -> None:
    ids = list(session.scalars(select(Mention.id)))
    if not ids:
        return
    question, mention_id = chance.choice(list(Question)), chance.choice(ids)
    if act == 4 and question in standing(session, [mention_id]).get(mention_id, {}):
        corrections.withdraw(session, mention_id, question, by=by, settings=SETTINGS, now=NOON)
    elif act == 3:
        corrections.confirm(session, mention_id, by=by, settings=SETTINGS, now=NOON)
    else:
        corrections.correct(session, mention_id, question, chance.choice(list(CHOICES[question])), by=by, settings=SETTINGS, now=NOON)
