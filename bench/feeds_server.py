"""A process that answers as a thousand forums and as Hacker News would: `python -m bench.feeds_server LOG`.

It prints its port, and writes the instant and the feed of each request to LOG. A feed has something new every ten minutes, else it says so (304).
"""

import asyncio
import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import TextIO

ENTRIES = 10
NEW_EVERY_S = 600
TEXT = "My parcel from acme has not come yet, and nobody at the counter could tell me where it is or when it will be here"


def main(log: Path) -> None:
    """Serve until told to end."""
    with log.open("a", encoding="utf-8") as written:
        asyncio.run(_serve(written))


async def _serve(log: TextIO) -> None:
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    server = await asyncio.start_server(lambda reader, writer: _answer(reader, writer, log), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await end.wait()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: TextIO) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    path = head.split(" ", 2)[1]
    log.write(f"{time()} {path.split('/')[2]}\n")
    log.flush()
    number = int(path.split("/")[2])
    newest = int((time() + number * 37) // NEW_EVERY_S)
    writer.write(_hits(number, newest) if path.startswith("/hn/") else _document(number, newest, head))
    await writer.drain()
    writer.close()


def _document(number: int, newest: int, head: str) -> bytes:
    etag = f'"{newest}"'
    if f"if-none-match: {etag}" in head.lower():
        return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nConnection: close\r\n\r\n".encode()
    items = "".join(
        f"<item><guid>f{number}-{at}</guid><title>Where is it?</title><link>https://forum{number}.example/{at}</link>"
        f"<author>who{at % 50}@forum.example</author><pubDate>{_instant(at):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{TEXT}, {at}</description></item>"
        for at in range(newest, newest - ENTRIES, -1)
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Forum {number}</title>{items}</channel></rss>'.encode()
    return _with_head(body, "application/rss+xml", f"ETag: {etag}\r\n")


def _hits(number: int, newest: int) -> bytes:
    hits = [
        {
            "objectID": f"{number}{at}",
            "created_at": f"{_instant(at):%Y-%m-%dT%H:%M:%SZ}",
            "created_at_i": at * NEW_EVERY_S,
            "author": f"who{at % 50}",
            "comment_text": f"{TEXT}, {at}",
            "story_id": number,
            "story_title": "Where is it?",
            "parent_id": number,
            "_tags": ["comment", f"author_who{at % 50}", f"story_{number}"],
        }
        for at in range(newest, newest - ENTRIES, -1)
    ]
    return _with_head(
        json.dumps({"hits": hits, "nbHits": len(hits), "page": 0, "nbPages": 1, "hitsPerPage": 100}).encode(), "application/json"
    )


def _with_head(body: bytes, content_type: str, more: str = "") -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n".encode() + body
    )


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at * NEW_EVERY_S, UTC)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
