"""Where a case stands in the queue: its due time less minutes for what makes waiting worse, each with its reason. Pure.

The values are ours and plain on purpose: a team can read the whole rule here, and the board shows the sum as "Why here".
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desk.cases import ordeal, sla
from desk.cases.ordeal import Part
from desk.settings import DeskSettings
from storage.words import Sentiment, Urgency

NEGATIVE = ((0.8, 30), (0.6, 20), (0.0, 10))
"""Minutes for a negative post, by how sure the classifier is of it."""

LIKELY = 0.5
"""From this calibrated probability on a case is rather pressing than not. Models call a post high far below it, so that nobody in need is missed:
of those below two in three are not. They keep the label and the due time; the others stand before them."""

SURELY_HIGH = 30
"""Minutes for what is rather pressing than not: as long as the answer is promised within, so what only may be stands before it no sooner than when its
own answer is due."""

REACH = ((100_000, 15), (10_000, 10), (1_000, 5))
"""Minutes for a post that many can see, by followers."""

MOST_EARLIER = timedelta(minutes=NEGATIVE[0][1] + REACH[0][1] + SURELY_HIGH) + ordeal.MOST * ordeal.POINT
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
    `chance_high`: how probable it is that hours matter, None where a rule says so. `confidence`: of the sentiment. `days`: full days between the opening of the case and `since`.
    `earlier`: other cases of this customer in the 90 days before. `promised_at`: when something is due that we promised them.
    """

    since: datetime
    is_first: bool = True
    urgency: Urgency | None = None
    chance_high: float | None = None
    sentiment: Sentiment | None = None
    confidence: float | None = None
    contacts: int = 1
    handovers: int = 0
    reopened: int = 0
    days: int = 0
    reach: int | None = None
    earlier: int = 0
    promised_at: datetime | None = None
    ruled_by: str = ""


def answer_by(facts: Facts, settings: DeskSettings) -> tuple[datetime, tuple[Reason, ...]]:
    """The instant that orders the queue, and its reasons: the due time first, then what was taken off it."""
    due = (sla.first_due if facts.is_first else sla.next_due)(facts.since, facts.urgency, settings.sla)
    first, bonuses = _promise(facts, settings), tuple(_bonuses(facts))
    if facts.promised_at is not None and facts.promised_at < due:
        due, first = facts.promised_at, _promised(facts.promised_at, settings)
    return due - timedelta(minutes=sum(reason.minutes for reason in bonuses)), (first, *bonuses)


def is_maybe_high(urgency: Urgency | None, chance: float | None) -> bool:
    """Whether a case is high only because nobody in need may be missed. What a person or a rule calls high is so; so is what was labelled without a chance."""
    return urgency is Urgency.HIGH and chance is not None and chance < LIKELY


def _promised(at: datetime, settings: DeskSettings) -> Reason:
    there = at.astimezone(ZoneInfo(settings.zone))
    return Reason(f"promised by {there:%a} {there.day} {there:%b %H:%M}", 0)


def _promise(facts: Facts, settings: DeskSettings) -> Reason:
    policy = settings.sla
    urgency = facts.urgency or Urgency.NORMAL
    span = (policy.first if facts.is_first else policy.next)[urgency]
    clock = "at any hour" if urgency is Urgency.HIGH and policy.high_around_the_clock else "in our hours"
    named = f"{urgency} urgency" if facts.urgency else "urgency not known yet"
    named = "maybe high urgency" if is_maybe_high(facts.urgency, facts.chance_high) else named
    named += f" by rule “{facts.ruled_by}”" if facts.ruled_by else ""
    return Reason(f"{named}: {'first' if facts.is_first else 'next'} answer within {in_words(span)} {clock}", 0)


def _bonuses(facts: Facts) -> Iterator[Reason]:
    if facts.urgency is Urgency.HIGH and not is_maybe_high(facts.urgency, facts.chance_high):
        yield _earlier("surely pressing", SURELY_HIGH)
    if facts.sentiment is Sentiment.NEGATIVE:
        sure = facts.confidence or 0.0
        yield _earlier(f"negative, {sure:.0%} sure".replace("%", " %"), _step(sure, NEGATIVE))
    went_through = ordeal.of(
        contacts=facts.contacts, handovers=facts.handovers, repeats=facts.reopened, days=facts.days, earlier=facts.earlier
    )
    yield from (_earlier(_part(part), part.minutes) for part in went_through.parts)
    if _step(facts.reach or 0, REACH):
        yield _earlier(f"reach {facts.reach:,}", _step(facts.reach or 0, REACH))


def _earlier(words: str, minutes: int) -> Reason:
    return Reason(f"{words}: {minutes} min earlier", minutes)


def _step(value: float, steps: Sequence[tuple[float, int]]) -> int:
    return next((minutes for least, minutes in steps if value >= least), 0)


def _part(part: Part) -> str:
    match part.name:
        case "contacts":
            return _contact(part.n)
        case "handovers":
            return f"handed over {_times(part.n)}"
        case "repeats":
            return f"reopened {_times(part.n)}"
        case "days":
            return f"{part.n} {'day' if part.n == 1 else 'days'} since the first post"
        case _:
            return f"{part.n} other {'case' if part.n == 1 else 'cases'} in 90 days"


def _contact(number: int) -> str:
    return f"{ORDINALS[number]} contact" if number in ORDINALS else f"contact no. {number}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def in_words(span: timedelta) -> str:
    """A span as a person says it: "30 min", "4 h", "1 h 30 min"."""
    hours, minutes = divmod(round(span.total_seconds() / 60), 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "") if part)
