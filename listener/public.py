"""The public app: what other programs may reach from outside. Small, without pages, on a port of its own, off unless it is switched on.

    POST /in/FEED     posts for a feed, signed; of a Discourse forum what its webhook tells
    POST /receipt     what became of a reply that a bridge took, signed
    GET  /healthz

Every refusal is JSON with words that say what to do. What was answered with 2xx is stored. docs/webhooks.md is the contract.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk.errors import DeskError, Invalid, LeaseLost, NotFound
from desk.feeds import feeds
from desk.intake import deliveries, receipts
from desk.intake.deliveries import Mailbox, Repeated, TooMany
from desk.settings import DeskSettings
from listener.sealed import Unsealed, opened, secrets_of
from listener.settings import ListenerSettings, PublicSettings
from listener.source import Malformed, Refused, Unauthorized
from listener.sources.discourse import hook
from listener.sources.discourse.client import SOURCE as DISCOURSE
from listener.sources.discourse.events import heard
from listener.sources.webhook import source as webhook
from listener.sources.webhook.parse import read_delivery
from storage.database import Database

log = logging.getLogger(__name__)

LARGEST = 1_000_000
PATIENCE_S = 20.0
"""A sender that is slower than this is let go."""

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
REFUSALS: Mapping[type[Exception], int] = {
    NotFound: 404,
    Unsealed: 401,
    Unauthorized: 403,
    hook.OtherForum: 404,
    hook.NoEvent: 400,
    Malformed: 422,
    Refused: 409,
    Repeated: 409,
    TooMany: 429,
    Invalid: 409,
    LeaseLost: 503,
    SQLAlchemyError: 503,
}


OUR_OWN: Mapping[int, str] = {
    403: "no signing secret is set here for this feed: ask who runs it, the log of  careline public  says which",
    503: "nothing was stored, send it again in a moment",
}
"""What lies on our side is told in these words: whoever asks is not known yet, or cannot mend it."""


class TooLarge(Exception):
    """The body is larger than what is taken at once."""


@dataclass(frozen=True, slots=True)
class Came:
    """One request, read whole. Header names are in lower case."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Doorway:
    """What the routes need."""

    database: Database
    settings: ListenerSettings
    desk: DeskSettings
    public: PublicSettings

    def deliver(self, name: str, came: Came) -> dict[str, Any]:
        """Store a delivery. Raises what `REFUSALS` lists."""
        now = self.database.now()
        with self.database.read() as session:
            box = deliveries.mailbox(session, name)
        if box.source == DISCOURSE:
            return self._event(box, came)
        signature = opened(came.headers, came.body, self._secrets(box.credential), now)
        if not box.enabled:
            raise Invalid(f"{box.name} is paused: somebody must resume it on the Feeds page")
        found = read_delivery(came.body, site=box.site)
        with self.database.write() as session:
            stored = deliveries.take(
                session, box, signature, found.posts, found.rejects, most_a_minute=self.public.per_minute, settings=self.desk, now=now
            )
        log.info("delivery feed=%d posts=%d new=%d unreadable=%d", box.feed_id, stored.seen, stored.new, stored.rejected)
        return {"stored": stored.seen, "new": stored.new, "unreadable": [reject.error for reject in found.rejects]}

    def _event(self, box: Mailbox, came: Came) -> dict[str, Any]:
        """What a forum tells by itself: at most one post."""
        now = self.database.now()
        signature = hook.opened(came.headers, came.body, secrets_of(self.settings.credential(box.credential, DISCOURSE)))
        if not box.enabled:
            raise Invalid(f"{box.name} is paused: somebody must resume it on the Feeds page")
        with self.database.read() as session:
            feed = feeds.spec_of(session, box.feed_id)
        posts = heard(self.settings, feed, came.headers, came.body)
        with self.database.write() as session:
            stored = deliveries.take_event(
                session, box, signature, posts, most_a_minute=self.public.per_minute, settings=self.desk, now=now
            )
        log.info("event feed=%d posts=%d new=%d", box.feed_id, stored.seen, stored.new)
        return {"stored": stored.seen, "new": stored.new, "unreadable": []}

    def receipt(self, came: Came) -> dict[str, Any]:
        """Note what became of a reply. Raises what `REFUSALS` lists."""
        now, told = self.database.now(), _receipt(came.body)
        with self.database.read() as session:
            awaited = receipts.awaited(session, str(told.get("key")), source=webhook.NAME)
        opened(came.headers, came.body, self._secrets(awaited.credential), now)
        error = told.get("error")
        sent = None if isinstance(error, str) and error.strip() else webhook.receipt_of(told, now=now)
        with self.database.write() as session:
            if sent is None:
                receipts.refused(session, awaited.reply_id, str(error), now=now)
            else:
                receipts.stands(session, awaited.reply_id, sent, settings=self.desk, now=now)
        log.info("receipt reply=%d result=%s", awaited.reply_id, "sent" if sent else "failed")
        return {"state": "sent" if sent else "failed"}

    def _secrets(self, credential: str) -> tuple[str, ...]:
        return secrets_of(self.settings.credential(credential, webhook.NAME))


