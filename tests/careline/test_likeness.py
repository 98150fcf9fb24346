"""What the triage process offers: similar cases and own labels with an engine that embeds, nothing with one that does not."""

from careline.processes import _on_embedding
from desk.labels import vectors
from storage.database import Database
from storage.words import ErrandKind
from tests.support.engines import EmbeddingEngine, FakeEngine


def offered(database: Database) -> str:
    with database.read() as session:
        return vectors.offered(session)


def test_the_board_is_told_what_the_engine_can(sqlite_database: Database) -> None:
    engine = EmbeddingEngine()
    bells, answers, reader = _on_embedding(sqlite_database, engine)
    assert [bell.name for bell in bells] == ["embed", "similar", "own_labels", "learn_anew"]
    assert list(answers) == [ErrandKind.SIMILAR, ErrandKind.FIT_LABEL]
    assert offered(sqlite_database) == EmbeddingEngine.embedding
    assert (reader.name, reader.version) == (engine.name, engine.version)
    plain = FakeEngine()
    assert _on_embedding(sqlite_database, plain) == ((), {}, plain)
    assert offered(sqlite_database) == ""
