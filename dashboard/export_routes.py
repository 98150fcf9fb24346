"""Cases that leave the board as a file: what the list shows, in its order."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dashboard import case_file, export_actions
from dashboard.incoming import person_of
from dashboard.workspace import Workspace

ADDRESS = "/export/cases.csv"


def routes(workspace: Workspace) -> list[Route]:
    return [Route(ADDRESS, partial(_cases, workspace), methods=["GET"])]


async def _cases(workspace: Workspace, request: Request) -> Response:
    export = await run_in_threadpool(export_actions.begin, workspace, person_of(request), dict(request.query_params))
    chunks = case_file.csv(workspace.database, export, has_mark=request.query_params.get("mark") == "1")
    name = f"cases-{workspace.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return StreamingResponse(chunks, media_type="text/csv", headers=headers)
