"""One agent of the team as their browser acts: a page over a websocket, the list each second, cases, claims, drafts, answers, presence."""

import asyncio
import itertools
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic, perf_counter
from typing import Any

import httpx

from bench.team_http import Connections
from bench.team_http import Told as Answer

LIST_S, EDITOR_S, NEWS_S, PRESENT_S = 1.0, 3.0, 3.0, 10.0
CASE_S = (45.0, 75.0)
"""From one case to the next: sixty an hour, several times what the busiest desks answer."""

TYPED_S = 1.5
LONGEST_RUN_S = 60
TEXT = "We have looked into it, and your parcel is on its way again. "


@dataclass
class Told:
    """What the whole team met: milliseconds by act, refusals by act, and when each screen first showed each new mention."""

    milliseconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    seen: defaultdict[int, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    changed: int = 0


@dataclass
class Floor:
    """What all agents share: where the board is, the cases that they take, those that came in, and what they met."""

    url: str
    client: httpx.AsyncClient
    free: Iterator[int]
    came: dict[int, float]
    pace: tuple[float, float] = CASE_S
    told: Told = field(default_factory=Told)


class Agent:
    """One person at one open page."""

    def __init__(self, floor: Floor, person_id: int) -> None:
        self.floor, self.person_id = floor, person_id
        self.random = random.Random(person_id)
        self.case_id, self.cookie, self.tags = 0, "", dict[str, str]()
        self.stream: Any = None
        self.browser: Any = None
        self.claim_button = ""

    async def sit_down(self, opened: Any) -> None:
        """Sign in and draw the page, as a browser does first."""
        from websockets.asyncio.client import connect
        from websockets.typing import Subprotocol

        self.floor.client.cookies.clear()
        answer = await self.floor.client.post("/board/sign-in", json={"person": self.person_id})
        answer.raise_for_status()
        self.cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        self.floor.client.cookies.clear()
        self.browser = Connections(self.floor.url, self.cookie)
        opened.callback(self.browser.close)
        address, headers = self.floor.url.replace("http", "ws", 1) + "/_stcore/stream", {"Cookie": self.cookie}
        protocols = [Subprotocol("streamlit")]
        # Whatever was not read when the work ends must not keep the end from being read: no limit to what waits.
        free: dict[str, Any] = {"max_size": None, "max_queue": None, "ping_interval": None, "close_timeout": 1}
        socket = connect(address, subprotocols=protocols, additional_headers=headers, **free)
        self.stream = await opened.enter_async_context(socket)
        await self.run_page()

    def work(self) -> list[asyncio.Task[None]]:
        """All that goes on at one desk at once, until it is cancelled."""
        parts = (
            self._every(LIST_S, self._list),
            self._every(EDITOR_S, self._editor),
            self._every(NEWS_S, self._news),
            self._every(PRESENT_S, self._present),
            self._cases(),
        )
        return [asyncio.create_task(part) for part in parts]

    async def run_page(self, *, query: str = "", clicked: str = "") -> None:
        """One run of the page, to its end; remembers the button that claims."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        asked = BackMsg()
        asked.rerun_script.query_string = query
        if clicked:
            asked.rerun_script.widget_states.widgets.add(id=clicked, trigger_value=True)
        await self.stream.send(asked.SerializeToString())
        self.claim_button = ""
        while True:
            message = ForwardMsg()
            async with asyncio.timeout(LONGEST_RUN_S):
                message.ParseFromString(await self.stream.recv())
            if message.WhichOneof("type") == "script_finished":
                return
            button = message.delta.new_element.button.id
            self.claim_button = button if button.endswith("case_claim") else self.claim_button

    async def _every(self, seconds: float, act: Any) -> None:
        await asyncio.sleep(self.random.random() * seconds)
        while True:
            started_at = monotonic()
            await act()
            await asyncio.sleep(max(0.0, started_at + seconds - monotonic()))

    async def _list(self) -> None:
        answer = await self._get("a look at the list", "/board/queue?view=waiting&limit=50")
        if answer.status == HTTPStatus.OK:
            self.floor.told.changed += 1
            at, body = monotonic(), answer.body
            for case_id in [one for one in self.floor.came if self.person_id not in self.floor.told.seen[one]]:
                if b'"id":%d,' % case_id in body:
                    self.floor.told.seen[case_id][self.person_id] = at - self.floor.came[case_id]

    async def _editor(self) -> None:
        if self.case_id:
            await self._get("a look at the open case", f"/board/case/{self.case_id}")

    async def _news(self) -> None:
        await self._get("a look at the news", "/board/notices")

    async def _present(self) -> None:
        if self.case_id:
            await self._send("presence", "POST", "/board/presence", {"case": self.case_id, "kind": "replying"})

    async def _cases(self) -> None:
        await asyncio.sleep(self.random.random() * self.floor.pace[1])
        while True:
            until = monotonic() + self.random.uniform(*self.floor.pace)
            case_id = next(self.floor.free, 0)
            if not case_id:
                await asyncio.sleep(LIST_S)
                continue
            await self._timed("click → case", self.run_page(query=f"case={case_id}"))
            self.case_id = case_id
            if self.claim_button:
                await self._timed("claim", self.run_page(query=f"case={case_id}", clicked=self.claim_button))
                await self._answer(case_id)
            else:
                self.floor.told.refused["claim"] += 1
            await asyncio.sleep(max(0.0, until - monotonic()))

    async def _answer(self, case_id: int) -> None:
        """Type for some seconds, then hand the answer to the outbox."""
        state = (await self._get("a look at the open case", f"/board/case/{case_id}", anew=True)).json()
        for version in itertools.count():
            if version == 3:
                break
            await asyncio.sleep(TYPED_S)
            words = TEXT * (version + 1)
            await self._send("draft", "PUT", f"/board/draft/{case_id}", {"text": words, "version": version})
        if not state["accounts"]:
            self.floor.told.refused["answer"] += 1
            return
        seen = {"seen_mention": state["seen_mention"], "seen_reply": state["seen_reply"], "account": state["accounts"][0]["id"]}
        await self._send("answer", "POST", f"/board/reply/{case_id}", {"text": TEXT, "key": f"team-{case_id}", **seen})

    async def _timed(self, name: str, act: Any) -> None:
        started_at = perf_counter()
        await act
        self.floor.told.milliseconds[name].append((perf_counter() - started_at) * 1000)

    async def _get(self, name: str, path: str, *, anew: bool = False) -> Answer:
        started_at = perf_counter()
        answer: Answer = await self.browser.ask("GET", path, tag="" if anew else self.tags.get(path, ""))
        self._count(name, started_at, answer)
        self.tags[path] = answer.tag
        return answer

    async def _send(self, name: str, method: str, path: str, body: dict[str, Any]) -> None:
        started_at = perf_counter()
        answer = await self.browser.ask(method, path, body=body)
        self._count(name, started_at, answer)

    def _count(self, name: str, started_at: float, answer: Answer) -> None:
        self.floor.told.milliseconds[name].append((perf_counter() - started_at) * 1000)
        self.floor.told.refused[name] += answer.status >= HTTPStatus.BAD_REQUEST
