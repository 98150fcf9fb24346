"""Workspaces to measure in: empty or filled ones, on SQLite in a folder of our own and on PostgreSQL in databases of our own."""

import hashlib
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateIndex, CreateTable

from bench import fill
from storage.database import Database
from storage.migrate import upgrade
from storage.models.base import Base

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass
class Places:
    """Where workspaces lie. `server`: the URL of a PostgreSQL maintenance database, None where there is none. `keep`: where filled ones stay."""

    folder: Path
    server: str | None
    mentions: int
    keep: Path | None = None
    seconds_of_filling: dict[str, float] = field(default_factory=dict)
    _filled: dict[tuple[str, int], str] = field(default_factory=dict)
    _made: list[str] = field(default_factory=list)

    @property
    def dialects(self) -> list[str]:
        return [SQLITE, POSTGRESQL] if self.server else [SQLITE]

    def close(self) -> None:
        for name in self._made:
            self._on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextmanager
    def empty(self, dialect: str) -> Iterator[Database]:
        """A migrated workspace without a row."""
        database = Database(self._new_url(dialect))
        upgrade(database)
        yield database
        self._drop(database)

    @contextmanager
    def copy(self, dialect: str, size: int | None = None) -> Iterator[Database]:
        """A filled workspace that may be changed, of another size where one is given."""
        filled = self._filled_url(dialect, size or self.mentions)
        url = self._new_url(dialect, template=filled)
        if dialect == SQLITE:
            shutil.copy(_file(filled), _file(url))
        database = Database(url)
        yield database
        self._drop(database)

    @contextmanager
    def filled(self, dialect: str) -> Iterator[Database]:
        """The filled workspace itself, to be read only."""
        database = Database(self._filled_url(dialect, self.mentions))
        yield database
        database.close()

    def _filled_url(self, dialect: str, size: int) -> str:
        if (dialect, size) not in self._filled:
            self._filled[dialect, size] = self._found(dialect, size) or self._fill(dialect, size)
        return self._filled[dialect, size]

    def _found(self, dialect: str, size: int) -> str | None:
        if self.keep is None:
            return None
        url = self._kept_url(dialect, size)
        if dialect == SQLITE:
            return url if _file(url).exists() else None
        name = make_url(url).database
        return url if self._on_server(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") else None

    def _fill(self, dialect: str, size: int) -> str:
        started = monotonic()
        url = self._new_url(dialect)
        database = Database(url)
        upgrade(database)
        fill.fill(database, size)
        database.close()
        self.seconds_of_filling[f"{dialect} {size}"] = round(monotonic() - started, 1)
        return self._kept(dialect, size, url) if self.keep else url

    def _kept(self, dialect: str, size: int, url: str) -> str:
        kept = self._kept_url(dialect, size)
        if dialect == SQLITE:
            _file(url).rename(_file(kept))
        else:
            old, new = make_url(url).database, make_url(kept).database
            self._on_server(f"ALTER DATABASE {old} RENAME TO {new}")
            self._made.remove(str(old))
        return kept

    def _kept_url(self, dialect: str, size: int) -> str:
        name = f"careline_bench_{size}_{_fingerprint()}"
        if dialect == SQLITE:
            folder = self.keep or self.folder
            folder.mkdir(parents=True, exist_ok=True)
            return f"sqlite:///{folder / name}.db"
        return self._at(name)

    def _new_url(self, dialect: str, *, template: str | None = None) -> str:
        name = f"careline_bench_{uuid.uuid4().hex[:12]}"
        if dialect == SQLITE:
            return f"sqlite:///{self.folder / name}.db"
        copied = f" TEMPLATE {make_url(template).database}" if template else ""
        self._on_server(f"CREATE DATABASE {name}{copied}")
        self._made.append(name)
        return self._at(name)

    def _drop(self, database: Database) -> None:
        database.close()
        if database.is_sqlite:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{_file(database.url)}{suffix}").unlink(missing_ok=True)
            return
        name = str(make_url(database.url).database)
        self._on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.remove(name)

    def _at(self, name: str) -> str:
        return make_url(str(self.server)).set(database=name).render_as_string(hide_password=False)

    def _on_server(self, statement: str) -> bool:
        engine = create_engine(str(self.server), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            found = result.returns_rows and result.first() is not None
        engine.dispose()
        return found


def _file(url: str) -> Path:
    return Path(str(make_url(url).database))


def _fingerprint() -> str:
    """Tells workspaces that another schema or another filling made."""
    tables, dialects = Base.metadata.sorted_tables, (registry.load("sqlite")(), registry.load("postgresql")())
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in tables for dialect in dialects]
    indexes = [str(CreateIndex(index).compile(dialect=dialects[0])) for table in tables for index in sorted(table.indexes, key=str)]
    source = Path(fill.__file__).read_text(encoding="utf-8")
    return hashlib.sha256("\n".join([*made, *indexes, source]).encode()).hexdigest()[:10]
