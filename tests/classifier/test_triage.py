"""The triage loop on both databases: leased, classified with no transaction open, recorded; what breaks the engine is found and set aside."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from classifier.engine import EngineError
from classifier.settings import ClassifierSettings
from classifier.triage import BATCHES_A_RING, EngineStuck, triage_due
from desk.labels.triage import ATTEMPTS
from desk.labels.verdict import Verdict
from storage.database import Database
from storage.models import Case, Mention, Triage
from storage.words import Flag, Intent
from tests.support.desk import SETTINGS, Shop
from tests.support.engines import FakeEngine, verdict

HOUR = timedelta(hours=1)
SMALL = ClassifierSettings(batch=4)


def stored(database: Database, *texts: str) -> None:
    with database.write() as session:
        shop = Shop(session)
        for text in texts:
            shop.mention(text, at=datetime.now(UTC))


def ring(database: Database, engine: FakeEngine, settings: ClassifierSettings = SMALL) -> int:
    return triage_due(database, engine, settings, SETTINGS, "triage:test:1")


def triaged(database: Database) -> dict[str, Intent | None]:
    with database.read() as session:
        rows = session.execute(select(Mention.text, Mention.intent).where(Mention.triaged_at.is_not(None)).order_by(Mention.id))
        return {text: intent for text, intent in rows}  # noqa: C416  rows are not pairs


def attempts(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {row.text: row.triage_attempts for row in session.execute(select(Mention.text, Mention.triage_attempts))}


def let_rest(database: Database) -> None:
    """The pauses after failures are over."""
    with database.write() as session:
        session.execute(update(Mention).where(Mention.triage_until.is_not(None)).values(triage_until=database.now() - HOUR))


def test_all_that_waits_is_classified_in_batches_and_recorded(database: Database) -> None:
    stored(database, *(f"post {at}" for at in range(10)))
    engine = FakeEngine(answer=lambda text: verdict(Intent.CHURN if text.endswith("3") else Intent.COMPLAINT))
    assert ring(database, engine) == 10
    assert [len(batch) for batch in engine.batches] == [4, 4, 2]
    assert triaged(database)["post 3"] == Intent.CHURN
    assert len(triaged(database)) == 10
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 10
        assert set(session.execute(select(Triage.engine, Triage.version)).all()) == {("fake", "1")}
    assert ring(database, engine) == 0


def test_nothing_waits(database: Database) -> None:
    engine = FakeEngine()
    assert ring(database, engine) == 0
    assert engine.batches == []


def test_a_title_is_read_with_its_text(database: Database) -> None:
    with database.write() as session:
        Shop(session).mention("it broke", title="Day three", at=datetime.now(UTC))
    engine = FakeEngine()
    ring(database, engine)
    assert engine.batches == [["Day three\nit broke"]]


def test_no_transaction_is_open_while_the_engine_thinks(database: Database) -> None:
    stored(database, "a", "b")
    seen: list[int] = []

    class Writing(FakeEngine):
        def classify(self, texts: Sequence[str]) -> list[Verdict]:
            with database.write() as session:  # would wait for ever on SQLite's one write lock
                session.execute(update(Mention).values(url="https://x.example/1"))
            seen.append(len(texts))
            return super().classify(texts)

    ring(database, Writing())
    assert seen == [2]
    assert len(triaged(database)) == 2


def test_a_post_that_breaks_the_engine_is_found_and_the_others_go_on(database: Database) -> None:
    stored(database, "a", "b", "POISON", "d", "e")
    engine = FakeEngine()
    ring(database, engine)
    assert sorted(triaged(database)) == ["a", "b", "d", "e"]
    with database.read() as session:
        bad = session.scalars(select(Mention).where(Mention.text == "POISON")).one()
        assert (bad.triage_attempts, bad.triaged_at, bad.triage_owner) == (1, None, None)
        assert bad.triage_until is not None


def test_two_poisons_in_one_batch_are_both_found(database: Database) -> None:
    stored(database, "POISON 1", "b", "c", "POISON 2")
    ring(database, FakeEngine())
    assert sorted(triaged(database)) == ["b", "c"]


def test_after_three_failures_a_person_reads_it(database: Database) -> None:
    stored(database, "POISON", "fine")
    engine = FakeEngine()
    for _ in range(ATTEMPTS):
        ring(database, engine)
        let_rest(database)
    with database.read() as session:
        bad = session.scalars(select(Mention).where(Mention.text == "POISON")).one()
        assert bad.triaged_at is not None
        assert bad.flag == Flag.FAILED
        assert session.get_one(Case, bad.case_id).flag == Flag.FAILED
    assert attempts(database) == {"POISON": ATTEMPTS, "fine": 1}
    assert ring(database, engine) == 0


def test_any_exception_is_the_engines_failure_not_ours(database: Database) -> None:
    def broken(text: str) -> Verdict:
        if text == "odd":
            raise ZeroDivisionError
        return verdict()

    stored(database, "a", "odd", "c")
    ring(database, FakeEngine(answer=broken))
    assert sorted(triaged(database)) == ["a", "c"]


def test_an_engine_that_miscounts_is_not_believed(database: Database) -> None:
    class Short(FakeEngine):
        def classify(self, texts: Sequence[str]) -> list[Verdict]:
            return super().classify(texts)[:-1]

    stored(database, "a", "b")
    ring(database, Short())
    assert triaged(database) == {}
    assert attempts(database) == {"a": 1, "b": 1}


def test_a_batch_that_does_not_come_back_is_set_aside_and_told(database: Database) -> None:
    stored(database, "a", "TAR", "c")
    engine = FakeEngine()
    try:
        with pytest.raises(EngineStuck, match="fake did not come back"):
            ring(database, engine, ClassifierSettings(batch=4, lease=timedelta(seconds=0.2)))
    finally:
        engine.let_go.set()
    assert triaged(database) == {}
    let_rest(database)
    again = FakeEngine(tar="never")
    assert ring(database, again) == 3
    assert [len(batch) for batch in again.batches] == [1, 1, 1]
    assert sorted(triaged(database)) == ["TAR", "a", "c"]


def test_a_verdict_on_a_text_that_was_edited_meanwhile_does_not_count(database: Database) -> None:
    stored(database, "first words")

    class Slow(FakeEngine):
        def classify(self, texts: Sequence[str]) -> list[Verdict]:
            with database.write() as session:
                session.execute(update(Mention).values(revision=2, text="second words"))
            return super().classify(texts)

    triage_due(database, Slow(), ClassifierSettings(batch=1), SETTINGS, "triage:test:1")
    assert triaged(database) == {}


def test_two_processes_do_not_classify_the_same_post(database: Database) -> None:
    stored(database, *(f"post {at}" for at in range(4)))

    class Nested(FakeEngine):
        def classify(self, texts: Sequence[str]) -> list[Verdict]:
            if not inner.batches:
                triage_due(database, inner, ClassifierSettings(batch=2), SETTINGS, "triage:test:2")
            return super().classify(texts)

    inner, outer = FakeEngine(), Nested()
    triage_due(database, outer, ClassifierSettings(batch=2), SETTINGS, "triage:test:1")
    read = [text for engine in (inner, outer) for batch in engine.batches for text in batch]
    assert sorted(read) == [f"post {at}" for at in range(4)]


def test_a_ring_ends_so_that_the_process_can(sqlite_database: Database) -> None:
    stored(sqlite_database, *(f"post {at}" for at in range(BATCHES_A_RING + 2)))
    assert ring(sqlite_database, FakeEngine(), ClassifierSettings(batch=1)) == BATCHES_A_RING
    assert ring(sqlite_database, FakeEngine(), ClassifierSettings(batch=1)) == 2


def test_stuck_is_an_engine_error() -> None:
    assert issubclass(EngineStuck, EngineError)
