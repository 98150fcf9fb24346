"""A workspace that listens, for tests of the desk."""

import pytest

from storage.database import Database
from tests.support.listening import listening


@pytest.fixture
def listened(database: Database) -> Database:
    """Two brands and their feeds, and nothing heard yet."""
    with database.write() as session:
        listening(session)
    return database
