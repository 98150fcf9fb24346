"""A platform on loopback: it serves a feed, takes replies, and remembers every one that it showed."""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from xml.sax.saxutils import escape

import httpx

from desk.post import OutgoingReply, Sent
from listener.source import OutcomeUnknown, Unavailable

TEXTS = (
    "The app is broken and nobody answers, help",
    "How do I change my address?",
    "Charged twice on the first, I want my refund now",
    "Thank you, that was quick",
    "I am cancelling and moving to another one",
)


class Platform:
    """Serves `/feed/NAME`, `/replies` (post and list). Posts are numbered; the oracle knows every id."""

    def __init__(self) -> None:
        self.posts: dict[str, list[str]] = {}
        self.replies: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def publish(self, feed: str, ids: Sequence[str]) -> None:
        self.posts.setdefault(feed, []).extend(ids)

    def reset(self) -> None:
        self.posts.clear()
        self.replies.clear()

    def document(self, feed: str) -> bytes:
        items = "".join(_item(name) for name in self.posts.get(feed, []))
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path == "/replies":
                    self._answer(json.dumps(platform.replies).encode(), "application/json")
                else:
                    self._answer(platform.document(self.path.rsplit("/", 1)[-1]), "application/rss+xml")

            def do_POST(self) -> None:
                body: dict[str, str] = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with platform.lock:
                    platform.replies.append(body)
                    number = len(platform.replies)
                self._answer(json.dumps({"id": f"r{number}"}).encode(), "application/json")

            def _answer(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler


def _item(name: str) -> str:
    number = int(name.rsplit("-", 1)[-1])
    text = f"{TEXTS[number % len(TEXTS)]} ({name})"
    when = format_datetime(datetime(2026, 3, 1, 10, number % 60, tzinfo=UTC))
    author = f"<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>author{number}</dc:creator>"
    return f"<item><guid isPermaLink='false'>{name}</guid><link>https://forum.example/{name}</link>{author}<description>{escape(text)}</description><pubDate>{when}</pubDate></item>"


class PlatformReplier:
    """Answers on the platform above. It has no idempotency key, as X and Reddit have none."""

    name = "rss"
    idempotent = False

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, reply: OutgoingReply) -> Sent:
        body = {"parent": reply.parent_id, "text": reply.text, "key": reply.key}
        try:
            with httpx.Client(timeout=5) as client:
                answer = client.post(f"{self.url}/replies", json=body)
        except httpx.ConnectError as error:
            raise Unavailable(str(error)) from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(str(error)) from error
        return self._sent(answer.json()["id"])

    def find(self, reply: OutgoingReply) -> Sent | None:
        with httpx.Client(timeout=5) as client:
            shown = client.get(f"{self.url}/replies").json()
        numbers = [n for n, row in enumerate(shown, 1) if row["parent"] == reply.parent_id and row["text"] == reply.text]
        return self._sent(f"r{numbers[0]}") if numbers else None

    def _sent(self, name: str) -> Sent:
        return Sent(external_id=name, url=f"https://forum.example/{name}", sent_at=datetime.now(UTC))
