"""A real server on loopback, and people at real browsers."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from dashboard import workspace
from dashboard.settings import BoardSettings
from dashboard.workspace import Workspace
from storage.database import Database
from tests.dashboard.conftest import Floor, furnish
from tests.dashboard.test_options import free_port
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CARELINE_CHROMIUM", "/usr/bin/chromium")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
WAIT_MS = 30_000

expect.set_options(timeout=WAIT_MS)

Sit = Callable[..., Page]


@dataclass
class Board:
    """A board that runs, and can be killed and started again on the same port."""

    url: str
    port: int
    home: Path
    database: Database
    floor: Floor
    process: subprocess.Popen[bytes] | None = None
    strays: list[str] = field(default_factory=list)
    issuer: str = ""

    def start(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("serve.py")), self.database.url, str(self.port), str(self.home)]
        command += [self.issuer] if self.issuer else []
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        eventually(self._is_well)

    def kill(self) -> None:
        """As a power cut would: nothing is flushed, nobody is told."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _is_well(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz").status_code == 200
        except httpx.HTTPError:
            return False


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium, or name one in CARELINE_CHROMIUM")
    with sync_playwright() as playwright:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *root])
        yield browser
        browser.close()


@pytest.fixture
def board(sqlite_url: str, tmp_path: Path) -> Iterator[Board]:
    """Three cases wait; no request may leave this machine, and no script may fail."""
    database, port = Database(sqlite_url), free_port()
    running = Board(f"http://localhost:{port}", port, tmp_path / "home", database, furnish(database))
    running.start()
    yield running
    running.kill()
    database.close()
    assert running.strays == []


@contextmanager
def workspace_of(board: Board) -> Iterator[Workspace]:
    """The workspace that the board shows, for acts that need no browser."""
    yield workspace.show(BoardSettings(database_url=board.database.url, home=board.home), board.database, "x")
    workspace.close()


@pytest.fixture
def sit(board: Board, chromium: Browser) -> Iterator[Sit]:
    """Somebody sits down: `sit(person_id, "?view=mine")` gives their page."""
    contexts = []

    def open_page(person_id: int | None, address: str = "", *, width: int = 1440, height: int = 900, scheme: str = "light") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        contexts.append(context)
        if person_id is not None:
            assert context.request.post(f"{board.url}/board/sign-in", data={"person": person_id}).ok
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: board.strays.append(f"script: {error}"))
        page.on("request", lambda request: board.strays.extend(_stray(request, board)))
        page.goto(f"{board.url}/{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def _stray(request: Request, board: Board) -> list[str]:
    is_ours = request.url.startswith((board.url, f"ws://localhost:{board.port}", "blob:", "data:"))
    return [] if is_ours else [request.url]
