"""A real web server on loopback that gives scripted answers in order and remembers what it was asked."""

import gzip
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer.

    `etag`: a request that names it gets 304. `declared`: the length that is promised, where it is not the real one.
    `waits`: the answer starts only when this event is set. `drips`: bytes are sent one by one until the event is set.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    is_gzipped: bool = False
    declared: int | None = None
    waits: threading.Event | None = None
    drips: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in. Header names are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Web:
    """The server. Answers of a path are given in order; the last one stays."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)
    _scripts: dict[str, list[Reply]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, path: str, *replies: Reply) -> str:
        """Set what a path answers; returns its address."""
        with self._lock:
            self._scripts[path] = list(replies)
        return self.url + path

    def paths(self) -> Sequence[str]:
        return [asked.path for asked in self.asked]

    def next(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            script = self._scripts.get(asked.path.partition("?")[0]) or [Reply(status=404)]
            return script.pop(0) if len(script) > 1 else script[0]


@contextmanager
def serving() -> Iterator[Web]:
    """A server on a free port of 127.0.0.1 until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.web = Web(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.web  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        web: Web = self.server.web  # type: ignore[attr-defined]
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(int(headers.get("content-length", 0))))
        reply = web.next(asked)
        web.started.set()
        if reply.waits is not None:
            reply.waits.wait(30)
        try:
            self._answer(reply, asked)
        except OSError:
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def _answer(self, reply: Reply, asked: Asked) -> None:
        is_known = bool(reply.etag) and asked.headers.get("if-none-match") == reply.etag
        body = b"" if is_known else gzip.compress(reply.body) if reply.is_gzipped else reply.body
        self.send_response(304 if is_known else reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.etag:
            self.send_header("ETag", reply.etag)
        if reply.is_gzipped:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body) if reply.declared is None else reply.declared))
        self.end_headers()
        self._write(body, reply)
        self.close_connection = self.close_connection or reply.declared is not None

    def _write(self, body: bytes, reply: Reply) -> None:
        if reply.drips is None:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if reply.drips.wait(0.02):
                return

    def log_message(self, *_: Any) -> None:
        """Silence."""
