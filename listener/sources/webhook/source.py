"""Another program as a place to listen to and to answer in: a bridge. What it sends comes in by listener/public.py; replier.py answers through it.

A credential for it has `base_url`, the bridge's own address, and the secret `signing_secret`, which both sides sign with. docs/webhooks.md is the
contract: a bridge can carry what has no interface of its own here, Facebook, Instagram, Trustpilot, WhatsApp.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desk.post import FeedSpec, Page, Post, Sent
from listener.settings import ListenerSettings
from listener.source import Malformed, Refused
from listener.sources.shared import api
from listener.sources.webhook.parse import read_post

NAME = "webhook"
VERSION = 1


class WebhookSource:
    """Its feeds are filled by deliveries; posts that were kept can be read again."""

    name = NAME

    def __init__(self, settings: ListenerSettings) -> None:
        del settings

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        """Always raises Refused."""
        del cursor
        raise Refused(f"{feed.name} is filled by deliveries, not polled: docs/webhooks.md says how one is sent")

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        """Read a kept post again. Raises Malformed."""
        try:
            item = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise Malformed("this is no kept post", payload) from error
        return read_post(item, site=feed.site or feed.name)


def receipt_of(given: Any, *, now: datetime) -> Sent:
    """A receipt: `{"id": "…", "url": "https://…", "sent_at": "…"}`. Raises Malformed."""
    told = given if isinstance(given, Mapping) else {}
    identifier = told.get("id")
    if not isinstance(identifier, str | int) or isinstance(identifier, bool) or not str(identifier).strip():
        raise Malformed('expected a receipt such as {"id": "178", "url": "https://…"}')
    url = told.get("url") or ""
    if not isinstance(url, str) or not url.startswith(("https://", "http://", "")) or (url and "://" not in url):
        raise Malformed("url: expected an address that begins with https://")
    sent_at = api.instant_of(told.get("sent_at"))
    return Sent(str(identifier).strip()[:255], url[:2_000], min(sent_at, now) if sent_at else now)
