"""A PostgreSQL server for tests: the one that the environment names, else one started here for the run."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

ENVIRONMENT = "CARELINE_TEST_POSTGRES_URL"

SHAPE = """
    SELECT concat_ws(' ',
        (SELECT concat_ws('/', count(*), sum(hashtext(concat(oid, relname))::int8)) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT sum(hashtext(concat(attrelid, attname, atttypid, attnotnull))::int8) FROM pg_attribute WHERE attrelid >= 16384),
        (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace), (SELECT count(*) FROM pg_trigger),
        (SELECT concat_ws('/', count(*), sum(oid::int8)) FROM pg_constraint), (SELECT count(*) FROM pg_db_role_setting))
"""
"""What changes when a test changes tables, and not when it only fills them."""

EMPTY = """
    DO $$
    DECLARE name text;
    BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
            LOOP EXECUTE 'DELETE FROM ' || quote_ident(name); END LOOP;
        FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL
            LOOP EXECUTE 'ALTER SEQUENCE ' || quote_ident(name) || ' RESTART'; END LOOP;
    END $$
"""

GROWN = 24 * 2**20
"""A database that has become so large, in bytes, is not used again: what is empty in it still has to be read over."""


class Pool:
    """Databases alike a template. One is emptied and given again, as long as nothing but rows was changed in it: a new one takes ten times as long."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = create_engine(server, isolation_level="AUTOCOMMIT"), template
        self._free, self._shapes = list[str](), dict[str, str]()

    def take(self) -> str:
        """The name of an empty one."""
        return self._free.pop() if self._free else self._made()

    def give_back(self, name: str) -> None:
        if self._is_clean(name):
            self._free.append(name)
        else:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        while self._free:
            self._run(f"DROP DATABASE {self._free.pop()} WITH (FORCE)")
        self._server.dispose()

    def url(self, name: str) -> str:
        return self._server.url.set(database=name).render_as_string(hide_password=False)

    def _made(self) -> str:
        name = f"careline_{uuid.uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        with self._connected(name) as connection:
            self._shapes[name] = connection.execute(text(SHAPE)).scalar_one()
        return name

    def _is_clean(self, name: str) -> bool:
        try:
            with self._connected(name) as connection:
                connection.exec_driver_sql(EMPTY)
                size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
                shape = connection.execute(text(SHAPE)).scalar_one()
        except DBAPIError:
            return False
        return bool(size < GROWN and shape == self._shapes[name])

    @contextmanager
    def _connected(self, name: str) -> Iterator[Connection]:
        engine = create_engine(self.url(name), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            yield connection

    def _run(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))


def bin_folder() -> Path | None:
    """The folder of the newest installed PostgreSQL server."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = [Path(on_path)] if on_path else debian[-1:]
    return found[0].parent if found else None


@contextmanager
def server() -> Iterator[str | None]:
    """The URL of a server's maintenance database, None where there is none."""
    given = os.environ.get(ENVIRONMENT)
    tools = bin_folder()
    if given or tools is None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="careline-pg-") as folder:
        yield from _started(tools, Path(folder))


def _started(tools: Path, folder: Path) -> Iterator[str]:
    user = _unprivileged(folder)
    port = _free_port()
    _run([tools / "initdb", "-D", folder / "d", "-A", "trust", "-U", "careline", "-N"], user)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c jit=off -c max_connections=200 -k {folder}"
    _run([tools / "pg_ctl", "-D", folder / "d", "-l", folder / "log", "-w", "-o", options, "start"], user)
    try:
        yield f"postgresql+psycopg://careline@127.0.0.1:{port}/postgres"
    finally:
        _run([tools / "pg_ctl", "-D", folder / "d", "-m", "immediate", "stop"], user)


def _unprivileged(folder: Path) -> str | None:
    """Initdb refuses root: the account to run it as, None when this one is fine."""
    if os.geteuid() != 0:
        return None
    name = next(n for n in ("postgres", "nobody") if _exists(n))
    shutil.chown(folder, name)
    return name


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(command: list[str | Path], user: str | None) -> None:
    subprocess.run([str(c) for c in command], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def describe() -> str:
    """One line: where the tests on PostgreSQL run."""
    tools = bin_folder()
    if os.environ.get(ENVIRONMENT):
        return f"PostgreSQL: the server that {ENVIRONMENT} names"
    return f"PostgreSQL: a server of our own, from {tools}" if tools else "PostgreSQL: none is installed, its tests are skipped"


if __name__ == "__main__":
    print(describe())  # noqa: T201
