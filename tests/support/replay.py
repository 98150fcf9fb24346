"""A platform on loopback: it replays recorded answers to the real clients, and fails on request.

Recordings are VCR cassettes, YAML or JSON. An answer is looked up by method, path and sorted query; answers to the same request come in
their order, the last one for ever. A query that was never recorded gets the answer of the one most like it: our own parameters differ.
"""

import base64
import gzip
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "recorded"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
UNWANTED = frozenset({"content-length", "transfer-encoding", "connection", "set-cookie"})

Key = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived; `target` is its path with its query, as they were sent."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]
    target: str = ""

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `fault` is how it fails on the way: `hang` before it, `drop` without it, `reset` likewise, `cut` in the middle, `trickle` for ever."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


Answering = Callable[[Seen], Reply]


def as_json(document: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document).encode(), {"content-type": "application/json; charset=utf-8", **named})


def html(status: int = 200) -> Reply:
    body = b"<!doctype html><html><head><title>Just a moment</title></head><body>Checking your browser</body></html>"
    return Reply(status, body, {"content-type": "text/html"})


def problem(status: int, detail: str, *, title: str = "", kind: str = "about:blank", **headers: str) -> Reply:
    """A refusal in the form of X."""
    return as_json({"title": title or "Problem", "detail": detail, "type": kind, "status": status}, status, **headers)


HANG = Reply(fault="hang")
DROP = Reply(fault="drop")
CUT = Reply(body=b'{"data": [{"id": "1", "text": "half of a', fault="cut")
TRICKLE = Reply(fault="trickle")
EMPTY = Reply(headers={"content-type": "application/json"})


def read_cassette(file: Path) -> Iterator[tuple[Key, Reply]]:
    """The recorded requests of one file with their answers, in their order."""
    with file.open(encoding="utf-8") as opened:
        kept = json.load(opened) if file.suffix == ".json" else yaml.load(opened, yaml.CSafeLoader)
    for interaction in kept["interactions"]:
        asked, given = interaction["request"], interaction["response"]
        yield _key(asked["method"], asked["uri"]), _recorded(given)


def _recorded(given: Mapping[str, Any]) -> Reply:
    body = _body(given["body"])
    is_packed = body.startswith(b"\x1f\x8b")
    headers = {name.lower(): value[0] if isinstance(value, list) else str(value) for name, value in (given.get("headers") or {}).items()}
    wanted = {name: value for name, value in headers.items() if name not in UNWANTED and (name != "content-encoding" or is_packed)}
    return Reply(int(given["status"]["code"]), body, wanted)


def _body(kept: Any) -> bytes:
    if isinstance(kept, Mapping) and "base64_string" in kept:
        return base64.b64decode(kept["base64_string"])
    text = kept.get("string", "") if isinstance(kept, Mapping) else kept
    return text if isinstance(text, bytes) else str(text or "").encode()


def plain(reply: Reply) -> bytes:
    """A recorded body as the client will see it."""
    return gzip.decompress(reply.body) if reply.body.startswith(b"\x1f\x8b") else reply.body


def _key(method: str, uri: str) -> Key:
    parts = urlsplit(uri)
    return method.upper(), unquote(parts.path), tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


class Platform:
    """The loopback platform. Use as a context manager; `url` is what goes into a credential's `base_url`."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.closing = threading.Event()
        self._recordings: dict[Key, list[Reply]] = {}
        self._next: dict[tuple[str, str], list[Reply]] = {}
        self._standing: dict[tuple[str, str], Answering] = {}
        self._lock = threading.Lock()
        self._server = _Server(self)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def replay(self, *files: Path) -> None:
        """Answer as these recordings do."""
        for file in files:
            for key, reply in read_cassette(file):
                self._recordings.setdefault(key, []).append(reply)

    def then(self, path: str, *replies: Reply, method: str = "GET") -> None:
        """Give these answers, each once, before any other."""
        self._next.setdefault((method, path), []).extend(replies)

    def always(self, path: str, answering: Answering | Reply, method: str = "GET") -> None:
        """Answer a path in this way whenever nothing else is due."""
        self._standing[method, path] = answering if callable(answering) else lambda _: answering

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def answer(self, seen: Seen) -> Reply:
        with self._lock:
            self.seen.append(seen)
            due = self._next.get((seen.method, seen.path))
            if due:
                return due.pop(0)
            found = self._found(seen)
        if found is not None:
            return found
        standing = self._standing.get((seen.method, seen.path))
        return standing(seen) if standing else as_json({"error": 404, "message": f"nothing recorded for {seen.method} {seen.path}"}, 404)

    def _found(self, seen: Seen) -> Reply | None:
        asked = set(seen.query.items())
        same_path = [key for key in self._recordings if key[:2] == (seen.method, seen.path)]
        if not same_path:
            return None
        replies = self._recordings[max(same_path, key=lambda key: (set(key[2]) == asked, len(asked & set(key[2]))))]
        return replies.pop(0) if len(replies) > 1 else replies[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)), body, headers, self.path)
        with suppress(OSError):
            self._write(self.server.platform.answer(seen))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 the names that the base class looks for

    def _write(self, reply: Reply) -> None:
        self.close_connection = bool(reply.fault)
        if reply.fault == "hang":
            self.server.platform.closing.wait(60)
        if reply.fault == "reset":
            # Nothing is sent any more, and the other side is told so by RST.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        if reply.fault in {"hang", "drop", "reset"}:
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body) + (1000 if reply.fault else 0)))
        self.end_headers()
        self.wfile.write(reply.body)
        while reply.fault == "trickle" and not self.server.platform.closing.wait(0.02):
            self.wfile.write(b" ")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name of the base class
        del format, args
