"""A Discourse forum on loopback: posts that a test can add, edit, hide and delete between two looks. Its form is that of Discourse's openapi description."""

import json
from typing import Any

from tests.support.replay import Platform, Reply, Seen, as_json

NEWEST = "/posts.json"
GONE = {"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}


class Forum:
    """Posts 1, 2, 3 …, a minute apart, newest first. `is_inclusive`: a page repeats the post that `before` names, as some versions do."""

    def __init__(self, platform: Platform, count: int = 0, *, size: int = 50, is_inclusive: bool = True) -> None:
        self.platform = platform
        self.size = size
        self.is_inclusive = is_inclusive
        self.posts: dict[int, dict[str, Any]] = {}
        self.last = 0
        platform.always(NEWEST, self.newest)
        platform.always(NEWEST, self.create, method="POST")
        for _ in range(count):
            self.add()

    def add(self, text: str = "", **changes: Any) -> int:
        self.last = number = self.last + 1
        self.posts[number] = post(number, text or f"the kettle number {number} leaks", **changes)
        self.platform.always(f"/posts/{number}.json", lambda _: self.one(number))
        self.platform.always(f"/posts/{number}.json", lambda seen: self.change(seen, number), method="PUT")
        self.platform.always(f"/posts/{number}.json", lambda _: self.delete(number), method="DELETE")
        self.platform.always(f"/posts/{number}/replies.json", lambda seen: self.replies(seen, number))
        return number

    def newest(self, seen: Seen) -> Reply:
        before = int(seen.query.get("before", 0))
        listed = [number for number in sorted(self.posts, reverse=True) if not before or number < before + self.is_inclusive]
        return as_json({"latest_posts": [self.posts[number] for number in listed[: self.size]]})

    def one(self, number: int) -> Reply:
        return as_json(self.posts[number]) if number in self.posts else as_json(GONE, 404)

    def create(self, seen: Seen) -> Reply:
        given = json.loads(seen.body)
        number = self.add(
            given["raw"], topic_id=given["topic_id"], reply_to_post_number=given.get("reply_to_post_number"), username="acmecare", user_id=2
        )
        return as_json(self.posts[number])

    def change(self, seen: Seen, number: int) -> Reply:
        self.posts[number]["raw"] = json.loads(seen.body)["post"]["raw"]
        return as_json({"post": self.posts[number]})

    def delete(self, number: int) -> Reply:
        del self.posts[number]
        return Reply(200)

    def replies(self, seen: Seen, number: int) -> Reply:
        after = int(seen.query.get("after", 1))
        parent = self.posts[number]
        found = [
            {name: value for name, value in one.items() if name != "raw"}
            for one in self.posts.values()
            if one["reply_to_post_number"] == parent["post_number"] and one["topic_id"] == parent["topic_id"] and one["post_number"] > after
        ]
        return as_json(found[:20])


def post(number: int, text: str, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": number,
        "name": "Ada",
        "username": "ada",
        "user_id": 11,
        "created_at": f"2026-11-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00.000Z",
        "updated_at": "2026-11-20T10:00:00.000Z",
        "cooked": f"<p>{text}</p>",
        "raw": text,
        "post_number": number,
        "post_type": 1,
        "reply_to_post_number": None,
        "topic_id": 7,
        "topic_slug": "kettles",
        "topic_title": "Kettles",
        "category_id": 5,
        "version": 1,
        "hidden": False,
        "deleted_at": None,
        "user_deleted": False,
        "post_url": f"/t/kettles/7/{number}",
    }
    return {**given, **changes}
