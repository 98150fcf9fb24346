"""Pages as a busy search returns them.

1,000 posts, a tenth of them seen before, half of them from authors whom we know, some with another number of followers by now.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bench.fill import WORDS
from desk.post import Limits, Page, Post, PostAuthor, Spent, Unreadable

POSTS = 1_000
SEEN_BEFORE = 0.10
IN_A_CASE = 0.01
"""The share of posts whose author waits for an answer in this very thread."""

MAX_KNOWN = 20_000


@dataclass
class Pages:
    """An endless supply, the same one for the same seed. `waiting`: author and thread ids of live cases whose customers write again."""

    seed: int
    posts: int = POSTS
    waiting: list[tuple[str, str]] = field(default_factory=list)
    _number: int = 0
    _known: list[Post] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)

    def next(self, now: datetime) -> Page:
        """The next page: it costs something, tells the rate limit, and has two posts that cannot be read."""
        new = [self._post(now) for _ in range(int(self.posts * (1 - SEEN_BEFORE)))]
        again = self._rng.sample(self._known, min(len(self._known), self.posts - len(new)))
        posts = [*new, *again]
        self._rng.shuffle(posts)
        self._known = [*self._known, *new][-MAX_KNOWN:]
        rejects = tuple(Unreadable(raw=f'{{"id": {self._rng.getrandbits(60)}'.encode(), error="no author") for _ in range(2))
        spent = Spent(kind="post_read", units=len(posts), micros=5_000 * len(posts))
        limits = Limits(remaining=400, reset_at=now + timedelta(minutes=15))
        return Page(posts=tuple(posts), rejects=rejects, cursor=str(self._number), costs=(spent,), limits=limits)

    def _post(self, now: datetime) -> Post:
        self._number += 1
        rng, number = self._rng, self._number
        external_id = f"{self.seed}{10**12 + number * 7919}" if number % 2 else f"{rng.getrandbits(64):x}"
        author, thread = self._place(external_id)
        text = " ".join(rng.choices(WORDS, k=18))
        posted_at = now - timedelta(seconds=rng.randrange(7_200))
        return Post(
            external_id=external_id,
            author=author,
            text=text,
            posted_at=posted_at,
            thread_id=thread,
            url=f"https://x.example/{author.handle}/status/{external_id}",
            language="en",
            addressed=("acme",),
            raw=_payload(external_id, author, thread, text, posted_at, rng),
        )

    def _place(self, external_id: str) -> tuple[PostAuthor, str]:
        dice = self._rng.random()
        if self.waiting and dice < IN_A_CASE:
            name, thread = self.waiting.pop()
            return PostAuthor(external_id=name, handle=f"h{name.removeprefix('a')}"), thread
        if self._known and dice < 0.5:
            other = self._rng.choice(self._known)
            author = replace(other.author, reach=(other.author.reach or 0) + self._rng.randrange(2))
            return author, other.thread_id if dice < 0.3 else external_id
        name = f"{self.seed}-{self._number}"
        return PostAuthor(external_id=name, handle=f"h{name}", name=f"Customer {name}", reach=self._rng.randrange(5_000)), external_id


def _payload(external_id: str, author: PostAuthor, thread: str, text: str, posted_at: datetime, rng: random.Random) -> Mapping[str, Any]:
    """About a kilobyte, as X sends it."""
    counts = {name: rng.randrange(50) for name in ("retweet_count", "reply_count", "like_count", "quote_count", "bookmark_count")}
    return {
        "id": external_id,
        "text": text,
        "author_id": author.external_id,
        "conversation_id": thread,
        "created_at": posted_at.isoformat(),
        "lang": "en",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": [external_id],
        "public_metrics": {**counts, "impression_count": rng.randrange(9_000)},
        "entities": {"mentions": [{"start": 0, "end": 5, "username": "acme", "id": "4711"}], "annotations": []},
        "referenced_tweets": [{"type": "replied_to", "id": thread}],
        "author": {
            "id": author.external_id,
            "username": author.handle,
            "name": author.name,
            "verified": False,
            "description": " ".join(rng.choices(WORDS, k=12)),
            "public_metrics": {"followers_count": author.reach, "following_count": rng.randrange(900), "tweet_count": rng.randrange(9_000)},
        },
    }
