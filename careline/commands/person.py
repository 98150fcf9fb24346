"""`careline person`: what is held about somebody who wrote, given to them or erased."""

import json
import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from careline import layers
from careline.erasure_journal import Journal
from careline.forgetting import Forgetting, NotScrubbed
from careline.start import opened, start, stop
from desk.errors import DeskError
from desk.forgetting import author_data, author_erasure, sampled
from desk.forgetting.sampled import Sampled
from desk.sources import known
from storage import search
from storage.database import Database
from storage.models import Author, Feed

app = typer.Typer(help="What is held about somebody who wrote: export it, erase it.", no_args_is_help=True, rich_markup_mode=None)

NO_SITE = "-"
INDEXED_AT_ONCE = 200
SOURCE = Annotated[str, typer.Argument(help="Where they write: x, reddit, mastodon, …")]
SITE = Annotated[str, typer.Argument(help="Which one of it, for example a server's host; - where there is only one.")]
HANDLE = Annotated[str, typer.Argument(help="Their name there, or id:… with the platform's id of them.")]


@app.command("export")
def export_(
    source: SOURCE,
    site: SITE,
    handle: HANDLE,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write; standard output unless given.")] = None,
) -> None:
    """Write everything that is held about an author as JSON: posts, pictures, labels, cases, notes, replies, records.

    Example:  careline person export x - ana_moss --out ana.json
    """
    with opened(start()) as database, database.read() as session:
        who = _who(session, source, site, handle)
        found = author_data.held(session, who.id) if isinstance(who, Author) else author_data.held_of_samples(session, who)
        held = json.dumps(found, ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(held)
        return
    try:
        # Nobody else on this machine is to read it.
        with os.fdopen(os.open(out, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(held + "\n")
    except OSError as error:
        stop(f"{out}: cannot be written ({error.strerror})")
    typer.echo(f"{out}: everything that is held about them", err=True)


@app.command()
def erase(
    source: SOURCE,
    site: SITE,
    handle: HANDLE,
    *,
    reason: Annotated[str, typer.Option(help="Why, for the record: a ticket's number, not a name.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program: the preview, with --yes the certificate.")] = False,
) -> None:
    """Erase an author and all that is held about them, for good. Shows first what that is; ends with a certificate. Nothing by them is stored again.

    One that was interrupted is ended first.

    Example:  careline person erase x - ana_moss --reason "request 2026-14"
    """
    begun = start()
    with opened(begun) as database:
        forgetting = Forgetting(database, Journal.of(begun.workspace), layers.desk_settings(begun.settings))
        try:
            forgetting.replay()
            _index_words(database)
            with database.read() as session:
                who = _who(session, source, site, handle)
                found, others, feeds = _looked(session, who)
            if as_json and not yes:
                typer.echo(json.dumps({"would_erase": found, "named_by_others": others, "feeds_that_name_them": feeds}))
                return
            if not as_json:
                typer.echo(_preview(found, others, feeds))
            if not yes:
                typer.confirm("Erase all of this for good?", abort=True)
            certificate = forgetting.forget(_row_of(database, who), reason=reason)
        except (DeskError, NotScrubbed) as error:
            stop(str(error))
    typer.echo(json.dumps(certificate) if as_json else json.dumps(certificate, indent=2))


def _who(session: Session, source: str, site: str, handle: str) -> Author | Sampled:
    """Whose name it is: an author, or somebody whose posts nothing but a preview of a feed showed."""
    source, where = _source(session, source), "" if site == NO_SITE else site
    found: dict[str, Author | Sampled] = {author.external_id: author for author in author_data.find(session, source, where, handle)}
    for who in author_data.find_sampled(session, source, where, handle):
        # Their row may say another name by now, or none any more.
        rows = author_data.find(session, source, where, f"{author_data.BY_ID}{who.external_id}")
        found.setdefault(who.external_id, rows[0] if rows else who)
    if not found:
        _nobody(source, site, handle)
    if len(found) > 1:
        ids = ", ".join(f"{author_data.BY_ID}{external_id}" for external_id in found)
        stop(f"{handle} is the name of {len(found)} authors there. Say which one in place of the name: {ids}")
    return next(iter(found.values()))


def _index_words(database: Database) -> None:
    """Posts by others are found by their words. It is the listener that indexes them, and it may not be running."""
    while True:
        with database.write() as session:
            if search.index_due(session, INDEXED_AT_ONCE) < INDEXED_AT_ONCE:
                return


def _source(session: Session, given: str) -> str:
    """The source as it is stored: one that is declared, or that some feed had. Anything else is a slip of the pen."""
    name = given.strip().lower()
    names = {*known.names(), *session.scalars(select(Feed.source).distinct())}
    if name not in names:
        stop(f"there is no source {given}. There are: {', '.join(sorted(names))}")
    return name


def _looked(session: Session, who: Author | Sampled) -> tuple[dict[str, int], int, list[str]]:
    """What would go, how many posts of others name them, and which feeds."""
    feeds = author_data.named_by_feeds(session, who.handle)
    if isinstance(who, Sampled):
        return author_data.sampled_counts(session, who), author_data.named_by_others(session, who.handle), feeds
    author_erasure.author_to_forget(session, who.id)
    return author_data.counts(session, who.id), author_data.named_by_others(session, who.handle, who.id), feeds


def _row_of(database: Database, who: Author | Sampled) -> int:
    if isinstance(who, Author):
        return who.id
    with database.write() as session:
        return sampled.stored(session, who, now=database.now()).id


def _nobody(source: str, site: str, handle: str) -> NoReturn:
    where = source if site in {"", NO_SITE} else f"{source} {site}"
    stop(f"nothing is held about {handle} on {where}. Each site is a place of its own; {NO_SITE} is the one where there is only one")


def _preview(found: dict[str, int], others: int, feeds: list[str]) -> str:
    lines = [f"{n:>7}  {kind.replace('_', ' ')}" for kind, n in found.items() if n]
    if others:
        lines.append(f"{others:>7}  posts by others name them: these are those people's, and stay")
    if feeds:
        lines.append(f"{len(feeds):>7}  feeds name them in their query, which is yours to change: {', '.join(feeds)}")
    return "\n".join(lines)
