"""A candidate in the classifier process: loaded beside the model in force, behind what waits; and the switch, which outlives the process."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from classifier import side_by_side
from classifier.engine import Engine, EngineUnavailable
from classifier.settings import ClassifierSettings
from classifier.side_by_side import Candidate, Rereading, engine_in_force
from classifier.triage import EngineStuck, triage_due
from desk.labels import models, trials
from storage.database import Database
from storage.models import Mention, ModelTrial
from storage.words import Intent
from tests.support.desk import SETTINGS, Shop, lead
from tests.support.engines import FakeEngine, verdict

OWN = ClassifierSettings(engine="fake")
BETTER = ClassifierSettings(engine="fake", model="/srv/better")


def loaded(settings: ClassifierSettings) -> Engine:
    """The settings' own is version 1; the folder holds version 2, which calls everything churn."""
    if settings.model is None:
        return FakeEngine()
    if settings.model == "/srv/better":
        return FakeEngine(version="2", answer=lambda _: verdict(Intent.CHURN))
    raise EngineUnavailable(f"{settings.model} holds no model")


def heard(database: Database, *texts: str) -> int:
    """Posts that the model in force has classified; its id."""
    engine, model_id = engine_in_force(database, OWN, loaded)
    with database.write() as session:
        shop = Shop(session)
        for text in texts:
            shop.mention(text, at=database.now() - timedelta(minutes=5))
    triage_due(database, engine, ClassifierSettings(), SETTINGS, "worker")
    return model_id


def until_read(candidate: Candidate) -> int:
    candidate.draw_due()
    done = 0
    while read := candidate.read_due():
        done += read
    return done


def trial(database: Database, *texts: str) -> tuple[Candidate, int]:
    """A candidate that has read all of these; its id."""
    heard(database, *texts)
    candidate = Candidate(database, BETTER, loaded)
    until_read(candidate)
    with database.read() as session:
        _, view = models.views(session)
    assert view is not None
    return candidate, view.id


def intents(database: Database) -> set[Intent | None]:
    with database.read() as session:
        return set(session.scalars(select(Mention.intent)))


def test_a_candidate_reads_what_the_other_has_labelled_and_changes_nothing(database: Database) -> None:
    _, model_id = trial(database, *(f"post {at}" for at in range(20)))
    with database.read() as session:
        found = trials.compare(session, model_id, now=database.now())
    assert (found.drawn, found.to_read) == (20, 0)
    assert intents(database) == {Intent.COMPLAINT}


def test_who_waits_comes_first(database: Database) -> None:
    heard(database, "one")
    candidate = Candidate(database, BETTER, loaded)
    candidate.draw_due()
    with database.write() as session:
        Shop(session).mention("waits", at=database.now())
    assert candidate.read_due() == 0
    triage_due(database, FakeEngine(), ClassifierSettings(), SETTINGS, "worker")
    assert candidate.read_due() == 1


def test_a_post_that_breaks_the_candidate_stands_alone(database: Database) -> None:
    heard(database, "good", "also good")
    with database.write() as session:
        session.get_one(Mention, session.scalar(select(func.min(Mention.id)))).text = "POISON"
    assert until_read(Candidate(database, BETTER, loaded)) == 2
    with database.read() as session:
        assert sorted(session.scalars(select(ModelTrial.is_failed))) == [False, True]


def test_a_candidate_that_hangs_is_not_given_the_same_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    heard(database, "good")
    monkeypatch.setattr(side_by_side, "LONGEST", timedelta(milliseconds=20))
    with database.write() as session:
        session.get_one(Mention, session.scalar(select(func.min(Mention.id)))).text = "TAR"
    engine = FakeEngine(version="2")
    candidate = Candidate(database, BETTER, lambda _: engine)
    candidate.draw_due()
    with pytest.raises(EngineStuck):
        candidate.read_due()
    engine.let_go.set()
    assert candidate.read_due() == 0


def test_after_the_switch_the_next_process_begins_with_the_other_model(database: Database) -> None:
    candidate, model_id = trial(database, "one", "two")
    with database.write() as session:
        models.take_over(session, model_id, by=lead(session), now=database.now())
    assert candidate.read_due() == 0
    engine, in_force = engine_in_force(database, OWN, loaded)
    assert (engine.version, in_force) == ("2", model_id)
    again = Rereading(database, engine, SETTINGS, in_force)
    assert (again.read_due(), intents(database)) == (2, {Intent.CHURN})
    assert again.read_due() == 0
    with database.read() as session:
        assert models.in_force_id(session) == in_force, "no process has to begin anew once more"


def test_a_process_that_still_has_the_other_model_reads_nothing_again(database: Database) -> None:
    _, model_id = trial(database, "one")
    engine, before = engine_in_force(database, OWN, loaded)
    with database.write() as session:
        models.take_over(session, model_id, by=lead(session), now=database.now())
    assert Rereading(database, engine, SETTINGS, before).read_due() == 0
    assert intents(database) == {Intent.COMPLAINT}


def test_a_chosen_model_that_is_gone_leaves_the_settings_own(database: Database) -> None:
    _, model_id = trial(database, "one")
    with database.write() as session:
        models.take_over(session, model_id, by=lead(session), now=database.now())

    def without(settings: ClassifierSettings) -> Engine:
        return loaded(settings if settings.model is None else replace(settings, model="/gone"))

    engine, in_force = engine_in_force(database, OWN, without)
    assert engine.version == "1"
    assert in_force != model_id
    assert engine_in_force(database, OWN, loaded)[0].version == "1", "it does not come back by itself"


def test_a_candidate_that_cannot_be_loaded_is_told_of(database: Database) -> None:
    heard(database, "one")
    candidate = Candidate(database, replace(OWN, model="/nowhere"), loaded)
    assert until_read(candidate) == 0
    with database.read() as session:
        _, view = models.views(session)
    assert view is not None
    assert view.error == "/nowhere holds no model"


def test_without_a_candidate_in_the_settings_the_trial_is_over(database: Database) -> None:
    trial(database, "one")
    Candidate(database, None, loaded)
    with database.read() as session:
        assert models.views(session)[1] is None
