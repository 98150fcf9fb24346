"""Bluesky on loopback, over posts that a test can change between two looks. Forms as at https://docs.bsky.app/docs/category/http-reference."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.replay import Platform, Reply, Seen, as_json

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OWN, ADA = "did:plc:northwind", "did:plc:ada"
HANDLES = {OWN: "northwind.bsky.social", ADA: "ada.bsky.social"}
XRPC = "/xrpc/"
CREATE, REFRESH = f"{XRPC}com.atproto.server.createSession", f"{XRPC}com.atproto.server.refreshSession"
SEARCH, NOTIFICATIONS = f"{XRPC}app.bsky.feed.searchPosts", f"{XRPC}app.bsky.notification.listNotifications"
FEED, POSTS = f"{XRPC}app.bsky.feed.getAuthorFeed", f"{XRPC}app.bsky.feed.getPosts"
WRITE, READ, DELETE = (f"{XRPC}com.atproto.repo.{name}Record" for name in ("create", "get", "delete"))
UPLOAD, RESOLVE = f"{XRPC}com.atproto.repo.uploadBlob", f"{XRPC}com.atproto.identity.resolveHandle"
LIMITS = {"ratelimit_limit": "3000", "ratelimit_remaining": "2990", "ratelimit_reset": "4000000000"}


def uri_of(number: int, did: str = ADA) -> str:
    return f"at://{did}/app.bsky.feed.post/3k{number:011}"


def at(number: int) -> str:
    return (NOON + number * MINUTE).isoformat().replace("+00:00", ".000Z")


def post(number: int, text: str = "", *, by: str = ADA, **changes: Any) -> dict[str, Any]:
    """Post 1, 2, 3 …, a minute apart, as a search shows it; `record` are changes of what its author wrote."""
    record = {"$type": "app.bsky.feed.post", "text": text or f"northwind {number}", "createdAt": at(number), "langs": ["en-GB"]}
    author = {"did": by, "handle": HANDLES[by], "displayName": HANDLES[by].partition(".")[0].title()}
    return {
        "uri": uri_of(number, by),
        "cid": f"bafy{number}",
        "author": author,
        "record": {**record, **changes.pop("record", {})},
        "indexedAt": at(number),
        "labels": [],
        **changes,
    }


def problem(status: int, name: str, message: str = "", **headers: str) -> Reply:
    return as_json({"error": name, "message": message or name}, status, **headers)


class Network:
    """Posts of a network, and one account's repository. A session's tokens are numbered; `expire` makes those in hand stale."""

    def __init__(self, platform: Platform, count: int = 0, *, size: int = 10) -> None:
        self.size = size
        self.posts = [post(number) for number in range(1, count + 1)]
        self.records: dict[str, dict[str, Any]] = {}
        self.written: list[dict[str, Any]] = []
        self.blobs: list[Seen] = []
        self.session = 0
        self.valid = 0
        self.lost_cursors: set[str] = set()
        for path, answering in (
            (SEARCH, lambda seen: self._listed(seen, "posts", self.posts)),
            (NOTIFICATIONS, lambda seen: self._listed(seen, "notifications", [heard(one) for one in self.posts])),
            (FEED, lambda seen: self._listed(seen, "feed", [{"post": one} for one in self.posts])),
            (POSTS, self._shown),
            (READ, self._record),
            (RESOLVE, self._resolved),
        ):
            platform.always(path, self._signed(answering))
        for path, answering in ((WRITE, self._write), (DELETE, self._delete), (UPLOAD, self._upload)):
            platform.always(path, self._signed(answering), method="POST")
        platform.always(CREATE, self._create, method="POST")
        platform.always(REFRESH, self._refresh, method="POST")

    def expire(self) -> None:
        self.valid = self.session + 1

    def _signed(self, answering: Any) -> Any:
        def answer(seen: Seen) -> Reply:
            if seen.headers.get("authorization") != f"Bearer access-{self.session}" or self.session < self.valid:
                return problem(400, "ExpiredToken", "Token has expired")
            found: Reply = answering(seen)
            return found

        return answer

    def _create(self, seen: Seen) -> Reply:
        given = json.loads(seen.body)
        if given != {"identifier": "northwind.bsky.social", "password": "app-password"}:
            return problem(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session()

    def _refresh(self, seen: Seen) -> Reply:
        if seen.headers.get("authorization") != f"Bearer refresh-{self.session}":
            return problem(400, "ExpiredToken", "Token has been revoked")
        return self._session()

    def _session(self) -> Reply:
        self.session += 1
        tokens = {"accessJwt": f"access-{self.session}", "refreshJwt": f"refresh-{self.session}"}
        return as_json({"did": OWN, "handle": "northwind.bsky.social", "active": True, **tokens})

    def _listed(self, seen: Seen, name: str, items: list[dict[str, Any]]) -> Reply:
        cursor = seen.query.get("cursor")
        if cursor in self.lost_cursors:
            return problem(400, "InvalidRequest", "Malformed cursor")
        since = seen.query.get("since", "")
        kept = [one for one in reversed(items) if _indexed(one) >= since]
        words = seen.query.get("q", "").strip('"')
        kept = [one for one in kept if not words or words in one["record"]["text"]]
        start = int(cursor or 0)
        more = {"cursor": str(start + self.size)} if start + self.size < len(kept) else {}
        return as_json({name: kept[start : start + self.size], **more}, **LIMITS)

    def _shown(self, seen: Seen) -> Reply:
        return as_json({"posts": [one for one in self.posts if one["uri"] == seen.query["uris"]]}, **LIMITS)

    def _resolved(self, seen: Seen) -> Reply:
        found = next((did for did, handle in HANDLES.items() if handle == seen.query["handle"]), None)
        return as_json({"did": found}) if found else problem(400, "InvalidRequest", "Unable to resolve handle")

    def _record(self, seen: Seen) -> Reply:
        key = seen.query["rkey"]
        if key not in self.records:
            return problem(400, "RecordNotFound", f"Could not locate record: at://{OWN}/app.bsky.feed.post/{key}")
        return as_json({"uri": f"at://{OWN}/app.bsky.feed.post/{key}", "cid": "bafyown", "value": self.records[key]})

    def _write(self, seen: Seen) -> Reply:
        given = json.loads(seen.body)
        self.written.append(given)
        if given["rkey"] in self.records:
            return problem(500, "InternalServerError", "Internal Server Error")  # so does the reference server
        self.records[given["rkey"]] = given["record"]
        return as_json({"uri": f"at://{OWN}/app.bsky.feed.post/{given['rkey']}", "cid": "bafyown"})

    def _delete(self, seen: Seen) -> Reply:
        self.records.pop(json.loads(seen.body)["rkey"], None)
        return as_json({})

    def _upload(self, seen: Seen) -> Reply:
        self.blobs.append(seen)
        blob = {
            "$type": "blob",
            "ref": {"$link": f"bafkblob{len(self.blobs)}"},
            "mimeType": seen.headers["content-type"],
            "size": len(seen.body),
        }
        return as_json({"blob": blob})


def heard(shown: dict[str, Any], reason: str = "mention") -> dict[str, Any]:
    """A post as a notification of it."""
    names = ("uri", "cid", "author", "record", "indexedAt", "labels")
    return {**{name: shown[name] for name in names}, "reason": reason, "isRead": False}


def _indexed(one: dict[str, Any]) -> str:
    return str(one.get("post", one)["indexedAt"])
