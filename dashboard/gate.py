"""What every answer of the board passes: only hosts that it is known by, and headers that keep pages from calling out."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = (
    "default-src 'self'; "
    # Components come as blob: modules, the charts compile their expressions.
    "script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; "
    "worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; "
    # No picture, font or frame from elsewhere: a customer's text must not make an agent's browser call anybody.
    "img-src 'self' data: blob:; font-src 'self' data:; frame-src 'none'; object-src 'none'; "
    "connect-src 'self' ws://{host} wss://{host}; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Gate:
    """Refuses requests for other host names: a page elsewhere could point its own name at this machine (DNS rebinding).

    Of two different sign-in cookies neither is read: a page on another port or path of this host may have set one of them.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], cookie: str = "") -> None:
        self.app = app
        self.cookie = cookie
        self.hosts = tuple(host.lower().rstrip(".") for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope).getlist("host")
        host = told[0] if len(told) == 1 else ""  # two of them: a proxy and this server may each believe another one
        if not self._is_known(host):
            refusal = WebSocketClose() if scope["type"] == "websocket" else PlainTextResponse("Unknown host", status_code=400)
            await refusal(scope, receive, send)
            return
        await self.app(_unambiguous(scope, self.cookie), receive, _guarded(send, host))

    def _is_known(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return any(known in {"*", name} or (known.startswith("*.") and name.endswith(known[1:])) for known in self.hosts)


def _unambiguous(scope: Scope, name: str) -> Scope:
    """Without the cookies of this name where they contradict each other."""
    told = [piece for header in Headers(scope=scope).getlist("cookie") for piece in header.split(";")]
    if len({piece.strip() for piece in told if _name_in(piece) == name}) <= 1:
        return scope
    kept = ";".join(piece for piece in told if _name_in(piece) != name)
    others = [(key, value) for key, value in scope["headers"] if key != b"cookie"]
    return {**scope, "headers": [*others, (b"cookie", kept.encode("latin-1"))]}


def _name_in(piece: str) -> str:
    return piece.partition("=")[0].strip()


def _guarded(send: Send, host: str) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", POLICY.replace("{host}", host))
        await send(message)

    return guarded
