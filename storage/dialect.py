"""The only SQL that knows whether it talks to SQLite or to PostgreSQL."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    FromClause,
    Insert,
    Integer,
    Interval,
    Table,
    TextClause,
    UnaryExpression,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.types import MICROSECOND, Instant

COPY_FROM_ROWS = 40
"""On PostgreSQL, COPY into a temporary table wins from about here on; ON CONFLICT with RETURNING by VALUES is 3.7 times slower at 1,000 rows."""

COMMON = "zqjxkvbwgypfmculdhrnisoate "
"""The letters that most texts have, from rare to common; any other character is rarer still."""


class HintedCompiler(SQLiteCompiler):
    """Writes `select(…).with_hint(table, "INDEXED BY …", "sqlite")` into the statement, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        return text


Row = Mapping[str, Any]
Key = tuple[Any, ...]


def is_deadlock(error: DBAPIError) -> bool:
    """Whether PostgreSQL ended a transaction because two waited for each other: nothing of it was stored, and it may be tried again."""
    return getattr(error.orig, "sqlstate", "") == "40P01"


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def insert_new(session: Session, table: Table, rows: Sequence[Row], *, key: Sequence[str]) -> dict[Key, int]:
    """Insert the rows whose `key` is not there yet. All rows have the same columns.

    Returns the id of each row that was inserted, by its key values; a key that was there already is absent.
    Of rows with equal keys the first counts. Rows go in sorted by key: two overlapping inserts in different orders deadlock on PostgreSQL.
    """
    read_key = _key_reader(key)
    unique = {read_key(row): row for row in reversed(rows)}
    if not unique:
        return {}
    keys = sorted(unique)
    ordered = [unique[k] for k in keys]
    if is_sqlite(session) and _is_numbered(table):
        return _insert_numbered(session, table, dict(zip(keys, ordered, strict=True)), key)
    if is_sqlite(session) or len(ordered) < COPY_FROM_ROWS:
        return _insert_values(session, table, ordered, key)
    return _insert_by_copy(session, table, ordered, key)


