"""Files of old posts for `careline import`: JSON Lines and CSV, read in chunks, safe to read again.

The columns are those of listener/sources/archive/row.py. A row that cannot be read is kept with its line number and stops nothing.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from desk.post import FeedSpec, Page, Post, Unreadable
from listener.settings import ListenerSettings
from listener.source import Malformed, Refused
from listener.sources.archive.mapping import Mapped
from listener.sources.archive.row import COLUMNS, REQUIRED, read_row

CHUNK = 200
LONGEST_LINE = 10_000_000
DELIMITERS = ",;\t|"
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to 200 rows of a file. `rows` counts them, `done` is how many bytes of the file are read so far."""

    posts: tuple[Post, ...]
    rejects: tuple[Unreadable, ...]
    rows: int
    done: int


Row = tuple[int, bytes, Mapping[str, Any] | str]
"""Line number, raw bytes, and the columns, or the error that kept them from being read."""


class ArchiveSource:
    """Its feeds are filled by `careline import` only; rows that were kept can be read again."""

    name = "archive"

    def __init__(self, settings: ListenerSettings) -> None:
        del settings

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        """Always raises Refused."""
        del cursor
        raise Refused(f"{feed.name} is filled from files, not polled: careline import FILE.jsonl")

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        """Read a kept row again. Raises Malformed."""
        del feed
        return read_row(_object(payload))


def read(file: Path, mapped: Mapped | None = None) -> Iterator[Chunk]:
    """The rows of a `.jsonl` or `.csv` file, in chunks; `mapped` where its columns are another tool's.

    Raises Malformed for a file that has no such rows at all.
    """
    try:
        opened = file.open("rb")
    except OSError as error:
        raise Malformed(f"{file} cannot be read: {error.strerror}") from error
    with opened:
        rows = _csv_rows(opened, is_mapped=mapped is not None) if _is_csv(file) else _json_rows(opened)
        while taken := list(islice(rows, CHUNK)):
            yield _chunk(taken, mapped, done=opened.tell())


def _is_csv(file: Path) -> bool:
    if file.suffix.lower() not in {".csv", ".tsv", ".jsonl", ".ndjson"}:
        raise Malformed(f"{file.name}: expected a file that ends in .jsonl or .csv")
    return file.suffix.lower() in {".csv", ".tsv"}


def _chunk(rows: Sequence[Row], mapped: Mapped | None, *, done: int) -> Chunk:
    posts: list[Post] = []
    rejects: list[Unreadable] = []
    for line, given, columns in rows:
        raw = given
        try:
            if mapped is not None and not isinstance(columns, str):
                ours = mapped.row(columns)
                # Kept as ours, so that a later version reads it without the mapping.
                raw = json.dumps(ours).encode()
                posts.append(_post(ours))
            else:
                posts.append(_post(columns))
        except Malformed as error:
            rejects.append(Unreadable(raw, f"line {line}: {error}"))
    return Chunk(tuple(posts), tuple(rejects), len(rows), done)


def _post(columns: Mapping[str, Any] | str) -> Post:
    if isinstance(columns, str):
        raise Malformed(columns)
    return read_row(columns)


def _json_rows(opened: BinaryIO) -> Iterator[Row]:
    for number, line in enumerate(_lines(opened), 1):
        if not line.strip():
            continue
        try:
            yield number, line, _object(line)
        except Malformed as error:
            yield number, line, str(error)


def _lines(opened: BinaryIO) -> Iterator[bytes]:
    while line := opened.readline(LONGEST_LINE):
        yield line


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 at byte {error.start + 1}", line) from None
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}", line) from None
    if not isinstance(found, dict):
        raise Malformed(f'expected an object such as {{"text": "...", "posted_at": "..."}}, got {type(found).__name__}', line)
    return found


def _csv_rows(opened: BinaryIO, *, is_mapped: bool) -> Iterator[Row]:
    lines = (line.decode("utf-8", "surrogateescape") for line in _lines(opened))
    first = next(lines, "").removeprefix(BYTE_ORDER_MARK)
    delimiter = max(DELIMITERS, key=first.count)
    header = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if not is_mapped:
        _refuse_header(header)
    # Strict: else a quotation mark that is never closed makes one text of all that follows.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    values: list[str] | None = []
    while values is not None:
        start = reader.line_num + 2
        try:
            with _long_fields():
                values = next(reader, None)
        except csv.Error as error:
            yield start, json.dumps({"line": start}).encode(), f"not CSV ({error}): is a quotation mark never closed?"
            continue
        if values and any(values):
            yield _csv_row(start, header, values)


def _csv_row(line: int, header: Sequence[str], values: Sequence[str]) -> Row:
    columns = dict(zip(header, values, strict=False))
    raw = json.dumps(columns).encode()
    if len(values) > len(header):
        return line, raw, f"{len(values)} values for {len(header)} columns: put text with a delimiter into quotation marks"
    if any("\udc80" <= char <= "\udcff" for value in values for char in value):
        return line, raw, "not UTF-8: save the file as UTF-8"
    return line, raw, columns


def _refuse_header(header: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in header]
    if not missing:
        return
    near = {name: get_close_matches(name, header, 1) for name in missing}
    hints = "".join(f" Is {found[0]!r} meant as {name!r}?" for name, found in near.items() if found)
    known = ", ".join(COLUMNS)
    raise Malformed(f"the first line must name the columns, and {' and '.join(missing)} is not among them.{hints} Known: {known}")


@contextmanager
def _long_fields() -> Iterator[None]:
    # The limit belongs to the whole process; a post of 1 MB is eight times the usual one.
    usual = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(usual)
