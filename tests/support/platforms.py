"""Settings, feeds and replies for tests against a platform on loopback."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.post import FeedSpec, OutgoingReply
from listener.settings import CredentialSettings, ListenerSettings
from tests.support.replay import Platform

SENT_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
X_APP = {"bearer_token": "app-token"}
X_ACCOUNT = {
    "consumer_key": "key",
    "consumer_secret": "secret",
    "access_token": "7001-account",
    "access_token_secret": "account-secret",
}
REDDIT_APP = {"client_id": "client", "client_secret": "secret"}
REDDIT_ACCOUNT = {**REDDIT_APP, "username": "northwind_care", "password": "a password"}


def settings(
    platform: Platform, source: str, secrets: Mapping[str, str], *, timeout: float = 5.0, options: Mapping[str, Any] | None = None
) -> ListenerSettings:
    credential = CredentialSettings("main", source, secrets, platform.url, allow_loopback=True, options=options or {})
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))


def feed(source: str, kind: str, query: str = "", *, own: tuple[str, ...] = ("northwind",), **options: Any) -> FeedSpec:
    return FeedSpec(1, f"{source} {kind}", source, "", kind, query, options, "main", 300, own)


def reply(source: str, parent_id: str, text: str = "We are on it, back within the hour. ^MK", **changes: Any) -> OutgoingReply:
    given: dict[str, Any] = {
        "id": 1,
        "key": "key-1",
        "text": text,
        "source": source,
        "site": "",
        "account": "Northwind Care",
        "account_handle": "northwind",
        "credential": "main",
        "parent_id": parent_id,
        "thread_id": parent_id,
        "parent_url": "",
        "author_handle": "ada",
        "queued_at": SENT_AT,
        "sending_at": SENT_AT,
    }
    return OutgoingReply(**{**given, **changes})
