"""Spans of time and opening hours as people write them: `5m`, `4h`, `08:00-20:00`."""

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import BeforeValidator

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
MIDNIGHT = time(0)
WRITTEN = re.compile(r"(\d+)\s*([smhd])")


def span(value: object) -> timedelta:
    """Read `90s`, `5m`, `4h` or `3d`. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    match = WRITTEN.fullmatch(str(value).strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("expected a span of time such as 90s, 5m, 4h or 3d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def opening(text: str, *, may_cross_midnight: bool = False) -> tuple[time, time]:
    """Read `08:00-20:00`. A window that ends at 24:00 ends at midnight, given as 00:00. Raises ValueError."""
    try:
        start, end = text.split("-")
        opens, closes = time.fromisoformat(start.strip()), _closing(end.strip())
    except ValueError:
        raise ValueError(f"expected opening hours such as 08:00-20:00, got {text!r}") from None
    if not may_cross_midnight and closes != MIDNIGHT and opens >= closes:
        raise ValueError(f"opening hours must end after they start, got {text!r}")
    return opens, closes


def _closing(text: str) -> time:
    return MIDNIGHT if text == "24:00" else time.fromisoformat(text)


Span = Annotated[timedelta, BeforeValidator(span)]
