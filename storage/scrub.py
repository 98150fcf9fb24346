"""After rows were erased: nothing of them stays in free pages, in the index of words, or in the write-ahead log.

SQLite keeps the bytes of what was deleted until their page is used again, FTS5 the words of a deleted row until its segments are merged, and
the log whole pages until it is emptied (https://www.sqlite.org/pragma.html#pragma_secure_delete, https://www.sqlite.org/fts5.html#the_merge_command,
https://www.sqlite.org/wal.html). PostgreSQL keeps dead rows until VACUUM, and its own log until the server has recycled it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storage.database import Database
from storage.dialect import is_sqlite
from storage.models import Base

VACUUMED_BELOW = 64 * 2**20
"""A smaller file is written anew, which takes less than a second; of a larger one the free pages are filled with zeros."""

AT_ONCE = 16 * 2**20
MERGED_AT_ONCE = 200
"""Pages of the index of words: a few milliseconds of the write lock."""

SOME_CHANGES = 2
"""Fewer changes than this say that a merge had nothing to do (https://www.sqlite.org/fts5.html#the_merge_command)."""

ROOM = 40
"""Bytes of a page that SQLite keeps for itself, generously."""

Execute = Callable[[str], list[Any]]


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What was done, in words; `is_whole` is False when readers held the log, so that it must be done again."""

    pages: str
    log: str
    is_whole: bool


def zero(session: Session) -> None:
    """What this transaction deletes is overwritten with zeros, wherever it lay. On PostgreSQL that is VACUUM's work."""
    if is_sqlite(session):
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def scrub(database: Database) -> Scrubbed:
    """Nothing of what was erased is left in the database's files; minutes on millions of mentions, in which others go on writing."""
    if not database.is_sqlite:
        with database.outside() as execute:
            return _postgresql(execute)
    while _merge(database):
        pass
    with database.outside() as execute:
        return _sqlite(execute)


def _merge(database: Database) -> bool:
    """A piece of the way to one segment of the index of words, which holds no deleted ones; whether there was anything to do."""
    with database.write() as session:
        zero(session)
        connection = session.connection()
        before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        connection.exec_driver_sql(f"INSERT INTO mention_search (mention_search, rank) VALUES ('merge', {-MERGED_AT_ONCE})")  # noqa: S608  a number
        after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    return int(after) - int(before) >= SOME_CHANGES


def _sqlite(execute: Execute) -> Scrubbed:
    execute("PRAGMA secure_delete = ON")
    size, count = _number(execute, "page_size"), _number(execute, "page_count")
    if size * count <= VACUUMED_BELOW:
        execute("VACUUM")
        pages = "the file was written anew"
    else:
        pages = f"{_fill(execute, size)} free pages were overwritten"
    [(is_busy, *_)] = execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Scrubbed(pages, "others are reading: not emptied" if is_busy else "emptied", is_whole=not is_busy)


def _fill(execute: Execute, size: int) -> int:
    """Take all free pages for zeros, and free them again."""
    free = left = _number(execute, "freelist_count")
    if not free:
        return 0
    execute("BEGIN IMMEDIATE")
    execute("CREATE TABLE scrubbed (zeros BLOB)")
    while left > 0:
        pages = min(left, AT_ONCE // size)
        execute(f"INSERT INTO scrubbed VALUES (zeroblob({pages * (size - ROOM)}))")  # noqa: S608  a number
        left -= pages
    execute("DROP TABLE scrubbed")
    execute("COMMIT")
    return free


def _number(execute: Execute, pragma: str) -> int:
    return int(execute(f"PRAGMA {pragma}")[0][0])


def _postgresql(execute: Execute) -> Scrubbed:
    tables = ", ".join(sorted(table.name for table in Base.metadata.sorted_tables))
    execute(f"VACUUM {tables}, mention_search")
    return Scrubbed("vacuumed", "the server's own: it recycles it", is_whole=True)
