"""A backup is whole, never replaces a file, and comes back without sending anything twice."""

from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from storage import pg_programs
from storage.backup import backup, before_upgrade, restore
from storage.check import check
from storage.database import Database
from storage.errors import BackupFailed, SchemaMismatch
from storage.migrate import newest
from storage.models import Audit, Case, Mention, Reply
from storage.words import ReplyState
from tests.support.listening import NOON, classify, how_many, listening, mention, poll, post

STATES = (
    ReplyState.DRAFT,
    ReplyState.QUEUED,
    ReplyState.SENDING,
    ReplyState.SENT,
    ReplyState.FAILED,
    ReplyState.BY_HAND,
    ReplyState.CANCELLED,
)


@pytest.fixture
def lived(database: Database) -> Database:
    """A workspace with a mention, a case, and a reply in every state."""
    with database.write() as session:
        listening(session)
        poll(session, post("1", "Wörter 👩🏽‍🚒"))
        classify(session)
        case = session.scalars(select(Case)).one()
        for state in STATES:
            reply = Reply(case_id=case.id, key=state, state=state, text=state, created_at=NOON, saved_at=NOON, queued_at=NOON)
            reply.sent_at = NOON if state == ReplyState.SENT else None
            session.add(reply)
    return database


def test_a_restore_brings_everything_back_and_doubts_what_was_on_its_way(lived: Database, tmp_path: Path) -> None:
    file = tmp_path / "backups" / "monday.backup"
    assert backup(lived, file) == file.stat().st_size > 0
    with lived.write() as session:
        session.execute(update(Mention).values(text="changed since"))
        poll(session, post("2"))
    assert restore(lived, file) == 3
    with lived.read() as session:
        assert (mention(session).text, how_many(session, Mention)) == ("Wörter 👩🏽‍🚒", 1)
        states = dict(session.execute(select(Reply.key, Reply.state)).all())
        doubted = {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.BY_HAND}
        assert {key for key, state in states.items() if state == ReplyState.UNCERTAIN} == doubted
        assert {key: state for key, state in states.items() if key not in doubted} == {s: s for s in STATES if s not in doubted}
        assert session.scalars(select(Reply.sending_at).where(Reply.key == ReplyState.QUEUED)).one() == NOON
        assert how_many(session, Audit, Audit.verb == "uncertain") == 3
        assert check(session) == []
    with lived.write() as session:
        assert poll(session, post("2"), now=NOON).new == 1


def test_a_backup_can_be_taken_while_somebody_writes(lived: Database, tmp_path: Path) -> None:
    with lived.write() as session:
        poll(session, post("half"))
        session.flush()
        backup(lived, tmp_path / "b")
    restore(lived, tmp_path / "b")
    with lived.read() as session:
        assert how_many(session, Mention) == 1


def test_a_backup_never_replaces_a_file(lived: Database, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious")
    with pytest.raises(BackupFailed, match="exists already"):
        backup(lived, tmp_path / "b")
    assert (tmp_path / "b").read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"no database at all, only words"])
def test_what_is_no_backup_is_refused_and_changes_nothing(lived: Database, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(BackupFailed):
        restore(lived, tmp_path / "b")
    with lived.read() as session:
        assert how_many(session, Mention) == 1
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.suffix == ".part") == []


def test_a_file_that_is_not_there_is_refused(lived: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="no file"):
        restore(lived, tmp_path / "nothing")


def test_a_backup_of_a_newer_version_is_refused_and_changes_nothing(lived: Database, tmp_path: Path) -> None:
    with lived.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    backup(lived, tmp_path / "b")
    with lived.write() as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{newest()}'"))
        session.execute(update(Mention).values(text="here"))
    with pytest.raises(SchemaMismatch, match="newer"):
        restore(lived, tmp_path / "b")
    with lived.read() as session:
        assert mention(session).text == "here"


def test_an_upgrade_of_a_file_is_preceded_by_a_backup_beside_it(sqlite_database: Database) -> None:
    assert before_upgrade(sqlite_database) is None
    with sqlite_database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001_initial'"))
    file = before_upgrade(sqlite_database)
    assert file is not None
    assert file.stat().st_size > 0
    assert "-before-" in file.name


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFailed, match="pg_dump is not installed: apt-get install"):
        pg_programs.dump("postgresql+psycopg://a:secret@db.example/x", tmp_path / "b")
