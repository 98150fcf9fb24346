"""The editor's routes beside the draft's: pictures, saved replies, and changes of what was sent."""

from dataclasses import asdict
from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard import answering_actions as actions
from dashboard import approval_actions
from dashboard.incoming import body_of, person_of, truth_in, words_in
from dashboard.pictures import LARGEST_UPLOAD
from dashboard.texts import text
from dashboard.told import clock, told_of
from dashboard.workspace import Workspace
from storage.words import ChangeKind

LONGEST_NAME = 120
GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cache-Control": "private",
}
"""A picture is shown and nothing else, even where somebody opens its address by itself."""


def routes(workspace: Workspace) -> list[Route]:
    answering = Answering(workspace)
    return [
        Route("/saved/{case_id:int}", answering.saved),
        Route("/attachment/{case_id:int}", answering.attach, methods=["POST"]),
        Route("/attachments/{attachment_id:int}", answering.picture, methods=["GET", "PUT", "DELETE"]),
        Route("/changes/{reply_id:int}/{kind}", answering.change, methods=["POST"]),
    ]


class Answering:
    """The endpoints of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    async def saved(self, request: Request) -> Response:
        offers = await run_in_threadpool(actions.offered, self.workspace, person_of(request), request.path_params["case_id"])
        return JSONResponse({"offers": [asdict(offer) for offer in offers]}, headers=clock())

    async def attach(self, request: Request) -> Response:
        person_id, case_id = person_of(request), request.path_params["case_id"]
        largest = await run_in_threadpool(actions.may_attach, self.workspace, person_id, case_id)
        name = request.query_params.get("name", "")[:LONGEST_NAME]
        act = partial(actions.attach, self.workspace, person_id, case_id, name=name, body=await _bytes_of(request), largest=largest)
        result = await run_in_threadpool(act)
        self.workspace.snapshots.drop_case(case_id)
        return told_of(result)

    async def picture(self, request: Request) -> Response:
        person_id, attachment_id = person_of(request), request.path_params["attachment_id"]
        if request.method == "DELETE":
            return told_of(await run_in_threadpool(actions.detach, self.workspace, person_id, attachment_id))
        if request.method == "PUT":
            alt = words_in(await body_of(request), "alt")
            return told_of(await run_in_threadpool(partial(actions.describe, self.workspace, person_id, attachment_id, alt=alt)))
        found = await run_in_threadpool(actions.picture, self.workspace, person_id, attachment_id)
        return Response(found.body, media_type=found.media_type, headers=GUARDED)

    async def change(self, request: Request) -> Response:
        person_id, reply_id, body = person_of(request), request.path_params["reply_id"], await body_of(request)
        if request.path_params["kind"] not in set(ChangeKind):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        kind, words = ChangeKind(request.path_params["kind"]), words_in({"text": "", **body}, "text")
        if kind is ChangeKind.CORRECT and truth_in({"first_read": False, **body}, "first_read"):
            return told_of(
                await run_in_threadpool(partial(approval_actions.ask_correction, self.workspace, person_id, reply_id, words=words))
            )
        return told_of(await run_in_threadpool(partial(actions.ask_change, self.workspace, person_id, reply_id, kind, words=words)))


async def _bytes_of(request: Request) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LARGEST_UPLOAD:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text("attach.too_large", n=LARGEST_UPLOAD // 1024 // 1024))
    return bytes(received)
