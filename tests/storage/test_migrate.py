"""An older workspace is brought to this version with its rows, and has then the very schema that the code works with."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, create_engine, make_url, text

from storage.database import Database
from storage.migrate import _config, newest, upgrade
from storage.models import Base, Mention, Person
from storage.words import Shift

FIRST_RELEASED = "0002_search"


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[str]:
    name = f"careline_{uuid.uuid4().hex[:12]}"
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    is_sqlite = request.param == "sqlite"
    opened = Database(f"sqlite:///{tmp_path / 'old.db'}" if is_sqlite else request.getfixturevalue("empty_postgres"))
    yield opened
    opened.close()


def to_revision(database: Database, revision: str) -> None:
    with database.engine.execution_options(writes=True).connect() as connection, connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def insert_old(connection: Connection, table: str, **values: Any) -> None:
    """A row as the old version wrote it: the columns that its schema had."""
    old = MetaData()
    old.reflect(connection, only=[table])
    connection.execute(old.tables[table].insert().values(**values))


def differences(database: Database) -> list[Any]:
    """What the code's tables have and the database has not, or otherwise; the search index is made by hand."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "include_name": _is_ours})
        found: list[Any] = compare_metadata(context, Base.metadata)
        return found


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and (name or "").startswith("mention_search"))


def test_an_older_workspace_keeps_its_people_and_gets_what_is_new(unmigrated: Database) -> None:
    to_revision(unmigrated, FIRST_RELEASED)
    moment: Any = 1_760_000_000_000_000 if unmigrated.is_sqlite else "2026-01-05 12:00:00+00"
    with unmigrated.engine.execution_options(writes=True).connect() as connection, connection.begin():
        insert_old(connection, "person", id=1, name="Ana", initials="AM", active=True, created_at=moment)
    assert upgrade(unmigrated)
    with unmigrated.read() as session:
        ana = session.get_one(Person, 1)
        assert (ana.name, ana.shift, ana.is_learning, ana.counts_exposure, ana.alias) == ("Ana", Shift.ON, False, True, "")


def test_what_models_saw_besides_can_be_looked_for_in_an_older_workspace(unmigrated: Database) -> None:
    to_revision(unmigrated, "0004_everywhere")
    with unmigrated.engine.execution_options(writes=True).connect() as connection, connection.begin():
        _older_mention(connection, unmigrated.is_sqlite)
    assert upgrade(unmigrated)
    with unmigrated.read() as session:
        assert session.get_one(Mention, 1).also == ",churn,question,"
        assert session.get_one(Mention, 1).chance_high is None


def _older_mention(connection: Connection, is_sqlite: bool) -> None:
    moment: Any = 1_760_000_000_000_000 if is_sqlite else "2026-01-05 12:00:00+00"
    place = {"source": "x", "site": ""}
    told = {"handle": "ana", "name": "Ana", "url": "", "do_not_contact": False, "do_not_contact_reason": "", "blocked_reason": ""}
    insert_old(connection, "author", id=1, external_id="a", first_seen_at=moment, **place, **told)
    insert_old(connection, "thread", id=1, external_id="t", **place)
    words = {
        "kind": "post",
        "title": "",
        "text": "Cancel it",
        "url": "",
        "content_hash": "h",
        "capability": "link",
        "capability_reason": "",
    }
    times = dict.fromkeys(("posted_at", "seen_at", "bucket_at"), moment)
    flags = {"is_own": False, "is_private": False, "triage_attempts": 1, "revision": 1, "addressed": []}
    insert_old(connection, "mention", id=1, external_id="m", author_id=1, thread_id=1, **place, **words, **times, **flags)
    for number, answers in ((1, {"also": ["praise"]}), (2, {"also": ["churn", "question"]})):
        said = {"revision": 1, "engine": "onnx", "version": str(number), "answers": answers, "created_at": moment}
        insert_old(connection, "triage", id=number, mention_id=1, **said)


def test_the_schema_is_the_one_that_the_code_works_with(unmigrated: Database) -> None:
    assert upgrade(unmigrated)
    assert differences(unmigrated) == []
    assert not upgrade(unmigrated), f"a database at {newest()} has nothing to do"
