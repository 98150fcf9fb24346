"""`careline db`: the schema, the invariants, backups."""

import json
from pathlib import Path
from typing import Annotated

import typer

from careline.start import Start, opened, start, stop
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
    """Put a backup in place of the database. Replies that were on their way become `uncertain`: a person looks at each.

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


def _reachable(begun: Start) -> Database:
    try:
        return Database(begun.workspace.database_url)
    except StorageError as error:
        stop(str(error))
