"""Openings get their vectors: newest first, once each, anew after an edit, never after an erasure."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classifier.embeddings import BATCH, BATCHES_A_RING, LOOKED_THROUGH, Embeddings
from classifier.engine import EngineError, embedder_of
from classifier.engines.lexicon import LexiconEngine
from desk.intake import erasure
from desk.labels import vectors
from desk.labels.vectors import Opening, Vector
from storage.check import check
from storage.database import Database
from storage.models import Case, Embedding, Mention
from storage.words import Flag
from tests.support.desk import NOON, Shop
from tests.support.engines import EmbeddingEngine, FakeEngine

NAME = EmbeddingEngine.embedding


def opened(database: Database, *texts: str) -> list[int]:
    """Cases with these openings; the ids of the mentions."""
    with database.write() as session:
        shop = Shop(session)
        return [shop.case(text).opening_mention_id for text in texts]


def stored(database: Database, name: str = NAME) -> dict[int, int]:
    """The revision of each mention that has a vector."""
    with database.read() as session:
        rows = session.execute(select(Embedding.mention_id, Embedding.revision).where(Embedding.name == name))
        return {row[0]: row[1] for row in rows}


def later(database: Database, monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    now = database.now()
    monkeypatch.setattr(database, "now", lambda: now + by)


def test_only_an_engine_that_embeds_is_an_embedder() -> None:
    engine = EmbeddingEngine()
    assert embedder_of(engine) is engine
    assert embedder_of(FakeEngine()) is None
    assert embedder_of(LexiconEngine()) is None


def test_each_opening_gets_one_vector_the_newest_first(database: Database) -> None:
    mentions = opened(database, *(f"matter {number}" for number in range(BATCH * BATCHES_A_RING + 3)))
    engine = EmbeddingEngine()
    embeddings = Embeddings(database, engine)
    assert embeddings.embed_due() == BATCH * BATCHES_A_RING
    assert engine.embedded[0][0] == f"matter {len(mentions) - 1}"
    assert embeddings.embed_due() == 3
    assert embeddings.embed_due() == 0
    assert stored(database) == dict.fromkeys(mentions, 1)
    assert sum(map(len, engine.embedded)) == len(mentions)


def test_new_cases_go_before_old_ones(database: Database) -> None:
    opened(database, *(f"old {number}" for number in range(3 * BATCH)))
    engine = EmbeddingEngine()
    embeddings = Embeddings(database, engine)
    embeddings.embed_due()
    opened(database, "brand new")
    embeddings.embed_due()
    assert engine.embedded[BATCHES_A_RING] == ["brand new"]


def test_a_vector_has_the_length_one_and_the_direction_of_its_text(database: Database) -> None:
    (mention,) = opened(database, "parcel lost again")
    engine = EmbeddingEngine()
    Embeddings(database, engine).embed_due()
    with database.read() as session:
        row = session.scalars(select(Embedding).where(Embedding.mention_id == mention)).one()
    back = np.frombuffer(row.vector, np.int8) * row.scale
    assert len(row.vector) == engine.dimensions
    assert float(back @ engine.embed(["parcel lost again"])[0]) == pytest.approx(1, abs=0.01)


def test_two_embeddings_stand_beside_each_other_until_the_old_one_is_not_wanted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mention,) = opened(database, "parcel lost")
    Embeddings(database, EmbeddingEngine()).embed_due()
    other = Embeddings(database, EmbeddingEngine(embedding="words-2"))
    assert other.embed_due() == 1
    assert (stored(database), stored(database, "words-2")) == ({mention: 1}, {mention: 1})
    later(database, monkeypatch, vectors.REPLACED_AFTER)
    other.embed_due()
    assert (stored(database), stored(database, "words-2")) == ({}, {mention: 1})


def change(session: Session, mention_id: int, what: str) -> None:
    mention = session.get_one(Mention, mention_id)
    if what == "own":
        mention.is_own = True
    elif what == "deleted":
        mention.deleted_at = NOON
    elif what == "private":
        mention.kind = vectors.PRIVATE_KINDS[0]
    else:
        mention.flag = Flag.FAILED


@pytest.mark.parametrize("what", ["own", "deleted", "private", "failed"])
def test_what_may_not_be_compared_gets_no_vector(database: Database, what: str) -> None:
    left_out, other = opened(database, "secret", "public")
    with database.write() as session:
        change(session, left_out, what)
    engine = EmbeddingEngine()
    Embeddings(database, engine).embed_due()
    assert stored(database) == {other: 1}
    assert engine.embedded == [["public"]]


def test_only_what_opened_a_case_gets_a_vector(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        case = shop.case("parcel lost")
        shop.more(case, "hello?", at=NOON)
        shop.mention("no case at all")
    Embeddings(database, EmbeddingEngine()).embed_due()
    assert list(stored(database)) == [case.opening_mention_id]


def test_edited_words_get_a_vector_of_their_own(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (mention,) = opened(database, "parcel lost")
    engine = EmbeddingEngine()
    embeddings = Embeddings(database, engine)
    embeddings.embed_due()
    with database.write() as session:
        session.execute(update(Mention).where(Mention.id == mention).values(text="parcel found", revision=2))
    assert embeddings.embed_due() == 0
    later(database, monkeypatch, LOOKED_THROUGH)
    assert embeddings.embed_due() == 1
    assert stored(database) == {mention: 2}
    assert engine.embedded[-1] == ["parcel found"]


def test_erasing_a_mention_erases_its_vector(database: Database) -> None:
    gone, kept = opened(database, "parcel lost", "card stolen")
    Embeddings(database, EmbeddingEngine()).embed_due()
    with database.write() as session:
        erasure.forget(session, gone, reason="erasure", now=NOON)
    assert list(stored(database)) == [kept]


def test_a_vector_that_outlived_its_mention_is_a_fault(database: Database) -> None:
    (mention,) = opened(database, "parcel lost")
    Embeddings(database, EmbeddingEngine()).embed_due()
    with database.write() as session:
        session.execute(update(Mention).where(Mention.id == mention).values(deleted_at=NOON))
    with database.read() as session:
        assert any("erased mention is left" in fault.rule for fault in check(session))


class Meanwhile(EmbeddingEngine):
    """Something happens to the mention while the engine works."""

    def __init__(self, database: Database, mention_id: int, what: str) -> None:
        super().__init__()
        self.database, self.mention_id, self.what = database, mention_id, what

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self.database.write() as session:
            if self.what == "erased":
                erasure.forget(session, self.mention_id, reason="erasure", now=NOON)
            else:
                session.execute(update(Mention).where(Mention.id == self.mention_id).values(text="other", revision=2))
        return super().embed(texts)


@pytest.mark.parametrize("what", ["erased", "edited"])
def test_what_changed_while_the_engine_worked_is_not_stored(database: Database, what: str) -> None:
    gone, kept = opened(database, "parcel lost", "card stolen")
    Embeddings(database, Meanwhile(database, gone, what)).embed_due()
    assert list(stored(database)) == [kept]


def test_the_same_vector_twice_is_one_row(database: Database) -> None:
    (mention,) = opened(database, "parcel lost")
    vector = Vector(mention, 1, bytes(64), 1.0)
    with database.write() as session:
        assert vectors.store(session, NAME, [vector, vector], now=NOON) == 1
        assert vectors.store(session, NAME, [vector], now=NOON) == 0
    assert stored(database) == {mention: 1}


def test_a_text_that_breaks_the_engine_keeps_no_other_from_its_vector(database: Database) -> None:
    mentions = opened(database, "one", "two", "POISON", "four", "five")
    embeddings = Embeddings(database, EmbeddingEngine())
    assert embeddings.embed_due() == 4
    assert set(mentions) - set(stored(database)) == {mentions[2]}
    assert embeddings.embed_due() == 0


class Wrong(EmbeddingEngine):
    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.full((len(texts), self.dimensions), np.nan, np.float32)


def test_numbers_that_are_none_are_not_stored(database: Database) -> None:
    (mention,) = opened(database, "parcel lost")
    embeddings = Embeddings(database, Wrong())
    assert embeddings.embed_due() == 0
    assert stored(database) == {}
    with pytest.raises(EngineError, match="numbers that are none"):
        embeddings.made(Opening(1, mention, 1, 1, "parcel lost"))


def test_a_case_whose_opening_is_gone_has_none(database: Database) -> None:
    with database.read() as session:
        assert vectors.opening(session, 999) is None
        assert vectors.newest_case(session) == 0
    (mention,) = opened(database, "parcel lost")
    with database.read() as session:
        case = session.scalars(select(Case)).one()
        assert vectors.opening(session, case.id) == Opening(case.id, mention, 1, case.brand_id, "parcel lost")
