"""The one way out to the web for sources without a vendor client: bounded in time, size and reach.

A call ends by its deadline whatever the server does, reads at most 10 MB, and follows redirects only to public
addresses. The address that was checked is the one that is connected to, so that a name cannot change its mind in between.
"""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import httpx

from listener.addresses import Reach, joined, parse, proxied, resolve
from listener.source import BudgetExhausted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable

USER_AGENT = "Careline/0.1 (+https://github.com/careline/careline)"
LARGEST = 10_000_000
MOST_REDIRECTS = 5
LONGEST_WAIT = timedelta(days=1)
"""A server that asks for a longer pause would make a feed deaf without anybody noticing."""
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Within:
    """How far a call may go. `places`: the only hosts, with a port where it is not the usual one, that may be asked; None for any.

    `private`: the asked host, and no other, may lie in a private network.
    """

    places: frozenset[str] | None = None
    private: bool = True
    largest: int = LARGEST


ANYWHERE = Within()


class Unreached(Unavailable):
    """No connection came about: nothing has left this machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer. `url` is where it came from; `moved_to` where the asked address has permanently moved, if it has."""

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    moved_to: str | None = None


def get(
    url: str,
    headers: Mapping[str, str],
    *,
    timeout: timedelta,
    allow_loopback: bool = False,
    within: Within = ANYWHERE,
    key: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    """Fetch an address, redirects included, within `timeout`. Any status is an answer; `check_status` judges it.

    `key`: headers for the asked address alone, which no redirect takes along.
    Raises Unavailable for whatever the network does, Refused for an address that must not be asked and for a body over
    10 MB or what `within` says, Malformed for one that cannot be unpacked.
    """
    deadline = time.monotonic() + timeout.total_seconds()
    start = asked = parse(url)
    moved_to, is_permanent = None, True
    for _ in range(MOST_REDIRECTS + 1):
        _refuse_elsewhere(asked, within)
        reach = Reach(private=within.private and asked.host == start.host, loopback=allow_loopback)
        answer = _get_once(asked, {**headers, **key}, reach, deadline, largest=within.largest)
        key = {}
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            return Answer(answer.status, answer.url, answer.headers, answer.body, moved_to)
        asked = joined(asked, answer.headers["location"])
        is_permanent = is_permanent and answer.status in PERMANENT
        moved_to = str(asked) if is_permanent else moved_to
    raise Refused(f"more than {MOST_REDIRECTS} redirects, the last to {asked.host}: check the address")


def send(
    method: str, url: str, headers: Mapping[str, str], body: bytes = b"", *, timeout: timedelta, allow_loopback: bool = False
) -> Answer:
    """Ask an API once, within `timeout`. A redirect is an answer too: an API does not move, and a key must not follow it elsewhere.

    Raises as `get` does; Unreached where nothing can have been carried out.
    """
    deadline = time.monotonic() + timeout.total_seconds()
    return _get_once(parse(url), headers, Reach(loopback=allow_loopback), deadline, method=method, body=body)


def _refuse_elsewhere(url: httpx.URL, within: Within) -> None:
    place = url.netloc.decode("ascii").lower()
    if within.places is not None and place not in within.places:
        raise Refused(f"{place} is none of the hosts that may be asked here")


def client(seconds: float, *, through_proxy: bool = False) -> httpx.Client:
    """A client that follows nothing by itself and keeps no connection: two names on one address must not share one."""
    return httpx.Client(
        verify=_certificates(),
        timeout=httpx.Timeout(seconds, connect=min(seconds, 10)),
        limits=httpx.Limits(max_keepalive_connections=0),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
        trust_env=through_proxy,
    )


def check_status(answer: Answer, *, now: datetime) -> None:
    """Raises the error that a status other than 2xx or 304 means for the caller."""
    status = answer.status
    if 200 <= status < 300 or status == 304:
        return
    said = f"the server answered {status}"
    retry_at = retry_after(answer.headers.get("retry-after"), now=now)
    if status == 429:
        raise RateLimited(f"{said}: too many requests", retry_at)
    if status == 402:
        raise BudgetExhausted(f"{said}: payment required", retry_at, vendor=True)
    if status in {401, 407}:
        raise Unauthorized(f"{said}: it wants a name and a password")
    if status in {408, 425} or status >= 500:
        raise Unavailable(f"{said}: it is broken just now", retry_at)
    raise Refused(f"{said}: {REFUSALS.get(status, 'it does not give this out')}")


REFUSALS = {403: "it does not let us read this", 404: "there is nothing at this address", 410: "this is gone for good"}


def retry_after(value: str | None, *, now: datetime) -> datetime | None:
    """When to come back, from a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date), at most a day from now.

    None for one that has passed: who came back at once would be sent away again.
    """
    if value is None:
        return None
    try:
        asked = now + timedelta(seconds=float(value)) if value.strip().replace(".", "", 1).isdecimal() else _http_date(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(asked, now + LONGEST_WAIT) if asked > now else None


def _http_date(value: str) -> datetime:
    read = parsedate_to_datetime(value)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _get_once(
    url: httpx.URL,
    headers: Mapping[str, str],
    reach: Reach,
    deadline: float,
    *,
    largest: int = LARGEST,
    method: str = "GET",
    body: bytes = b"",
) -> Answer:
    through_proxy, hosts = _ways(url, reach)
    for position, host in enumerate(hosts):
        with _errors_named(url, deadline, is_last=position == len(hosts) - 1), _cut_off(deadline) as trace:
            call = (method, url, host, body)
            return _ask(call, headers, trace, seconds=_left(deadline), through_proxy=through_proxy, largest=largest)
    raise Unavailable(f"cannot connect to {url.host}")


def _ways(url: httpx.URL, reach: Reach) -> tuple[bool, list[str]]:
    """Whether a proxy is asked, and under which addresses the host may be reached."""
    try:
        through_proxy = proxied(url, reach)
        return through_proxy, [url.host] if through_proxy else [str(address) for address in resolve(url, reach)]
    except Unavailable as error:
        raise Unreached(str(error)) from error


def _ask(
    call: tuple[str, httpx.URL, str, bytes],
    headers: Mapping[str, str],
    trace: Callable[[str, Any], None],
    *,
    seconds: float,
    through_proxy: bool,
    largest: int,
) -> Answer:
    method, url, host, body = call
    extensions = {"trace": trace, "sni_hostname": url.raw_host.decode("ascii")}
    named = {**headers, "Host": url.netloc.decode("ascii")}
    with client(seconds, through_proxy=through_proxy) as opened:
        request = opened.build_request(method, url.copy_with(host=host), content=body or None, headers=named, extensions={**extensions})
        response = opened.send(request, stream=True, follow_redirects=False)
        try:
            packed = b"".join(_bounded(response, largest))
        finally:
            response.close()
    found = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, str(url), found, unpacked(packed, found.get("content-encoding", ""), largest))


def _bounded(response: httpx.Response, largest: int) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        _refuse_larger(size, largest)
        yield chunk


def unpacked(body: bytes, encoding: str, largest: int) -> bytes:
    """A body without its packing; one that was unpacked on the way stays. Raises Malformed, Refused where it is too large, Unavailable where it broke off."""
    kind = encoding.strip().lower()
    if kind in {"", "identity"} or not body or (kind.endswith("gzip") and not body.startswith(b"\x1f\x8b")):
        return body
    if kind not in {"gzip", "x-gzip", "deflate"}:
        raise Malformed(f"the answer is packed as {kind!r}, which was not asked for", body[:1000])
    try:
        return _inflated(body, zlib.MAX_WBITS | 32 if kind.endswith("gzip") or body[0] & 15 == 8 else -zlib.MAX_WBITS, largest)
    except zlib.error as error:
        raise Malformed(f"the answer cannot be unpacked: {error}", body[:1000]) from error


def _inflated(body: bytes, window: int, largest: int) -> bytes:
    """Unpack without ever holding more than the largest answer: a small one may unpack to gigabytes."""
    unpacker = zlib.decompressobj(window)
    unpacked = unpacker.decompress(body, largest + 1)
    _refuse_larger(len(unpacked), largest)
    if not unpacker.eof:
        raise Unavailable("the answer broke off before its end")
    return unpacked


def _refuse_larger(size: int, largest: int) -> None:
    if size > largest:
        raise Refused(f"the answer is larger than {largest // 1_000_000} MB: ask for fewer entries")


@contextmanager
def _errors_named(url: httpx.URL, deadline: float, *, is_last: bool) -> Iterator[None]:
    """Turn the client's errors into ours. A refused connection is swallowed while another address of the name is left."""
    try:
        yield
    except SourceError:
        raise
    except httpx.ConnectError as error:
        if is_last or _left(deadline) <= 0:
            raise Unreached(f"cannot connect to {url.host}: {error}") from error
        return
    except httpx.ConnectTimeout as error:
        raise Unreached(f"{url.host} did not answer in time") from error
    except httpx.HTTPError as error:
        _raise_late(url, deadline, error)
        raise Unavailable(f"the connection to {url.host} broke off ({type(error).__name__})") from error
    _raise_late(url, deadline, None)


def _raise_late(url: httpx.URL, deadline: float, cause: Exception | None) -> None:
    if _left(deadline) <= 0 or isinstance(cause, httpx.TimeoutException):
        raise Unavailable(f"{url.host} did not answer in time") from cause


@contextmanager
def _cut_off(deadline: float) -> Iterator[Callable[[str, Any], None]]:
    """Ends the call's connections at the deadline: a time-out per read alone lets a server drip a byte now and then for hours."""
    connections: list[socket.socket] = []

    def note(event: str, info: Any) -> None:
        if event.endswith("connect_tcp.complete"):
            connections.append(info["return_value"].get_extra_info("socket").dup())
            if not _left(deadline):
                cut()

    def cut() -> None:
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_left(deadline), cut)
    timer.daemon = True
    timer.start()
    try:
        yield note
    finally:
        timer.cancel()
        timer.join()
        for connection in connections:
            connection.close()


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()
