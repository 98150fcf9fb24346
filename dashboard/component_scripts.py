"""The scripts of the board's components as the browser loads them: each once, and again only when a newer board has other ones.

Streamlit would send a script anew with every message that draws its component: a quarter of a megabyte for each case that is opened.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HERE = Path(__file__).parent / "components"
PATH = "/board/component"

EDITOR = ("length", "kept", "eyes", "form", "presence", "replies", "pictures", "saved", "changes")
PARTS: Mapping[str, tuple[str, ...]] = {
    "queue": ("queue/rows", "queue/bulk", "queue/folds"),
    "editor": tuple(f"editor/{part}" for part in EDITOR),
    "sheet": ("sheet/labels", "sheet/pictures", "sheet/personal", "sheet/folds"),
    "signin": (),
    "bell": ("bell/desktop",),
    "note": ("editor/kept",),
}
"""What each component's own script is preceded by, besides what all of them share."""


@dataclass(frozen=True, slots=True)
class Script:
    """A component's whole script; `tag` changes with it."""

    body: bytes
    packed: bytes
    tag: str


def read(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


@cache
def script(name: str) -> Script:
    """Raises KeyError for what is no component."""
    body = read("shared/shared.js", *(f"{part}.js" for part in PARTS[name]), f"{name}/{name}.js").encode()
    return Script(body, gzip.compress(body, mtime=0), hashlib.blake2b(body, digest_size=8).hexdigest())


def stub(name: str) -> str:
    """What Streamlit sends in its place: it loads the script."""
    return read("shared/stub.js").replace("PATH", PATH).replace("NAME", name).replace("TAG", script(name).tag)


def route() -> Route:
    """Open to anybody: there is nothing of the workspace in it, and the sign-in needs its own before anybody is signed in."""
    return Route(PATH + "/{name}.js", _answer, methods=["GET"])


async def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in PARTS:
        return Response(status_code=404)
    found = script(name)
    is_known = request.query_params.get("v") == found.tag
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "private, max-age=31536000, immutable" if is_known else "no-store"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.body, media_type="text/javascript", headers=headers)
