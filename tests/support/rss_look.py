"""A look at a feed document on loopback."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.post import FeedSpec, Page, Post
from listener.settings import ListenerSettings
from listener.sources.rss.source import RssSource
from tests.support.web import Reply, Web

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = ListenerSettings(timeout=timedelta(seconds=10))


def source(**settings: Any) -> RssSource:
    return RssSource(ListenerSettings(**{"timeout": SETTINGS.timeout, **settings}), clock=lambda: NOW)


def feed(url: str, *, query: str = "", site: str = "forum.example", **options: Any) -> FeedSpec:
    given = {"url": url, "allow_loopback": True, **options}
    return FeedSpec(id=1, name="forum", source="rss", site=site, kind="", query=query, options=given, credential=None, interval_s=300)


def look(url: str, cursor: str | None = None, **given: Any) -> Page:
    return source().fetch(feed(url, **given), cursor)


def read(web: Web, body: bytes, **reply: Any) -> tuple[Post, ...]:
    return look(web.script("/feed", Reply(body, **reply))).posts


def ids(posts: Sequence[Post]) -> list[str]:
    return [post.external_id.rpartition("/")[2] for post in posts]
