"""Which conversation a status belongs to. A status names only what it answers, so that the server is asked for what stood before, within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from listener.source import RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.mastodon.client import MastodonClient
from listener.sources.mastodon.parse import parent_of
from listener.sources.shared.json_read import text_of
from listener.sources.shared.wire import document

MOST_ASKED = 60
"""A fifth of what a server gives a credential in five minutes."""

MOST_KNOWN = 20_000
ATTEMPTS = 3


@dataclass(slots=True)
class Found:
    """The first status of each conversation, by the ids of its statuses. `is_cut`: some are not known yet, and asked for again.

    `is_stopped`: an error cut it.
    """

    roots: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    note: str = ""
    retry_at: datetime | None = None
    is_stopped: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether to ask again at once, or when the server said. A server that only fails is given the time between two looks."""
        return self.is_cut and (not self.is_stopped or self.retry_at is not None)


class Threads:
    """Remembers conversations in the life of a process; may be shared by threads."""

    def __init__(self) -> None:
        self._roots: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._failed: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def roots(self, client: MastodonClient, items: Mapping[str, Any], *, is_late: Callable[[], bool]) -> Found:
        """The conversation of each status; oldest first, so that an answer finds what it answers known. Raises nothing."""
        found, asked = Found(), 0
        for own in sorted(items, key=lambda one: (len(one), one)):
            known = self._known(client.base, own, parent_of(items[own]))
            if known is None and (found.is_cut or asked >= MOST_ASKED or is_late()):
                found.is_cut, found.note = True, found.note or "some conversations are not known yet: asked for in the next look"
                continue
            if known is None:
                asked += 1
                known = self._asked(client, own, parent_of(items[own]), found)
            if known is not None:
                self._remember(client.base, {own: known})
                found.roots[own] = known
        return found

    def _known(self, base: str, own: str, parent: str) -> str | None:
        if not parent:
            return own
        with self._lock:
            return self._roots.get((base, own)) or self._roots.get((base, parent))

    def _asked(self, client: MastodonClient, own: str, parent: str, found: Found) -> str | None:
        try:
            context = document(client.context(own))
        except Refused:
            return parent
        except SourceError as error:
            # A conversation that breaks the server again and again must not hold up all the others.
            if not isinstance(error, RateLimited | Unauthorized) and self._has_failed_often((client.base, own)):
                return parent
            _cut(found, error)
            return None
        before = _ids(context, "ancestors")
        root = before[0] if before else parent
        self._remember(client.base, dict.fromkeys([*before, own, *_ids(context, "descendants")], root))
        return root

    def _has_failed_often(self, key: tuple[str, str]) -> bool:
        with self._lock:
            self._failed[key] = self._failed.get(key, 0) + 1
            while len(self._failed) > MOST_KNOWN:
                self._failed.popitem(last=False)
            return self._failed[key] >= ATTEMPTS

    def _remember(self, base: str, roots: Mapping[str, str]) -> None:
        with self._lock:
            for own, root in roots.items():
                self._roots[base, own] = root
                self._roots.move_to_end((base, own))
            while len(self._roots) > MOST_KNOWN:
                self._roots.popitem(last=False)


def _cut(found: Found, error: SourceError) -> None:
    found.is_cut = found.is_stopped = True
    found.note = f"stopped before the end: {error}"
    found.retry_at = error.retry_at if isinstance(error, RateLimited | Unavailable) else None


def _ids(context: Any, name: str) -> list[str]:
    listed = context.get(name) if isinstance(context, Mapping) else None
    given = [text_of(one.get("id")) for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return [own for own in given if own]
