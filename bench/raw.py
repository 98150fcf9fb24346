"""Rows written by the driver alone, without SQLAlchemy: the floor of a comparison, and the quickest way to fill a workspace."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Table

from storage.database import Database

Values = Sequence[Any]


class Raw:
    """One connection of the driver, prepared as the product prepares its own."""

    def __init__(self, database: Database) -> None:
        self._fairy = database.engine.raw_connection()
        self.driver: Any = self._fairy.driver_connection
        self.is_sqlite = database.is_sqlite
        self._dialect = database.engine.dialect
        if not self.is_sqlite:
            _keep_json_as_text(self.driver)

    def begin(self) -> None:
        if self.is_sqlite:  # psycopg begins by itself
            self.driver.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.driver.commit()

    def rollback(self) -> None:
        self.driver.rollback()

    def close(self) -> None:
        self._fairy.invalidate()

    def insert(self, table: str, names: Sequence[str], rows: Sequence[Values]) -> None:
        """Executemany on SQLite, COPY on PostgreSQL."""
        columns = ", ".join(f'"{name}"' for name in names)
        if self.is_sqlite:
            marks = ", ".join("?" * len(names))
            self.driver.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
            return
        with self.driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def execute(self, statement: str) -> None:
        self.driver.execute(statement)

    def execute_many(self, statement: str, rows: Sequence[Values]) -> None:
        """A statement with `?` for each value."""
        if self.is_sqlite:
            self.driver.executemany(statement, rows)
            return
        with self.driver.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), rows)

    def read(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        found = self.driver.execute(query if self.is_sqlite else query.replace("?", "%s"), values)
        return list(found.fetchall())

    def store(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Rows of a table as Python values, all with the same columns; the other columns get their default."""
        if rows:
            columns = [column for column in table.columns if column.name in rows[0] or not column.primary_key]
            values = zip(*(self._column(column, rows) for column in columns), strict=True)
            self.insert(table.name, [column.name for column in columns], list(values))

    def _column(self, column: Column[Any], rows: Sequence[dict[str, Any]]) -> list[Any]:
        wire: Any = column.type.dialect_impl(self._dialect).bind_processor(self._dialect)
        if column.name not in rows[0]:
            default = _default(column)
            return [default if wire is None or default is None else wire(default)] * len(rows)
        values = [row[column.name] for row in rows]
        return values if wire is None else [None if value is None else wire(value) for value in values]


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def _keep_json_as_text(driver: Any) -> None:
    from psycopg.types.string import TextLoader

    driver.adapters.register_loader("json", TextLoader)
