"""The driver alone, bringing a second workspace to where the product brought the first: the same rows, with nothing to find out."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

from bench.raw import Raw, Values
from desk.post import Page
from storage.database import Database
from storage.models.base import Base

WITH_IDS = ("dictionary", "author", "thread", "mention", "reject", "coverage", "cost", "audit", "notice")
"""Tables whose new rows are those with a higher id, in an order that foreign keys allow."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that one page took: by the clock, and of this process's processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Write:
    """Rows for one statement of the driver; without `statement` they are inserted whole."""

    table: str
    names: Sequence[str]
    rows: Sequence[Values]
    statement: str = ""


class Floor:
    """Repeats in `behind` what happened in `ahead`."""

    def __init__(self, behind: Database, ahead: Database) -> None:
        self._behind, self._ahead = Raw(behind), Raw(ahead)

    def repeat(self, page: Page) -> Took:
        """Write what the page changed in the other workspace, in one transaction; only the writing is timed."""
        writes = list(self._writes(page))
        for raw in (self._ahead, self._behind):
            raw.rollback()
        wall, cpu = perf_counter(), process_time()
        self._behind.begin()
        for write in writes:
            if write.statement:
                self._behind.execute_many(write.statement, write.rows)
            else:
                self._behind.insert(write.table, write.names, write.rows)
        self._behind.commit()
        return Took(perf_counter() - wall, process_time() - cpu)

    def differences(self) -> list[str]:
        """Tables that do not hold the same in both workspaces; a floor that wrote less would prove nothing."""
        unlike = []
        for table in sorted(Base.metadata.tables):
            totals = [raw.read(f'SELECT count(*) FROM "{table}"')[0][0] for raw in (self._ahead, self._behind)]
            newest = [sorted(raw.read(f'SELECT * FROM "{table}" {_last_rows(table)}'), key=repr) for raw in (self._ahead, self._behind)]
            if totals[0] != totals[1] or newest[0] != newest[1]:
                unlike.append(table)
        return unlike

    def close(self) -> None:
        self._ahead.close()
        self._behind.close()

    def _writes(self, page: Page) -> Iterator[Write]:
        last = {table: self._max(table, "id") for table in WITH_IDS}
        for table in WITH_IDS:
            yield from self._inserted(table, "id > ?", (last[table],))
        yield from self._inserted("mention_raw", "mention_id > ?", (self._max("mention_raw", "mention_id"),))
        yield from self._inserted("catch", "caught_at > ?", (self._max("catch", "caught_at"),))
        authors = sorted({post.author.external_id for post in page.posts})
        yield from self._changed("author", f"external_id IN ({_marks(authors)}) AND id <= ?", (*authors, last["author"]))
        yield from self._changed("case_", 'id IN (SELECT case_id FROM "audit" WHERE id > ?)', (last["audit"],))
        for table in ("feed", "credential"):
            yield from self._changed(table, "id > ?", (0,))
        yield from self._counted()

    def _inserted(self, table: str, condition: str, values: Values) -> Iterator[Write]:
        names = _names(table)
        rows = self._ahead.read(f'SELECT {_quoted(names)} FROM "{table}" WHERE {condition}', values)
        if rows:
            yield Write(table, names, rows)

    def _changed(self, table: str, condition: str, values: Values) -> Iterator[Write]:
        """Updates of the columns that differ, and of no other."""
        names = _names(table)
        after = self._ahead.read(f'SELECT {_quoted(names)} FROM "{table}" WHERE {condition}', values)
        ids = [row[0] for row in after]
        before = {row[0]: row for row in self._behind.read(f'SELECT {_quoted(names)} FROM "{table}" WHERE id IN ({_marks(ids)})', ids)}
        updates: dict[tuple[str, ...], list[Values]] = defaultdict(list)
        for row in after:
            unlike = [position for position, value in enumerate(row) if value != before[row[0]][position]]
            if unlike:
                updates[tuple(names[p] for p in unlike)].append([*(row[p] for p in unlike), row[0]])
        for columns, rows in updates.items():
            changes = ", ".join(f'"{name}" = ?' for name in columns)
            yield Write(table, columns, rows, f'UPDATE "{table}" SET {changes} WHERE id = ?')

    def _counted(self) -> Iterator[Write]:
        names = _names("rollup_hour")
        query = (
            f'SELECT {_quoted(names)} FROM "rollup_hour" WHERE hour IN (SELECT DISTINCT hour FROM "rollup_hour" ORDER BY hour DESC LIMIT 6)'
        )
        rows = sorted(set(self._ahead.read(query)) - set(self._behind.read(query)))
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names[2:])
        statement = (
            f'INSERT INTO "rollup_hour" ({_quoted(names)}) VALUES ({_marks(names)}) ON CONFLICT (hour, scope) DO UPDATE SET {changes}'
        )
        if rows:
            yield Write("rollup_hour", names, rows, statement)

    def _max(self, table: str, column: str) -> Any:
        return self._behind.read(f'SELECT max("{column}") FROM "{table}"')[0][0] or 0


def _last_rows(table: str) -> str:
    keys = [column.name for column in Base.metadata.tables[table].primary_key.columns]
    return f"ORDER BY {', '.join(f'{name} DESC' for name in keys)} LIMIT 5000"


def _names(table: str) -> list[str]:
    """Column names, the id first."""
    names = [column.name for column in Base.metadata.tables[table].columns]
    return sorted(names, key=lambda name: name != "id")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values)) or "NULL"
