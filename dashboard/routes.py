"""The board's own routes beside Streamlit's: what the components ask each second, and what they store without a rerun."""

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import actions, drawn
from dashboard.actions import Kind, Result
from dashboard.filters import read_filter, read_limit, written
from dashboard.identity import KEPT, PERSON
from dashboard.incoming import SameSite, body_of, number_in, person_of, truth_in, words_in
from dashboard.snapshots import CASE, Snapshot
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk import errors, people
from storage.words import HoldKind

STATUS = {
    Kind.DONE: HTTPStatus.OK,
    Kind.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.TAKEN: HTTPStatus.CONFLICT,
    Kind.NOT_YOURS: HTTPStatus.CONFLICT,
    Kind.STALE: HTTPStatus.CONFLICT,
    Kind.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}
GONE = "gone"

Endpoint = Callable[[Request], Awaitable[Response]]


class Apart:
    """Runs an app on a copy of the scope: Streamlit keeps a session of its own in it, under the same name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(dict(scope), receive, send)


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
        https_only=not settings.is_loopback,
    )
    handlers: dict[Any, Any] = {
        HTTPException: _told,
        errors.DeskError: _refused,
        OperationalError: _busy,
        InterfaceError: _busy,
    }
    return Apart(Starlette(routes=routes.all(), middleware=[session, Middleware(SameSite)], exception_handlers=handlers))


class Routes:
    """The endpoints of one workspace. The database is read and written in threads, never on the event loop."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.snapshots = workspace.snapshots

    def all(self) -> list[Route]:
        return [
            Route("/queue", self.queue),
            Route("/case/{case_id:int}", self.case),
            Route("/similar/{case_id:int}", self.similar, methods=["GET", "POST"]),
            Route("/draft/{case_id:int}", self.draft, methods=["PUT"]),
            Route("/reply/{case_id:int}", self.reply, methods=["POST"]),
            Route("/replies/{reply_id:int}/{verb}", self.act_on_reply, methods=["POST"]),
            Route("/presence", self.presence, methods=["POST"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/first-person", self.first_person, methods=["POST"]),
        ]

    async def queue(self, request: Request) -> Response:
        person_id = person_of(request)
        params = request.query_params
        shown, limit = read_filter(params, person_id=person_id), read_limit(params)
        listed = ("rows", written(params), shown.assignee_id, limit)

        def build() -> dict[str, Any]:
            rows = self.snapshots.known(listed, lambda: drawn.rows(self.workspace, shown, limit=limit))
            return {**rows, "counts": drawn.counts(self.workspace, person_id=person_id)}

        return await self._answer(request, ("queue", person_id, *listed), build)

    async def case(self, request: Request) -> Response:
        person_id = person_of(request)
        case_id = request.path_params["case_id"]
        return await self._answer(request, (CASE, person_id, case_id), partial(drawn.case, self.workspace, case_id, person_id=person_id))

    async def similar(self, request: Request) -> Response:
        """POST asks the classifier, which answers some moments later; GET says how far it is."""
        person_id, case_id = person_of(request), request.path_params["case_id"]
        if request.method == "POST":
            asked = await run_in_threadpool(actions.ask_similar, self.workspace, person_id, case_id)
            if not asked.is_done:
                return self._told_of(asked)
        values = await run_in_threadpool(drawn.similar, self.workspace, case_id, person_id=person_id)
        return JSONResponse(values, headers=self._clock())

    async def draft(self, request: Request) -> Response:
        person_id, case_id, body = person_of(request), request.path_params["case_id"], await body_of(request)
        words, version = words_in(body, "text"), number_in(body, "version")
        result = await run_in_threadpool(actions.save_draft, self.workspace, person_id, case_id, words=words, version=version)
        self.snapshots.drop_case(case_id)
        extra = {}
        if result.kind is Kind.STALE:
            extra = {"draft": await run_in_threadpool(drawn.draft, self.workspace, case_id, person_id=person_id)}
        return self._told_of(result, **extra)

    async def reply(self, request: Request) -> Response:
        person_id, case_id, body = person_of(request), request.path_params["case_id"], await body_of(request)
        result = await run_in_threadpool(
            actions.queue_reply,
            self.workspace,
            person_id,
            case_id,
            words=words_in(body, "text"),
            key=words_in(body, "key"),
            seen_mention_id=number_in(body, "seen_mention"),
            seen_reply_id=number_in(body, "seen_reply"),
            account_id=number_in(body, "account"),
        )
        return self._told_of(result)

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
        return self._told_of(await run_in_threadpool(verb))

    async def presence(self, request: Request) -> Response:
        person_id, body = person_of(request), await body_of(request)
        case_id, kind = number_in(body, "case"), words_in(body, "kind")
        if kind == GONE:
            result = await run_in_threadpool(actions.leave, self.workspace, person_id, case_id)
        elif kind in set(HoldKind):
            result = await run_in_threadpool(actions.be_present, self.workspace, person_id, case_id, kind=HoldKind(kind))
        else:
            raise HTTPException(HTTPStatus.BAD_REQUEST, text("act.unreadable"))
        return self._told_of(result)

    async def sign_in(self, request: Request) -> Response:
        person_id = number_in(await body_of(request), "person")
        if not self.workspace.settings.is_loopback:
            raise HTTPException(HTTPStatus.FORBIDDEN)
        await run_in_threadpool(self._check_active, person_id)
        request.session.clear()
        request.session[PERSON] = person_id
        return self._told_of(Result(Kind.DONE))

    async def sign_out(self, request: Request) -> Response:
        request.session.clear()
        return self._told_of(Result(Kind.DONE))

    async def first_person(self, request: Request) -> Response:
        body = await body_of(request)
        if not self.workspace.settings.is_loopback:
            raise HTTPException(HTTPStatus.FORBIDDEN)
        result = await run_in_threadpool(
            actions.first_person, self.workspace, name=words_in(body, "name"), initials=words_in(body, "initials")
        )
        if result.is_done and result.values:
            request.session[PERSON] = result.values["person"]
        return self._told_of(result)

    async def _answer(self, request: Request, question: tuple[Any, ...], build: Callable[[], dict[str, Any]]) -> Response:
        snapshot = self.snapshots.fresh(question)
        if snapshot is None:
            snapshot = await run_in_threadpool(self.snapshots.answer, question, build)
        headers = {"ETag": snapshot.tag, "Cache-Control": "no-cache", **self._clock()}
        if request.headers.get("if-none-match") == snapshot.tag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return _json(snapshot, headers)

    def _told_of(self, result: Result, **extra: Any) -> Response:
        content = {"kind": result.kind, "words": result.words, **(result.values or {}), **extra}
        return JSONResponse(content, STATUS[result.kind], headers=self._clock())

    def _check_active(self, person_id: int) -> None:
        with self.workspace.database.read() as session:
            people.active(session, person_id)

    def _clock(self) -> dict[str, str]:
        return {"Careline-Now": str(drawn.server_millis())}


def healthz(workspace: Workspace, is_warm: Callable[[], bool]) -> Endpoint:
    """200 once the board can serve: warmed up, and its rows can be read. No detail: anybody may ask."""

    async def answer(_request: Request) -> Response:
        is_well = is_warm() and await run_in_threadpool(drawn.can_read, workspace)
        status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"status": "ok" if is_well else "unavailable"}, status)

    return answer


def _json(snapshot: Snapshot, headers: dict[str, str]) -> Response:
    return Response(snapshot.body, media_type="application/json", headers=headers)


async def _told(_request: Request, error: HTTPException) -> Response:
    return JSONResponse({"kind": error.status_code, "words": error.detail}, error.status_code)


async def _refused(_request: Request, error: errors.DeskError) -> Response:
    result = actions.refused(error)
    return JSONResponse({"kind": result.kind, "words": result.words}, STATUS[result.kind])


async def _busy(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"kind": Kind.BUSY, "words": text("act.busy")}, HTTPStatus.SERVICE_UNAVAILABLE)
