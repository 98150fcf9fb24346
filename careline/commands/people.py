"""`careline people`: who works here."""

import json
from typing import Annotated, Any

import typer

from careline.start import opened, start, stop
from desk import people
from desk.errors import DeskError
from storage.models import Person
from storage.words import Role

app = typer.Typer(help="Who works here: list, add, leave.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_(
    *,
    left: Annotated[bool, typer.Option("--left", help="Also those who left.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """List the people with their roles.

    Example:  careline people list --json
    """
    with opened(start()) as database, database.read() as session:
        rows = [_row(person) for person in people.everyone(session, left=left)]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        gone = "" if row["active"] else "  (left)"
        typer.echo(f"{row['id']:>4}  {row['initials']:<4} {row['name']}  {', '.join(row['roles'])}{gone}")
    if not rows:
        typer.echo('Nobody yet. Add somebody:  careline people add "Mina Kaur" --initials MK --role agent --role admin')


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The name that colleagues see.")],
    *,
    initials: Annotated[str, typer.Option(help="Sign replies; never used again for somebody else.")],
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    email: Annotated[str | None, typer.Option(help="The address that single sign-on will know.")] = None,
) -> None:
    """Add somebody with one or more roles.

    Example:  careline people add "Mina Kaur" --initials MK --role agent --role admin
    """
    with opened(start()) as database:
        try:
            with database.write() as session:
                person = people.add(session, name=name, initials=initials, roles=role, email=email, by=None, now=database.now())
        except DeskError as error:
            stop(str(error))
    typer.echo(f"{person.name} is number {person.id}")


@app.command()
def leave(number: Annotated[int, typer.Argument(help="The number that `people list` shows.")]) -> None:
    """Somebody leaves: no more sign-in, their cases go back to the queue, their initials are never used again.

    Example:  careline people leave 3
    """
    with opened(start()) as database:
        try:
            with database.write() as session:
                people.leave(session, number, by=None, now=database.now())
        except DeskError as error:
            stop(str(error))
    typer.echo("Done: their next request is refused")


def _row(person: Person) -> dict[str, Any]:
    roles = sorted(role.value for role in people.roles_of(person))
    return {
        "id": person.id,
        "name": person.name,
        "initials": person.initials,
        "email": person.email,
        "roles": roles,
        "active": person.active,
    }
