"""How feeds read on the board: their state as a word, the looks behind and before them, and the sum of all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dashboard import declared_words
from dashboard.format import age_words, money_words, source_words, span_words
from dashboard.texts import known, text
from desk.feeds.feeds import FeedHealth
from desk.intake.leases import NEVER_POLLED, PUSHED
from desk.intake.looks import GOOD
from storage.words import LookResult


class State(StrEnum):
    """What a feed needs, from most to least pressing."""

    NEEDS_YOU = "needs_you"
    LATE = "late"
    RETRYING = "retrying"
    UNSEEN = "unseen"
    WORKS = "works"
    PAUSED = "paused"
    IMPORTED = "imported"
    DELIVERED = "delivered"


A_PERSON_MUST_ACT = frozenset(
    {LookResult.UNAUTHORIZED, LookResult.REFUSED, LookResult.CREDIT_USED_UP, LookResult.BUDGET_USED_UP, LookResult.MALFORMED}
)
COLOURS = {
    State.NEEDS_YOU: "red",
    State.LATE: "red",
    State.RETRYING: "orange",
    State.UNSEEN: "blue",
    State.WORKS: "green",
    State.PAUSED: "gray",
    State.IMPORTED: "gray",
    State.DELIVERED: "gray",
}
ICONS = {
    State.NEEDS_YOU: ":material/error:",
    State.LATE: ":material/timer_off:",
    State.RETRYING: ":material/sync_problem:",
    State.UNSEEN: ":material/hourglass_empty:",
    State.WORKS: ":material/check_circle:",
    State.PAUSED: ":material/pause_circle:",
    State.IMPORTED: ":material/upload_file:",
    State.DELIVERED: ":material/webhook:",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state's word with the colour and the icon that say the same."""

    word: str
    colour: str
    icon: str


def state(feed: FeedHealth) -> State:
    if feed.source in NEVER_POLLED - PUSHED:
        return State.IMPORTED
    if not feed.enabled:
        return State.PAUSED
    if feed.source in PUSHED:
        return State.DELIVERED if feed.last_look_at is not None else State.UNSEEN
    if feed.since is not None:
        return _failing(feed)
    return State.UNSEEN if feed.last_look_at is None else State.WORKS


def _failing(feed: FeedHealth) -> State:
    """A feed whose last look was good is failing because nobody came for the next one."""
    if feed.last_result is None or feed.last_result in GOOD:
        return State.LATE
    return State.NEEDS_YOU if feed.last_result in A_PERSON_MUST_ACT else State.RETRYING


def badge(feed: FeedHealth) -> Badge:
    found = state(feed)
    return Badge(text(f"feeds.state.{found}"), COLOURS[found], ICONS[found])


def in_order(feeds: Sequence[FeedHealth]) -> list[FeedHealth]:
    """What needs somebody first, then by name."""
    places = list(State)
    return sorted(feeds, key=lambda feed: (places.index(state(feed)), feed.name.casefold()))


def summary(feeds: Sequence[FeedHealth]) -> str:
    """All feeds in one sentence, such as "1 needs you, 4 feeds work, 1 is paused"."""
    counts = Counter(state(feed) for feed in feeds)
    parts = [text(f"feeds.sum.{one}.{'one' if counts[one] == 1 else 'many'}", n=counts[one]) for one in State if counts[one]]
    return f"{', '.join(parts)}." if parts else text("feeds.none")


def what(feed: FeedHealth) -> str:
    """A feed in one line, such as "X · Search · Acme · every 5 min"."""
    kind = declared_words.kind(feed.source, feed.kind)
    interval = text("feeds.every", span=span_words(timedelta(seconds=feed.interval_s)))
    parts = [source_words(feed.source, feed.site), kind, feed.brand, "" if feed.source in NEVER_POLLED else interval]
    return " · ".join(part for part in parts if part)


def last_look(feed: FeedHealth, now: datetime) -> str:
    return text("feeds.last_look.never") if feed.last_look_at is None else age_words(feed.last_look_at, now)


def look_label(feed: FeedHealth) -> str:
    """What its last look is called: of a feed that others fill, their last delivery."""
    return text("feeds.last_delivery" if feed.source in PUSHED else "feeds.last_look")


def next_look(feed: FeedHealth, now: datetime) -> str:
    if feed.source in NEVER_POLLED or state(feed) is State.PAUSED:
        return text("feeds.next_look.none")
    if feed.next_poll_at <= now:
        return text("feeds.next_look.now")
    return text("feeds.next_look.in", span=span_words(feed.next_poll_at - now))


def prices(costs: Sequence[Mapping[str, Any]]) -> str:
    """What a test cost, and what a day comes to when every look of it costs as much."""
    spent = [cost for cost in costs if cost["micros"]]
    if not spent:
        return text("feeds.test.free")
    once, daily = (", ".join(money_words(cost[name], cost["currency"]) for cost in spent) for name in ("micros", "micros_per_day"))
    return text("feeds.test.price", price=once, daily=daily)


def refusal(result: str) -> str:
    """Why a test could not look, empty when it could."""
    return "" if result in GOOD else known(f"feeds.test.result.{result}", text("feeds.test.result.other"))
