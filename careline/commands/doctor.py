"""`careline doctor`: what is wrong here, and what to do."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from careline import layers
from careline.start import FAILED, Start, free_bytes, start
from classifier.engine import EngineUnavailable
from classifier.registry import RegistryError, load_engine
from classifier.settings import ClassifierSettings
from desk import feeds, health
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import check_schema


class State(StrEnum):
    OK = "ok"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in words that say what to do."""

    subject: str
    state: State
    words: str


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False) -> None:
    """Look at settings, secrets, disk, classifier, database, processes and feeds. Exit code 1 when something is broken.

    Example:  careline doctor
    """
    begun = start()
    findings = list(examine(begun))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(f"{finding.state:<7} {finding.subject}: {finding.words}")
    if any(finding.state is State.BROKEN for finding in findings):
        raise typer.Exit(FAILED)


def examine(begun: Start) -> Iterator[Finding]:
    """Everything that can be looked at without changing anything."""
    yield Finding("python", State.OK, sys.version.split()[0])
    yield Finding("workspace", State.OK, f"{begun.workspace.name}, data in {begun.workspace.home}")
    yield _disk(begun)
    yield from _secrets(begun)
    yield _classifier(layers.classifier_settings(begun.settings))
    try:
        database = Database(begun.workspace.database_url)
        check_schema(database)
    except (StorageError, SQLAlchemyError) as error:
        yield Finding("database", State.BROKEN, str(error).splitlines()[0])
        return
    yield Finding("database", State.OK, "reachable, schema up to date")
    yield from _processes(database)
    yield from _feeds(database)
    database.close()


def _disk(begun: Start) -> Finding:
    free = free_bytes(begun.workspace)
    state = State.OK if free > 2**30 else State.LOOK if free > 200 * 2**20 else State.BROKEN
    return Finding(
        "disk", state, f"{free / 2**30:.1f} GB free" + ("" if state is State.OK else ": make room before the database cannot grow")
    )


def _classifier(settings: ClassifierSettings) -> Finding:
    try:
        engine = load_engine(settings)
    except (EngineUnavailable, RegistryError) as error:
        return Finding("classifier", State.BROKEN, str(error))
    if engine.name != settings.engine:
        return Finding(
            "classifier", State.LOOK, f"the {settings.engine} engine cannot be loaded here: {engine.name} sorts the queue instead"
        )
    return Finding("classifier", State.OK, f"{engine.name} {engine.version}")


def _secrets(begun: Start) -> Iterator[Finding]:
    for name, credential in layers.listener_settings(begun.settings).credentials.items():
        known = ", ".join(sorted(credential.secrets)) or "none"
        state = State.OK if credential.secrets else State.BROKEN
        missing = (
            "" if credential.secrets else f": set variables that begin with CARELINE_{name.upper().replace('-', '_')}_ (docs/settings.md)"
        )
        yield Finding(f"credential {name}", state, f"secrets set: {known}{missing}")
    for recipient in layers.listener_settings(begun.settings).recipients:
        is_set = bool(os.environ.get(recipient.url_env))
        yield Finding(
            f"recipient {recipient.name}", State.OK if is_set else State.BROKEN, f"{recipient.url_env} is {'set' if is_set else 'not set'}"
        )


def _processes(database: Database) -> Iterator[Finding]:
    with database.read() as session:
        rows = health.processes(session, now=database.now())
    for row in rows:
        yield Finding(
            f"process {row.process}", State.OK if row.is_alive else State.LOOK, f"last sign of life {row.beat_at:%Y-%m-%d %H:%M:%S} UTC"
        )
    if not rows:
        yield Finding("processes", State.LOOK, "none has run yet: careline up")


def _feeds(database: Database) -> Iterator[Finding]:
    with database.read() as session:
        rows = feeds.health(session, now=database.now())
    for row in rows:
        yield Finding(f"feed {row.name}", State.LOOK if row.since else State.OK, row.words)
