"""`careline export`: one row a case, or what people said of labels as rows to train with."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from careline.start import opened, start, stop
from dashboard import case_file
from desk.errors import DeskError
from desk.figures import exports
from desk.figures.exports import Export
from desk.labels import training
from desk.people import people
from storage.database import Database


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


def export(
    file: Annotated[Path | None, typer.Argument(help="Where to write; standard output unless given.")] = None,
    *,
    form: Annotated[Format, typer.Option("--format", help="jsonl or csv.")] = Format.JSONL,
    since: Annotated[datetime | None, typer.Option(help="Only cases opened since this day (UTC).", formats=["%Y-%m-%d"])] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl", help="Write the labels that people corrected or confirmed instead, of sources that allow training."
        ),
    ] = None,
    cases: Annotated[Path | None, typer.Option("--cases", metavar="FILE.csv", help="Where to write a table of cases.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="The initials of who takes it away: X allows each person 500 texts a day.")] = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin with the mark by which Excel knows UTF-8.")] = False,
) -> None:
    """Write one row a case: its five instants, labels, outcome and what solved it. Cells are safe from formula injection.

    Private messages are never in it. Posts of X come with their text only for somebody named by --by, 500 a day; the others as ids.

    Example:  careline export --cases cases.csv --since 2026-01-01 --by MK --bom

    Example:  careline export --corrections labels.jsonl
    """
    if cases is not None and (file is not None or corrections is not None or form is not Format.JSONL):
        raise typer.BadParameter("it names its own file, and takes no other file or format", param_hint="--cases")
    if corrections is not None:
        _export_corrections(corrections, is_alone=file is None and since is None and form is Format.JSONL)
        return
    form = Format.CSV if cases else form
    with opened(start()) as database, _target(cases or file) as out:
        count, cut = _write_cases(database, _begun(database, since, by), out, form, bom=bom)
    typer.echo(f"{count} cases", err=True)
    if cut:
        typer.echo(
            f"{cut} of them without a text: the platform allows no more of them a day. Name yourself with --by, or come again", err=True
        )


def _begun(database: Database, since: datetime | None, initials: str | None) -> Export:
    with database.read() as session:
        person = people.with_initials(session, initials) if initials else None
        if initials and person is None:
            stop(f"nobody who works here has the initials {initials}. Look:  careline people list")
        try:
            export = exports.choose(session, since=since.replace(tzinfo=UTC) if since else None, by=person, now=database.now())
        except DeskError as error:
            stop(str(error))
    with database.write() as session:
        exports.record(session, export, by=person, now=database.now())
    return export


def _write_cases(database: Database, export: Export, out: IO[str], form: Format, *, bom: bool) -> tuple[int, int]:
    """How many cases were written, and how many of them without a text that a platform kept."""
    count = cut = 0
    if form is Format.CSV:
        out.write(case_file.head(has_mark=bom))
    for rows in case_file.pages(database, export):
        count, cut = count + len(rows), cut + sum(row["text_left_out"] == exports.LIMIT for row in rows)
        if form is Format.CSV:
            out.write(case_file.lines_of(rows))
        else:
            _write(rows, out)
    return count, cut


def _export_corrections(file: Path, *, is_alone: bool) -> None:
    if not is_alone:
        raise typer.BadParameter("it writes JSON Lines to its own file, and takes no other argument or option", param_hint="--corrections")
    with opened(start()) as database, database.read() as session, _target(file) as out:
        count = _write(training.corrections(session), out)
    typer.echo(f"{count} mentions", err=True)


@contextmanager
def _target(file: Path | None) -> Iterator[IO[str]]:
    if file is None:
        yield sys.stdout
        return
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        stop(f"{file}: cannot be written ({error.strerror})")


def _write(rows: Iterable[dict[str, Any]], out: IO[str]) -> int:
    written = 0
    for written, row in enumerate(rows, 1):  # noqa: B007  the number of the last row is the result
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return written
