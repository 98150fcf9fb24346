"""What the list asks for when many of its rows are picked: an act on all of them, and its way back. No page is drawn anew for it."""

from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import bulk_actions
from dashboard.incoming import body_of, person_of, words_in
from dashboard.texts import text
from dashboard.told import told_of
from dashboard.workspace import Workspace
from desk.cases.bulk import BulkVerb

MOST_NAMED = 1_000
"""Longer lists are not even read; the desk refuses them far below this."""


def routes(workspace: Workspace) -> list[Route]:
    """POST /bulk does something to many cases, POST /bulk/N/undo takes it back."""

    async def do(request: Request) -> Response:
        person_id, body = person_of(request), await body_of(request)
        told = {"value": "", "note": "", **body}
        verb = next((one for one in BulkVerb if one.value == body.get("verb")), None)
        if verb is None:
            raise _unreadable()
        said: dict[str, Any] = {
            "value": words_in(told, "value"),
            "note": words_in(told, "note"),
            "although_off": body.get("although_off") is True,
        }
        act = partial(bulk_actions.do, **said)
        return told_of(await run_in_threadpool(act, workspace, person_id, _numbers_in(body, "cases"), verb))

    async def undo(request: Request) -> Response:
        person_id = person_of(request)
        return told_of(await run_in_threadpool(bulk_actions.undo, workspace, person_id, request.path_params["bulk_id"]))

    return [Route("/bulk", do, methods=["POST"]), Route("/bulk/{bulk_id:int}/undo", undo, methods=["POST"])]


def _numbers_in(body: dict[str, Any], name: str) -> list[int]:
    found = body.get(name)
    if not isinstance(found, list) or len(found) > MOST_NAMED:
        raise _unreadable()
    if not all(isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63 for number in found):
        raise _unreadable()
    return found


def _unreadable() -> HTTPException:
    return HTTPException(HTTPStatus.BAD_REQUEST, text("act.unreadable"))
