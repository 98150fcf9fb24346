"""YouTube, Hacker News and Stack Exchange."""

# ruff: noqa: ARG002, RUF012 a dialect overrides what it needs, told the same as all others, and keeps its constants on its class

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.support.replay import Reply, Seen, as_json
from tests.support.worlds.world import Thing, World, iso, seconds_of, unbound

BOUND = re.compile(r"created_at_i([<>]=?)(-?\d+)")


class YouTubeVideo(World):
    source, kind, query, secrets = "youtube", "video", "", {"key": "key"}
    options = {"videos": ["dQw4w9WgXcQ"]}

    def id_of(self, thing: Thing) -> str:
        return f"Ugk{thing.number:05}"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/youtube/v3/commentThreads"

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("pageToken")

    def item(self, thing: Thing) -> Any:
        said = {"textDisplay": thing.text, "textOriginal": thing.text, "publishedAt": iso(thing.at), "updatedAt": iso(thing.at)}
        who = {"authorDisplayName": "@ada", "authorChannelId": {"value": "UCada"}}
        top = {"id": self.id_of(thing), "snippet": {**said, **who, "videoId": "dQw4w9WgXcQ"}}
        return {
            "id": self.id_of(thing),
            "snippet": {"videoId": "dQw4w9WgXcQ", "topLevelComment": top, "canReply": True, "totalReplyCount": 0},
        }

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        return as_json({"items": items, **({"nextPageToken": following} if following else {})})


class ByInstant(World):
    """A place that is asked from one instant to another."""

    def bounds(self, seen: Seen) -> tuple[int, int]:
        raise NotImplementedError

    def listed(self, seen: Seen) -> list[Thing]:
        return unbound(super().listed(seen), *self.bounds(seen))

    def asked(self, seen: Seen) -> str | None:
        return None

    def following(self, seen: Seen, shown: Sequence[Thing], asked: str | None) -> str | None:
        return "more"


class YouTubeSearch(ByInstant):
    source, kind, secrets = "youtube", "search", {"key": "key"}
    options = {"max_pages": 3}

    def id_of(self, thing: Thing) -> str:
        return f"video{thing.number:05}"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/youtube/v3/search"

    def bounds(self, seen: Seen) -> tuple[int, int]:
        floor, top = (seen.query.get(name, "") for name in ("publishedAfter", "publishedBefore"))
        return (_seconds(floor) if floor else 0), (_seconds(top) - 1 if top else 2**40)

    def item(self, thing: Thing) -> Any:
        said = {"title": thing.text, "description": thing.text, "publishedAt": iso(thing.at), "channelId": "UCada", "channelTitle": "Ada"}
        return {"id": {"kind": "youtube#video", "videoId": self.id_of(thing)}, "snippet": said}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        return as_json({"items": items, **({"nextPageToken": following} if following else {})})

    def beside(self, seen: Seen) -> Reply:
        wanted = seen.query.get("id", "").split(",")
        return as_json({"items": [{**self.item(one), "id": self.id_of(one)} for one in self.things.values() if self.id_of(one) in wanted]})


class HackerNews(ByInstant):
    source, kind = "hackernews", "all"

    def id_of(self, thing: Thing) -> str:
        return str(45_000_000 + thing.number)

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/api/v1/search_by_date"

    def bounds(self, seen: Seen) -> tuple[int, int]:
        bound = {sign: int(value) for sign, value in BOUND.findall(seen.query.get("numericFilters", ""))}
        return bound.get(">=", 0), bound.get("<=", 2**40)

    def item(self, thing: Thing) -> Any:
        told = {"objectID": self.id_of(thing), "created_at_i": seconds_of(thing.at), "created_at": iso(thing.at), "author": "ada"}
        return {**told, "comment_text": thing.text, "story_id": 1, "parent_id": 1, "_tags": ["comment", "author_ada"]}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        return as_json({"hits": items, "nbHits": len(items) + (40 if following else 0), "page": 0, "nbPages": 2 if following else 1})


class StackExchange(ByInstant):
    source, kind, site, secrets = "stackexchange", "search", "stackoverflow", {"key": "key"}

    def id_of(self, thing: Thing) -> str:
        return str(79_000_000 + thing.number)

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/2.3/search/advanced"

    def bounds(self, seen: Seen) -> tuple[int, int]:
        return int(seen.query.get("min", 0)), int(seen.query.get("max", 2**40))

    def item(self, thing: Thing) -> Any:
        own, at = int(self.id_of(thing)), seconds_of(thing.at)
        told = {"question_id": own, "title": f"Question {thing.number}", "body": f"<p>{thing.text}</p>", "creation_date": at}
        owner = {"user_id": 501, "user_type": "registered", "display_name": "Ada"}
        return {**told, "last_activity_date": at, "owner": owner, "link": f"https://stackoverflow.com/questions/{own}"}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        return as_json({"items": items, "has_more": following is not None, "quota_max": 10_000, "quota_remaining": 9_000})

    def beside(self, seen: Seen) -> Reply:
        return as_json({"items": [], "has_more": False, "quota_max": 10_000, "quota_remaining": 9_000})


def _seconds(text: str) -> int:
    return seconds_of(datetime.fromisoformat(text))
