"""Reading what came as JSON without trusting its types: absent or odd fields read as empty. Pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Item = Mapping[str, Any]


def parsed_json(body: bytes) -> Any:
    """What a body says; None for one that is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def mapping(given: Any) -> Item:
    return given if isinstance(given, Mapping) else {}


def listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def text_of(given: Any) -> str:
    """A text, or a whole number as its digits; empty for anything else."""
    return given if isinstance(given, str) else str(given) if isinstance(given, int) and not isinstance(given, bool) else ""


def whole_of(given: Any) -> int | None:
    """A whole number that came as one or as digits."""
    digits = text_of(given)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def moment_of(given: Any) -> int | None:
    """Seconds since 1970 of an instant as RFC 3339 writes it."""
    try:
        found = datetime.fromisoformat(text_of(given))
    except ValueError:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
