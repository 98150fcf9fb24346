"""What a server holds back from an account: since 4.3 Mastodon keeps private mentions by strangers aside unless the account lets them through."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from listener.source import SourceError
from listener.sources.mastodon.client import MastodonClient
from listener.sources.shared.wire import document

AGAIN_AFTER = timedelta(hours=1)


class HeldBack:
    """Asks each account's server now and then, and says what it keeps aside; may be shared by threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, str]] = {}
        self._lock = Lock()

    def note(self, client: MastodonClient, key: str, now: datetime) -> str:
        """In words for whoever looks after the feed; empty where nothing is held back, or nobody can tell. Raises nothing."""
        with self._lock:
            asked_at, known = self._known.get(key, (None, ""))
        if asked_at is not None and now - asked_at < AGAIN_AFTER:
            return known
        try:
            said = _words(document(client.policy()))
        except SourceError:
            said = ""
        with self._lock:
            self._known[key] = (now, said)
        return said


def _words(policy: Any) -> str:
    summary = policy.get("summary") if isinstance(policy, Mapping) else None
    count = summary.get("pending_requests_count") if isinstance(summary, Mapping) else None
    if not isinstance(count, int) or count <= 0:
        return ""
    return f"the server holds back what {count} people wrote to the account: let them through there, under Preferences, Notifications"
