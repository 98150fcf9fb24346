"""A browser's requests with as little processor time as can be: a hundred agents share one process, which must not be what is measured.

HTTP/1.1 on kept connections, answers with a length or in chunks, packed or not; nothing else, for no other server than the board.
"""

import asyncio
import json
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its status, its tag, and its body unpacked."""

    status: int
    tag: str
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Connections:
    """Of one agent to one board; each carries one request at a time, and is used again."""

    def __init__(self, url: str, cookie: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.common = f"Host: {parts.netloc}\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\n"
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, method: str, path: str, *, body: Any = None, tag: str = "") -> Told:
        """One answer; a connection that the server closed meanwhile is opened anew, once."""
        sent = json.dumps(body).encode() if body is not None else b""
        kind = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
        known = f"If-None-Match: {tag}\r\n" if tag else ""
        request = f"{method} {path} HTTP/1.1\r\n{self.common}{kind}{known}\r\n".encode() + sent
        while self.free:
            try:
                return await self._exchanged(*self.free.pop(), request)
            except (asyncio.IncompleteReadError, ConnectionError):
                continue
        return await self._exchanged(*await asyncio.open_connection(self.host, self.port), request)

    async def _exchanged(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> Told:
        try:
            writer.write(request)
            told = await _read(reader)
        except BaseException:
            writer.close()
            raise
        self.free.append((reader, writer))
        return told

    def close(self) -> None:
        for _, writer in self.free:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Told:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await _chunks(reader) if "chunked" in headers.get("transfer-encoding", "") else await reader.readexactly(_length(headers))
    plain = zlib.decompress(body, GZIP) if headers.get("content-encoding") == "gzip" else body
    return Told(int(head[0].split()[1]), headers.get("etag", ""), plain)


def _length(headers: dict[str, str]) -> int:
    return int(headers.get("content-length", "0"))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        found.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(found)
