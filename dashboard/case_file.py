"""Cases as a file, a page at a time: each is read in a transaction of its own, so that neither memory nor a lock grows with the file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboard.table_file import BYTE_ORDER_MARK, lines
from desk.figures import exports
from desk.figures.exports import Export
from storage.database import Database


def head(*, has_mark: bool) -> str:
    """The first line; `has_mark` for Excel, which otherwise takes UTF-8 for the machine's old code page."""
    return (BYTE_ORDER_MARK if has_mark else "") + lines(exports.COLUMNS)


def lines_of(rows: Sequence[Mapping[str, Any]]) -> str:
    return lines(*(tuple(row.values()) for row in rows))


def pages(database: Database, export: Export) -> Iterator[list[dict[str, Any]]]:
    """The rows, page by page, with as many texts as the platforms allow. What was granted is counted before it leaves."""
    for place in range(0, len(export.ids), exports.PAGE):
        with database.read() as session:
            rows = exports.page(session, export, place)
        wanted = exports.limited(rows)
        granted: dict[str, int] = {}
        if wanted and export.by_id is not None:
            with database.write() as session:
                granted = exports.grant(session, export.by_id, wanted, now=database.now())
        yield list(exports.within(rows, granted))


def csv(database: Database, export: Export, *, has_mark: bool) -> Iterator[bytes]:
    """The whole file in chunks."""
    yield head(has_mark=has_mark).encode()
    for rows in pages(database, export):
        yield lines_of(rows).encode()
