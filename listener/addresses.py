"""Which addresses we may connect to. A feed's address comes from a person, a redirect's from whoever runs that server."""

import ipaddress
import re
import socket
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from listener.source import Refused, Unavailable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

BAD_HOST = re.compile(r"[%\s]")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a call may go: into private networks, and to this machine itself."""

    private: bool = True
    loopback: bool = False


def parse(url: str) -> httpx.URL:
    """An http(s) address. Raises Refused for anything else."""
    return _web(lambda: httpx.URL(url.strip()))


def joined(base: httpx.URL, place: str) -> httpx.URL:
    """Where a redirect or a link leads. Raises Refused."""
    return _web(lambda: base.join(place.strip()))


def _web(read: Callable[[], httpx.URL]) -> httpx.URL:
    try:
        parsed = read()
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused(f"this is not an address: {error}. Expected something like https://forum.example/feed.xml") from None
    is_host = bool(parsed.host) and not BAD_HOST.search(parsed.host) and (parsed.port or 0) < 2**16
    if parsed.scheme not in {"http", "https"} or not is_host:
        raise Refused("this is not a web address. Expected something like https://forum.example/feed.xml")
    return parsed


def shown(url: str) -> str:
    """An address as it may be shown and logged: names, passwords and keys in it are left out."""
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}{parsed.path}{'?…' if parsed.query else ''}"


def refuse_loopback(url: str, *, allow_loopback: bool) -> None:
    """Raises Refused for a base address on this machine unless `allow_loopback` is set."""
    resolve(parse(url), Reach(loopback=allow_loopback))


def resolve(url: httpx.URL, reach: Reach) -> list[Address]:
    """The addresses behind a URL that `reach` allows, at least one. Raises Refused, and Unavailable for an unknown name."""
    found = _lookup(url)
    allowed = [address for address in found if _objection(address, reach) is None]
    if not allowed:
        raise Refused(f"{url.host} is {_objection(found[0], reach)}")
    return allowed


def proxied(url: httpx.URL, reach: Reach) -> bool:
    """Whether the environment sends this call through a proxy, which then looks the name up itself.

    Raises Refused for a number that `reach` does not allow: a proxy may stand where it can be reached.
    """
    number = _number(url.host)
    if number is not None:
        resolve(url, reach)
    if url.host == "localhost" or (number is not None and number.is_loopback):
        return False
    proxies = urllib.request.getproxies()
    return bool(proxies.get(url.scheme) or proxies.get("all")) and not urllib.request.proxy_bypass(url.host)


def _number(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _lookup(url: httpx.URL) -> list[Address]:
    try:
        rows = socket.getaddrinfo(url.raw_host.decode("ascii"), url.port or url.scheme, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise Unavailable(f"the name {url.host} cannot be looked up ({error.strerror}): check the address, or the network") from error
    except (UnicodeError, ValueError) as error:
        raise Refused(f"{url.host} is not a host name") from error
    return list(dict.fromkeys(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows))


def _objection(address: Address, reach: Reach) -> str | None:
    plain = getattr(address, "ipv4_mapped", None) or address
    if plain.is_loopback or plain.is_unspecified:
        return None if reach.loopback else "this machine itself: set allow_loopback = true where that is meant"
    if plain.is_link_local or plain.is_multicast:
        return "an address of this machine's own link, which no feed has"
    if not plain.is_global and not reach.private:
        return "in a private network, and a redirect must not lead there: enter that address yourself where it is meant"
    return None
