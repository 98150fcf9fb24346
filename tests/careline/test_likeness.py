"""What the triage process offers: similar cases with an engine that embeds, nothing with one that does not."""

from careline.processes import _likeness
from desk import vectors
from storage.database import Database
from storage.words import ErrandKind
from tests.support.engines import EmbeddingEngine, FakeEngine


def offered(database: Database) -> str:
    with database.read() as session:
        return vectors.offered(session)


def test_the_board_is_told_what_the_engine_can(sqlite_database: Database) -> None:
    bells, answers = _likeness(sqlite_database, EmbeddingEngine())
    assert [bell.name for bell in bells] == ["embed", "similar"]
    assert list(answers) == [ErrandKind.SIMILAR]
    assert offered(sqlite_database) == EmbeddingEngine.embedding
    assert _likeness(sqlite_database, FakeEngine()) == ((), {})
    assert offered(sqlite_database) == ""
