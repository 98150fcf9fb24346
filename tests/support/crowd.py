"""Agents at their boards without browsers, in a process of their own: each holds a page open, looks each second, claims, writes, answers.

python -m tests.support.crowd BOARD_URL FILE PERSON_ID…: writes to FILE when each of them first saw each case, until it is told to end.
"""

import asyncio
import json
import random
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TextIO

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

LOOK_S = 1.0
ACT_EVERY = 5
"""Looks between two acts of one agent."""

AT_THE_TOP = 8
"""Agents reach for the most pressing rows, so that several reach for the same one."""

SENDS = 0.5
"""The share of drafts that are sent; the others stay, as they do when somebody is called away."""


class Agent:
    """One agent: the rows that they see now, and all that they have seen."""

    def __init__(self, person: int, client: httpx.AsyncClient, out: TextIO) -> None:
        self.person, self.client, self.out = person, client, out
        self.random = random.Random(person)
        self.tag, self.rows, self.seen = "", list[Mapping[str, Any]](), set[int]()

    async def work(self) -> None:
        await asyncio.sleep(self.random.random() * LOOK_S)
        looks = 0
        while True:
            await self.look()
            looks += 1
            if looks % ACT_EVERY == 0:
                await self.act()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        answer = await self.client.get("/board/queue?view=waiting&limit=50", headers={"If-None-Match": self.tag})
        if answer.status_code == httpx.codes.OK:
            self.tag, self.rows = answer.headers["ETag"], answer.json()["rows"]
            for case_id in {row["id"] for row in self.rows} - self.seen:
                self.seen.add(case_id)
                self.out.write(json.dumps({"person": self.person, "case": case_id, "at": time.time()}) + "\n")
            self.out.flush()

    async def act(self) -> None:
        free = [row["id"] for row in self.rows if row["assignee_id"] is None][:AT_THE_TOP]
        if not free:
            return
        case_id = self.random.choice(free)
        await self.client.post("/board/bulk", json={"verb": "claim", "cases": [case_id]})
        case = (await self.client.get(f"/board/case/{case_id}")).json()
        if case.get("shut") == "" and case.get("accounts"):
            await self.write(case_id, case)

    async def write(self, case_id: int, case: Mapping[str, Any]) -> None:
        words = f"Hello {case['author']}, this is about case {case_id}: we are at it."
        await self.client.post("/board/presence", json={"case": case_id, "kind": "replying"})
        version = (case["draft"] or {"version": 0})["version"]
        saved = await self.client.put(f"/board/draft/{case_id}", json={"text": words, "version": version})
        if saved.status_code == httpx.codes.OK and self.random.random() < SENDS:
            told = {"text": words, "key": f"crowd {self.person} {case_id}", "account": case["accounts"][0]["id"]}
            seen = {"seen_mention": case["latest_mention"], "seen_reply": case["seen_reply"]}
            await self.client.post(f"/board/reply/{case_id}", json={**told, **seen})
        await self.client.post("/board/presence", json={"case": case_id, "kind": "gone"})


async def sat_down(url: str, person: int, opened: AsyncExitStack, out: TextIO) -> Agent:
    """Signed in, with the page drawn over a websocket as in a browser."""
    client = await opened.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60))
    (await client.post("/board/sign-in", json={"person": person})).raise_for_status()
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    told: dict[str, Any] = {
        "subprotocols": [Subprotocol("streamlit")],
        "additional_headers": {"Cookie": cookie},
        "max_size": None,
        "ping_interval": None,
    }
    stream = await opened.enter_async_context(connect(address, **told))
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    await stream.send(asked.SerializeToString())
    message = ForwardMsg()
    while message.WhichOneof("type") != "script_finished":
        message = ForwardMsg.FromString(await asyncio.wait_for(stream.recv(), 60))
    return Agent(person, client, out)


async def main(url: str, people: list[int], out: TextIO) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with AsyncExitStack() as opened:
        working = [asyncio.create_task((await sat_down(url, person, opened, out)).work()) for person in people]
        ended: asyncio.Task[Any] = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait({ended, *working}, return_when=asyncio.FIRST_COMPLETED)
        for task in working:
            task.cancel()
        for task in done - {ended}:
            task.result()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as written:
        asyncio.run(main(sys.argv[1], [int(one) for one in sys.argv[3:]], written))
