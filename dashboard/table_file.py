"""Tables that leave the board as files."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from desk.figures.exports import safe_cell

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's old code page."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file in UTF-8 whose cells no spreadsheet runs as formulas."""
    return (BYTE_ORDER_MARK + lines(header) + "".join(lines(row) for row in rows)).encode()


def lines(*rows: Sequence[Any]) -> str:
    """These rows as they stand in the file."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([safe_cell(cell) for cell in row] for row in rows)
    return written.getvalue()
