"""A WordPress site on loopback: comments that a test can add, edit and throw away. Its form is that of the REST handbook of WordPress."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.replay import Platform, Reply, Seen, as_json

COMMENTS = "/wp-json/wp/v2/comments"
START = datetime(2026, 11, 1, tzinfo=UTC)
NOT_FOUND = {"code": "rest_comment_invalid_id", "message": "Invalid comment ID.", "data": {"status": 404}}
UNREADABLE = {"code": "rest_cannot_read", "message": "Sorry, you are not allowed to read this comment.", "data": {"status": 401}}


class Blog:
    """Comments 1, 2, 3 …, a minute apart, newest first; `thrown` ones are in the trash."""

    def __init__(self, platform: Platform, count: int = 0, *, size: int = 100) -> None:
        self.platform = platform
        self.size = size
        self.comments: dict[int, dict[str, Any]] = {}
        self.thrown: set[int] = set()
        self.last = 0
        platform.always(COMMENTS, self.listed)
        platform.always(COMMENTS, self.create, method="POST")
        platform.always("/wp-json/wp/v2/types/post", as_json({"slug": "post"}))
        platform.always("/wp-json/wp/v2/users/me", as_json({"id": 2}))
        for _ in range(count):
            self.add()

    def add(self, text: str = "", **changes: Any) -> int:
        self.last = number = self.last + 1
        self.comments[number] = comment(number, text or f"the kettle number {number} leaks", **changes)
        path = f"{COMMENTS}/{number}"
        self.platform.always(path, lambda _: self.one(number))
        self.platform.always(path, lambda seen: self.change(seen, number), method="POST")
        self.platform.always(path, lambda _: self.throw_away(number), method="DELETE")
        return number

    def listed(self, seen: Seen) -> Reply:
        offset, size = int(seen.query.get("offset", 0)), min(self.size, int(seen.query["per_page"]))
        shown = [self.comments[number] for number in sorted(self.comments, reverse=True) if number not in self.thrown]
        if "parent" in seen.query:
            shown = [one for one in shown if str(one["parent"]) == seen.query["parent"]]
        return as_json(shown[offset : offset + size], x_wp_total=str(len(shown)), x_wp_totalpages=str(-(-len(shown) // size)))

    def one(self, number: int) -> Reply:
        if number not in self.comments:
            return as_json(NOT_FOUND, 404)
        return as_json(UNREADABLE, 401) if number in self.thrown else as_json(self.comments[number])

    def create(self, seen: Seen) -> Reply:
        given = json.loads(seen.body)
        number = self.add(given["content"], post=given["post"], parent=given["parent"], author=2, author_name="AcmeCare")
        return as_json(self.comments[number], 201)

    def change(self, seen: Seen, number: int) -> Reply:
        self.comments[number]["content"] = {"rendered": json.loads(seen.body)["content"]}
        return as_json(self.comments[number])

    def throw_away(self, number: int) -> Reply:
        self.thrown.add(number)
        return as_json({**self.comments[number], "status": "trash"})


def comment(number: int, text: str, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": number,
        "post": 12,
        "parent": 0,
        "author": 0,
        "author_name": "Ada",
        "author_url": "https://ada.example",
        "date": "2026-11-01T01:00:00",
        "date_gmt": (START + timedelta(minutes=number)).replace(tzinfo=None).isoformat(),
        "content": {"rendered": f"<p>{text}</p>\n"},
        "link": f"https://blog.acme.example/kettles/#comment-{number}",
        "status": "approved",
        "type": "comment",
        "author_avatar_urls": {"48": "https://secure.gravatar.com/avatar/0123456789abcdef0123456789abcdef?s=48&d=mm&r=g"},
    }
    return {**given, **changes}
