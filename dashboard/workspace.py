"""The workspace that this process shows: one for the whole process, opened by the server before the first page runs."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.locales import Locale, Locales
from dashboard.settings import BoardSettings
from dashboard.signed_in import SignedIn
from dashboard.snapshots import Snapshots
from storage.database import Database

SECRET_FILE = "cookie.key"  # noqa: S105  a file name
CACHE_KIB = 16_384
"""Of each of the connections that many threads read with: a page of the queue needs little, and the system keeps the file in memory, too."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a page, a callback or a route needs: settings, rows, the key that signs the sign-in cookie, and what is kept in memory."""

    settings: BoardSettings
    database: Database
    secret: str
    snapshots: Snapshots
    signed_in: SignedIn
    locales: Locales

    def now(self) -> datetime:
        return self.database.now()


class _Opened:
    workspace: Workspace | None = None


def open_workspace(settings: BoardSettings) -> Workspace:
    """Open the rows that the settings name and make them this process's workspace."""
    secret = settings.cookie_secret or _kept_secret(settings.home)
    return show(settings, Database(settings.database_url, cache_kib=CACHE_KIB), secret)


def show(settings: BoardSettings, database: Database, secret: str) -> Workspace:
    """Make these rows this process's workspace."""
    locales = Locales(database, Locale(settings.language, settings.desk.zone))
    _Opened.workspace = Workspace(settings, database, secret, Snapshots(database), SignedIn(database), locales)
    return _Opened.workspace


def close() -> None:
    _Opened.workspace = None


def here() -> Workspace:
    """This process's workspace. Raises RuntimeError before it is opened."""
    if _Opened.workspace is None:
        message = "no workspace is open: the board is started by dashboard.server.serve"
        raise RuntimeError(message)
    return _Opened.workspace


def _kept_secret(home: Path) -> str:
    """The key in the data folder, made once: a restart of the board signs nobody out."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / SECRET_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as kept:
        kept.write(made := secrets.token_urlsafe(48))
    return made
