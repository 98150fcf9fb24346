"""X's pages, followed from the newest post to the last one seen, at most so many in one look.

`since_id` is the newest id of the first page only, and stays where it is until all pages are read: whatever is posted meanwhile belongs to
the next look. A look that has to stop on the way remembers where.

No overlap is read, and nothing has to be known of what was read: X bills each post again, and its ids grow. That is why its place is one of its own.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from desk.post import Gap, Post, Unreadable, UnreadPart
from listener.source import RateLimited, Refused, SourceError, Unavailable
from listener.sources.shared.wire import Answer
from listener.sources.x.errors import is_stale_since
from listener.sources.x.parse import FIRST_SNOWFLAKE, SNOWFLAKE_EPOCH_MS, XPage

DAY_S = 86_400
"""So far ahead of ours may X's clock be."""

Ask = Callable[[Mapping[str, Any]], Answer]
Read = Callable[[Answer], XPage]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look starts.

    `since_id`: all up to it is read. In the middle of the pages also `newest_id`, which becomes `since_id` at their end, the next page's
    `token`, and `until_id`, the oldest id read: for when the token has run out, and to see that pages do move on.
    """

    since_id: int | None = None
    newest_id: int | None = None
    token: str | None = None
    until_id: int | None = None

    @classmethod
    def load(cls, cursor: str | None) -> "Place":
        """The place that a cursor tells; the start when it tells none."""
        try:
            kept = json.loads(cursor or "{}")
        except ValueError:
            return cls()
        if isinstance(kept, int):
            return cls(since_id=kept)
        if not isinstance(kept, dict):
            return cls()
        numbers = {name: int(kept[name]) for name in ("since_id", "newest_id", "until_id") if str(kept.get(name, "")).isdigit()}
        return cls(**numbers, token=kept["token"] if isinstance(kept.get("token"), str) else None)

    def dump(self) -> str | None:
        numbers = {name: str(getattr(self, name)) for name in ("since_id", "newest_id", "until_id") if getattr(self, name)}
        kept = {**numbers, **({"token": self.token} if self.token else {})}
        return json.dumps(kept) if kept else None

    @property
    def is_start(self) -> bool:
        return self.since_id is None and self.newest_id is None

    @property
    def read_up_to(self) -> int | None:
        """Where the next look starts once all pages are read. A first page of older posts alone takes nothing back: X bills them again."""
        return max((one for one in (self.since_id, self.newest_id) if one is not None), default=None)

    def params(self, page_key: str) -> dict[str, Any]:
        given: dict[str, Any] = {"since_id": str(self.since_id)} if self.since_id else {}
        if self.token:
            given[page_key] = self.token
        elif self.until_id:
            given["until_id"] = str(self.until_id)
        return given


@dataclass(slots=True)
class Look:
    """What a look has found so far. `is_cut`: X's pages led nowhere, so that older posts may be left. `is_stopped`: an error ended it.

    `now`: in seconds since 1970.
    """

    place: Place
    posts: list[Post] = field(default_factory=list)
    rejects: list[Unreadable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answer: Answer | None = None
    retry_at: datetime | None = None
    more: bool = False
    is_cut: bool = False
    is_stopped: bool = False
    now: float = field(default_factory=time.time)
    gaps: list[Gap] = field(default_factory=list)
    unread: list[UnreadPart] = field(default_factory=list)

    def follow(self, ask: Ask, read: Read, *, page_key: str, max_pages: int, is_late: Callable[[], bool]) -> None:
        """Read pages up to the place where the last look began, until it is late, or `max_pages` of them.

        `page_key` is how the page token is called. Raises SourceError when not one page could be read.
        """
        for number in range(max_pages):
            if number and is_late():
                break
            try:
                page = read(self._asked(ask, page_key))
            except SourceError as error:
                if number == 0:
                    raise
                self._stop(error)
                return
            if not self._take(page):
                self.place = Place(since_id=self.place.read_up_to)
                return
        self.more = True

    @property
    def goes_on(self) -> bool:
        """Whether the rest is to be read at once. After an error that names no instant it is not: the next look may meet the same one."""
        return self.more and not (self.is_stopped and self.retry_at is None)

    def leave_the_rest(self, *, is_gap: bool = False) -> None:
        """End here for good: older posts stay unread. `is_gap`: an earlier look had read up to below them."""
        self.place, self.more = Place(since_id=self.place.read_up_to), False
        self.notes.append("older posts were left unread")
        if is_gap:
            self.gaps.append(Gap("older posts were left unread"))

    def _asked(self, ask: Ask, page_key: str) -> Answer:
        while True:
            try:
                self.answer = ask(self.place.params(page_key))
            except Refused as error:
                self.place = self._without_what_is_stale(error)
            else:
                return self.answer

    def _without_what_is_stale(self, error: Refused) -> Place:
        if self.place.since_id and is_stale_since(error):
            self._miss("the last post seen is older than X's search reaches (7 days): posts between may be missing")
            return replace(self.place, since_id=None)
        if self.place.token and "token" in str(error):
            return replace(self.place, token=None)
        raise error

    def _take(self, page: XPage) -> bool:
        """Keep a page; whether another one is to be read."""
        ids, before = self._believable(page.ids), self.place.until_id
        oldest = min(ids, default=None)
        if oldest and before and oldest >= before:
            # Seen in the wild: one page for ever, and circles of several. Pages run from new to old, so these lead nowhere.
            return self._led_nowhere("X repeated a page; the look ended there")
        since = self.place.since_id or 0
        self.posts += [post for post in page.posts if post.deleted or int(post.external_id) > since]
        self.rejects += page.rejects
        self.notes += page.notes
        newest = self.place.newest_id or max(ids, default=None)
        if not page.next_token or (oldest and oldest <= since):
            self.place = replace(self.place, newest_id=newest)
            return False
        repeats = page.next_token == self.place.token
        self.place = replace(self.place, newest_id=newest, token=page.next_token, until_id=oldest or before)
        return not repeats or self._led_nowhere("X repeated a page's token; the look ended there")

    def _believable(self, ids: Iterable[int]) -> list[int]:
        """The ids that X can have given out by now: one from the future would make all later posts look old, one too low would end the pages."""
        latest = (int((self.now + DAY_S) * 1000) - SNOWFLAKE_EPOCH_MS) << 22
        known = [number for number in ids if number <= latest]
        return [number for number in known if number >= FIRST_SNOWFLAKE] or known

    def _led_nowhere(self, note: str) -> bool:
        """Whether to go on below the oldest post that was read: not once that has been tried."""
        if self.place.token and self.place.until_id:
            self.place = replace(self.place, token=None)
            return True
        self.is_cut = True
        if self.place.since_id:
            self.gaps.append(Gap(f"{note}: posts between may be missing"))
        self.notes.append(note)
        return False

    def _miss(self, why: str) -> None:
        self.notes.append(why)
        self.gaps.append(Gap(why))

    def _stop(self, error: SourceError) -> None:
        # What was read is paid for: it is kept, and the next look goes on from here.
        self.more = self.is_stopped = True
        self.retry_at = error.retry_at if isinstance(error, (RateLimited, Unavailable)) else None
        self.notes.append(f"stopped before the end: {error}")


def joined(notes: Iterable[str]) -> str:
    """Each note once, with how often it came."""
    counted = Counter(notes)
    return "; ".join(note if times == 1 else f"{note} ({times} times)" for note, times in counted.items())[:1000]