def insert_all(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that cannot be there yet, by the quickest way that the driver has. All rows have the same columns."""
    if not rows:
        return
    columns = _columns_with_defaults(table, rows[0])
    wired = _wired(session, columns, rows)
    if is_sqlite(session):
        _execute_many(session, f"INSERT INTO {table.name} ({_names(columns)}) VALUES ({_marks(columns)})", wired)
    else:
        _copy_rows(session, table.name, columns, wired)


def _key_reader(key: Sequence[str]) -> Callable[[Row], Key]:
    return itemgetter(*key) if len(key) > 1 else lambda row: (row[key[0]],)


def _is_numbered(table: Table) -> bool:
    return len(table.primary_key.columns) == 1 and isinstance(_id_of(table).type, Integer)


def _insert_numbered(session: Session, table: Table, rows: Mapping[Key, Row], key: Sequence[str]) -> dict[Key, int]:
    """SQLite: the one writer gives the ids itself. Without RETURNING the driver's own loop does the work, three times as fast."""
    identity, keys, values = _id_of(table), [table.c[name] for name in key], list(rows.values())
    columns = _columns_with_defaults(table, values[0])
    before = session.scalar(select(func.max(identity))) or 0
    everything = [identity, *columns]
    statement = f"INSERT INTO {table.name} ({_names(everything)}) VALUES ({_marks(everything)}) ON CONFLICT ({_names(keys)}) DO NOTHING"
    numbers = range(before + 1, before + 1 + len(rows))
    by_key = dict(zip(rows, numbers, strict=True))
    if _execute_many(session, statement, _wired(session, columns, values, numbers)) == len(rows):
        return by_key
    inserted = set(session.scalars(select(identity).where(identity > before)))
    return {k: number for k, number in by_key.items() if number in inserted}


def _insert_values(session: Session, table: Table, rows: Sequence[Row], key: Sequence[str]) -> dict[Key, int]:
    build = sqlite.insert if is_sqlite(session) else postgresql.insert
    keys = [table.c[name] for name in key]
    statement = build(table).on_conflict_do_nothing(index_elements=keys).returning(_id_of(table), *keys)
    return {tuple(found[1:]): found[0] for found in session.execute(statement, list(rows))}


def _insert_by_copy(session: Session, table: Table, rows: Sequence[Row], key: Sequence[str]) -> dict[Key, int]:
    known = _columns_with_defaults(table, rows[0])
    staged, columns = f"new_{table.name}", _names(known)
    session.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {staged} (LIKE {table.name} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS"))
    session.execute(text(f"TRUNCATE {staged}"))
    _copy_rows(session, staged, known, _wired(session, known, rows))
    keys = ", ".join(f'"{name}"' for name in key)
    inserted = session.execute(
        text(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {staged} ORDER BY {keys}"
            f' ON CONFLICT ({keys}) DO NOTHING RETURNING "{_id_of(table).name}", {keys}'
        )
    )
    return {tuple(found[1:]): found[0] for found in inserted}


def _id_of(table: Table) -> Column[Any]:
    return next(iter(table.primary_key.columns))


def _columns_with_defaults(table: Table, row: Row) -> list[Column[Any]]:
    return [c for c in table.columns if c.name in row or (c.default is not None and (c.default.is_scalar or c.default.is_callable))]


def _default_of(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


def _copy_rows(session: Session, into: str, columns: Sequence[Column[Any]], wired: Sequence[Sequence[Any]]) -> None:
    cursor = session.connection().connection.cursor()
    with cursor.copy(f"COPY {into} ({_names(columns)}) FROM STDIN") as copy:
        for row in wired:
            copy.write_row(row)
    cursor.close()


def _execute_many(session: Session, statement: str, rows: Sequence[Sequence[Any]]) -> int:
    cursor = session.connection().connection.cursor()
    cursor.executemany(statement, rows)
    changed = int(cursor.rowcount)
    cursor.close()
    return changed


def _wired(session: Session, columns: Sequence[Column[Any]], rows: Sequence[Row], *before: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The rows as the driver takes them, after the columns that are ready; column by column, since most columns need nothing done."""
    dialect = session.get_bind().dialect
    return list(zip(*before, *[_wired_column(dialect, column, rows) for column in columns], strict=True))


def _wired_column(dialect: Dialect, column: Column[Any], rows: Sequence[Row]) -> list[Any]:
    name = column.name
    values = [row[name] for row in rows] if name in rows[0] else [_default_of(column) for _ in rows]
    wire = column.type.dialect_impl(dialect).bind_processor(dialect)
    if wire is None:
        return values
    try:
        each = {value: wire(value) for value in set(values) if value is not None}
    except TypeError:  # lists and dicts have no hash
        return [None if value is None else wire(value) for value in values]
    return [each.get(value) for value in values]


def _names(columns: Sequence[Column[Any]]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)


def _marks(columns: Sequence[Column[Any]]) -> str:
    return ", ".join("?" * len(columns))


def insert_one(session: Session, table: Table, row: Row, *, key: Sequence[str], where: TextClause) -> int | None:
    """Insert a row unless one with its `key` stands there already; `where` is the condition of the partial unique index on that key.

    Returns the new row's id, or None. Waits for a transaction that is just inserting the same key.
    """
    build = sqlite.insert if is_sqlite(session) else postgresql.insert
    keys = [table.c[name] for name in key]
    statement = build(table).on_conflict_do_nothing(index_elements=keys, index_where=where).returning(_id_of(table))
    found: int | None = session.scalar(statement, dict(row))
    return found


def upsert(session: Session, table: Table, rows: Sequence[Row], *, key: Sequence[str], change: Mapping[str, Any]) -> None:
    """Insert rows, or change the one that has the same key. `change` maps a column to a value or to an expression.

    In an expression, `excluded(name)` is the value that the insert brought.
    """
    if rows:
        statement = upserting(table, key=key, change=change, sqlite=is_sqlite(session))
        session.execute(statement, sorted(rows, key=lambda row: tuple(row[name] for name in key)))


def upserting(table: Table, *, key: Sequence[str], change: Mapping[str, Any], sqlite: bool) -> Insert:
    """The statement alone, for one that is built once. Whoever executes it with many rows has sorted them by key."""
    build = sqlite_insert if sqlite else postgresql.insert
    keys = [table.c[name] for name in key]
    return build(table).on_conflict_do_update(index_elements=keys, set_=dict(change))


def excluded(name: str) -> ColumnElement[Any]:
    """The value that an insert brought and that met a row with its key."""
    return literal_column(f'excluded."{name}"')


def lease(
    session: Session,
    table: Table,
    *,
    due: ColumnElement[bool],
    order: Sequence[Any] | UnaryExpression[Any] | ColumnElement[Any],
    limit: int,
    change: Mapping[str, Any],
    returning: Sequence[Column[Any]],
) -> list[Any]:
    """Take up to `limit` due rows for one worker, in one statement; no two workers get the same row."""
    key = _id_of(table)
    chosen = select(key).where(due).order_by(*(order if isinstance(order, Sequence) else (order,))).limit(limit)
    if not is_sqlite(session):
        # Not the full lock: rows that refer to this one are no reason to wait, or to pass it over.
        chosen = chosen.with_for_update(skip_locked=True, key_share=True)
    # Read once, whatever plan is taken: a subquery that is read anew for each row passes over the rows that it locked before.
    once = chosen.cte("chosen")
    statement = update(table).where(key.in_(select(once.c[key.key]))).values(**change).returning(*returning)
    return list(session.execute(statement))


def among(session: Session, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN values` with one bound parameter: the statement is compiled once, and no limit on parameters is met."""
    if is_sqlite(session):
        each = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(each.c.value))
    matches: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return matches


def among_given(name: str, column: ColumnElement[Any] | InstrumentedAttribute[Any], *, sqlite: bool) -> ColumnElement[bool]:
    """The same for a statement that is built once and executed with `{name: given(session, values)}`."""
    if sqlite:
        each = func.json_each(bindparam(name)).table_valued("value")
        return column.in_(select(each.c.value))
    matches: ColumnElement[bool] = column == any_(bindparam(name, type_=ARRAY(column.type)))
    return matches


def given(session: Session, values: Collection[Any]) -> Any:
    """Values as `among_given` takes them."""
    return json.dumps(list(values)) if is_sqlite(session) else list(values)


def later(session: Session, column: ColumnElement[Any] | InstrumentedAttribute[Any], span: timedelta) -> ColumnElement[Any]:
    """The instant of a column, moved by so long."""
    if is_sqlite(session):
        return type_coerce(type_coerce(column, BigInteger) + span // MICROSECOND, Instant)
    return type_coerce(column + literal(span, Interval), Instant)


def slot(session: Session, column: ColumnElement[Any] | InstrumentedAttribute[Any], span: timedelta) -> ColumnElement[int]:
    """How many whole spans have gone by since 1970 at the instant of a column."""
    if is_sqlite(session):
        return type_coerce(column, BigInteger) // (span // MICROSECOND)
    return cast(func.floor(func.extract("epoch", column) / int(span.total_seconds())), BigInteger)


def holds(session: Session, column: InstrumentedAttribute[str], wanted: str) -> ColumnElement[bool]:
    """`wanted` stands somewhere in the column, in the same case; by what each database does quickest in tens of thousands of rows."""
    if not is_sqlite(session):
        return func.strpos(column, wanted) > 0
    # LIKE tries each place with the first character: a rare one stands in few texts, and the others are passed over at once.
    rarest = min(range(len(wanted)), key=lambda place: COMMON.find(wanted[place]))
    return column.contains(wanted[rarest:], autoescape=True) & column.contains(wanted, autoescape=True)
