"""Databases for tests: each test has its own, copied from a migrated template."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from storage.database import Database
from storage.migrate import upgrade
from tests.support import needs, postgres

pytest.register_assert_rewrite("tests.support.journey")

# How long an example takes says how busy the machine is, and nothing of the code. With CI in the environment Hypothesis has a profile of its own.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if "CI" not in os.environ:
    settings.load_profile("unhurried")


def pytest_itemcollected(item: pytest.Item) -> None:
    """`-k n9` finds whatever stands under N9, whatever its name."""
    item.extra_keyword_matches.update(needs.numbers_of(item.nodeid.removeprefix("tests/").partition("[")[0]))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "careline.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as url:
        if url is None and os.environ.get("CARELINE_REQUIRE_POSTGRES"):
            pytest.fail("no PostgreSQL server was found or could be started: apt-get install postgresql")
        if url is None:
            pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    name = f"careline_template_{uuid.uuid4().hex[:12]}"
    _run(postgres_server, f"CREATE DATABASE {name}")
    database = Database(make_url(postgres_server).set(database=name).render_as_string(hide_password=False))
    upgrade(database)
    database.close()
    yield name
    _run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "careline.db")
    return f"sqlite:///{tmp_path / 'careline.db'}"


@pytest.fixture(scope="session")
def postgres_pool(postgres_server: str, postgres_template: str) -> Iterator[postgres.Pool]:
    pool = postgres.Pool(postgres_server, postgres_template)
    yield pool
    pool.close()


@pytest.fixture
def postgres_url(postgres_pool: postgres.Pool) -> Iterator[str]:
    name = postgres_pool.take()
    yield postgres_pool.url(name)
    postgres_pool.give_back(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty workspace on each dialect."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated, empty workspace for tests in which the dialect plays no part."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def _run(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
