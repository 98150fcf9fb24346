"""The Outcomes page as files: what it shows, and the cases behind it."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dashboard import case_file, outcome_export_actions
from dashboard.incoming import person_of
from dashboard.workspace import Workspace

FIGURES, CASES = "/export/outcomes.csv", "/export/outcome-cases.csv"


def routes(workspace: Workspace) -> list[Route]:
    return [
        Route(FIGURES, partial(_figures, workspace), methods=["GET"]),
        Route(CASES, partial(_cases, workspace), methods=["GET"]),
    ]


async def _figures(workspace: Workspace, request: Request) -> Response:
    write = partial(outcome_export_actions.figures, workspace, person_of(request), dict(request.query_params), has_mark=_has_mark(request))
    return Response(await run_in_threadpool(write), media_type="text/csv", headers=_headers(workspace, "outcomes"))


async def _cases(workspace: Workspace, request: Request) -> Response:
    export = await run_in_threadpool(outcome_export_actions.cases, workspace, person_of(request), dict(request.query_params))
    chunks = case_file.csv(workspace.database, export, has_mark=_has_mark(request))
    return StreamingResponse(chunks, media_type="text/csv", headers=_headers(workspace, "outcome-cases"))


def _has_mark(request: Request) -> bool:
    return request.query_params.get("mark") == "1"


def _headers(workspace: Workspace, name: str) -> dict[str, str]:
    file = f'attachment; filename="{name}-{workspace.now():%Y-%m-%d}.csv"'
    return {"Content-Disposition": file, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
