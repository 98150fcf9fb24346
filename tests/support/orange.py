"""A brand called Orange on X, on loopback: a telecom firm, amid the fruit and the colour. It counts, and shows the newest."""

from typing import Any

from tests.support.replay import Platform, Reply, Seen, as_json
from tests.support.x_platform import SEARCH, id_of, number_of

COUNTS = "/2/tweets/counts/recent"
OURS = (
    "Orange broadband is down again in Leeds",
    "my Orange bill doubled and nobody explains why",
    "Orange support kept me on hold for an hour",
    "no signal from Orange since this morning",
    "Orange sent the wrong router",
    "is the Orange network slow for everybody?",
)
THEIRS = (
    "fresh orange juice for breakfast",
    "this orange juice tastes of sunshine",
    "blood orange juice recipe",
    "an orange sunset over the harbour",
    "painted the kitchen orange, love it",
)


class Orange:
    """Posts by number: each third is about the firm. `per_day` is what the counts say; `found` how many posts there are."""

    def __init__(self, platform: Platform, *, found: int = 44, per_day: int = 40) -> None:
        self.found = found
        self.per_day = per_day
        self.queries: list[str] = []
        platform.always(COUNTS, self.count)
        platform.always(SEARCH, self.search)

    def count(self, seen: Seen) -> Reply:
        self.queries.append(seen.query["query"])
        days = [{"start": f"2026-11-{15 + day}T00:00:00.000Z", "tweet_count": self.per_day} for day in range(7)]
        return as_json({"data": days, "meta": {"total_tweet_count": 7 * self.per_day}})

    def search(self, seen: Seen) -> Reply:
        self.queries.append(seen.query["query"])
        before = int(seen.query.get("next_token") or self.found + 1)
        wanted = list(range(before - 1, number_of(seen.query.get("since_id")), -1))
        shown = wanted[: int(seen.query["max_results"])]
        if not shown:
            return as_json({"meta": {"result_count": 0}})
        users = [{"id": str(900 + number), "username": f"user{number}", "name": f"User {number}"} for number in shown]
        meta: dict[str, Any] = {"newest_id": id_of(shown[0]), "oldest_id": id_of(shown[-1]), "result_count": len(shown)}
        more = {"next_token": str(shown[-1])} if len(wanted) > len(shown) else {}
        return as_json({"data": [self.post(n) for n in shown], "includes": {"users": users}, "meta": {**meta, **more}})

    def post(self, number: int) -> dict[str, Any]:
        return {
            "id": id_of(number),
            "text": text_of(number),
            "author_id": str(900 + number),
            "conversation_id": id_of(number),
            "created_at": f"2026-11-20T{12 + number // 60}:{number % 60:02}:00.000Z",
            "lang": "en",
        }


def is_ours(text: str) -> bool:
    return text.partition(" #")[0] in OURS


def text_of(number: int) -> str:
    """What a post says; no two say the same."""
    said = OURS[number // 3 % len(OURS)] if number % 3 == 0 else THEIRS[number % len(THEIRS)]
    return f"{said} #{number}"
