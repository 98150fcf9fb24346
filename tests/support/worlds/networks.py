"""X, Reddit, Mastodon and Bluesky."""

# ruff: noqa: ARG002, RUF012 a dialect overrides what it needs, told the same as all others, and keeps its constants on its class

from collections.abc import Sequence
from typing import Any

from tests.support.platforms import REDDIT_APP, X_APP
from tests.support.replay import Reply, Seen, as_json
from tests.support.worlds.world import Thing, World, iso, seconds_of

X_EPOCH_MS = 1_288_834_974_657
FAR = "4000000000"


class XSearch(World):
    source, kind, secrets = "x", "search", X_APP
    options = {"page_size": 10, "authors": False, "media": False}
    shows_late = False
    token = "next_token"

    def number_of(self, thing: Thing) -> int:
        return ((seconds_of(thing.at) * 1000 - X_EPOCH_MS) << 22) + thing.number

    def id_of(self, thing: Thing) -> str:
        return str(self.number_of(thing))

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/2/tweets/search/recent"

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get(self.token)

    def rest(self, seen: Seen, asked: str | None) -> list[Thing]:
        since = int(seen.query.get("since_id", 0))
        below = int(asked or seen.query.get("until_id") or 2**63)
        return [one for one in self.listed(seen) if since < self.number_of(one) < below]

    def following(self, seen: Seen, shown: Sequence[Thing], asked: str | None) -> str | None:
        return self.id_of(shown[-1])

    def item(self, thing: Thing) -> Any:
        own = self.id_of(thing)
        return {"id": own, "text": thing.text, "author_id": "501", "conversation_id": own, "created_at": iso(thing.at), "lang": "en"}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        ids = [one["id"] for one in items if isinstance(one, dict) and isinstance(one.get("id"), str)]
        meta: dict[str, Any] = {"result_count": len(items), **({"newest_id": ids[0], "oldest_id": ids[-1]} if ids else {})}
        told = {**({"data": items} if items else {}), "meta": {**meta, **({"next_token": following} if following else {})}}
        return as_json(told, x_rate_limit_remaining="440", x_rate_limit_reset=FAR)


class XMentions(XSearch):
    kind, query = "mentions", ""
    options = {**XSearch.options, "user_id": "2244994945"}
    token = "pagination_token"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/2/users/2244994945/mentions"


class RedditSubreddit(World):
    source, kind, secrets = "reddit", "subreddit", REDDIT_APP
    options = {"subreddits": ["northwind"], "parts": ["comments"]}
    PATH = "/r/northwind/comments/"
    size, latest_s = 12, 60

    def id_of(self, thing: Thing) -> str:
        return f"t1_{thing.number:06}"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == self.PATH

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("after")

    def rest(self, seen: Seen, asked: str | None) -> list[Thing]:
        listed = self.listed(seen)
        ids = [self.id_of(one) for one in listed]
        # Nothing comes after a name that is not listed any more.
        return listed if asked is None else listed[ids.index(asked) + 1 :] if asked in ids else []

    def following(self, seen: Seen, shown: Sequence[Thing], asked: str | None) -> str | None:
        return self.id_of(shown[-1])

    def item(self, thing: Thing) -> Any:
        own, at = self.id_of(thing), float(seconds_of(thing.at))
        link = {"link_id": "t3_x", "parent_id": "t3_x", "permalink": f"/r/northwind/comments/x/_/{thing.number}/"}
        edited = at + 30 if "Edited" in thing.text else False
        told = {"name": own, "id": own[3:], "body": thing.text, "created_utc": at, "edited": edited, "author": "ada", **link}
        return {"kind": "t1", "data": told}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        document = {"kind": "Listing", "data": {"children": items, "after": following, "before": None}}
        return as_json(document, x_ratelimit_remaining="590.0", x_ratelimit_used="10", x_ratelimit_reset="300")

    def beside(self, seen: Seen) -> Reply:
        if seen.path == "/api/v1/access_token":
            return as_json({"access_token": "a-token", "token_type": "bearer", "expires_in": 3600, "scope": "*"})
        return super().beside(seen)


