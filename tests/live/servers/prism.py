"""Prism of Stoplight: judges requests by a platform's own OpenAPI document (npm, version by package-lock.json)."""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.live.servers.box import Box, NotRun, free_port
from tests.live.servers.node import any_node
from tests.support.replay import RECORDED, Seen

LOCK = Path(__file__).parent / "prism"
SPECS = RECORDED / "specs"
UNSENT = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Prism:
    """A running judge of one OpenAPI document."""

    url: str
    document: Mapping[str, Any]

    def faults(self, seen: Seen) -> list[str]:
        """What is wrong with a request by the document; nothing where it is as it should be.

        Prism knows no signature of OAuth 1.0a: for it such a request bears a token. Parameters that no document mentions it lets
        through, and X does not.
        """
        headers = {name: value for name, value in seen.headers.items() if name not in UNSENT}
        if headers.get("authorization", "").startswith("OAuth "):
            headers["authorization"] = "Bearer signed"
        answer = httpx.request(seen.method, self.url + seen.target, headers=headers, content=seen.body or None, timeout=30)
        return [*_said(answer), *self._unknown(seen)]

    def _unknown(self, seen: Seen) -> list[str]:
        parts = urlsplit(seen.target)
        shapes = [shape for shape in self.document["paths"] if _is_of(parts.path, shape)]
        known = {name for shape in shapes for name in _parameters(self.document, shape, seen.method)}
        return [f"{name} is no parameter of {shapes[0]}" for name, _ in parse_qsl(parts.query) if shapes and name not in known]


def boot(box: Box, stack: ExitStack, *, document: str) -> Prism:
    """Prism with one of the OpenAPI documents that lie beside the project. Raises NotRun."""
    spec = SPECS / document
    if not spec.is_file():
        raise NotRun(f"{document} is not here: it lies in ../shared/data/recorded/specs")
    node = any_node(box)

    def install(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LOCK / name, folder)
        box.run(*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=folder)

    lock = hashlib.sha256((LOCK / "package-lock.json").read_bytes()).hexdigest()[:12]
    program = box.installed(f"prism-{lock}", install) / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    port = free_port()
    # --errors: without it the answer does not say what is wrong.
    command = (node.program, program, "mock", "--errors", spec, "--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "error")
    process = stack.enter_context(box.running(*command))
    box.answered(process, f"http://127.0.0.1:{port}/", good=(404,))
    return Prism(f"http://127.0.0.1:{port}", json.loads(spec.read_bytes()))


def _said(answer: httpx.Response) -> list[str]:
    """What Prism says of the request. What is wrong with its own made-up answers is not of interest here."""
    given = [one for one in json.loads(answer.headers.get("sl-violations", "[]")) if one["location"][0] == "request"]
    said = [f"{'.'.join(one['location'][1:])}: {one['message']}" for one in given if one["severity"] == "Error"]
    kind = str(answer.json().get("type", "")) if answer.headers.get("content-type", "").startswith("application/problem") else ""
    is_judged = "VIOLATIONS" in kind or not kind.startswith("https://stoplight.io/")
    return said if is_judged else [*said, f"{answer.json().get('title')}: {answer.json().get('detail')}"]


def _is_of(path: str, shape: str) -> bool:
    pattern = "/".join("[^/]+" if "{" in part and "." not in part else re.escape(part) for part in shape.split("/"))
    return re.fullmatch(re.sub(r"\\{[a-z_]+\\}", "[^/]+", pattern), path) is not None


def _parameters(document: Mapping[str, Any], shape: str, method: str) -> set[str]:
    described = document["paths"][shape]
    listed = [*described.get("parameters", []), *described.get(method.lower(), {}).get("parameters", [])]
    resolved = [_at(document, one["$ref"]) if "$ref" in one else one for one in listed]
    return {one["name"] for one in resolved if one.get("in") == "query"}


def _at(document: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document
