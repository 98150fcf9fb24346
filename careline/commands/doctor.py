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
from careline.erasure_journal import Journal, fingerprint
from careline.forgetting import not_applied
from careline.start import FAILED, Start, free_bytes, start
from careline.workspace import secret_key
from classifier.engine import EngineUnavailable
from classifier.registry import RegistryError, load_engine
from classifier.settings import ClassifierSettings
from desk.feeds import feeds, health
from listener.connect import keeper
from listener.connect.connected import connected
from listener.settings import CredentialSettings, ListenerSettings
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
    yield _classifier(layers.classifier_settings(begun.settings))
    try:
        database = Database(begun.workspace.database_url)
        check_schema(database)
    except (StorageError, SQLAlchemyError) as error:
        yield Finding("database", State.BROKEN, str(error).splitlines()[0])
        yield from _secrets(begun, layers.listener_settings(begun.settings))
        return
    yield Finding("database", State.OK, "reachable, schema up to date")
    settings = layers.listener_settings(begun.settings)
    yield from _secrets(begun, connected(settings, database, secret_key(begun.settings)))
    yield from _processes(database)
    yield from _feeds(database)
    yield from _erasures(begun, database)
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


def _secrets(begun: Start, settings: ListenerSettings) -> Iterator[Finding]:
    for name, credential in settings.credentials.items():
        status = None if begun.workspace.is_sample or credential.keeper is None else credential.keeper.status()
        if status is not None and status.state is not keeper.State.NOT_CONNECTED:
            yield _connection(name, status)
        if credential.secrets or status is None or status.state is keeper.State.NOT_CONNECTED:
            yield _credential(name, credential)
    for recipient in settings.recipients:
        is_set = bool(os.environ.get(recipient.url_env))
        yield Finding(
            f"recipient {recipient.name}", State.OK if is_set else State.BROKEN, f"{recipient.url_env} is {'set' if is_set else 'not set'}"
        )


def _credential(name: str, credential: CredentialSettings) -> Finding:
    known = ", ".join(sorted(credential.secrets)) or "none"
    variables = f"set variables that begin with CARELINE_{name.upper().replace('-', '_')}_ (docs/settings.md){credential.or_connect()}"
    state = State.OK if credential.secrets else State.BROKEN
    told = f"secrets set: {known}" + ("" if credential.secrets else f": {variables}")
    if credential.source == "reddit":
        told += f"; {_approval(credential)}"
    return Finding(f"credential {name}", state, told)


def _approval(credential: CredentialSettings) -> str:
    given = str(credential.options.get("approval") or "").strip()
    return f"approval {given}" if given else "no approval noted: set approval to the reference that Reddit gave when it approved the app"


def _connection(name: str, status: keeper.Status) -> Finding:
    return Finding(f"connection {name}", State.OK if status.state is keeper.State.CONNECTED else State.BROKEN, status.words)


def _processes(database: Database) -> Iterator[Finding]:
    with database.read() as session:
        rows = health.processes(session, now=database.now())
    for row in rows:
        yield Finding(
            f"process {row.process}", State.OK if row.is_alive else State.LOOK, f"last sign of life {row.beat_at:%Y-%m-%d %H:%M:%S} UTC"
        )
    if not rows:
        yield Finding("processes", State.LOOK, "none has run yet: careline up")


def _erasures(begun: Start, database: Database) -> Iterator[Finding]:
    waiting = not_applied(database, Journal.of(begun.workspace))
    ours = fingerprint(layers.desk_settings(begun.settings).secret)
    strange = [entry for entry in waiting if entry.key != ours]
    if strange:
        words = (
            f"{len(strange)} of the journal were made with another secret, and cannot be followed: set CARELINE_SECRET_KEY to what it was"
        )
        yield Finding("erasures", State.BROKEN, words)
    if len(waiting) > len(strange):
        words = (
            f"{len(waiting) - len(strange)} of the journal are not done in this database: start careline up, or run careline person erase"
        )
        yield Finding("erasures", State.BROKEN, words)
    if not waiting:
        yield Finding("erasures", State.OK, "all that the journal says is done")


def _feeds(database: Database) -> Iterator[Finding]:
    with database.read() as session:
        rows = feeds.health(session, now=database.now())
    for row in rows:
        yield Finding(f"feed {row.name}", State.LOOK if row.since else State.OK, row.words)
