"""Rows of a JSON Lines file, one by one, whatever stands in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number from 1, and either its object with its `text`, or what is wrong with it."""

    line: int
    text: str = ""
    values: dict[str, Any] | None = None
    error: str = ""


def rows(path: Path) -> Iterator[Row]:
    """Every line of the file in order, read as they are asked for. Raises OSError when the file cannot be read."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            yield _row(number, line.removeprefix(_BOM) if number == 1 else line)


def _row(number: int, line: bytes) -> Row:
    try:
        values = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Row(number, error=f"not valid UTF-8: {error.reason} at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return Row(number, error=f"not valid JSON: {error}" if line.strip() else "an empty line")
    if not isinstance(values, dict):
        return Row(number, error="expected a JSON object with the key text")
    text = values.get("text")
    if not isinstance(text, str):
        return Row(number, error="no text" if text is None else "text is not a string")
    return Row(number, text, values)
