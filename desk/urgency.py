"""Where a case stands in the queue: its due time less minutes for what makes waiting worse, each with its reason. Pure.

The values are ours and plain on purpose: a team can read the whole rule here, and the board shows the sum as "Why here".
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from desk import sla
from desk.settings import DeskSettings
from storage.words import Sentiment, Urgency

NEGATIVE = ((0.8, 30), (0.6, 20), (0.0, 10))
"""Minutes for a negative post, by how sure the classifier is of it."""

CONTACT, MOST_CONTACTS = 10, 60
"""Minutes for each time the customer had to write again."""

HANDOVER, MOST_HANDOVERS = 10, 30
"""Minutes for each time the case went from one of us to another."""

REOPENED, MOST_REOPENED = 30, 60
"""Minutes for each time we thought it was over and it was not."""

DAY, MOST_DAYS = 15, 60
"""Minutes for each full day since the customer first wrote."""

REACH = ((100_000, 15), (10_000, 10), (1_000, 5))
"""Minutes for a post that many can see, by followers."""

MOST_EARLIER = timedelta(minutes=NEGATIVE[0][1] + MOST_CONTACTS + MOST_HANDOVERS + MOST_REOPENED + MOST_DAYS + REACH[0][1])
"""No case stands more than this before its due time."""

ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth", 10: "tenth"}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case is where it is, in plain words, and the minutes that it brings the answer forward."""

    words: str
    minutes: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the order depends on; none of it changes by waiting, so a case moves only when something happens.

    `since`: when the post that waits for an answer was seen. `is_first`: nothing of ours was answered yet.
    `confidence`: of the sentiment. `days`: full days between the opening of the case and `since`.
    """

    since: datetime
    is_first: bool = True
    urgency: Urgency | None = None
    sentiment: Sentiment | None = None
    confidence: float | None = None
    contacts: int = 1
    handovers: int = 0
    reopened: int = 0
    days: int = 0
    reach: int | None = None


def answer_by(facts: Facts, settings: DeskSettings) -> tuple[datetime, tuple[Reason, ...]]:
    """The instant that orders the queue, and its reasons: the due time first, then what was taken off it."""
    due = (sla.first_due if facts.is_first else sla.next_due)(facts.since, facts.urgency, settings.sla)
    bonuses = tuple(_bonuses(facts))
    return due - timedelta(minutes=sum(reason.minutes for reason in bonuses)), (_promise(facts, settings), *bonuses)


def _promise(facts: Facts, settings: DeskSettings) -> Reason:
    policy = settings.sla
    urgency = facts.urgency or Urgency.NORMAL
    span = (policy.first if facts.is_first else policy.next)[urgency]
    clock = "at any hour" if urgency is Urgency.HIGH and policy.high_around_the_clock else "in our hours"
    named = f"{urgency} urgency" if facts.urgency else "urgency not known yet"
    return Reason(f"{named}: {'first' if facts.is_first else 'next'} answer within {in_words(span)} {clock}", 0)


def _bonuses(facts: Facts) -> Iterator[Reason]:
    if facts.sentiment is Sentiment.NEGATIVE:
        sure = facts.confidence or 0.0
        yield _earlier(f"negative, {sure:.0%} sure".replace("%", " %"), _step(sure, NEGATIVE))
    if facts.contacts > 1:
        yield _earlier(_contact(facts.contacts), min((facts.contacts - 1) * CONTACT, MOST_CONTACTS))
    if facts.handovers:
        yield _earlier(f"handed over {_times(facts.handovers)}", min(facts.handovers * HANDOVER, MOST_HANDOVERS))
    if facts.reopened:
        yield _earlier(f"reopened {_times(facts.reopened)}", min(facts.reopened * REOPENED, MOST_REOPENED))
    if facts.days > 0:
        yield _earlier(f"{facts.days} {'day' if facts.days == 1 else 'days'} since the first post", min(facts.days * DAY, MOST_DAYS))
    if _step(facts.reach or 0, REACH):
        yield _earlier(f"reach {facts.reach:,}", _step(facts.reach or 0, REACH))


def _earlier(words: str, minutes: int) -> Reason:
    return Reason(f"{words}: {minutes} min earlier", minutes)


def _step(value: float, steps: Sequence[tuple[float, int]]) -> int:
    return next((minutes for least, minutes in steps if value >= least), 0)


def _contact(number: int) -> str:
    return f"{ORDINALS[number]} contact" if number in ORDINALS else f"contact no. {number}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def in_words(span: timedelta) -> str:
    """A span as a person says it: "30 min", "4 h", "1 h 30 min"."""
    hours, minutes = divmod(round(span.total_seconds() / 60), 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "") if part)
