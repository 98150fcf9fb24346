"""Waits on this machine for the browser that a platform sends back (RFC 8252, 7.3)."""

import queue
from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from listener.connect.oauth import answer_in
from listener.source import Refused

HOST = "127.0.0.1"
PATH = "/callback"
READ_SECONDS = 5.0
TAKEN = "Careline has what it needs. You can close this window and go back to the terminal."
STRANGE = "This answer belongs to another attempt. Open the newest address that the terminal shows."


class PortTaken(Refused):
    """Another program listens there."""


def address_of(port: int) -> str:
    """Where the platform sends the browser; it must be entered there, letter by letter."""
    return f"http://{HOST}:{port}{PATH}"


class Waiting:
    """Listens on loopback until the block ends. Raises PortTaken. Answers with another state are turned away, and waited on."""

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(port)
        except OSError as error:
            raise PortTaken(f"port {port} is taken ({error.strerror}): free it, or say --port with one that the platform knows") from error
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return address_of(self._server.server_port)

    def wait(self, state: str, limit: timedelta) -> Mapping[str, str] | None:
        """What the browser brought, None when nothing came in time."""
        self._server.state = state
        try:
            return self._server.answers.get(timeout=limit.total_seconds())
        except queue.Empty:
            return None

    @property
    def strays(self) -> int:
        """How many answers of another attempt came."""
        return self._server.strays


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.answers: queue.Queue[Mapping[str, str]] = queue.Queue()
        self.state = ""
        self.strays = 0
        super().__init__((HOST, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = READ_SECONDS  # a browser opens connections ahead, and says nothing on them
    server: _Server

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != PATH:
            self._say(404, "Nothing is here.")
            return
        answer = answer_in(self.path)
        if not self.server.state or not compare_digest(answer.get("state", "").encode(), self.server.state.encode()):
            self.server.strays += 1
            self._say(400, STRANGE)
            return
        self._say(200, TAKEN)
        self.server.answers.put(answer)

    def _say(self, status: int, words: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(words.encode())))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(words.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name of the base class
        """Silence: the address holds the code."""
        del format, args
