"""Backups of a workspace while everything runs, and their way back.

SQLite: one file, by the backup API. PostgreSQL: an archive by `pg_dump`, where PostgreSQL's client programs are installed.
"""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, update

from storage import pg_programs
from storage.database import Database, sqlite_file
from storage.errors import BackupFailed
from storage.migrate import current, newest, refuse_newer, upgrade
from storage.models import Audit, Reply
from storage.words import ReplyState

NOT_FINAL = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.BY_HAND)
"""Replies that may have gone out between the backup and its restore. A draft stays one: nothing of it was on its way."""

REASON = "restored from a backup: it may have been sent since"
PARTIAL = ".part"


def backup(database: Database, file: Path) -> int:
    """Write a backup; its size in bytes. The file appears when it is whole. Raises BackupFailed, also when the file is there already."""
    if file.exists():
        raise BackupFailed(f"{file} exists already: choose another name, a backup never replaces a file")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + PARTIAL)
    try:
        if database.is_sqlite:
            _copy_sqlite(database, part)
        else:
            pg_programs.dump(database.url, part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def before_upgrade(database: Database) -> Path | None:
    """Back up a SQLite file beside itself when its schema is about to change. None where nothing changes, and on PostgreSQL."""
    source = sqlite_file(database.url)
    if source is None or not source.exists():
        return None
    with database.engine.connect() as connection:
        revision = current(connection)
    if revision in {None, newest()}:
        return None
    file = source.with_name(f"{source.stem}-before-{newest()}-{datetime.now(UTC):%Y%m%dT%H%M%S}{source.suffix}")
    backup(database, file)
    return file


def restore(database: Database, file: Path) -> int:
    """Put a backup in the database's place, bring its schema to this version, and make every reply that was on its way `uncertain`.

    Returns how many replies are uncertain now. Nothing else may use the database meanwhile. Raises BackupFailed or SchemaMismatch for what is no
    backup of this or an older version, and leaves what was there.
    """
    if not file.is_file():
        raise BackupFailed(f"there is no file {file}")
    if database.is_sqlite:
        return _restore_sqlite(database, file)
    pg_programs.load(database.url, file, check=refuse_newer)
    return _settle(database)


def _settle(database: Database) -> int:
    upgrade(database)
    now = database.now()
    with database.write() as session:
        # What was sending when the backup was made, and what was queued, may both stand on the platform: somebody must look.
        began = func.coalesce(Reply.sending_at, Reply.queued_at, Reply.saved_at)
        doubt = {
            "state": ReplyState.UNCERTAIN,
            "reason": REASON,
            "sending_at": began,
            "not_before": now,
            "lease_owner": None,
            "lease_until": None,
        }
        doubted = update(Reply).where(Reply.state.in_(NOT_FINAL)).values(**doubt).returning(Reply.id, Reply.case_id)
        for reply in session.execute(doubted.execution_options(synchronize_session=False)).all():
            session.add(Audit(at=now, verb="uncertain", case_id=reply.case_id, detail={"reply": reply.id, "why": "restore"}))
        session.add(Audit(at=now, verb="restore", subject="workspace"))
        return session.scalar(select(func.count()).where(Reply.state == ReplyState.UNCERTAIN)) or 0


def _copy_sqlite(database: Database, part: Path) -> None:
    with database.engine.connect() as connection, closing(sqlite3.connect(part)) as target:
        source: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        source.backup(target)
        # A copy that stays in WAL mode wants to write beside itself when somebody only looks at it.
        target.execute("PRAGMA journal_mode = DELETE")


def _restore_sqlite(database: Database, file: Path) -> int:
    target = sqlite_file(database.url)
    if target is None:
        raise BackupFailed("a workspace in memory cannot be restored")
    _require_workspace(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + PARTIAL)
    try:
        shutil.copyfile(file, part)
        uncertain = _settle_apart(part)
        database.engine.dispose()
        # The old database's log would be played into the restored one.
        _without_logs(target)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
        _without_logs(part)
    return uncertain


def _settle_apart(part: Path) -> int:
    opened = Database(f"sqlite:///{part}")
    try:
        uncertain = _settle(opened)
        with opened.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        opened.close()
    return uncertain


def _without_logs(file: Path) -> None:
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _require_workspace(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            said = opened.execute("PRAGMA quick_check(1)").fetchone()
            has_schema = opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{file} is not a backup of a SQLite workspace: {error}") from error
    if said != ("ok",) or not has_schema:
        raise BackupFailed(f"{file} is damaged, or is no backup of a workspace")
