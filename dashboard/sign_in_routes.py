"""Signing in and out over HTTP: by an OpenID provider, or by name on a board that only this machine can reach."""

from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import actions, sign_in_actions
from dashboard.identity import PERSON, TOKEN, TOLD, claim_in
from dashboard.incoming import body_of, number_in, words_in
from dashboard.openid import OpenId, Problem, Refused, local_path
from dashboard.told import told_of
from dashboard.workspace import Workspace

RETURN = "return"


def routes(workspace: Workspace) -> list[Route]:
    signing = SignIn(workspace)
    return [
        Route("/sign-in/start", signing.start, methods=["GET"]),
        Route("/sign-in/callback", signing.callback, methods=["GET"]),
        Route("/sign-in", signing.by_name, methods=["POST"]),
        Route("/sign-out", signing.sign_out, methods=["POST"]),
        Route("/first-person", signing.first_person, methods=["POST"]),
    ]


class SignIn:
    """The endpoints. A session is cleared before somebody is put into it: nothing of who sat there before stays."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        given = workspace.settings.sign_in
        self.openid = OpenId(given) if given else None

    async def start(self, request: Request) -> Response:
        """To the provider, and back to the path that `return` names."""
        openid = self._openid()
        request.session.pop(TOLD, None)
        try:
            answer = await openid.begin(request)
        except Refused as refusal:
            return _home(request, refusal.problem)
        request.session[RETURN] = local_path(request.query_params.get(RETURN, "/"))
        return answer

    async def callback(self, request: Request) -> Response:
        """The provider sent the browser back."""
        openid, before = self._openid(), claim_in(request.session)
        try:
            said = await openid.finish(request)
            claim = await run_in_threadpool(sign_in_actions.admit, self.workspace, said, instead_of=before)
        except Refused as refusal:
            return _home(request, refusal.problem)
        path = local_path(str(request.session.get(RETURN, "/")))
        request.session.clear()
        request.session.update({PERSON: claim.person_id, TOKEN: claim.token})
        return _to(path)

    async def by_name(self, request: Request) -> Response:
        person_id = number_in(await body_of(request), "person")
        self._refuse_names()
        return await self._seat(request, person_id)

    async def first_person(self, request: Request) -> Response:
        body = await body_of(request)
        self._refuse_names()
        name, initials = words_in(body, "name"), words_in(body, "initials")
        result = await run_in_threadpool(actions.first_person, self.workspace, name=name, initials=initials)
        return await self._seat(request, result.values["person"]) if result.is_done and result.values else told_of(result)

    async def sign_out(self, request: Request) -> Response:
        """Ends the sign-in; `to` is where the provider ends its own, empty where there is none."""
        result = await run_in_threadpool(sign_in_actions.stand_up, self.workspace, claim_in(request.session))
        if not result.is_done:
            return told_of(result)
        request.session.clear()
        return told_of(result, to=await self.openid.goodbye() if self.openid else "")

    async def _seat(self, request: Request, person_id: int) -> Response:
        before = claim_in(request.session)
        result = await run_in_threadpool(sign_in_actions.sit_down, self.workspace, person_id, instead_of=before)
        if not result.is_done or result.values is None:
            return told_of(result)
        request.session.clear()
        request.session.update({PERSON: result.values["person"], TOKEN: result.values["token"]})
        return told_of(actions.Result(actions.Kind.DONE))

    def _openid(self) -> OpenId:
        if self.openid is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return self.openid

    def _refuse_names(self) -> None:
        if not self.workspace.settings.takes_names:
            raise HTTPException(HTTPStatus.FORBIDDEN)


def _home(request: Request, problem: Problem) -> Response:
    """Back to the board, which says what went wrong. Whoever is signed in stays it."""
    request.session[TOLD] = problem.value
    return _to("/")


def _to(path: str) -> Response:
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, headers=headers)
