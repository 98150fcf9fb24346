"""What the board's routes read out of a request: its person, its body, and whether it comes from the board's own pages."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.locales import Locales
from dashboard.send_form import SendForm
from dashboard.signed_in import SignedIn, Verdict
from dashboard.texts import text
from dashboard.texts.language import accepted, speak
from dashboard.texts.spoken import say

DRAWN_FOR = "careline-person"
LARGEST_BODY = 256 * 1024
SAFE_METHODS = ("GET", "HEAD")
VERDICT = "careline.verdict"


class SameSite:
    """Refuses writes that another site's page sent with this browser's cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and urlsplit(origin).netloc != headers.get("host"):
                refusal = JSONResponse({"words": text("act.elsewhere")}, HTTPStatus.FORBIDDEN)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Door:
    """Looks whose sign-in a request carries, and whether it still holds; `person_of` tells the routes, and they are answered in their language.

    The database is asked in a thread.
    """

    def __init__(self, app: ASGIApp, signed_in: SignedIn, locales: Locales) -> None:
        self.app = app
        self.signed_in = signed_in
        self.locales = locales

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                scope[VERDICT] = self.signed_in.known(scope["session"]) or await run_in_threadpool(self.signed_in.look, scope["session"])
                speak(await self._language(scope[VERDICT], Headers(scope=scope)))
            except (OperationalError, InterfaceError):
                refusal = JSONResponse({"words": text("act.busy")}, HTTPStatus.SERVICE_UNAVAILABLE)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _language(self, verdict: Verdict, headers: Headers) -> str:
        if verdict.person_id is None:
            return accepted(headers.get("accept-language", "")) or self.locales.default.language
        locale = self.locales.known(verdict.person_id)
        if locale is None:
            locale = await run_in_threadpool(self.locales.of, verdict.person_id)
        return locale.language


def person_of(request: Request) -> int:
    """Who sent it. Raises 401 when nobody is signed in, or not the one for whom the page was drawn."""
    verdict: Verdict = request.scope[VERDICT]
    drawn_for = request.headers.get(DRAWN_FOR)
    if verdict.person_id is None or drawn_for not in {None, str(verdict.person_id)}:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, say(verdict.words) or text("act.signed_out"))
    return verdict.person_id


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises 413 for a long one, 400 for anything else than an object."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LARGEST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text("act.too_large"))
    try:
        body = json.loads(received)
    except ValueError as error:
        raise _unreadable() from error
    if not isinstance(body, dict):
        raise _unreadable()
    return body


def words_in(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise _unreadable()
    # A lone half of a surrogate pair can be typed into JSON, and no database takes it.
    return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def number_in(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise _unreadable()
    return value


def truth_in(body: dict[str, Any], name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise _unreadable()
    return value


def send_form_in(body: dict[str, Any]) -> SendForm:
    return SendForm(
        text=words_in(body, "text"),
        key=words_in(body, "key"),
        seen_mention_id=number_in(body, "seen_mention"),
        seen_reply_id=number_in(body, "seen_reply"),
        account_id=number_in(body, "account"),
        mention_id=number_in(body, "mention") if body.get("mention") else None,
        seen_draft=number_in(body, "version") if "version" in body else None,
    )


def _unreadable() -> HTTPException:
    return HTTPException(HTTPStatus.BAD_REQUEST, text("act.unreadable"))
