"""Authors that are known already: where a platform bills reading one, nobody is read again within a week of the last time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from desk.intake import authors
from desk.post import PostAuthor
from storage.database import Database

FRESH = timedelta(days=7)
"""Names and handles change seldom, and numbers of followers slowly."""

Known = Callable[[str, str, Sequence[str]], Mapping[str, PostAuthor]]

_known: ContextVar[Known | None] = ContextVar("known authors", default=None)


@contextmanager
def remembered(database: Database) -> Iterator[None]:
    """Within, `known` tells of the authors of this workspace."""

    def found(source: str, site: str, ids: Sequence[str]) -> Mapping[str, PostAuthor]:
        with database.read() as session:
            return authors.read_since(session, source, site, ids, since=database.now() - FRESH)

    token = _known.set(found)
    try:
        yield
    finally:
        _known.reset(token)


def known(source: str, site: str, ids: Sequence[str]) -> Mapping[str, PostAuthor]:
    """Those of them that were read within the last week; outside of a workspace nobody is known."""
    asked = _known.get()
    return asked(source, site, ids) if asked is not None and ids else {}
