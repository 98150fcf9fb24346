"""Alembic's entry: works on the connection that storage.migrate opened, or on the one of `CARELINE_DATABASE_URL`."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from storage.models import Base


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=False, compare_type=False)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(os.environ["CARELINE_DATABASE_URL"]).connect() as own:
        run(own)
        own.commit()
