"""Tell other programs what becomes of cases: signed, at least once, each time later after a failure. One that is slow holds up nobody else.

What is told stands in desk/alerts/events.py; an address that does not answer changes nothing at the desk.
"""

import json
import logging
from collections.abc import Sequence
from typing import Any

from desk.alerts import events
from desk.alerts.events import Telling
from listener.http import send
from listener.sealed import sealed, secrets_of
from listener.settings import ListenerSettings, StreamSettings
from listener.source import RateLimited, Refused, SourceError, Unavailable
from listener.sources.shared import api, wire
from listener.sources.webhook.source import NAME
from storage.database import Database

log = logging.getLogger(__name__)

VERSION = 1
MOST_BATCHES = 20
"""So many requests go to one stream in a row, then the next one is heard."""


class EventTeller:
    """Tells the streams of the settings. Any number may work on one workspace: each stream is leased by one of them."""

    def __init__(self, database: Database, settings: ListenerSettings) -> None:
        self._database = database
        self._settings = settings
        self._streams = {stream.name: stream for stream in settings.streams}

    def begin(self) -> None:
        """From now on the streams of the settings are told, and no others."""
        with self._database.write() as session:
            events.begin(session, self._streams, now=self._database.now())

    def tell_due(self) -> int:
        """Tell what waits. How many events were taken."""
        if not self._streams:
            return 0
        with self._database.write() as session:
            due = events.due(session, now=self._database.now())
        return sum(self._tell(telling, self._streams[telling.name]) for telling in due if telling.name in self._streams)

    def _tell(self, telling: Telling, stream: StreamSettings) -> int:
        taken = 0
        for _ in range(MOST_BATCHES):
            with self._database.read() as session:
                waiting = events.waiting(session, telling, stream.events)
            if waiting and not self._sent(telling, stream, waiting):
                return taken
            with self._database.write() as session:
                events.told(session, telling, [event["id"] for event in waiting], now=self._database.now())
            taken += len(waiting)
            if not waiting:
                break
        return taken

    def _sent(self, telling: Telling, stream: StreamSettings, waiting: Sequence[dict[str, Any]]) -> bool:
        try:
            self._post(stream, waiting)
        except SourceError as error:
            retry_at = error.retry_at if isinstance(error, RateLimited | Unavailable) else None
            with self._database.write() as session:
                again = events.not_told(session, telling, str(error), retry_at=retry_at, now=self._database.now())
            log.warning("events stream=%s not told, again at %s: %s", stream.name, again.isoformat(), error)
            return False
        log.info("events stream=%s told=%d", stream.name, len(waiting))
        return True

    def _post(self, stream: StreamSettings, waiting: Sequence[dict[str, Any]]) -> None:
        credential = self._settings.credential(stream.credential, NAME)
        address = wire.base_url(credential)
        if not address:
            raise Refused(f"credential {credential.name!r} does not say where to: give it base_url")
        body = json.dumps({"version": VERSION, "events": list(waiting)}).encode()
        now = self._database.now()
        headers = {"Content-Type": "application/json", **sealed(secrets_of(credential)[0], body, now)}
        timeout = self._settings.timeout
        answer = send("POST", f"{address}/events", headers, body, timeout=timeout, allow_loopback=credential.allow_loopback)
        if not 200 <= answer.status < 300:
            raise api.problem(stream.name, answer, now)
