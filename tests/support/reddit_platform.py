"""Reddit's listings over a list of comments that a test can change between two looks."""

from typing import Any

from tests.support.replay import FIXTURES, Platform, Reply, Seen, as_json

COMMENTS = "/r/northwind/comments/"
TOKEN = "/api/v1/access_token"
START = 1_700_000_000.0


class Comments:
    """Comments 1, 2, 3 …, a minute apart, newest first; `gone` ones are no longer listed. An unknown `after` gives an empty page, as Reddit does."""

    def __init__(
        self, platform: Platform, count: int, *, path: str = COMMENTS, size: int = 10, apart: float = 60.0, gives_tokens: bool = True
    ) -> None:
        self.count = count
        self.size = size
        self.apart = apart
        self.gone: set[int] = set()
        self.edited: dict[int, float] = {}
        if gives_tokens:
            platform.replay(FIXTURES / "reddit" / "token.yaml")
        platform.always(path, self.answer)

    def answer(self, seen: Seen) -> Reply:
        listed = [number for number in range(self.count, 0, -1) if number not in self.gone]
        after = seen.query.get("after")
        if after:
            number = int(after.removeprefix("t1_"))
            listed = [other for other in listed if other < number] if number in listed else []
        shown = listed[: self.size]
        return listing([self.comment(number) for number in shown], f"t1_{shown[-1]}" if len(listed) > self.size else None)

    def comment(self, number: int) -> dict[str, Any]:
        return comment(number, START + number * self.apart, edited=self.edited.get(number, False))


def comment(number: int, at: float, **changes: Any) -> dict[str, Any]:
    given = {
        "name": f"t1_{number}",
        "id": str(number),
        "body": f"northwind {number}",
        "created_utc": at,
        "author": "ada",
        "link_id": "t3_x",
    }
    return {"kind": "t1", "data": {**given, "parent_id": "t3_x", **changes}}


def message(number: int, at: float, **changes: Any) -> dict[str, Any]:
    """A private message to the account."""
    given = {
        "name": f"t4_{number}",
        "id": str(number),
        "subject": "my order",
        "body": f"message {number}",
        "created_utc": at,
        "author": "ada",
        "author_fullname": "t2_ada",
        "dest": "northwind_care",
        "first_message_name": None,
        "parent_id": None,
        "subreddit": None,
        "was_comment": False,
    }
    return {"kind": "t4", "data": {**given, **changes}}


def listing(children: list[Any], after: str | None = None) -> Reply:
    document = {"kind": "Listing", "data": {"children": children, "after": after, "before": None}}
    return as_json(document, x_ratelimit_remaining="590.0", x_ratelimit_used="10", x_ratelimit_reset="300")
