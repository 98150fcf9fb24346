"""Sessions on one workspace's database: `read()` and `write()`, the same on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, make_url, select
from sqlalchemy.orm import Session

from storage.dialect import HintedCompiler
from storage.errors import DatabaseUnusable
from storage.turnstile import Turnstile

BUSY_TIMEOUT_MS = 10_000
CACHE_KIB = 262_144
"""SQLite's page cache, of each connection: ingest wants the indexes of a million mentions in memory."""


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the workspace's rows are: an SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`)."""

    url: str


class Database:
    """The rows of one workspace.

    `write()` holds SQLite's only write lock from its first moment (BEGIN IMMEDIATE), so a read in it cannot go stale,
    and all writers, of other processes too, take turns instead of racing for that lock.
    """

    def __init__(self, url: str, *, cache_kib: int = CACHE_KIB) -> None:
        self.url = url
        self.engine = _engine(url, cache_kib)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        file = sqlite_file(url)
        self._turnstile = Turnstile(file, patience_s=BUSY_TIMEOUT_MS / 1000) if file else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and writes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back when it raises."""
        with self._turnstile.turn() if self._turnstile else nullcontext():
            engine = self.engine.execution_options(writes=True)
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session

    @contextmanager
    def outside(self) -> Iterator[Callable[[str], list[Any]]]:
        """Run statements without a transaction, in our turn to write: what a database does only so, as VACUUM. The rows of each are returned."""
        with self._turnstile.turn() if self._turnstile else nullcontext():
            connection = self.engine.raw_connection()
            try:
                driver: Any = connection.driver_connection
                if not self.is_sqlite:
                    driver.autocommit = True
                yield lambda statement: _rows(driver, statement)
            finally:
                connection.invalidate()
                connection.close()

    def now(self, session: Session | None = None) -> datetime:
        """The instant by the clock that all processes of the workspace share: the database server's, else this machine's.

        Asked on a session that is open anyway, if one is given.
        """
        if self.is_sqlite:
            return datetime.now(UTC)
        if session is not None:
            asked: datetime = session.scalars(select(func.clock_timestamp())).one()
            return asked.astimezone(UTC)
        with self.engine.connect() as connection:
            clock: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return clock.astimezone(UTC)

    def close(self) -> None:
        self.engine.dispose()
        if self._turnstile:
            self._turnstile.close()


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL, None for a server or for memory."""
    parsed = make_url(url)
    in_file = parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}
    return Path(str(parsed.database)) if in_file else None


def _rows(driver: Any, statement: str) -> list[Any]:
    cursor = driver.execute(statement)
    try:
        return list(cursor.fetchall()) if cursor.description else []
    finally:
        cursor.close()


def _engine(url: str, cache_kib: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, cache_kib)
    try:
        engine = create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise DatabaseUnusable.missing_driver(url, error) from error
    event.listen(engine, "connect", _plan_for_memory)
    return engine


def _plan_for_memory(connection: Any, _record: Any) -> None:
    # By default PostgreSQL plans for a spinning disk: it reads the whole table of cases where their index holds the answer.
    connection.execute("SET random_page_cost = 1.1")
    connection.commit()


def _sqlite_engine(url: str, cache_kib: int) -> Engine:
    file = sqlite_file(url)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
    arguments = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    # The connection that was used last has the pages that are wanted next; the others stay small.
    pool = {"pool_use_lifo": True} if file else {}
    engine = create_engine(url, connect_args=arguments, **pool)
    engine.dialect.statement_compiler = HintedCompiler
    event.listen(engine, "connect", lambda connection, _record: _prepare_connection(connection, cache_kib))
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: Any, cache_kib: int) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = FAST",
        f"cache_size = -{cache_kib}",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    # pysqlite would open a deferred transaction by itself: a read-then-write in one fails at once when another writer was faster.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
