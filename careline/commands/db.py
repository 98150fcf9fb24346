"""`careline db`: the schema, the invariants, backups."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from careline import layers
from careline.erasure_journal import Journal
from careline.forgetting import Forgetting, NotScrubbed
from careline.start import Start, opened, start, stop
from desk.forgetting import retention as kept
from desk.forgetting.retention import Due
from storage import backup as backups
from storage.check import check as find_faults
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade as migrate

app = typer.Typer(help="The workspace's database: upgrade, check, backup, restore.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def upgrade() -> None:
    """Bring the schema to this version. Safe to repeat; a SQLite file is backed up first.

    Example:  careline db upgrade
    """
    begun = start()
    database = _reachable(begun)
    try:
        backups.before_upgrade(database)
        changed = migrate(database)
    except StorageError as error:
        stop(str(error))
    finally:
        database.close()
    typer.echo("The schema was brought to this version" if changed else "The schema is up to date")


@app.command()
def check(*, as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False) -> None:
    """Recount the rollups, look for broken invariants. Exit code 1 when something differs.

    Example:  careline db check
    """
    with opened(start()) as database, database.read() as session:
        faults = find_faults(session)
    if as_json:
        typer.echo(json.dumps({"faults": [str(fault) for fault in faults]}, ensure_ascii=False))
    else:
        typer.echo("\n".join(str(fault) for fault in faults) or "Everything adds up")
    if faults:
        raise typer.Exit(1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")]) -> None:
    """Write a backup while everything runs.

    Example:  careline db backup /backups/careline-monday.db
    """
    with opened(start()) as database:
        try:
            size = backups.backup(database, file)
        except (StorageError, OSError) as error:
            stop(str(error))
    typer.echo(f"{file}: {size / 2**20:.1f} MB")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup that `careline db backup` wrote.", exists=True, dir_okay=False)],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in place of the database. Replies that were on their way become `uncertain`; whom the journal says to forget is erased again.

    Stop `careline up` first. Example:  careline db restore /backups/careline-monday.db --yes
    """
    begun = start()
    if not yes:
        typer.confirm(f"Replace the {begun.workspace.name} workspace in {begun.workspace.home} by {file}?", abort=True)
    database = _reachable(begun)
    try:
        unsettled = backups.restore(database, file)
    except (StorageError, OSError) as error:
        stop(str(error))
    finally:
        database.close()
    typer.echo(f"Restored. {unsettled} replies are uncertain: the board shows what to do with each")
    _forget_again(begun)


@app.command()
def retention(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how much would go, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Let go what was kept for longer than [retention] says, as the listener does every night. Look first.

    Example:  careline db retention --dry-run
    """
    begun = start()
    settings = layers.desk_settings(begun.settings)
    with opened(begun) as database:
        with database.read() as session:
            found = kept.due(session, settings, now=database.now())
        while not dry_run:
            with database.write() as session:
                if not kept.sweep(session, settings, now=database.now()):
                    break
    nothing = "Everything is kept: settings.toml has no [retention.default], nor one of a source"
    typer.echo(json.dumps([asdict(one) for one in found]) if as_json else "\n".join(_due(one) for one in found) or nothing)


def _due(one: Due) -> str:
    source = "every other source" if one.source == kept.EVERYWHERE else one.source
    return f"{one.count:>9}  {one.kind} of {source}, older than {one.days} days"


def _forget_again(begun: Start) -> None:
    """Whom the journal says to forget is in no database that was restored."""
    with opened(begun) as database:
        try:
            done = Forgetting(database, Journal.of(begun.workspace), layers.desk_settings(begun.settings)).replay()
        except NotScrubbed as error:
            stop(f"the journal of erasures was followed, but not to its end: {error}")
    if done:
        typer.echo(f"{done} erasures were done again, as the journal says")


def _reachable(begun: Start) -> Database:
    try:
        return Database(begun.workspace.database_url)
    except StorageError as error:
        stop(str(error))