def public_app(database: Database, settings: ListenerSettings, desk: DeskSettings, public: PublicSettings) -> Starlette:
    """The ASGI app of a workspace."""
    doorway = Doorway(database, settings, desk, public)

    def deliver(request: Request, came: Came) -> dict[str, Any]:
        return doorway.deliver(request.path_params["feed"], came)

    return Starlette(
        routes=[
            Route("/in/{feed:path}", _answering(deliver), methods=["POST"]),
            Route("/receipt", _answering(lambda _, came: doorway.receipt(came)), methods=["POST"]),
            Route("/healthz", _healthy),
        ],
        exception_handlers={404: _nothing_here, 405: _only_post},
    )


def _answering(work: Callable[[Request, Came], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            async with asyncio.timeout(PATIENCE_S):
                body = await _body(request)
        except TooLarge:
            return _refused(413, f"the body is larger than {LARGEST // 1_000_000} MB: send fewer posts at once")
        except (TimeoutError, ClientDisconnect):
            return _refused(408, "the body did not come in time: nothing was stored, send it again")
        return await run_in_threadpool(_judged, work, request, Came(dict(request.headers), body))

    return answer


async def _body(request: Request) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > LARGEST:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _judged(work: Callable[[Request, Came], dict[str, Any]], request: Request, came: Came) -> Response:
    try:
        return JSONResponse(work(request, came), headers=HEADERS)
    except tuple(REFUSALS) as error:
        status = next(status for kind, status in REFUSALS.items() if isinstance(error, kind))
        log.warning("public path=%s refused status=%d why=%s: %s", request.url.path, status, type(error).__name__, error)
        return _refused(status, OUR_OWN.get(status, str(error)))
    except DeskError as error:
        return _refused(409, str(error))


def _receipt(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the body is no JSON: {error}") from None
    if not isinstance(given, dict) or given.get("version") != webhook.VERSION or not isinstance(given.get("key"), str):
        raise Malformed('expected {"version": 1, "key": "…", "id": "…", "url": "…"}, or "error": "…" where it was not taken')
    return given


def _refused(status: int, words: str) -> Response:
    again = {"Retry-After": "60" if status == 429 else "5"} if status in {429, 503} else {}
    return JSONResponse({"error": words}, status, headers={**HEADERS, **again})


async def _healthy(request: Request) -> Response:
    del request
    return JSONResponse({"ok": True}, headers=HEADERS)


async def _nothing_here(request: Request, error: Exception) -> Response:
    del request, error
    return _refused(404, "there is nothing here: POST /in/FEED takes posts, POST /receipt what became of a reply")


async def _only_post(request: Request, error: Exception) -> Response:
    del request, error
    return _refused(405, "send it by POST")
