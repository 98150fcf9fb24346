"""The board's process: options first, then Streamlit's app with the board's own routes, served by uvicorn."""

import asyncio
import contextlib
import gc
import importlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import component_scripts, options
from dashboard.doorstep import Doorstep
from dashboard.gate import Gate
from dashboard.routes import board_app, healthz
from dashboard.settings import BoardSettings
from dashboard.workspace import Workspace, open_workspace
from desk.feeds import health
from storage.migrate import check_schema

log = logging.getLogger(__name__)

RARELY = (700, 10, 100)
"""How often what refers to itself is looked for: each look at all that a hundred open pages hold stops them for a tenth of a second."""

SCRIPT = Path(__file__).parent / "app.py"
BEAT_S = 10
PROCESS = "board"
HEAVY = ("desk.figures.trends", "desk.feeds.feeds", "desk.queue.inbox")
"""What the first page would otherwise wait two seconds for."""


class SignInNeeded(Exception):
    """The board is reachable from other machines, and nobody would have to sign in."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"the board refuses to listen on {host}: on this machine alone (127.0.0.1) a name is enough, beyond it people must sign in, "
            'and no sign-in is set up. Set  host = "127.0.0.1"  under [board] in settings.toml, or set up [sign_in] (docs/sign-in.md)'
        )


class Warmth:
    """Whether the warm-up is over."""

    is_warm = False


def serve(settings: BoardSettings) -> None:
    """Serve the board until the process is told to end. Raises SignInNeeded, SchemaMismatch, and OSError for a port that is taken."""
    if not settings.is_loopback and settings.sign_in is None:
        raise SignInNeeded(settings.host)
    doorstep = Doorstep(settings.host, settings.port)
    app = build(settings, ready=doorstep.leave)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[doorstep.socket])


def build(settings: BoardSettings, *, ready: Callable[[], None] = lambda: None) -> Any:
    """The ASGI app of a workspace. Once in a process: Streamlit's options and registry are the process's. `ready` is called when it can serve."""
    if not settings.is_loopback and settings.sign_in is None:
        raise SignInNeeded(settings.host)
    workspace = open_workspace(settings)
    check_schema(workspace.database)
    options.apply(options.options(settings, cookie_secret=workspace.secret))
    import streamlit as st

    warmth = Warmth()
    pages = st.App(
        SCRIPT,
        routes=[Route("/healthz", healthz(workspace, lambda: warmth.is_warm))],
        lifespan=lambda _app: _lifespan(workspace, warmth, ready),
        on_script_error=_told_in_log,
    )
    own = (component_scripts.route(), Mount("/board", board_app(workspace)))
    return Gate(Fork(own, pages), hosts=settings.hosts, cookie=settings.cookie_name)


class Fork:
    """The board's own routes are asked each second by every browser: they are answered without Streamlit's layers, which are there for its pages."""

    def __init__(self, own: Sequence[BaseRoute], pages: ASGIApp) -> None:
        self.own, self.pages = own, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for route in self.own if scope["type"] == "http" else ():
            match, more = route.matches(scope)
            if match is not Match.NONE:
                await route.handle({**scope, **more}, receive, send)
                return
        await self.pages(scope, receive, send)


@asynccontextmanager
async def _lifespan(workspace: Workspace, warmth: Warmth, ready: Callable[[], None]) -> AsyncIterator[None]:
    await run_in_threadpool(_warm_up)
    warmth.is_warm = True
    started_at = await run_in_threadpool(workspace.now)
    await run_in_threadpool(ready)
    beating = asyncio.create_task(_beat(workspace, started_at))
    try:
        yield
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
        workspace.database.close()


def _warm_up() -> None:
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)


async def _beat(workspace: Workspace, started_at: datetime) -> None:
    while True:
        try:
            await run_in_threadpool(_beat_once, workspace, started_at)
        except SQLAlchemyError:
            log.exception("the board's heartbeat could not be stored")
        await asyncio.sleep(BEAT_S)


def _beat_once(workspace: Workspace, started_at: datetime) -> None:
    with workspace.database.write() as session:
        health.beat(session, PROCESS, pid=os.getpid(), started_at=started_at, now=workspace.now())


def _told_in_log(error: Exception) -> None:
    log.error("a page could not be drawn", exc_info=error)
