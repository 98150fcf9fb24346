"""Which words mattered, asked by the board and answered by the triage process."""

from datetime import UTC, datetime
from typing import Any

import pytest

from classifier.engines.lexicon import LexiconEngine
from classifier.errands import EXPLAINED, MOST_WORDS, SHOWN_WORDS, errands_due, explain
from classifier.settings import ClassifierSettings
from desk.alerts import errands
from desk.alerts.errands import ErrandView
from storage.database import Database
from storage.models import Mention
from storage.words import ErrandKind, ErrandState
from tests.support.desk import Shop, person
from tests.support.engines import FakeEngine

SETTINGS = ClassifierSettings()


def words(told: dict[str, Any], question: str) -> list[str]:
    return [row["word"] for row in told["words"][question]]


def test_the_words_that_made_the_label_are_named_most_first() -> None:
    told = explain("Good morning, my card was charged twice and I want a refund", LexiconEngine())
    assert told["answers"]["intent"]["label"] == "complaint"
    assert "charged" in words(told, "intent")
    assert "charged" in words(told, "urgency")
    assert "Good" not in words(told, "intent")
    added = [row["added"] for row in told["words"]["intent"]]
    assert added == sorted(added, reverse=True)
    assert all(0 < value <= 1 for value in added)


def test_a_word_is_named_by_its_place() -> None:
    told = explain("you useless idiots", LexiconEngine())
    assert {row["word"]: row["at"] for row in told["words"]["abusive"]}["idiots"] == 2


def test_any_engine_can_be_asked_and_is_asked_in_batches() -> None:
    engine = FakeEngine()
    told = explain("a b c d e", engine, batch=4)
    assert [len(batch) for batch in engine.batches] == [4, 2]
    assert told["words"] == {question: [] for question in EXPLAINED}
    assert (told["engine"], told["version"]) == ("fake", "1")


@pytest.mark.parametrize("text", ["", "   ", "👍", "why " * 5000])
def test_short_and_long_texts_are_explained_within_bounds(text: str) -> None:
    engine = FakeEngine()
    told = explain(text, engine)
    assert sum(map(len, engine.batches)) <= MOST_WORDS + 1
    assert all(len(rows) <= SHOWN_WORDS for rows in told["words"].values())


def ask(database: Database, request: dict[str, Any], kind: ErrandKind = ErrandKind.EXPLAIN) -> int:
    with database.write() as session:
        return errands.ask(session, kind, request, by=person(session), now=database.now())


def mention(database: Database, text: str, **other: Any) -> int:
    with database.write() as session:
        return Shop(session).mention(text, at=datetime.now(UTC), **other).id


def answer(database: Database, errand_id: int) -> ErrandView:
    with database.read() as session:
        return errands.get(session, errand_id)


def ring(database: Database) -> int:
    return errands_due(database, LexiconEngine(), SETTINGS, owner="triage:test:1")


def test_the_errand_is_done_and_its_result_stored(database: Database) -> None:
    asked = ask(database, {"mention_id": mention(database, "charged twice again", title="Help")})
    assert ring(database) == 1
    told = answer(database, asked)
    assert told.state == ErrandState.DONE
    assert told.result is not None
    assert told.result["answers"]["intent"]["label"] == "complaint"
    assert "charged" in [row["word"] for row in told.result["words"]["intent"]]
    assert ring(database) == 0


@pytest.mark.parametrize("request_", [{"mention_id": 999_999}, {"mention_id": "7"}, {}])
def test_a_post_that_is_not_there_fails_in_words(database: Database, request_: dict[str, Any]) -> None:
    asked = ask(database, request_)
    ring(database)
    told = answer(database, asked)
    assert told.state == ErrandState.FAILED
    assert told.result == {"error": "this post is not there any more"}


def test_a_deleted_post_is_not_read(database: Database) -> None:
    found = mention(database, "secret words")
    with database.write() as session:
        session.get_one(Mention, found).deleted_at = database.now()
    asked = ask(database, {"mention_id": found})
    ring(database)
    assert answer(database, asked).state == ErrandState.FAILED


def test_an_engine_that_fails_is_told_and_the_next_errand_done(database: Database) -> None:
    bad, good = (ask(database, {"mention_id": mention(database, text)}) for text in ("POISON here", "charged twice"))
    assert errands_due(database, FakeEngine(), SETTINGS, owner="triage:test:1") == 2
    assert answer(database, bad).result == {"error": "bad apple"}
    assert answer(database, good).state == ErrandState.DONE


def test_errands_of_others_are_left_alone(database: Database) -> None:
    asked = ask(database, {"mention_id": 1}, ErrandKind.RECHECK)
    assert ring(database) == 0
    assert answer(database, asked).state == ErrandState.QUEUED
