"""X's pages over a list of posts that a test can lengthen between two looks."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support.replay import Platform, Reply, Seen, as_json, problem

SEARCH, PEOPLE = "/2/tweets/search/recent", "/2/users"
MOST_PEOPLE = 100
FIRST_ID = 2_123_706_425_275_318_272
SHORTEST_TOKEN = 16
"""Signs that X's tokens of pages have at least."""

STALE = "'since_id' must be a tweet id created after 2026-11-15T12:00Z. Please use a 'since_id' that is larger than 2121000000000000000"


class Posts:
    """Posts 1, 2, 3 … by number; `next_token` and `pagination_token` name the number before which the next page starts."""

    def __init__(self, platform: Platform, count: int, *, path: str = SEARCH, size: int = 10) -> None:
        self.count = count
        self.size = size
        self.oldest_since = 0
        self.dead_tokens: set[str] = set()
        platform.always(path, self.answer)
        platform.always(PEOPLE, people)

    def answer(self, seen: Seen) -> Reply:
        token = seen.query.get("next_token") or seen.query.get("pagination_token")
        since = number_of(seen.query.get("since_id"))
        if since and since < self.oldest_since:
            return problem(400, STALE, title="Invalid Request")
        if token in self.dead_tokens:
            return problem(400, f"The `next_token` query parameter value [{token}] is not valid")
        before = int(token) if token else number_of(seen.query.get("until_id")) or self.count + 1
        wanted = [number for number in range(self.count, 0, -1) if since < number < before]
        return as_json(self._page(wanted), x_rate_limit_remaining="440", x_rate_limit_reset="4000000000")

    def _page(self, wanted: list[int]) -> dict[str, Any]:
        shown, more = wanted[: self.size], len(wanted) > self.size
        if not shown:
            return {"meta": {"result_count": 0}}
        meta: dict[str, Any] = {"newest_id": id_of(shown[0]), "oldest_id": id_of(shown[-1]), "result_count": len(shown)}
        return {"data": [item(number) for number in shown], "meta": {**meta, **({"next_token": str(shown[-1])} if more else {})}}


def people(seen: Seen) -> Reply:
    """Everybody who is asked for, by number."""
    ids = seen.query["ids"].split(",")
    unknown = seen.query.keys() - {"ids", "user.fields"}
    if unknown or len(ids) > MOST_PEOPLE:
        return problem(400, f"The query parameter [{min(unknown, default='ids')}] is not valid")
    return as_json({"data": [{"id": one, "username": f"user{one}", "name": f"User {one}"} for one in ids]})


def id_of(number: int) -> str:
    return str(FIRST_ID + number)


def number_of(post_id: str | None) -> int:
    return int(post_id) - FIRST_ID if post_id else 0


def item(number: int, **changes: Any) -> Mapping[str, Any]:
    return {"id": id_of(number), "text": f"northwind {number}", "author_id": "501", "conversation_id": id_of(number), **changes}


class Pictures:
    """X's uploads: each picture gets the next number as its id, and any description is taken."""

    UPLOAD, METADATA = "/2/media/upload", "/2/media/metadata"

    def __init__(self, platform: Platform) -> None:
        self.kept: list[Seen] = []
        platform.always(self.UPLOAD, self.keep, method="POST")
        platform.always(self.METADATA, as_json({"data": {}}), method="POST")

    def keep(self, seen: Seen) -> Reply:
        self.kept.append(seen)
        return as_json({"data": {"id": str(len(self.kept)), "expires_after_secs": 86_400}})


class Messages:
    """Direct messages of the account 7001 over a list that a test can lengthen; what the account writes stands there at once."""

    def __init__(self, platform: Platform, *, size: int = 10) -> None:
        self.events: list[dict[str, Any]] = []
        self.size = size
        self.written: list[tuple[str, str]] = []
        self.platform = platform
        platform.always("/2/dm_events", self.answer)

    def arrive(self, number: int, text: str, *, sender: str = "501", conversation: str = "501-7001", **changes: Any) -> dict[str, Any]:
        """One more message; they are listed from the newest on."""
        event = {
            "id": id_of(number),
            "event_type": "MessageCreate",
            "text": text,
            "sender_id": sender,
            "dm_conversation_id": conversation,
            "created_at": f"2026-11-20T12:{number % 60:02}:00.000Z",
            **changes,
        }
        self.events.insert(0, event)
        self.platform.always(f"/2/dm_conversations/{conversation}/dm_events", self.answer)
        self.platform.always(f"/2/dm_conversations/{conversation}/messages", self.write, method="POST")
        return event

    def answer(self, seen: Seen) -> Reply:
        unknown = seen.query.keys() & {"since_id", "until_id", "query", "start_time"}
        if unknown:
            return problem(400, f"The query parameter [{min(unknown)}] is not one of [dm_event.fields,event_types,expansions,max_results]")
        conversation = seen.path.split("/")[3] if "conversations" in seen.path else ""
        listed = [event for event in self.events if not conversation or event["dm_conversation_id"] == conversation]
        start = int(seen.query.get("pagination_token", "0"))
        shown = listed[start : start + self.size]
        more = {"next_token": f"{start + self.size:0{SHORTEST_TOKEN}}"} if start + self.size < len(listed) else {}
        includes = {"users": [USERS[sender] for sender in sorted({event["sender_id"] for event in shown}) if sender in USERS]}
        return as_json({"data": shown, "includes": includes, "meta": {"result_count": len(shown), **more}})

    def write(self, seen: Seen) -> Reply:
        conversation, text = seen.path.split("/")[3], json.loads(seen.body)["text"]
        number = 1000 + len(self.events)
        self.written.append((conversation, text))
        self.arrive(number, text, sender="7001", conversation=conversation)
        return as_json({"data": {"dm_conversation_id": conversation, "dm_event_id": id_of(number)}}, 201)


USERS = {
    "501": {"id": "501", "username": "ada", "name": "Ada Bell", "public_metrics": {"followers_count": 12}},
    "7001": {"id": "7001", "username": "northwind", "name": "Northwind"},
}
