"""`careline import`: posts from a file, as a backfill or from another tool."""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from careline import layers
from careline.commands.classify import progress_bar
from careline.start import Start, opened_with_plan, start, stop
from desk.errors import DeskError
from desk.feeds import brands, feeds
from desk.feeds.feeds import FeedDraft
from desk.intake import ingest
from desk.settings import DeskSettings
from listener.source import Malformed
from listener.sources.archive import source as archive
from listener.sources.archive.mapping import Mapped, mapping_of
from storage.database import Database
from storage.models import Feed
from storage.words import BrandKind

SOURCE = "archive"


def import_(
    file: Annotated[Path, typer.Argument(help="A .jsonl or .csv file.", exists=True, dir_okay=False, readable=True)],
    *,
    feed: Annotated[str, typer.Option(help="The archive feed to fill; made when there is none of that name.")] = SOURCE,
    brand: Annotated[str | None, typer.Option(help="The brand it speaks of; needed where there are several.")] = None,
    mapping: Annotated[str | None, typer.Option(help="Whose columns they are: zendesk, reddit, hackernews, or a .toml file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Store the posts of a file. Safe to repeat: what is there already is not stored again; a row that cannot be read is kept and named.

    Columns: text and posted_at (ISO 8601) are required; id, author, author_id, author_name, reach, title, url, kind, language,
    thread_id, parent_id, site, edited_at are read where they are there. An export of another tool has names of its own: docs/archives.md.

    Example:  careline import old-tool.csv --feed "old desk" --brand Acme
    """
    begun = start()
    settings = layers.desk_settings(begun.settings)
    with opened_with_plan(begun) as database:
        try:
            mapped = mapping_of(mapping) if mapping else None
            feed_id = _feed(begun, database, feed, brand)
            counts = _read_all(database, file, feed_id, settings, mapped)
        except (DeskError, Malformed) as error:
            stop(str(error))
    typer.echo(json.dumps(counts) if as_json else _in_words(counts))


def _feed(begun: Start, database: Database, name: str, brand: str | None) -> int:
    with database.write() as session:
        now = database.now()
        found = session.scalar(select(Feed).where(Feed.name == name))
        if found is None:
            wanted = brand or _only_brand(begun, session)
            if wanted not in {known.name for known in brands.known(session)}:
                brands.add(session, wanted, kind=BrandKind.OWN, by=None, now=now)
            draft = FeedDraft(name=name, source=SOURCE, kind="", query="", brand=wanted)
            found = feeds.add(session, draft, by=None, now=now)
        if found.source != SOURCE:
            stop(f"{name} listens to {found.source}: name a feed of its own for the file, --feed")
        return found.id


def _only_brand(begun: Start, session: Session) -> str:
    own = [brand.name for brand in brands.known(session) if brand.kind is BrandKind.OWN]
    if len(own) > 1:
        stop(f"several brands are known ({', '.join(own)}): say which one the file speaks of, --brand")
    return own[0] if own else begun.settings.workspace.name


def _read_all(database: Database, file: Path, feed_id: int, settings: DeskSettings, mapped: Mapped | None) -> dict[str, int]:
    counts = {"rows": 0, "new": 0, "known": 0, "unreadable": 0}
    done = 0
    with progress_bar("bytes read", file.stat().st_size) as advance:
        for chunk in archive.read(file, mapped):
            with database.write() as session:
                stored = ingest.import_posts(session, feed_id, chunk.posts, chunk.rejects, settings=settings, now=database.now())
            counts["rows"] += chunk.rows
            counts["new"] += stored.new
            counts["known"] += stored.seen - stored.new - stored.own
            counts["unreadable"] += stored.rejected
            for reject in chunk.rejects:
                typer.echo(f"careline: {reject.error}", err=True)
            advance(chunk.done - done)
            done = chunk.done
    return counts


def _in_words(counts: dict[str, int]) -> str:
    return f"{counts['rows']} rows: {counts['new']} new, {counts['known']} known already, {counts['unreadable']} unreadable (kept)"
