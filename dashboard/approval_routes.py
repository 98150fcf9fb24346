"""What the editor asks about four eyes without a rerun: send for approval, take back, approve, send back."""

from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import approval_actions
from dashboard.incoming import body_of, person_of, send_form_in, words_in
from dashboard.told import told_of
from dashboard.workspace import Workspace


def routes(workspace: Workspace) -> list[Route]:
    async def ask(request: Request) -> Response:
        person_id, case_id, body = person_of(request), request.path_params["case_id"], await body_of(request)
        return told_of(await run_in_threadpool(approval_actions.ask, workspace, person_id, case_id, send_form_in(body)))

    async def decide(request: Request) -> Response:
        person_id, approval_id, body = person_of(request), request.path_params["approval_id"], await body_of(request)
        match request.path_params["verb"]:
            case "approve":
                verb = partial(approval_actions.approve, workspace, person_id, approval_id)
            case "send_back":
                verb = partial(approval_actions.send_back, workspace, person_id, approval_id, words=words_in(body, "words"))
            case "withdraw":
                verb = partial(approval_actions.withdraw, workspace, person_id, approval_id)
            case _:
                raise HTTPException(HTTPStatus.NOT_FOUND)
        return told_of(await run_in_threadpool(verb))

    return [
        Route("/approval/ask/{case_id:int}", ask, methods=["POST"]),
        Route("/approval/{approval_id:int}/{verb}", decide, methods=["POST"]),
    ]
