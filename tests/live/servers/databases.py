"""Databases for servers that need PostgreSQL."""

import secrets
from contextlib import ExitStack

from sqlalchemy import URL, Engine, create_engine, make_url

from tests.live.servers.box import NotRun
from tests.support import postgres


def empty_database(stack: ExitStack, name: str) -> URL:
    """An empty database, dropped at the end. Raises NotRun."""
    server = stack.enter_context(postgres.server())
    if server is None:
        raise NotRun("no PostgreSQL server can be started here")
    made = f"careline_{name}_{secrets.token_hex(4)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {made}")
    stack.callback(_dropped, engine, made)
    return make_url(server).set(database=made)


def _dropped(engine: Engine, name: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()
