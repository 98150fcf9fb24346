"""The board's own routes beside Streamlit's: what the components ask each second, and what they store without a rerun."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from http import HTTPStatus
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from dashboard import (
    actions,
    answering_routes,
    approval_routes,
    bulk_routes,
    drawn,
    export_routes,
    exposure_routes,
    media_routes,
    notice_routes,
    outcome_export_routes,
    packed,
    sign_in_routes,
)
from dashboard.actions import Kind
from dashboard.filters import read_filter, read_limit, written
from dashboard.identity import KEPT
from dashboard.incoming import Door, SameSite, body_of, number_in, person_of, send_form_in, truth_in, words_in
from dashboard.own_zone import zone_of
from dashboard.packed import Packed
from dashboard.snapshots import CASE, NEWS, Snapshot
from dashboard.texts import text
from dashboard.told import STATUS, clock, told_of
from dashboard.workspace import Workspace
from desk import errors
from storage.words import HoldKind

GONE = "gone"

Endpoint = Callable[[Request], Awaitable[Response]]


def board_app(workspace: Workspace) -> ASGIApp:
    """The routes under /board, behind their own signed cookie."""
    routes = Routes(workspace)
    settings = workspace.settings
    session = Middleware(
        SessionMiddleware,
        secret_key=workspace.secret,
        session_cookie=settings.cookie_name,
        max_age=int(KEPT.total_seconds()),
        same_site="lax",
        https_only=settings.has_secure_cookie,
    )
    handlers: dict[Any, Any] = {
        HTTPException: _told,
        errors.DeskError: _refused,
        OperationalError: _busy,
        InterfaceError: _busy,
    }
    return Starlette(
        routes=routes.all(),
        middleware=[session, Middleware(SameSite), Middleware(Door, signed_in=workspace.signed_in, locales=workspace.locales)],
        exception_handlers=handlers,
    )


class Routes:
    """The endpoints of one workspace. The database is read and written in threads, never on the event loop."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.snapshots = workspace.snapshots
        self.turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def all(self) -> list[Route]:
        return [
            Route("/queue", self.queue),
            Route("/case/{case_id:int}", self.case),
            Route("/similar/{case_id:int}", self.similar, methods=["GET", "POST"]),
            Route("/draft/{case_id:int}", self.draft, methods=["PUT"]),
            Route("/reply/{case_id:int}", self.reply, methods=["POST"]),
            Route("/replies/{reply_id:int}/{verb}", self.act_on_reply, methods=["POST"]),
            Route("/presence", self.presence, methods=["POST"]),
            Route("/notices", self.notices),
            *answering_routes.routes(self.workspace),
            *sign_in_routes.routes(self.workspace),
            *bulk_routes.routes(self.workspace),
            *media_routes.routes(self.workspace),
            *approval_routes.routes(self.workspace),
            *notice_routes.routes(self.workspace),
            *exposure_routes.routes(self.workspace),
            *export_routes.routes(self.workspace),
            *outcome_export_routes.routes(self.workspace),
        ]

    async def queue(self, request: Request) -> Response:
        person_id = person_of(request)
        params = request.query_params
        limit = read_limit(params)

        question = ("queue", person_id, written(params), limit)

        def build() -> Packed:
            shown = read_filter(params, person_id=person_id, sight=drawn.sight(self.workspace, person_id=person_id))
            zone = zone_of(self.workspace, person_id)
            rows = self.snapshots.known(("rows", shown, limit, zone), lambda: drawn.rows(self.workspace, shown, limit=limit, zone=zone))
            return rows.with_own({"counts": drawn.counts(self.workspace, person_id=person_id)})

        # Of many who ask for one list at the same moment, one reads it; the others wait without a thread, and put theirs together.
        async with self.turns.setdefault(question[2:], asyncio.Lock()):
            snapshot = self.snapshots.fresh(question) or self.snapshots.by_memory(question, build)
            if snapshot is None:
                snapshot = await run_in_threadpool(self.snapshots.answer, question, build)
        return _sent(request, snapshot)

    async def case(self, request: Request) -> Response:
        person_id = person_of(request)
        case_id = request.path_params["case_id"]
        return await self._answer(request, (CASE, person_id, case_id), partial(drawn.case, self.workspace, case_id, person_id=person_id))

    async def notices(self, request: Request) -> Response:
        person_id = person_of(request)
        return await self._answer(request, (NEWS, person_id), partial(drawn.news, self.workspace, person_id=person_id))

    async def similar(self, request: Request) -> Response:
        """POST asks the classifier, which answers some moments later; GET says how far it is."""
        person_id, case_id = person_of(request), request.path_params["case_id"]
        if request.method == "POST":
            asked = await run_in_threadpool(actions.ask_similar, self.workspace, person_id, case_id)
            if not asked.is_done:
                return told_of(asked)
        values = await run_in_threadpool(drawn.similar, self.workspace, case_id, person_id=person_id)
        return JSONResponse(values, headers=clock())

    async def draft(self, request: Request) -> Response:
        person_id, case_id, body = person_of(request), request.path_params["case_id"], await body_of(request)
        words, version, saved = words_in(body, "text"), number_in(body, "version"), number_in({"saved": 0, **body}, "saved")
        told: dict[str, Any] = {"words": words, "version": version, "saved_reply_id": saved or None}
        result = await run_in_threadpool(actions.save_draft, self.workspace, person_id, case_id, **told)
        self.snapshots.drop_case(case_id)
        extra = {}
        if result.kind is Kind.STALE:
            extra = {"draft": await run_in_threadpool(drawn.draft, self.workspace, case_id, person_id=person_id)}
        return told_of(result, **extra)

    async def reply(self, request: Request) -> Response:
        person_id, case_id, body = person_of(request), request.path_params["case_id"], await body_of(request)
        return told_of(await run_in_threadpool(actions.queue_reply, self.workspace, person_id, case_id, send_form_in(body)))

    async def act_on_reply(self, request: Request) -> Response:
        person_id, reply_id, body = person_of(request), request.path_params["reply_id"], await body_of(request)
        match request.path_params["verb"]:
            case "undo":
                verb = partial(actions.undo, self.workspace, person_id, reply_id)
            case "retry":
                verb = partial(actions.retry, self.workspace, person_id, reply_id)
            case "settle":
                was_sent, url = truth_in(body, "was_sent"), words_in({"url": "", **body}, "url")
                verb = partial(actions.settle, self.workspace, person_id, reply_id, was_sent=was_sent, url=url)
            case "prove":
                verb = partial(actions.prove, self.workspace, person_id, reply_id, url=words_in(body, "url"))
            case _:
                raise HTTPException(HTTPStatus.NOT_FOUND)
        return told_of(await run_in_threadpool(verb))

    async def presence(self, request: Request) -> Response:
        person_id, body = person_of(request), await body_of(request)
        case_id, kind = number_in(body, "case"), words_in(body, "kind")
        if kind == GONE:
            result = await run_in_threadpool(actions.leave, self.workspace, person_id, case_id)
        elif kind in set(HoldKind):
            result = await run_in_threadpool(actions.be_present, self.workspace, person_id, case_id, kind=HoldKind(kind))
        else:
            raise HTTPException(HTTPStatus.BAD_REQUEST, text("act.unreadable"))
        return told_of(result)

    async def _answer(self, request: Request, question: tuple[Any, ...], build: Callable[[], dict[str, Any]]) -> Response:
        snapshot = self.snapshots.fresh(question)
        if snapshot is None:
            snapshot = await run_in_threadpool(self.snapshots.answer, question, lambda: packed.alone(build()))
        return _sent(request, snapshot)


