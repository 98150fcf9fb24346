"""What the bell and the note box store without a rerun."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import actions, notice_actions
from dashboard.incoming import body_of, number_in, person_of, words_in
from dashboard.told import told_of
from dashboard.workspace import Workspace


def routes(workspace: Workspace) -> list[Route]:
    """POST /notices/seen: looked at what leads to a case, or without one at all up to a notice. POST /note/N: a note on case N."""

    async def seen(request: Request) -> Response:
        person_id, body = person_of(request), {"case": 0, **await body_of(request)}
        looked = partial(notice_actions.seen, case_id=number_in(body, "case") or None, up_to=number_in(body, "up_to"))
        return told_of(await run_in_threadpool(looked, workspace, person_id))

    async def note(request: Request) -> Response:
        person_id, case_id, words = person_of(request), request.path_params["case_id"], words_in(await body_of(request), "text")
        return told_of(await run_in_threadpool(partial(actions.add_note, workspace, person_id, case_id, note=words)))

    return [Route("/notices/seen", seen, methods=["POST"]), Route("/note/{case_id:int}", note, methods=["POST"])]
