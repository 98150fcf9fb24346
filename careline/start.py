"""What every command does first: read the settings, find the workspace, open its database."""

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import typer

from careline.settings import Settings, load
from careline.settings_errors import SettingsError
from careline.workspace import Workspace, chosen
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import check_schema

FAILED = 1
MISUSED = 2
"""Exit codes: 0 done, 1 it did not work, 2 the settings or the command line need a change."""


@dataclass(frozen=True, slots=True)
class Start:
    """The settings, and the workspace that they come to."""

    settings: Settings
    workspace: Workspace


def start() -> Start:
    """Read the settings, or say what is wrong with them and exit."""
    try:
        settings = load()
    except SettingsError as error:
        stop(str(error), code=MISUSED)
    return Start(settings, chosen(settings))


@contextmanager
def opened(begun: Start) -> Iterator[Database]:
    """The workspace's database, with its schema checked, or a clear end of the command."""
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


def stop(message: str, *, code: int = FAILED) -> NoReturn:
    """End the command with a message on standard error."""
    typer.echo(f"careline: {message}", err=True)
    raise typer.Exit(code)


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
