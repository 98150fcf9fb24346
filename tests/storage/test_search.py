"""Full text: newest first, off the ingest path, and without a word of what was erased."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from desk.intake import ingest
from storage.database import Database
from storage.models import Mention
from storage.search import Term, index_due, parse, search
from tests.support.listening import MINUTE, NOON, listening, mention, poll, post


@pytest.fixture
def listened(database: Database) -> Database:
    with database.write() as session:
        listening(session)
    return database


def index_all(database: Database) -> int:
    total = 0
    while True:
        with database.write() as session:
            found = index_due(session, 3)
        total += found
        if not found:
            return total


def hits(database: Database, words: str, limit: int = 10) -> list[str]:
    with database.read() as session:
        return [session.get_one(Mention, mention_id).external_id for mention_id in search(session, words, limit)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("parcel", ["4", "3", "1"]),
        ("PARCEL", ["4", "3", "1"]),
        ("parcel lost", ["3", "1"]),
        ('"lost parcel"', ["3"]),
        ("refund*", ["2"]),
        ("refund", []),
        ("café", ["5"]),
        ("cafe", ["5"]),
        ("naïve", []),
        ("12,000", ["6"]),
        ("заказ", ["7"]),
        ("title-word", ["8"]),
        ("acme_care", ["9"]),
        ("", []),
        ("' \" * ( ) : & | ! -", []),
        ('"unfinished', []),
        ("parcel' OR 1=1 --", []),
        ("NEAR", []),
    ],
)
def test_words_find_the_newest_mentions(listened: Database, words: str, expected: list[str]) -> None:
    texts = [
        "My parcel is lost!",
        "Refunds take for ever",
        "A lost parcel, again",
        "Where is the parcel",
        "Le CAFÉ est froid",
        "I paid 12,000 for this",
        "Где мой заказ?",
        "plain",
        "ask @acme_care",
    ]
    with listened.write() as session:
        poll(session, *[post(str(n), text, title="Title-Word" if n == 8 else "") for n, text in enumerate(texts, start=1)])
    assert index_all(listened) == 9
    assert hits(listened, words) == expected


def test_nothing_is_found_before_it_is_indexed_and_everything_after(listened: Database) -> None:
    with listened.write() as session:
        poll(session, *[post(str(n), "parcel") for n in range(10)])
    assert hits(listened, "parcel") == []
    assert index_all(listened) == 10
    assert hits(listened, "parcel", limit=3) == ["9", "8", "7"]
    assert index_all(listened) == 0


@pytest.mark.parametrize("is_indexed", [True, False])
def test_an_edit_is_found_by_its_new_words_only(listened: Database, is_indexed: bool) -> None:
    with listened.write() as session:
        poll(session, post("1", "old words"))
    if is_indexed:
        index_all(listened)
    with listened.write() as session:
        poll(session, post("1", "new words"), now=NOON + MINUTE)
    index_all(listened)
    assert (hits(listened, "old"), hits(listened, "new")) == ([], ["1"])


@pytest.mark.parametrize("is_indexed", [True, False])
def test_an_erased_mention_is_found_no_more(listened: Database, is_indexed: bool) -> None:
    with listened.write() as session:
        poll(session, post("1", "secret parcel"), post("2", "parcel"))
    if is_indexed:
        index_all(listened)
    with listened.write() as session:
        ingest.forget(session, mention(session).id, reason="erasure", now=NOON)
    index_all(listened)
    assert (hits(listened, "secret"), hits(listened, "parcel")) == ([], ["2"])


@pytest.mark.postgres
def test_a_mention_that_is_committed_late_is_indexed_all_the_same(postgres_url: str) -> None:
    """On PostgreSQL a lower id may appear after a higher one was indexed."""
    database = Database(postgres_url)
    with database.write() as session:
        listening(session)
    holding, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with database.write() as session:
            # In another hour, or the other one would wait for its counts.
            poll(session, post("late", "parcel", at=NOON - timedelta(hours=5)), feed="forum")
            holding.set()
            go_on.wait(10)

    worker = threading.Thread(target=late)
    worker.start()
    assert holding.wait(10)
    with database.write() as session:
        poll(session, post("early", "parcel"), now=NOON + timedelta(hours=1))
    assert index_all(database) == 1
    assert hits(database, "parcel") == ["early"]
    go_on.set()
    worker.join()
    assert index_all(database) == 1
    assert sorted(hits(database, "parcel")) == ["early", "late"]
    database.close()


@pytest.mark.postgres
def test_the_place_moves_on_once_nobody_writes(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.write() as session:
        listening(session)
        poll(session, *[post(str(n)) for n in range(5)])
    for _ in range(3):
        index_all(database)
    with database.write() as session:
        # Rows below the settled place are not looked at again.
        session.execute(update(Mention).where(Mention.external_id == "0").values(text="unseen"))
        assert index_due(session, 10) == 0
    database.close()


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("lost parcel", [Term(("lost",)), Term(("parcel",))]),
        ('"lost parcel" refund*', [Term(("lost", "parcel")), Term(("refund",), is_prefix=True)]),
        ("Ünïcode e-mail", [Term(("unicode",)), Term(("e", "mail"))]),
        ('* "" \'', []),
    ],
)
def test_a_search_is_read_as_terms(words: str, terms: list[Term]) -> None:
    assert parse(words) == terms
