"""Bring a database's schema to this version, once, and tell when it is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database
from storage.errors import SchemaMismatch

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_KEY = 0x6361_7265_6C69_6E65
"""PostgreSQL's advisory lock that lets one process migrate while the others wait."""


def upgrade(database: Database) -> bool:
    """Bring the schema to the newest revision. True when something was changed. Safe to call twice, and from two processes."""
    with database.engine.execution_options(writes=True).connect() as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        before = current(connection)
        refuse_newer(before)
        if before == newest():
            return False
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return True


def check_schema(database: Database) -> None:
    """Raises SchemaMismatch unless the schema is the one this version works with."""
    with database.engine.connect() as connection:
        found = current(connection)
    refuse_newer(found)
    if found != newest():
        message = f"the database is at schema {found or 'none'}, this version needs {newest()}: run  careline db upgrade"
        raise SchemaMismatch(message)


def current(connection: Connection) -> str | None:
    """The schema revision of an open database, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision that this version of Careline works with."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def refuse_newer(found: str | None) -> None:
    """Raises SchemaMismatch for a revision that this version does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        message = f"the database was written by a newer Careline (schema {found}): install that version, or restore a backup from before the upgrade"
        raise SchemaMismatch(message)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
