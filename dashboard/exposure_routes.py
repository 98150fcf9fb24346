"""What the conversation says when somebody unfolds an abusive post. There is no route that tells a figure."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import exposure_actions
from dashboard.incoming import person_of
from dashboard.told import told_of
from dashboard.workspace import Workspace


def routes(workspace: Workspace) -> list[Route]:
    async def unfold(request: Request) -> Response:
        person_id, mention_id = person_of(request), request.path_params["mention_id"]
        return told_of(await run_in_threadpool(exposure_actions.unfold, workspace, person_id, mention_id))

    return [Route("/exposure/{mention_id:int}", unfold, methods=["POST"])]