class RedditInbox(RedditSubreddit):
    kind, query, options = "inbox", "", {"parts": ["mentions"]}
    PATH = "/message/mentions"


class MastodonNotifications(World):
    source, kind, query, site, secrets = "mastodon", "notifications", "", "one.example", {"access_token": "token"}
    options = {"page_size": 20}

    def id_of(self, thing: Thing) -> str:
        return str(((seconds_of(thing.at) * 1000) << 16) + thing.number)

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/api/v1/notifications"

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("max_id")

    def rest(self, seen: Seen, asked: str | None) -> list[Thing]:
        below = int(asked) if asked and asked.isdigit() else 2**80
        return [one for one in self.listed(seen) if int(self.id_of(one)) < below]

    def following(self, seen: Seen, shown: Sequence[Thing], asked: str | None) -> str | None:
        return self.id_of(shown[-1])

    def status(self, thing: Thing) -> dict[str, Any]:
        own = self.id_of(thing)
        account = {"id": "501", "username": "ada", "acct": "ada@other.example", "display_name": "Ada", "followers_count": 12}
        told = {"id": own, "created_at": iso(thing.at), "edited_at": None, "content": f"<p>{thing.text}</p>", "account": account}
        more = {"in_reply_to_id": None, "reblog": None, "visibility": "public", "language": "en", "spoiler_text": ""}
        return {**told, **more, "url": f"https://one.example/@ada/{own}", "media_attachments": [], "mentions": []}

    def item(self, thing: Thing) -> Any:
        told = self.status(thing)
        return {"id": told["id"], "type": "mention", "created_at": told["created_at"], "account": told["account"], "status": told}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        there = f"{self.url}{seen.path}"
        last = f'<{there}?min_id=1>; rel="prev"'
        link = f'<{there}?max_id={following}>; rel="next", {last}' if following else last
        told = {"x_ratelimit_limit": "300", "x_ratelimit_remaining": "290"}
        return as_json(items, link=link, **told)


class MastodonTag(MastodonNotifications):
    kind, options = "tag", {"page_size": 20, "tag": "northwind"}

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/api/v1/timelines/tag/northwind"

    def item(self, thing: Thing) -> Any:
        return self.status(thing)


class BlueskyNotifications(World):
    source, kind, query = "bluesky", "notifications", ""
    secrets = {"handle": "northwind.bsky.social", "app_password": "app-password"}
    LISTS, NAME = "/xrpc/app.bsky.notification.listNotifications", "notifications"

    def id_of(self, thing: Thing) -> str:
        return f"at://did:plc:ada/app.bsky.feed.post/3k{thing.number:011}"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == self.LISTS

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("cursor")

    def item(self, thing: Thing) -> Any:
        record = {"$type": "app.bsky.feed.post", "text": thing.text, "createdAt": iso(thing.at), "langs": ["en"]}
        author = {"did": "did:plc:ada", "handle": "ada.bsky.social", "displayName": "Ada"}
        told = {"uri": self.id_of(thing), "cid": f"bafy{thing.number}{len(thing.text)}", "author": author, "record": record}
        return {**told, "indexedAt": iso(thing.at), "labels": [], "reason": "mention", "isRead": False}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        told = {self.NAME: items, **({"cursor": following} if following else {})}
        return as_json(told, ratelimit_limit="3000", ratelimit_remaining="2990", ratelimit_reset=FAR)

    def beside(self, seen: Seen) -> Reply:
        if "com.atproto.server." in seen.path:
            told = {"did": "did:plc:northwind", "handle": "northwind.bsky.social", "active": True}
            return as_json({**told, "accessJwt": "access", "refreshJwt": "refresh"})
        return as_json({"error": "InvalidRequest", "message": "nothing here"}, 400)


class BlueskySearch(BlueskyNotifications):
    kind, query = "search", "northwind"
    LISTS, NAME = "/xrpc/app.bsky.feed.searchPosts", "posts"

    def listed(self, seen: Seen) -> list[Thing]:
        since = seen.query.get("since", "")
        return [one for one in super().listed(seen) if iso(one.at) >= since]
