"""The board as agents use it: a real server on a filled workspace, real sign-ins, open pages, and a real browser."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import httpx

from bench.board_keys import key_to_highlight
from bench.figures import Figure, Target, not_run, percentile
from bench.places import SQLITE, Places
from bench.processes import cpu_seconds, eventually, free_port, memory, started

PART = "board"
AGENTS = 100
IDLE_S = 30.0
POLL_S = 1.0
START_LIMIT_S = 60
LOADS = 7
CHROMIUM = os.environ.get("CARELINE_CHROMIUM", "/usr/bin/chromium")

IDLE = Target("<=", 0.1)
FIRST_ROW = Target("<=", 1.5)
MEMORY = Target("<=", 250)
KEY = Target("<=", 16)


@dataclass(frozen=True, slots=True)
class Board:
    """A board that is served."""

    url: str
    pid: int


def run(places: Places) -> Iterator[Figure]:
    """First row, then a hundred agents who do nothing: what they cost, and the memory that they take."""
    if not sys.platform.startswith("linux"):
        yield not_run(PART, "the board's processor time and memory", "they are read from /proc, which only Linux has")
        return
    with places.copy(SQLITE) as database, _served(database.url, places.folder) as board:
        if board is None:
            yield not_run(PART, "the board", f"it was not served within {START_LIMIT_S} s; its log: {_log(places.folder)}")
            return
        yield from _first_row(board)
        yield from asyncio.run(_idle(board))


@contextmanager
def _served(url: str, folder: Path) -> Iterator[Board | None]:
    port = free_port()
    arguments = ["-m", "bench.board_process", url, str(port), str(folder / "home")]
    with started(arguments, log=folder / "board.log") as process:
        board = Board(f"http://127.0.0.1:{port}", process.pid)
        is_served = eventually(lambda: process.poll() is not None or _is_well(board), limit_s=START_LIMIT_S) and process.poll() is None
        yield board if is_served else None


def _is_well(board: Board) -> bool:
    try:
        return httpx.get(f"{board.url}/healthz").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _log(folder: Path) -> str:
    return (folder / "board.log").read_text(encoding="utf-8", errors="replace")[-400:]


def _first_row(board: Board) -> Iterator[Figure]:
    name = "first row of a warm board in Chromium, median"
    if not shutil.which(CHROMIUM):
        yield not_run(PART, name, f"no browser at {CHROMIUM}")
        return
    cold, new, known, keys = _loads(board)
    yield Figure(
        PART,
        name,
        median(known),
        "s",
        samples=len(known),
        target=FIRST_ROW,
        beside={"p95": percentile(known, 0.95), "in a browser that was never here": median(new), "the very first page of the server": cold},
    )
    if keys:
        told = {"p50": median(keys), "max": max(keys)}
        yield Figure(PART, "from a key to the highlight, p95", percentile(keys, 0.95), "ms", len(keys), KEY, beside=told)
    else:
        yield not_run(PART, "from a key to the highlight, p95", "no key moved the highlight")


def _loads(board: Board) -> tuple[float, list[float], list[float], list[float]]:
    """Seconds from the address to the first row: the server's first page, new browsers, and browsers that come back; and milliseconds of keys."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-background-networking", "--no-first-run", *root])
        new, known, keys = list[float](), list[float](), list[float]()
        for number in range(1, LOADS + 2):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.request.post(f"{board.url}/board/sign-in", data={"person": number})
            page = context.new_page()
            new.append(_load(page, board))
            known.append(_load(page, board))
            keys.extend(key_to_highlight(page))
            context.close()
        browser.close()
    return new[0], new[1:], known[1:], keys


def _load(page: Any, board: Board) -> float:
    started_at = perf_counter()
    page.goto(f"{board.url}/", wait_until="commit")
    page.locator(".row").first.wait_for(state="visible", timeout=60_000)
    return perf_counter() - started_at


async def _idle(board: Board) -> list[Figure]:
    """Everybody has the queue open: a websocket of Streamlit, and a look at the list each second with the tag of the last answer."""
    nobody = await _cost(board, IDLE_S / 3)
    limits = httpx.Limits(max_connections=AGENTS, max_keepalive_connections=AGENTS)
    async with AsyncExitStack() as opened:
        client = await opened.enter_async_context(httpx.AsyncClient(base_url=board.url, limits=limits, timeout=60))
        agents = [await _sit_down(board, client, opened, number) for number in range(1, AGENTS + 1)]
        looking = [asyncio.create_task(_look(client, agent, number)) for number, agent in enumerate(agents)]
        await asyncio.sleep(5)
        cost, looks = await _cost(board, IDLE_S), sum(len(agent.milliseconds) for agent in agents)
        held = memory(board.pid)
        for task in looking:
            task.cancel()
    answers = [value for agent in agents for value in agent.milliseconds]
    changed = sum(agent.changed for agent in agents)
    return [
        Figure(
            PART,
            f"{AGENTS} idle agents: share of a core each",
            cost / IDLE_S / AGENTS * 100,
            "% of a core",
            samples=AGENTS,
            target=IDLE,
            beside={"board without agents": nobody / (IDLE_S / 3) * 100, "looks": float(looks), "answered anew": float(changed)},
        ),
        Figure(
            PART,
            f"{AGENTS} agents: a look at the list, p95",
            percentile(answers, 0.95),
            "ms",
            samples=len(answers),
            beside={"p50": median(answers)},
        ),
        Figure(PART, f"memory with {AGENTS} agents", held.resident, "MB", target=MEMORY, beside={"its share (PSS)": held.share}),
    ]


async def _cost(board: Board, seconds: float) -> float:
    before = cpu_seconds(board.pid)
    await asyncio.sleep(seconds)
    return cpu_seconds(board.pid) - before


class Agent:
    """One open page; `milliseconds` of each look at the list."""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.tag = ""
        self.changed = 0
        self.milliseconds: list[float] = []


async def _sit_down(board: Board, client: httpx.AsyncClient, opened: AsyncExitStack, person_id: int) -> Agent:
    """Sign in, open the websocket, and ask for the page as a browser does."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.asyncio.client import connect
    from websockets.typing import Subprotocol

    client.cookies.clear()
    answer = await client.post("/board/sign-in", json={"person": person_id})
    answer.raise_for_status()
    cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    client.cookies.clear()
    address = board.url.replace("http", "ws", 1) + "/_stcore/stream"
    socket = connect(
        address, subprotocols=[Subprotocol("streamlit")], additional_headers={"Cookie": cookie}, max_size=None, ping_interval=None
    )
    stream = await opened.enter_async_context(socket)
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    await stream.send(asked.SerializeToString())
    await _drawn(stream)
    return Agent(cookie)


async def _drawn(stream: Any) -> None:
    """Read until the script has run."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    while True:
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(stream.recv(), 60))
        if message.WhichOneof("type") == "script_finished":
            return


async def _look(client: httpx.AsyncClient, agent: Agent, number: int) -> None:
    await asyncio.sleep(number / AGENTS * POLL_S)
    while True:
        started_at = perf_counter()
        headers = {"Cookie": agent.cookie, "If-None-Match": agent.tag}
        answer = await client.get("/board/queue?view=waiting&limit=50", headers=headers)
        agent.milliseconds.append((perf_counter() - started_at) * 1000)
        agent.changed += answer.status_code == httpx.codes.OK
        agent.tag = answer.headers.get("ETag", agent.tag)
        await asyncio.sleep(POLL_S)
