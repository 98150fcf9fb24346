"""`careline people`: who works here."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from careline import layers
from careline.start import Start, opened, start, stop
from desk.errors import DeskError
from desk.people import leaving, people, sign_ins
from desk.people.leaving import Left
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
        everyone = people.everyone(session, left=left)
        last = sign_ins.last(session, [person.id for person in everyone])
        rows = [{**_row(person), "last_sign_in": at.isoformat() if (at := last.get(person.id)) else None} for person in everyone]
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
    email: Annotated[str | None, typer.Option(help="The address that the sign-in provider has verified: it lets them in.")] = None,
    experienced: Annotated[bool, typer.Option("--experienced", help="Their replies leave without a colleague reading them first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Add somebody with one or more roles. A new agent is learning: a colleague reads their replies first, until a lead ends it.

    Example:  careline people add "Mina Kaur" --initials MK --role agent --role admin

    Example:  careline people add "Ana Moss" --initials AM --role agent --experienced
    """
    told: dict[str, Any] = {"name": name, "initials": initials, "roles": role, "email": email, "is_experienced": experienced}
    with opened(start()) as database:
        try:
            with database.write() as session:
                person = people.add(session, **told, by=None, now=database.now())
        except DeskError as error:
            stop(str(error))
    typer.echo(json.dumps(_row(person), ensure_ascii=False) if as_json else _added(person))


@app.command()
def leave(
    number: Annotated[int, typer.Argument(help="The number that `people list` shows.")],
    *,
    to: Annotated[str | None, typer.Option(help="The initials of the colleague who gets their cases and promises.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Somebody leaves: their next request is refused, what was theirs is handed over, their initials are never used again.

    Says what was handed over, and which platform tokens to rotate.

    Example:  careline people leave 3 --to MK
    """
    begun = start()
    with opened(begun) as database:
        try:
            with database.write() as session:
                heir = _by_initials(session, to).id if to else None
                left = leaving.leave(session, number, to_person_id=heir, by=None, now=database.now())
        except DeskError as error:
            stop(str(error))
    tokens = _tokens(begun, left)
    typer.echo(json.dumps({**asdict(left), "tokens": tokens}, ensure_ascii=False) if as_json else _told(left, tokens))


def _added(person: Person) -> str:
    learns = "; a colleague reads their replies first, until a lead ends it under People and teams" if person.is_learning else ""
    return f"{person.name} is number {person.id}{learns}"


def _by_initials(session: Session, initials: str) -> Person:
    found = people.with_initials(session, initials)
    if found is None:
        stop(f"nobody who works here has the initials {initials}. Look:  careline people list")
    return found


def _tokens(begun: Start, left: Left) -> dict[str, list[str]]:
    """The credentials that they could use, each with the environment variables of its secrets."""
    views = {view.name: view for view in layers.credential_views(begun.settings)}
    return {name: list(views[name].in_use) if name in views else [] for name in left.credentials}


def _told(left: Left, tokens: dict[str, list[str]]) -> str:
    whom = left.to or "the queue and the team"
    counts = ("cases", left.cases), ("drafts", left.drafts), ("promises", left.promises), ("incidents", left.incidents)
    handed = ", ".join(f"{n} {what}" for what, n in counts if n) or "nothing"
    lines = [
        f"{left.name} has left. Their next request is refused, their initials are never used again.",
        f"Handed over to {whom}: {handed}",
    ]
    if left.saved_replies:
        lines.append(f"The team's from now on: {left.saved_replies} saved replies")
    if left.escalations:
        lines.append(f"Nobody is told any more of: {', '.join(left.escalations)}. Name somebody")
    lines += ["Rotate these tokens at their platforms:" if tokens else "No platform token has to be rotated"]
    lines += [f"  {name}  {' '.join(variables)}".rstrip() for name, variables in tokens.items()]
    return "\n".join(lines)


def _row(person: Person) -> dict[str, Any]:
    roles = sorted(role.value for role in people.roles_of(person))
    return {
        "id": person.id,
        "name": person.name,
        "initials": person.initials,
        "email": person.email,
        "roles": roles,
        "active": person.active,
        "learning": person.is_learning,
    }
