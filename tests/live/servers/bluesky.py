"""Bluesky's own development network (npm, Node 22), with PostgreSQL and Redis (Debian's packages)."""

import secrets
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.live.servers.box import Box, NotRun, free_port
from tests.live.servers.databases import empty_database
from tests.live.servers.node import node_22
from tests.support.waiting import eventually

HERE = Path(__file__).parent / "bluesky"
PACKAGE = "@atproto/dev-env@0.6.7"
PASSWORD = "a password"


@dataclass(frozen=True, slots=True)
class Bluesky:
    """A running network: `url` is its personal data server."""

    url: str

    def account(self, name: str) -> "Account":
        """A new account of its own, once all parts of the network know it."""
        handle = f"{name}-{secrets.token_hex(4)}.test"
        given = {"handle": handle, "email": f"{handle}@mail.example", "password": PASSWORD}
        made = httpx.post(f"{self.url}/xrpc/com.atproto.server.createAccount", json=given, timeout=30).raise_for_status().json()
        account = Account(self.url, handle, made["did"], made["accessJwt"])
        eventually(lambda: account.ask("app.bsky.actor.getProfile", actor=made["did"]) is not None)
        return account


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the network, by its plain interface."""

    url: str
    handle: str
    did: str
    token: str

    def ask(self, name: str, **asked: Any) -> Any:
        """What the network answers; None for a no."""
        answer = httpx.get(f"{self.url}/xrpc/{name}", params=asked, headers=self._headers, timeout=30)
        return answer.json() if answer.is_success else None

    def tell(self, name: str, content: Mapping[str, Any]) -> Any:
        answer = httpx.post(f"{self.url}/xrpc/{name}", json=content, headers=self._headers, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def boot(box: Box, stack: ExitStack) -> Bluesky:
    """The network, with nobody on it. Raises NotRun."""
    box.debian("postgresql", there=("/usr/lib/postgresql",))
    box.debian("redis-server", there=("redis-server",))
    node = node_22(box)
    path = {"PATH": f"{node.program.parent}:/usr/local/bin:/usr/bin:/bin"}

    def install(folder: Path) -> None:
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        box.run(*node.npm, "install", "--ignore-scripts", *quiet, PACKAGE, cwd=folder, env=path)
        # Its database has to be built for this Node: what npm would fetch ready made is not for it.
        box.run(*node.npm, "rebuild", "better-sqlite3", *quiet, cwd=folder, env={**path, "npm_config_nodedir": str(node.home)})

    modules = box.installed("bluesky-0.6.7", install)
    database = empty_database(stack, "bluesky").set(drivername="postgres").render_as_string(hide_password=False)
    redis = free_port()
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="careline-bluesky-", ignore_cleanup_errors=True)))
    saving = ("--save", "", "--dir", folder)
    stack.enter_context(box.running("redis-server", "--port", str(redis), "--bind", "127.0.0.1", *saving))
    ports = [str(free_port()) for _ in range(4)]
    told = {
        **path,
        "DB_POSTGRES_URL": database,
        "DB_POSTGRES_SCHEMA": "dev",
        "REDIS_HOST": f"127.0.0.1:{redis}",
        "NODE_ENV": "development",
        "LOG_ENABLED": "false",
    }
    before = box.log.stat().st_size
    process = stack.enter_context(
        box.running(node.program, "--import", HERE / "loop.mjs", HERE / "run.mjs", modules, *ports, cwd=modules, env=told)
    )
    while b"the network is up" not in box.log.read_bytes()[before:]:
        if process.poll() is not None or not box.left:
            raise NotRun(f"the development network does not start; see {box.log}")
        time.sleep(0.2)
    return Bluesky(f"http://localhost:{ports[1]}")
