"""A server that speaks Mastodon's API over a list of statuses that a test can change between two looks. Forms as at https://docs.joinmastodon.org/entities/."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from tests.support.replay import Platform, Reply, Seen, as_json

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OWN = {"id": "7001", "username": "northwind", "acct": "northwind", "display_name": "Northwind", "url": "https://one.example/@northwind"}
ADA = {
    "id": "501",
    "username": "ada",
    "acct": "ada@other.example",
    "display_name": "Ada Bell",
    "url": "https://other.example/@ada",
    "followers_count": 12,
}
LIMITS = {"x_ratelimit_limit": "300", "x_ratelimit_remaining": "290", "x_ratelimit_reset": "2026-11-20T12:05:00.000000Z"}


def id_of(number: int) -> str:
    """A snowflake, as Mastodon makes it of an instant."""
    return str(int((NOON + number * MINUTE).timestamp() * 1000) << 16)


def status(number: int, text: str = "", *, by: dict[str, Any] = ADA, parent: str | None = None, **changes: Any) -> dict[str, Any]:
    """Status 1, 2, 3 …, a minute apart."""
    return {
        "id": id_of(number),
        "created_at": (NOON + number * MINUTE).isoformat().replace("+00:00", ".000Z"),
        "in_reply_to_id": parent,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://one.example/users/{by['username']}/statuses/{id_of(number)}",
        "url": f"https://one.example/@{by['acct']}/{id_of(number)}",
        "edited_at": None,
        "content": f"<p>{text or f'northwind {number}'}</p>",
        "reblog": None,
        "account": by,
        "media_attachments": [],
        "mentions": [],
        **changes,
    }


class Server:
    """Statuses of a server. `has_links`: it names the next page in a header. `keeps_keys`: it makes one status of two posts with one key."""

    def __init__(self, platform: Platform, count: int = 0, *, size: int = 10, has_links: bool = True, keeps_keys: bool = True) -> None:
        self.platform = platform
        self.size = size
        self.has_links = has_links
        self.keeps_keys = keeps_keys
        self.statuses: dict[str, dict[str, Any]] = {}
        self.roots: dict[str, list[dict[str, Any]]] = {}
        self.posted: list[tuple[dict[str, str], Seen]] = []
        self.keys: dict[str, dict[str, Any]] = {}
        self.deletes = True
        for number in range(1, count + 1):
            self.add(status(number))
        platform.always("/api/v1/notifications", self.notifications)
        platform.always("/api/v2/search", self.search)
        platform.always("/api/v1/timelines/tag/northwind", self.timeline)
        platform.always("/api/v1/accounts/verify_credentials", as_json(OWN))
        platform.always("/api/v1/accounts/lookup", as_json(ADA))
        platform.always("/api/v1/accounts/7001/statuses", self.own)
        platform.always("/api/v1/accounts/501/statuses", self.timeline)
        platform.always("/api/v1/statuses", self.post, method="POST")
        platform.always("/api/v2/instance/", as_json({"configuration": {"statuses": {"max_characters": 600}}}))

    def add(self, item: dict[str, Any], *, before: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
        """One more status; `before` stands above it in its conversation."""
        own = item["id"]
        self.statuses[own] = item
        path = f"/api/v1/statuses/{own}"
        self.platform.always(path, lambda _: self.one(own))
        self.platform.always(path, lambda seen: self.edit(own, seen), method="PUT")
        self.platform.always(path, lambda _: self.delete(own), method="DELETE")
        self.platform.always(f"{path}/context", lambda _: self.context(own, before))
        return item

    def one(self, own: str) -> Reply:
        found = self.statuses.get(own)
        return as_json(found) if found else as_json({"error": "Record not found"}, 404)

    def context(self, own: str, before: tuple[dict[str, Any], ...]) -> Reply:
        below = [one for one in self.statuses.values() if one["in_reply_to_id"] == own]
        return (
            as_json({"ancestors": list(before), "descendants": below})
            if own in self.statuses
            else as_json({"error": "Record not found"}, 404)
        )

    def timeline(self, seen: Seen) -> Reply:
        return self._page(seen, list(self.statuses.values()))

    def own(self, seen: Seen) -> Reply:
        return self._page(seen, [one for one in self.statuses.values() if one["account"]["id"] == "7001"])

    def search(self, seen: Seen) -> Reply:
        found = self._shown(seen, [one for one in self.statuses.values() if seen.query["q"].strip('"') in one["content"]])
        return as_json({"accounts": [], "statuses": found, "hashtags": []}, **LIMITS)

    def notifications(self, seen: Seen) -> Reply:
        heard = [
            {"id": str(int(own) >> 16), "type": "mention", "created_at": one["created_at"], "account": one["account"], "status": one}
            for own, one in self.statuses.items()
        ]
        return self._page(seen, heard)

    def post(self, seen: Seen) -> Reply:
        form = dict(parse_qsl(seen.body.decode()))
        self.posted.append((form, seen))
        key = seen.headers.get("idempotency-key", "")
        if key in self.keys and self.keeps_keys:
            return as_json(self.keys[key])
        number = 100 + len(self.posted)
        item = status(number, form["status"], by=OWN, parent=form.get("in_reply_to_id"), visibility=form.get("visibility", "public"))
        item["spoiler_text"] = form.get("spoiler_text", "")
        self.keys[key] = self.add(item)
        return as_json(item)

    def edit(self, own: str, seen: Seen) -> Reply:
        form = dict(parse_qsl(seen.body.decode()))
        self.posted.append((form, seen))
        self.statuses[own] = {**self.statuses[own], "content": f"<p>{form['status']}</p>", "edited_at": "2026-11-20T13:00:00.000Z"}
        return as_json(self.statuses[own])

    def delete(self, own: str) -> Reply:
        if not self.deletes or self.statuses.pop(own, None) is None:
            return as_json({"error": "Record not found"}, 404)
        return as_json({})

    def _page(self, seen: Seen, items: list[dict[str, Any]]) -> Reply:
        shown = self._shown(seen, items)
        told = dict(LIMITS)
        if shown and self.has_links:
            path = f"{self.platform.url}{seen.path}"
            told["link"] = f'<{path}?max_id={shown[-1]["id"]}>; rel="next", <{path}?min_id={shown[0]["id"]}>; rel="prev"'
        return as_json(shown, **told)

    def _shown(self, seen: Seen, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        before = int(seen.query.get("max_id", 2**63))
        listed = sorted((one for one in items if int(one["id"]) < before), key=lambda one: -int(one["id"]))
        return json.loads(json.dumps(listed[: self.size]))
