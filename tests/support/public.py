"""The public app on a port of loopback, and a program outside that signs what it sends."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn
from sqlalchemy.orm import Session

from desk.feeds import feeds
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from listener.public import public_app
from listener.sealed import sealed
from listener.settings import CredentialSettings, ListenerSettings, PublicSettings
from storage.database import Database
from tests.support.listening import SETTINGS

SECRET, FORMER = "0123456789abcdef-now", "0123456789abcdef-before"
FEED = "acme-instagram"
PLAN = WorkspacePlan(
    brands=(BrandPlan("Acme"),),
    credentials=(("acme-hook", "webhook"), ("other-hook", "webhook")),
    accounts=(AccountPlan("Acme on Instagram", "Acme", "webhook", "instagram", "acme", "acme-hook", ""),),
    feeds=(
        FeedDraft(FEED, "webhook", "", "", "Acme", "acme-hook", site="instagram"),
        FeedDraft("other", "webhook", "", "", "Acme", "other-hook"),
        FeedDraft("forum", "rss", "", "", "Acme", None),
    ),
)


def bridge(base_url: str | None = None, **secrets: str) -> CredentialSettings:
    given = {"signing_secret": SECRET, "former_secret": FORMER, **secrets}
    return CredentialSettings("acme-hook", "webhook", given, base_url, allow_loopback=True)


def settled(session: Session, now: datetime) -> None:
    feeds.sync(session, PLAN, now=now)


def a_post(identifier: str = "17900", **changes: Any) -> dict[str, Any]:
    told = {
        "id": identifier,
        "text": "My order has not arrived",
        "posted_at": "2026-11-20T11:58:00Z",
        "author": {"id": "42", "handle": "ada"},
    }
    return {**told, "url": f"https://www.instagram.com/p/{identifier}", **changes}


@dataclass(frozen=True, slots=True)
class Outside:
    """A program that knows the address, and perhaps a secret."""

    url: str

    def send(self, path: str, content: Any, *, secret: str = SECRET, age: timedelta = timedelta(), headers: Mapping[str, str] = {}) -> Any:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        told = {**sealed(secret, body, datetime.now(UTC) - age), **headers}
        return httpx.post(f"{self.url}{path}", content=body, headers=told, timeout=30)

    def deliver(self, *posts: Any, feed: str = FEED, **how: Any) -> Any:
        return self.send(f"/in/{feed}", {"version": 1, "posts": list(posts)}, **how)


@contextmanager
def serving(database: Database, *credentials: CredentialSettings, per_minute: int = 120) -> Iterator[Outside]:
    """The app until the block ends."""
    settings = ListenerSettings({one.name: one for one in credentials or (bridge(),)})
    app = public_app(database, settings, SETTINGS, PublicSettings(per_minute=per_minute))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning", access_log=False))
    ready = threading.Event()
    startup = server.startup

    async def started(sockets: Any = None) -> None:
        await startup(sockets)
        ready.set()

    server.startup = started  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield Outside(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(30)
