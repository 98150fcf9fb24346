"""`careline feeds`: what we listen to, and one look at one of them."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from careline import layers, processes
from careline.start import MISUSED, Start, opened_with_plan, start, stop
from desk import feeds
from desk.errors import DeskError
from storage.database import Database

app = typer.Typer(help="What we listen to: list, poll.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="The feed's name, as in settings.toml or on the Feeds page.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for a program.")]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the feeds and how each is doing, in words.

    Example:  careline feeds list
    """
    begun = start()
    with opened_with_plan(begun) as database, database.read() as session:
        rows = feeds.health(session, now=database.now())
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        typer.echo(f"{row.name}  ({row.source} {row.kind})  {row.words}")
    if not rows:
        typer.echo("No feed yet: add one to settings.toml (docs/settings.md has an example per source) or on the Feeds page")


@app.command()
def poll(
    name: Name,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look once, now, whatever the schedule says.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at one feed once, store what is new, and say what came of it.

    JSON: {"result", "new", "seen", "retry_at", "cursor"}; `result` is one of looked, empty, throttled, budget_used_up,
    credit_used_up, unauthorized, refused, unavailable, malformed. The exit code is 0 whenever the look was recorded.

    Example:  careline feeds poll acme-on-x --once --json
    """
    if not once:
        stop("say --once: the schedule belongs to `careline listen`", code=MISUSED)
    begun = start()
    with opened_with_plan(begun) as database:
        report = _look(begun, database, name)
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else _in_words(report))


def _look(begun: Start, database: Database, name: str) -> dict[str, Any]:
    from careline.sample.wiring import registry_of
    from listener.poll import Poller

    settings = layers.listener_settings(begun.settings)
    registry = registry_of(begun, database, settings)
    poller = Poller(database, settings, layers.desk_settings(begun.settings), registry, owner=processes.owner_of("cli"))
    try:
        report = poller.poll_one(name)
    except DeskError as error:
        stop(str(error))
    retry_at = report.retry_at.isoformat() if report.retry_at else None
    return {"result": report.result.value, "new": report.new, "seen": report.seen, "retry_at": retry_at, "cursor": report.cursor}


def _in_words(report: dict[str, Any]) -> str:
    later = f", not before {report['retry_at']}" if report["retry_at"] else ""
    return f"{report['result']}: {report['seen']} posts, {report['new']} new{later}"
