"""The pictures of posts: only the bytes that we wrote ourselves, only for who is signed in."""

from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.incoming import person_of
from dashboard.workspace import Workspace
from desk.intake import media
from desk.intake.pictures import Picture
from desk.people import people

HEADERS = {
    # Asked again each time: a picture that was erased must not come out of a browser's store.
    "Cache-Control": "private,no-cache",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def routes(workspace: Workspace) -> list[Route]:
    return [Route("/media/{media_id:int}", partial(_picture, workspace))]


async def _picture(workspace: Workspace, request: Request) -> Response:
    person_id, media_id = person_of(request), request.path_params["media_id"]
    picture, tag = await run_in_threadpool(_read, workspace, media_id, person_id)
    headers = {**HEADERS, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(picture.body, media_type=picture.media_type, headers=headers)


def _read(workspace: Workspace, media_id: int, person_id: int) -> tuple[Picture, str]:
    with workspace.database.read() as session:
        picture, written_at = media.shown(session, media_id, by=people.active(session, person_id))
    return picture, f'"{media_id}-{int(written_at.timestamp())}"'
