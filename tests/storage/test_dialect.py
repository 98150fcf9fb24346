"""One `insert_new` for both dialects: what is new is inserted once, whatever the size of the batch."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.dialect import COPY_FROM_ROWS, excluded, holds, insert_new, upsert
from storage.models import Author, Fact, Mention, Thread

KEY = ("source", "site", "external_id")
SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def author(number: int, **other: Any) -> dict[str, Any]:
    return {"source": "x", "site": "", "external_id": f"{number:04}", "handle": f"h{number}", "first_seen_at": SEEN, **other}


@pytest.mark.parametrize("size", [1, COPY_FROM_ROWS - 1, COPY_FROM_ROWS * 3])
def test_only_new_rows_are_inserted_and_named(database: Database, size: int) -> None:
    with database.write() as session:
        first = insert_new(session, Author.__table__, [author(n) for n in range(size)], key=KEY)
    with database.write() as session:
        second = insert_new(session, Author.__table__, [author(n) for n in range(size + 1)], key=KEY)
        stored = session.scalar(select(func.count()).select_from(Author))
    assert len(first) == size
    assert list(second) == [("x", "", f"{size:04}")]
    assert stored == size + 1


@pytest.mark.parametrize("size", [2, COPY_FROM_ROWS * 2])
def test_of_equal_keys_in_one_batch_the_first_counts(database: Database, size: int) -> None:
    rows = [author(n) for n in range(size)] + [author(0, handle="later")]
    with database.write() as session:
        insert_new(session, Author.__table__, rows, key=KEY)
        handle = session.scalar(select(Author.handle).where(Author.external_id == "0000"))
    assert handle == "h0"


def test_equal_ids_on_two_sites_are_two_rows(database: Database) -> None:
    with database.write() as session:
        found = insert_new(session, Author.__table__, [author(1, site="a.example"), author(1, site="b.example")], key=KEY)
    assert len(found) == 2


def test_no_rows_insert_nothing(database: Database) -> None:
    with database.write() as session:
        assert insert_new(session, Author.__table__, [], key=KEY) == {}


def test_a_large_batch_carries_every_type(database: Database) -> None:
    """Booleans, words, JSON, NULL and microseconds survive COPY as well as VALUES."""
    exact = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    with database.write() as session:
        people = insert_new(session, Author.__table__, [author(n) for n in range(COPY_FROM_ROWS)], key=KEY)
        threads = insert_new(session, Thread.__table__, [{"source": "x", "site": "", "external_id": "t"}], key=KEY)
        thread_id, author_id = next(iter(threads.values())), next(iter(people.values()))
        rows = [mention(n, author_id, thread_id, exact) for n in range(COPY_FROM_ROWS)]
        insert_new(session, Mention.__table__, rows, key=KEY)
    with database.read() as session:
        stored = session.scalars(select(Mention).where(Mention.external_id == "3")).one()
    assert (stored.posted_at, stored.addressed, stored.is_own, stored.sentiment) == (exact, ["acme", "ö\\t"], False, None)
    assert stored.text == 'tab\t newline\n "quoted" \\N 🦊'


def mention(number: int, author_id: int, thread_id: int, at: datetime) -> dict[str, Any]:
    return {
        "source": "x",
        "site": "",
        "external_id": str(number),
        "author_id": author_id,
        "thread_id": thread_id,
        "text": 'tab\t newline\n "quoted" \\N 🦊',
        "posted_at": at,
        "seen_at": at,
        "bucket_at": at,
        "content_hash": "0",
        "addressed": ["acme", "ö\\t"],
    }


def test_upsert_inserts_and_changes(database: Database) -> None:
    with database.write() as session:
        for value in ("one", "two"):
            upsert(session, Fact.__table__, [{"name": "zone", "value": value}], key=("name",), change={"value": excluded("value")})
        assert session.scalars(select(Fact.value)).all() == ["two"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("ezra", True),
        ("late parcel", True),
        ("l", True),
        ("100%", True),
        ("_", True),
        ("/", True),
        ("zürich", True),
        ("parcel z", False),
        ("%l", False),
    ],
)
def test_a_text_holds_what_stands_in_it_letter_by_letter(database: Database, wanted: str, found: bool) -> None:
    with database.write() as session:
        insert_new(session, Author.__table__, [author(1, name="ezra of zürich: a late parcel, 100% wet_/")], key=KEY)
        insert_new(session, Author.__table__, [author(2, name="")], key=KEY)
        assert session.scalars(select(Author.external_id).where(holds(session, Author.name, wanted))).all() == ["0001"] * found
