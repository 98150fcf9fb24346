"""How the clients that speak through `requests` reach the network: one host, no redirect, and an end in time.

Neither tweepy nor praw limits how long a call may take (tweepy sets no time-out at all, praw's `timeout` setting is read nowhere),
and both have their hosts built in. Both let a `requests` adapter be mounted, so that the clients themselves stay as published.
"""

import ipaddress
import math
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError

from listener import http
from listener.addresses import refuse_loopback
from listener.settings import CredentialSettings
from listener.source import Refused, SourceError
from listener.sources.shared.json_read import parsed_json

CONNECT_SECONDS = 10.0
LARGEST_BODY = 32 * 1024 * 1024
CHUNK = 64 * 1024
ASKING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, free of any library's types. Header names are lower-case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, response: requests.Response) -> "Answer":
        headers = {name.lower(): value for name, value in response.headers.items()}
        return cls(response.status_code, headers, response.content or b"")


class Clock:
    """Ends the call that it surrounds: a read time-out starts anew with every byte, so that a trickling answer never ends."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []
        self.is_late = False
        self.was_kept = False

    def __enter__(self) -> Self:
        self._token = RUNNING.set(self)
        self._timer.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        RUNNING.reset(self._token)
        self._timer.cancel()
        self._timer.join()
        for copy in self._sockets:
            copy.close()
        if self.is_late and self._sockets and (error is None or isinstance(error, requests.RequestException)):
            raise requests.ReadTimeout("the answer did not end in time") from error

    def watch(self, connection: Any) -> None:
        # A copy of the handle: an SSL socket must not be shut down while another thread reads from it.
        with suppress(OSError, AttributeError):
            self._sockets.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.is_late:
            self._cut()

    def _cut(self) -> None:
        self.is_late = True
        for copy in self._sockets:
            with suppress(OSError):
                copy.shutdown(socket.SHUT_RDWR)


RUNNING: ContextVar[Clock | None] = ContextVar("running", default=None)


class _Watched:
    """Tells the running clock of its socket, and whether it was kept since an earlier answer."""

    sock: Any
    has_answered = False

    def connect(self) -> None:
        self.has_answered = False
        super().connect()  # type: ignore[misc]

    def request(self, *given: Any, **named: Any) -> None:
        if clock := RUNNING.get():
            clock.was_kept = self.has_answered
        super().request(*given, **named)  # type: ignore[misc]

    def getresponse(self) -> Any:
        if clock := RUNNING.get():
            clock.watch(self.sock)
        found = super().getresponse()  # type: ignore[misc]
        self.has_answered = True
        return found


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


POOLS = {"http": _PlainPool, "https": _SecurePool}


class HostAdapter(HTTPAdapter):
    """Sends every request to `base_url` where there is one, and ends each call within `timeout` seconds.

    `last` is the newest answer: the clients lose it when they fail to read an error's body.

    A server may close a connection that was kept while the next request is on its way (RFC 9112, 9.3.1; snac2 does so after each answer and
    never says it). What only asks is then asked once more; what writes gets a connection of its own, so that it is not left in doubt.
    """

    def __init__(self, base_url: str | None, timeout: float) -> None:
        super().__init__(max_retries=0)
        self._base_url = base_url
        self._timeout = timeout
        self.last: requests.Response | None = None

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        found = super().proxy_manager_for(proxy, **kwargs)
        found.pool_classes_by_scheme = POOLS
        return found

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        del stream, timeout
        self.last = None
        request.headers["Accept-Encoding"] = "gzip, deflate"
        named = {"timeout": (min(CONNECT_SECONDS, self._timeout), self._timeout), "verify": verify, "cert": cert, "proxies": proxies}
        if request.method not in ASKING:
            self.close()
        with Clock(self._timeout) as clock:
            response = self._answered(clock, self._moved(request), named)
            # JSON says itself how it is written (RFC 8259, 8.1); a header that says otherwise is wrong.
            response.encoding = None
            response._content = _bounded(response)  # noqa: SLF001 requests has no other place for a body that was read elsewhere
        self.last = response
        return response

    def _answered(self, clock: Clock, request: requests.PreparedRequest, named: Mapping[str, Any]) -> requests.Response:
        try:
            return super().send(request, stream=True, **named)
        except requests.ConnectionError as error:
            if not (clock.was_kept and request.method in ASKING and _broke_off(error)) or clock.is_late:
                raise
            self.close()
        return super().send(request, stream=True, **named)

    def _moved(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if not self._base_url or not request.url:
            return request
        base, asked = urlsplit(self._base_url), urlsplit(request.url)
        moved = request.copy()
        moved.url = urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + asked.path, asked.query, ""))
        return moved


def mount(opened: requests.Session, adapter: HostAdapter, base: str | None) -> requests.Session:
    """Make a session speak through `adapter` alone and follow no redirect: an API does not move, and a token must not.

    To `base` on this machine it goes straight, past any proxy that the environment names.
    """
    opened.mount("https://", adapter)
    opened.mount("http://", adapter)
    opened.get_redirect_target = lambda resp: None  # type: ignore[method-assign]  # noqa: ARG005 the name is the session's
    opened.trust_env = not (base and is_loopback(base))
    return opened


def _bounded(response: requests.Response) -> bytes:
    # Unpacked here: urllib3 takes a packing that breaks off for whole, and chokes on one that was unpacked on the way.
    encoding = response.raw.headers.pop("content-encoding", "")
    packed = _read(response)
    try:
        return http.unpacked(packed, encoding, LARGEST_BODY)
    except SourceError as error:
        raise requests.exceptions.ContentDecodingError(str(error)) from error


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in _chunks(response):
        body += chunk
        if len(body) > LARGEST_BODY:
            response.close()
            raise requests.exceptions.ContentDecodingError(f"the answer is longer than {LARGEST_BODY} bytes")
    return bytes(body)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(CHUNK)
    except requests.ConnectionError as error:
        if error.args and isinstance(error.args[0], ReadTimeoutError):
            raise requests.ReadTimeout(*error.args) from error
        raise


def _broke_off(error: requests.ConnectionError) -> bool:
    """Whether the connection ended before an answer began."""
    return bool(error.args) and isinstance(error.args[0], ProtocolError)


def is_unsent(error: BaseException) -> bool:
    """Whether a request surely never reached the platform: no connection was made at all."""
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader)):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def describe(error: BaseException) -> str:
    """A failed call in a few words, without its address: that holds the query."""
    if isinstance(error, requests.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the encrypted connection failed"
    if is_unsent(error):
        return "no connection"
    return f"the connection broke ({type(error).__name__})"


def base_url(credential: CredentialSettings) -> str | None:
    """The credential's own address of the platform, checked. Raises Refused: a secret must not leave for just any place."""
    given = (credential.base_url or "").strip().rstrip("/")
    if not given:
        return None
    try:
        refuse_loopback(given, allow_loopback=credential.allow_loopback)
    except Refused as error:
        raise Refused(f"credential {credential.name!r}, base_url: {error}") from None
    if urlsplit(given).scheme != "https" and not is_loopback(given):
        raise Refused(f"credential {credential.name!r}: base_url must start with https://, or the secrets travel in the clear")
    return given


def is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def document(answer: Answer) -> Any:
    """The answer's JSON, or None where it is none."""
    return parsed_json(answer.body)


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The instant that `Retry-After` names, in seconds or as a date; None when it says nothing usable."""
    found = http.retry_after(headers.get("retry-after"), now=now)
    return within_a_day(found, now) if found else None


def within_a_day(moment: datetime, now: datetime) -> datetime | None:
    """A promised instant, believed for a day at most; None when it has passed: a wrong clock must not stop a feed for ever."""
    return min(moment, now + timedelta(days=1)) if moment > now else None


def number(value: Any) -> float | None:
    """A finite number from a header or a field, else None."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None
