"""Platforms that are read by a plain GET, on loopback: documented answers, and listings that behave as documented."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.settings import CredentialSettings, ListenerSettings
from tests.support.replay import FIXTURES, Platform, Reply, Seen, as_json

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())


def documented(source: str, name: str) -> Any:
    return json.loads((FIXTURES / source / f"documented_{name}.json").read_text(encoding="utf-8"))


def reading(platform: Platform, source: str, *, timeout: float = 20.0, **secrets: str) -> ListenerSettings:
    credential = CredentialSettings("main", source, secrets, platform.url, allow_loopback=True)
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))


def hits(platform: Platform, items: Callable[[], Mapping[str, int]], path: str = "/api/v1/search_by_date") -> None:
    """Hacker News' search over posts by id and instant: newest first, between the bounds, a page at a time."""

    def answer(seen: Seen) -> Reply:
        bounds = dict(part.split("=") for part in seen.query["numericFilters"].replace(">=", "floor=").replace("<=", "top=").split(","))
        low, high = int(bounds["created_at_ifloor"]), int(bounds.get("created_at_itop", 2**40))
        found = sorted(((at, name) for name, at in items().items() if low <= at <= high), reverse=True)
        size = int(seen.query["hitsPerPage"])
        return as_json({"hits": [hit(name, at) for at, name in found[:size]], "nbHits": len(found)})

    platform.always(path, answer)


def hit(identifier: str, at: int, **changes: Any) -> dict[str, Any]:
    return {"objectID": identifier, "created_at_i": at, "title": f"northwind {identifier}", "author": "ada", "_tags": ["story"], **changes}
