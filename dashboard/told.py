"""How the routes answer with what became of an act."""

from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from dashboard import drawn
from dashboard.actions import Kind, Result

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


def told_of(result: Result, **extra: Any) -> Response:
    """The result in JSON, with the status that says what the browser can do next."""
    content = {"kind": result.kind, "words": result.words, **(result.values or {}), **extra}
    return JSONResponse(content, STATUS[result.kind], headers=clock())


def clock() -> dict[str, str]:
    """The server's clock: a browser's own may be wrong."""
    return {"Careline-Now": str(drawn.server_millis())}
