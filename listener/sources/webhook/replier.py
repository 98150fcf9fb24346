"""Gives replies to a bridge, and asks it what became of them."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from desk.post import OutgoingReply, Sent
from listener.http import Answer, Unreached, send
from listener.sealed import sealed, secrets_of
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, OutcomeUnknown, Refused, Rejected, SourceError, Unavailable
from listener.sources.shared import api, wire
from listener.sources.webhook.source import NAME, VERSION, receipt_of

LATER = "the bridge took the reply and will say later what became of it"


class WebhookReplier:
    """Gives replies to a bridge: POST /replies, asked again by GET /replies/KEY. A bridge need not make one of two, so that it is asked first."""

    name = NAME
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected("a bridge takes no pictures from here: remove them, or post it there", by_hand=True)
        try:
            answer = self._ask("POST", reply, "/replies", json.dumps(_told(reply)).encode())
        except Unreached:
            raise
        except (Unavailable, Malformed) as error:
            raise OutcomeUnknown(f"the bridge did not confirm the reply: {error}") from error
        if answer.status == 202:
            raise OutcomeUnknown(LATER)
        if 200 <= answer.status < 300:
            return self._sent(answer)
        raise self._refusal(answer)

    def find(self, reply: OutgoingReply) -> Sent | None:
        answer = self._ask("GET", reply, f"/replies/{quote(reply.key, safe='')}", b"")
        if answer.status == 404:
            return None
        if answer.status == 202:
            raise OutcomeUnknown(LATER)
        if 200 <= answer.status < 300:
            return self._sent(answer)
        raise api.problem("the bridge", answer, self._clock())

    def _ask(self, method: str, reply: OutgoingReply, path: str, body: bytes) -> Answer:
        credential = self._settings.credential(reply.credential, NAME)
        told = {"Accept": "application/json", "Idempotency-Key": reply.key, **({"Content-Type": "application/json"} if body else {})}
        headers = {**told, **sealed(secrets_of(credential)[0], body, self._clock())}
        url, timeout = f"{_base(credential)}{path}", self._settings.timeout
        return send(method, url, headers, body, timeout=timeout, allow_loopback=credential.allow_loopback)

    def _sent(self, answer: Answer) -> Sent:
        try:
            return receipt_of(json.loads(answer.body), now=self._clock())
        except (ValueError, RecursionError, Malformed) as error:
            raise OutcomeUnknown(f"the bridge took the reply, but its receipt cannot be read: {error}") from error

    def _refusal(self, answer: Answer) -> SourceError:
        """A bridge that failed may have posted it. One that refuses may name `by_hand`: a person may still post it there."""
        found = api.problem("the bridge", answer, self._clock())
        if isinstance(found, Unavailable):
            return OutcomeUnknown(f"the bridge failed meanwhile (status {answer.status}): the reply may stand there")
        if type(found) is not Refused:
            return found
        return Rejected(f"the bridge does not take this reply: {api.words(answer)}", by_hand=_is_by_hand(answer))


def _base(credential: CredentialSettings) -> str:
    base = wire.base_url(credential)
    if not base:
        raise Refused(
            f'credential {credential.name!r} does not say where the bridge is: give it base_url = "https://bridge.example/careline"'
        )
    return base.rstrip("/")


def _is_by_hand(answer: Answer) -> bool:
    try:
        given = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(given, Mapping) and given.get("by_hand") is True


def _told(reply: OutgoingReply) -> dict[str, Any]:
    return {
        "version": VERSION,
        "key": reply.key,
        "text": reply.text,
        "site": reply.site,
        "account": reply.account_handle,
        "parent_id": reply.parent_id,
        "thread_id": reply.thread_id,
        "parent_url": reply.parent_url,
        "author": {"id": reply.author_id, "handle": reply.author_handle},
        "private": reply.is_private,
    }
