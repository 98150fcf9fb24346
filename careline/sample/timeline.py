"""When each text of the sample workspace is posted: a pure function of the instant at which the workspace began.

The history hangs on midnights, so that it keeps its rhythm of day and night; its last day is drawn together into the
hours before the beginning, whatever the hour, because that is what the team is at. Then a text arrives every few minutes, for ever: each cycle
goes through all of them in another order, under new ids. After a long pause only the last hours are caught up on, as a
platform's own search would.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from careline.sample.corpus import SampleRow, arriving, history

EVERY = timedelta(minutes=3)
CATCH_UP = timedelta(hours=6)
DAY = timedelta(days=1)
LAST_HOURS = timedelta(hours=5)
FIRST_DELAY = timedelta(seconds=40)
SEED = 20_260_301


@dataclass(frozen=True, slots=True)
class Placed:
    """A text with the instant at which it is posted. `cycle` 0 is the history and the first round of arrivals."""

    row: SampleRow
    posted_at: datetime
    cycle: int = 0

    @property
    def external_id(self) -> str:
        return self.row.id if self.cycle == 0 else f"{self.row.id}.{self.cycle}"


def posted_between(began: datetime, after: datetime | None, until: datetime) -> Iterator[Placed]:
    """What is posted after `after` (None: from the first of the thirty days on), up to and with `until`."""
    yield from _history(began, after, until)
    yield from _arrivals(began, after, until)


def _history(began: datetime, after: datetime | None, until: datetime) -> Iterator[Placed]:
    if after is not None and after >= began:
        return
    for placed in _placed_history(began):
        if (after is None or placed.posted_at > after) and placed.posted_at <= until:
            yield placed


@lru_cache(maxsize=4)
def _placed_history(began: datetime) -> tuple[Placed, ...]:
    midnight = began.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    placed: dict[str, Placed] = {}
    for row in history():
        ago = timedelta(minutes=row.ago or 0, seconds=_second(row))
        posted_at = began - ago * (LAST_HOURS / DAY) if ago < DAY else midnight - ago
        if row.reply_to in placed:
            posted_at = max(posted_at, placed[row.reply_to].posted_at + timedelta(minutes=1))
        placed[row.id] = Placed(row, min(posted_at, began))
    return tuple(sorted(placed.values(), key=lambda p: (p.posted_at, p.row.id)))


def _second(row: SampleRow) -> int:
    return sum(row.thread.encode()) * 37 % 60


def _arrivals(began: datetime, after: datetime | None, until: datetime) -> Iterator[Placed]:
    start = max(filter(None, (after, until - CATCH_UP, began)))
    first = max(0, (start - began - FIRST_DELAY) // EVERY)
    last = (until - began - FIRST_DELAY) // EVERY
    for slot in range(first, last + 1):
        placed = _arrival(began, slot)
        if start < placed.posted_at <= until:
            yield placed


def _arrival(began: datetime, slot: int) -> Placed:
    posted_at = began + FIRST_DELAY + EVERY * slot
    fresh = arriving()
    if slot < len(fresh):
        return Placed(fresh[slot], posted_at)
    again = [*fresh, *(row for row in history() if row.reply_to is None)]
    cycle, place = divmod(slot - len(fresh), len(again))
    random.Random(SEED + cycle).shuffle(again)  # noqa: S311  an order for texts, no secret
    return Placed(again[place], posted_at, cycle + 1)
