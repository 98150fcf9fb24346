"""A model is tried beside the one in force, compared, and takes over: nothing moves before a lead says so, and then open posts are read again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.errors import Invalid, NotAllowed, NotFound
from desk.intake import erasure
from desk.labels import corrections, models, rereading, trials
from desk.labels.triage import Recorded
from desk.labels.verdict import Verdict
from desk.outcomes import outcomes
from storage.database import Database
from storage.models import Audit, Case, Correction, Mention, Model, ModelTrial, Person, RollupHour, Triage
from storage.recount import EVERYTHING, differences
from storage.words import ModelState, Outcome, Question, Role, Sentiment, Urgency
from tests.support.desk import lead, person
from tests.support.listening import NO_MATTER, NOON, SETTINGS, classify, how_many, mention, poll, post, verdict
from tests.support.models import BASE, CALM, OTHER, heard, in_force, offered, tried

LATER = NOON + timedelta(hours=1)


def state_of(session: Session, model_id: int) -> ModelState:
    return session.scalars(select(Model.state).where(Model.id == model_id)).one()


def labels_of(session: Session) -> list[tuple[object, ...]]:
    rows = session.execute(
        select(Mention.sentiment, Mention.intent, Mention.urgency, Mention.needs_reply, Mention.case_id).order_by(Mention.id)
    )
    return [tuple(row) for row in rows]


def read_again(session: Session, said: Verdict, *, version: str = "2", limit: int = 100) -> Recorded | None:
    again = rereading.batch(session, now=LATER, limit=limit)
    if again is None:
        return None
    told = [(one, said) for one in again.mentions]
    return rereading.record(session, again, told, engine="fake", version=version, settings=SETTINGS, now=LATER)


class TestSwitch:
    def test_the_settings_own_model_is_in_force_until_somebody_chooses_another(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            first = in_force(session)
            assert in_force(session) == first == models.in_force_id(session)
            model_id = tried(session)
            assert models.chosen(session, BASE) == (first, BASE)
            models.take_over(session, model_id, by=lead(session), now=LATER)
        with database.read() as session:
            assert models.chosen(session, BASE) == (model_id, OTHER)
            assert (state_of(session, first), state_of(session, model_id)) == (ModelState.REPLACED, ModelState.IN_FORCE)
            assert how_many(session, Audit, Audit.verb == "model_takes_over") == 1

    def test_settings_that_name_another_classifier_win_over_what_was_chosen(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            models.take_over(session, tried(session), by=lead(session), now=LATER)
            newer = {**BASE, "model": "/srv/newer"}
            assert models.chosen(session, newer) is None
            models.begin(session, engine="fake", version="3", options=newer, base=newer, now=LATER)
            assert models.chosen(session, newer) == (models.in_force_id(session), newer)

    def test_a_candidate_that_moves_up_in_the_settings_changes_nothing(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            model_id = models.take_over(session, tried(session), by=lead(session), now=LATER)
            assert models.begin(session, engine="fake", version="2", options=OTHER, base=OTHER, now=LATER) == model_id
            assert models.chosen(session, OTHER) == (model_id, OTHER)

    def test_one_can_go_back(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            by = lead(session)
            models.take_over(session, tried(session), by=by, now=LATER)
            current, _ = models.views(session)
            assert current is not None
            assert (current.name, current.person, current.can_go_back) == ("fake 2", "Lea Hart", True)
            back = models.go_back(session, by=by, now=LATER)
            assert models.chosen(session, BASE) == (back, BASE)
            assert offered(session) is None, "it was decided about"
            assert [change.name for change in models.changes(session, since=NOON, until=LATER + timedelta(1))] == ["fake 2", "fake 1"]

    def test_without_a_choice_there_is_nothing_to_go_back_to(self, database: Database) -> None:
        with database.write() as session:
            in_force(session)
            in_force(session, "2")
            with pytest.raises(Invalid, match="no model to go back to"):
                models.go_back(session, by=lead(session), now=NOON)

    def test_a_model_that_cannot_be_loaded_any_more_gives_way(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            model_id = models.take_over(session, tried(session), by=lead(session), now=LATER)
            models.cannot_begin(session, model_id, "the folder is gone", now=LATER)
            assert models.chosen(session, BASE) is None
            assert how_many(session, Audit, Audit.verb == "model_failed") == 1

    def test_a_dropped_one_is_not_tried_again_but_another_version_is(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            models.drop(session, tried(session), by=lead(session), now=LATER)
            assert offered(session) is None
            newer = offered(session, "3")
            assert newer is not None
            models.withdraw(session, now=LATER)
            assert state_of(session, newer) is ModelState.DROPPED
            assert offered(session, "3") not in {None, newer}, "nobody has decided about it"

    def test_what_classifies_already_is_no_candidate(self, database: Database) -> None:
        with database.write() as session:
            in_force(session, "2")
            assert offered(session) is None

    def test_nothing_takes_over_that_has_read_nothing(self, database: Database) -> None:
        with database.write() as session:
            in_force(session)
            broken = offered(session, "", error="no such folder")
            assert broken is not None
            with pytest.raises(Invalid, match="not read a single mention"):
                models.take_over(session, broken, by=lead(session), now=NOON)
            _, view = models.views(session)
            assert view is not None
            assert view.error == "no such folder"
            assert offered(session) != broken

    def test_leads_and_admins_alone_decide(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            model_id = tried(session)
            agent = person(session)
            for act in (models.take_over, models.drop):
                with pytest.raises(NotAllowed):
                    act(session, model_id, by=agent, now=NOON)
            with pytest.raises(NotAllowed):
                models.go_back(session, by=agent, now=NOON)
            with pytest.raises(NotFound):
                models.drop(session, model_id + 1, by=lead(session), now=NOON)

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.sampled_from(["offer 2", "offer 3", "begin 1", "begin 2", "take", "drop", "back", "withdraw"]), max_size=12))
    def test_one_is_in_force_and_one_at_most_is_tried_whatever_happens(self, sqlite_database: Database, acts: list[str]) -> None:
        with sqlite_database.write() as session:
            for table in (ModelTrial, Model):
                session.query(table).delete()
            by = session.scalars(select(Person)).first() or lead(session)
            if not session.scalar(select(Mention.id).limit(1)):
                heard(session, 1)
            in_force(session)
            for act in acts:
                _do(session, act, by)
                states = list(session.scalars(select(Model.state)))
                assert states.count(ModelState.IN_FORCE) == 1
                assert states.count(ModelState.CANDIDATE) <= 1


def _do(session: Session, act: str, by: Person) -> None:
    _, candidate = models.views(session)
    verb, _, version = act.partition(" ")
    if verb == "offer":
        offered(session, version)
    elif verb == "begin":
        in_force(session, version)
    elif verb == "withdraw":
        models.withdraw(session, now=LATER)
    elif verb == "back":
        try:
            models.go_back(session, by=by, now=LATER)
        except Invalid:
            assert models.chosen(session, BASE)
    elif candidate is not None and verb == "drop":
        models.drop(session, candidate.id, by=by, now=LATER)
    elif candidate is not None:
        trials.draw(session, trials.to_draw(session, candidate.id, now=NOON))
        trials.record(session, candidate.id, [(one, CALM) for one in trials.waiting(session, candidate.id, limit=9)], now=NOON)
        try:
            models.take_over(session, candidate.id, by=by, now=LATER)
        except Invalid:
            assert trials.compare(session, candidate.id, now=LATER).drawn == 0


class TestComparison:
    def test_a_trial_moves_no_label_no_count_and_no_case(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            before = labels_of(session), how_many(session, Triage), how_many(session, Case), session.scalars(select(Case.version)).all()
            tried(session, NO_MATTER, NO_MATTER)
            session.expire_all()
            assert (
                labels_of(session),
                how_many(session, Triage),
                how_many(session, Case),
                session.scalars(select(Case.version)).all(),
            ) == before
            assert how_many(session, RollupHour, RollupHour.negative > 0) > 0
            assert not differences(session)

    def test_it_says_how_often_they_agree_and_where_they_do_not(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            found = trials.compare(session, tried(session, CALM, NO_MATTER), now=LATER)
        assert (found.drawn, found.to_read, found.failed) == (6, 0, 0)
        assert (found.same[Question.SENTIMENT].right, found.same[Question.INTENT].right, found.same[Question.ABUSIVE].right) == (4, 5, 6)
        (other,) = found.differing[Question.INTENT]
        assert (other.current, other.candidate) == ("complaint", "other")
        assert Question.ABUSIVE not in found.differing

    def test_both_are_measured_by_what_people_said(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            by = lead(session)
            newest = session.scalars(select(Mention.id).order_by(Mention.id.desc())).all()
            corrections.correct(session, newest[0], Question.SENTIMENT, "neutral", by=by, settings=SETTINGS, now=NOON)
            corrections.confirm(session, newest[1], by=by, settings=SETTINGS, now=NOON)
            rights = trials.compare(session, tried(session, CALM), now=LATER).rights
        moods = rights[Question.SENTIMENT]
        assert (moods.current.n, moods.current.right, moods.candidate.n, moods.candidate.right) == (2, 1, 2, 2)
        assert moods.candidate.interval[0] < 1.0
        assert rights[Question.INTENT].current.right == rights[Question.INTENT].candidate.right == 1

    def test_what_people_looked_at_is_read_however_long_ago_it_came(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            old = mention(session)
            old.bucket_at = NOON - timedelta(days=40)
            corrections.confirm(session, old.id, by=lead(session), settings=SETTINGS, now=NOON)
            in_force(session)
            model_id = offered(session) or 0
            drawn = trials.to_draw(session, model_id, now=LATER)
            assert list(drawn.looked_at) == [old.id]
            assert len(drawn.at_random) == 5
            assert trials.draw(session, drawn) == 6
            assert trials.draw(session, trials.to_draw(session, model_id, now=LATER)) == 0

    def test_what_breaks_the_candidate_is_counted_and_not_met_again(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 2)
            in_force(session)
            model_id = offered(session) or 0
            trials.draw(session, trials.to_draw(session, model_id, now=NOON))
            first, second = trials.waiting(session, model_id, limit=9)
            trials.record(session, model_id, [(first, None), (second, CALM)], now=NOON)
            assert trials.waiting(session, model_id, limit=9) == []
            found = trials.compare(session, model_id, now=NOON)
        assert (found.drawn, found.failed) == (1, 1)

    def test_private_edited_and_erased_posts_are_left_out(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 4)
            mention(session, "0").is_private = True
            mention(session, "1").revision = 2
            session.flush()
            model_id = tried(session)
            gone = mention(session, "2").id
            assert how_many(session, ModelTrial) == 2
            erasure.forget(session, gone, reason="deleted", settings=SETTINGS, now=NOON)
            assert how_many(session, ModelTrial, ModelTrial.mention_id == gone) == 0
            assert trials.compare(session, model_id, now=NOON).drawn == 1
            assert set(trials.posts(session, [gone, mention(session, "3").id])) == {mention(session, "3").id}


class TestReadAgain:
    def test_open_posts_get_the_new_labels_and_the_counts_follow(self, database: Database) -> None:
        with database.write() as session:
            heard(session)
            models.take_over(session, tried(session), by=lead(session), now=LATER)
            assert read_again(session, verdict(Sentiment.NEUTRAL, urgency=Urgency.HIGH)) == Recorded(6, 0)
            session.expire_all()
            assert {row[0] for row in labels_of(session)} == {Sentiment.NEUTRAL}
            assert set(session.scalars(select(Case.urgency))) == {Urgency.HIGH}
            assert not differences(session)
            assert read_again(session, CALM) == Recorded(0, 0), "the end is reached"
            assert read_again(session, CALM) is None

    def test_what_a_person_said_holds(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 2)
            by = lead(session)
            corrections.correct(session, mention(session, "1").id, Question.SENTIMENT, "positive", by=by, settings=SETTINGS, now=NOON)
            models.take_over(session, tried(session), by=by, now=LATER)
            read_again(session, CALM)
            assert (mention(session, "0").sentiment, mention(session, "1").sentiment) == (Sentiment.NEUTRAL, Sentiment.POSITIVE)
            assert how_many(session, Correction) == 1

    def test_closed_cases_keep_the_labels_under_which_they_were_closed(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 2)
            by, done = lead(session), mention(session, "0").case_id or 0
            cases.claim(session, done, by=by, now=NOON)
            outcomes.close(session, done, outcome=Outcome.NO_ACTION, by=by, now=NOON)
            models.take_over(session, tried(session), by=by, now=LATER)
            assert read_again(session, CALM) == Recorded(1, 0)
            assert mention(session, "0").sentiment is Sentiment.NEGATIVE

    def test_a_few_at_a_time_and_each_once(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 5)
            models.take_over(session, tried(session), by=lead(session), now=LATER)
            stored = [told.stored for _ in range(4) if (told := read_again(session, CALM, limit=2)) is not None]
            assert stored == [2, 2, 1, 0]

    def test_two_processes_read_a_batch_once(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 2)
            models.take_over(session, tried(session), by=lead(session), now=LATER)
            again = rereading.batch(session, now=LATER, limit=9)
            assert again is not None
            said = [(one, CALM) for one in again.mentions]
            told = [
                rereading.record(session, again, said, engine="fake", version="2", settings=SETTINGS, now=LATER).stored for _ in range(2)
            ]
            assert told == [2, 0]

    def test_after_going_back_the_earlier_model_speaks_again(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 2)
            by = lead(session)
            models.take_over(session, tried(session), by=by, now=LATER)
            read_again(session, CALM)
            models.go_back(session, by=by, now=LATER)
            assert read_again(session, verdict(), version="1") == Recorded(2, 0)
            session.expire_all()
            assert {row[0] for row in labels_of(session)} == {Sentiment.NEGATIVE}
            assert how_many(session, Triage) == 4

    def test_nobody_waits_behind_it(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 1)
            assert not rereading.is_anybody_waiting(session)
            poll(session, post("new", "The next one", by="zoe"))
            assert rereading.is_anybody_waiting(session)
            classify(session)
            assert not rereading.is_anybody_waiting(session)


def test_the_counts_of_a_period_are_those_of_the_labels_in_force(database: Database) -> None:
    with database.write() as session:
        heard(session, 3)
        models.take_over(session, tried(session), by=person(session, "Lea", Role.LEAD), now=LATER)
        read_again(session, CALM)
        counted = session.execute(select(RollupHour.negative, RollupHour.neutral).where(RollupHour.scope == EVERYTHING)).one()
        assert tuple(counted) == (0, 3)
