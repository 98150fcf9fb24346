"""A look at the forum on loopback, as a feed asks for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from desk.post import FeedSpec, Page
from listener.settings import CredentialSettings, ListenerSettings
from listener.sources.discourse.source import DiscourseSource
from tests.support.replay import Platform, as_json

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = {"api_key": "a-key", "username": "AcmeCare"}
INVALID = as_json({"errors": ["You are not permitted to view the requested resource."], "error_type": "invalid_access"}, 403)


def source(platform: Platform, secrets: dict[str, str] | None = None, *, timeout: float = 5.0) -> DiscourseSource:
    return DiscourseSource(settings(platform, secrets, timeout=timeout), clock=lambda: NOW)


def settings(platform: Platform, secrets: dict[str, str] | None = None, *, timeout: float = 5.0) -> ListenerSettings:
    credential = CredentialSettings("main", "discourse", secrets or {}, platform.url, allow_loopback=True)
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))


def feed(kind: str = "posts", query: str = "", **options: Any) -> FeedSpec:
    given = {"url": "https://community.acme.example", **options}
    return FeedSpec(1, "forum", "discourse", "", kind, query, given, "main", 300, ("acmecare",))


def looked(platform: Platform, cursor: str | None = None, spec: FeedSpec | None = None) -> Page:
    return source(platform).fetch(spec or feed(), cursor)


def ids(page: Page) -> list[str]:
    return [one.external_id for one in page.posts]
