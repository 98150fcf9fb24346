"""Reading what came as JSON without trusting its types: absent or odd fields read as empty. Pure."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Item = Mapping[str, Any]
OBJECT = (dict, Mapping)
"""What JSON gives is a dict: asked for first, since whether something is a Mapping takes four times as long to tell."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARKUP = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def read_json(body: bytes) -> Any:
    """What a body says; one text in it that is no UTF-8 does not make the rest unreadable. Raises ValueError, RecursionError."""
    try:
        return json.loads(body)
    except UnicodeDecodeError:
        return json.loads(body.decode("utf-8-sig", "replace"))


def parsed_json(body: bytes) -> Any:
    """What a body says; None for one that is no JSON."""
    try:
        return read_json(body)
    except (ValueError, RecursionError):
        return None


def page_words(body: bytes) -> str:
    """What an HTML page says that came in place of JSON."""
    return " ".join(MARKUP.sub(" ", body[:20_000].decode("utf-8", "replace")).split())


def mapping(given: Any) -> Item:
    return given if isinstance(given, OBJECT) else {}


def listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def text_of(given: Any) -> str:
    """A text, or a whole number as its digits; empty for anything else."""
    return given if isinstance(given, str) else str(given) if isinstance(given, int) and not isinstance(given, bool) else ""


def whole_of(given: Any) -> int | None:
    """A whole number that came as one or as digits."""
    digits = text_of(given)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def mappings(given: Any) -> list[Item]:
    """Those of a list that are objects."""
    return [one for one in listed(given) if isinstance(one, OBJECT)]


def web_address(given: Any) -> str:
    text = text_of(given)
    return text if text.startswith(("https://", "http://")) else ""


def instant(given: Any) -> datetime | None:
    """An instant as RFC 3339 writes it; None where there is none."""
    try:
        found = datetime.fromisoformat(text_of(given))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def at_second(seconds: float) -> datetime:
    """The instant so many seconds after 1970. Raises OverflowError where no calendar reaches: datetime's own way raises OSError there."""
    return EPOCH + timedelta(seconds=seconds)


def moment_of(given: Any) -> int | None:
    """Seconds since 1970 of such an instant."""
    found = instant(given)
    return int(found.timestamp()) if found else None
