"""What can be wrong with a database.

StorageError
├── DatabaseUnusable   cannot be opened: missing driver, unreachable, no right to write
├── BackupFailed       a backup could not be written, or cannot be restored
└── SchemaMismatch     its schema is older or newer than this version of Careline
"""

from typing import Self

from sqlalchemy import make_url


class StorageError(Exception):
    """Something is wrong with the workspace's database."""


class DatabaseUnusable(StorageError):
    """The database cannot be opened."""

    @classmethod
    def missing_driver(cls, url: str, error: ModuleNotFoundError) -> Self:
        shown = make_url(url).render_as_string(hide_password=True)
        return cls(f"{shown} needs the driver {error.name!r}: install it with  pip install 'careline[postgres]'")


class BackupFailed(StorageError):
    """A backup could not be written, or is none that can be restored; the message says what to do."""


class SchemaMismatch(StorageError):
    """The database's schema is not the one that this version of Careline works with."""
