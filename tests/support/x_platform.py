"""X's pages over a list of posts that a test can lengthen between two looks."""

from collections.abc import Mapping
from typing import Any

from tests.support.replay import Platform, Reply, Seen, as_json, problem

SEARCH = "/2/tweets/search/recent"
FIRST_ID = 2_123_706_425_275_318_272
STALE = "'since_id' must be a tweet id created after 2026-11-15T12:00Z. Please use a 'since_id' that is larger than 2121000000000000000"


class Posts:
    """Posts 1, 2, 3 … by number; `next_token` and `pagination_token` name the number before which the next page starts."""

    def __init__(self, platform: Platform, count: int, *, path: str = SEARCH, size: int = 10) -> None:
        self.count = count
        self.size = size
        self.oldest_since = 0
        self.dead_tokens: set[str] = set()
        platform.always(path, self.answer)

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


def id_of(number: int) -> str:
    return str(FIRST_ID + number)


def number_of(post_id: str | None) -> int:
    return int(post_id) - FIRST_ID if post_id else 0


def item(number: int, **changes: Any) -> Mapping[str, Any]:
    return {"id": id_of(number), "text": f"northwind {number}", "author_id": "501", "conversation_id": id_of(number), **changes}
