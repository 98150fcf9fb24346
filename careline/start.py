"""What every command does first: read the settings, find the workspace, open its database."""

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import NoReturn

import typer
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from careline.settings import Settings
from careline.settings_errors import SettingsError
from careline.settings_reading import load
from careline.workspace import Workspace, chosen
from desk import platforms
from desk.sources import known
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import check_schema

MICROS = 1_000_000

FAILED = 1
MISUSED = 2
"""Exit codes: 0 done, 1 it did not work, 2 the settings or the command line need a change."""


class Stopped(typer.Exit):
    """A command ends early; `words` say why."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(code)
        self.words = words


@dataclass(frozen=True, slots=True)
class Start:
    """The settings, and the workspace that they come to."""

    settings: Settings
    workspace: Workspace


def start() -> Start:
    """Read the settings, or say what is wrong with them and exit."""
    _hear_sources()
    try:
        settings = load()
    except SettingsError as error:
        stop(str(error), code=MISUSED)
    platforms.agree({source: {kind: round(each * MICROS) for kind, each in prices.items()} for source, prices in settings.prices.items()})
    return Start(settings, chosen(settings))


def _hear_sources() -> None:
    """What sources of installed packages say of themselves. Most workspaces have none, and load nothing for it."""
    if entry_points(group="careline.sources"):
        from listener.registry import declared

        known.tell(declared())


@contextmanager
def opened(begun: Start) -> Iterator[Database]:
    """The workspace's database, with its schema checked, or a clear end of the command."""
    with _unusable_named():
        try:
            database = Database(begun.workspace.database_url)
            check_schema(database)
        except StorageError as error:
            stop(str(error))
        except OSError as error:
            stop(f"{begun.workspace.home}: {error.strerror}. Set CARELINE_HOME to a folder that this user may write")
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _unusable_named() -> Iterator[None]:
    """A database that is out of reach, locked, full or no database ends the command in its own words, not with the statement that met it."""
    try:
        yield
    except ArgumentError as error:
        stop(f"[database] url: {error}. Examples are in docs/settings.md", code=MISUSED)
    except DatabaseError as error:
        if type(error) not in {DatabaseError, OperationalError}:
            raise
        stop(f"the database cannot be used: {' '.join(str(error.orig).split())}")


def stop(message: str, *, code: int = FAILED) -> NoReturn:
    """End the command with a message on standard error."""
    typer.echo(f"careline: {message}", err=True)
    raise Stopped(message, code)


def log_to_stderr() -> None:
    """One line an event; the level is `CARELINE_LOG` (INFO unless told)."""
    level = os.environ.get("CARELINE_LOG", "INFO").upper()
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("alembic", "httpx", "httpcore", "prawcore", "tweepy", "urllib3", "apprise"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # A bell that still rings when it is due again is skipped by design, each time with a warning.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def free_bytes(workspace: Workspace) -> int:
    """What is left on the disk of the data folder."""
    workspace.home.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(workspace.home).free


@contextmanager
def opened_with_plan(begun: Start) -> Iterator[Database]:
    """The workspace's database, made and brought up to date where needed, with the feeds of settings.toml in it."""
    from careline import layers
    from desk.feeds import feeds
    from storage.migrate import upgrade

    with _unusable_named():
        try:
            database = Database(begun.workspace.database_url)
            upgrade(database)
            database.close()
        except (StorageError, OSError) as error:
            stop(str(error))
    with opened(begun) as ready:
        if not begun.workspace.is_sample:
            with ready.write() as session:
                feeds.sync(session, layers.workspace_plan(begun.settings), now=ready.now())
        yield ready
