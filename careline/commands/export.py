"""`careline export`: one row a case, or what people said of labels as rows to train with."""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from careline.start import opened, start, stop
from desk import exports, training


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
) -> None:
    """Write one row a case: its five instants, labels, outcome and what solved it. Cells are safe from formula injection.

    Example:  careline export cases.csv --format csv --since 2026-01-01

    Example:  careline export --corrections labels.jsonl
    """
    if corrections is not None:
        _export_corrections(corrections, is_alone=file is None and since is None and form is Format.JSONL)
        return
    with opened(start()) as database, database.read() as session, _target(file) as out:
        count = _write(exports.cases(session, since=since.replace(tzinfo=UTC) if since else None), out, form)
    typer.echo(f"{count} cases", err=True)


def _export_corrections(file: Path, *, is_alone: bool) -> None:
    if not is_alone:
        raise typer.BadParameter("it writes JSON Lines to its own file, and takes no other argument or option", param_hint="--corrections")
    with opened(start()) as database, database.read() as session, _target(file) as out:
        count = _write(training.corrections(session), out, Format.JSONL)
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


def _write(rows: Iterator[dict[str, Any]], out: IO[str], form: Format) -> int:
    writer: csv.DictWriter[str] | None = None
    written = 0
    for written, row in enumerate(rows, 1):  # noqa: B007  the number of the last row is the result
        if form is Format.JSONL:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            continue
        if writer is None:
            writer = csv.DictWriter(out, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({key: exports.safe_cell(value) for key, value in row.items()})
    return written