def healthz(workspace: Workspace, is_warm: Callable[[], bool]) -> Endpoint:
    """200 once the board can serve: warmed up, and its rows can be read. No detail: anybody may ask."""

    async def answer(_request: Request) -> Response:
        is_well = is_warm() and await run_in_threadpool(drawn.can_read, workspace)
        status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"status": "ok" if is_well else "unavailable"}, status)

    return answer


def _sent(request: Request, snapshot: Snapshot) -> Response:
    headers = {"ETag": snapshot.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", **clock()}
    if request.headers.get("if-none-match") == snapshot.tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    body = snapshot.packed.gzipped if "gzip" in request.headers.get("accept-encoding", "") else None
    if body is not None:
        headers["Content-Encoding"] = "gzip"
    return Response(body or snapshot.body, media_type="application/json", headers=headers)


async def _told(_request: Request, error: HTTPException) -> Response:
    return JSONResponse({"kind": error.status_code, "words": error.detail}, error.status_code)


async def _refused(_request: Request, error: errors.DeskError) -> Response:
    result = actions.refused(error)
    return JSONResponse({"kind": result.kind, "words": result.words}, STATUS[result.kind])


async def _busy(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"kind": Kind.BUSY, "words": text("act.busy")}, HTTPStatus.SERVICE_UNAVAILABLE)
