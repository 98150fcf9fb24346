"""What a workspace may set about its care: answering hours, promised times, who is told when, and the pauses around a reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from desk.money.budget import Budget
from storage.words import Urgency

Windows = tuple[tuple[time, time], ...]

MIDNIGHT = time(0)
EVERY_DAY: Mapping[int, Windows] = MappingProxyType(dict.fromkeys(range(7), ((time(8), time(20)),)))
ANSWER_TIMES: Mapping[Urgency, timedelta] = MappingProxyType(
    {Urgency.HIGH: timedelta(minutes=30), Urgency.NORMAL: timedelta(hours=4), Urgency.LOW: timedelta(hours=24)}
)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When the team answers, on the wall clock of `zone`. `days`: 0 is Monday; a day without windows is closed.

    A window that ends at 00:00 ends at midnight. Raises ValueError for windows that overlap or end before they start, and
    when the team never answers at all.
    """

    zone: str = "Europe/London"
    days: Mapping[int, Windows] = field(default_factory=lambda: EVERY_DAY)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        if not any(self.days.values()):
            raise ValueError("hours: the team needs at least one hour a week in which it answers")
        for day, windows in self.days.items():
            _check_day(day, windows)


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """How soon we promise to answer. `first` and `next` count answering hours, `closing` counts every hour."""

    first: Mapping[Urgency, timedelta] = field(default_factory=lambda: ANSWER_TIMES)
    next: Mapping[Urgency, timedelta] = field(default_factory=lambda: ANSWER_TIMES)
    closing: timedelta = timedelta(days=3)
    hours: BusinessHours = field(default_factory=BusinessHours)
    high_around_the_clock: bool = True


@dataclass(frozen=True, slots=True)
class AlertRules:
    """When somebody must be told. `backlog` counts mentions that wait for triage for more than two minutes.

    An incident is likely when an hour brings `spike_factor` times what the same hours of other weeks brought, and at least `spike_least`.
    """

    high_unclaimed: timedelta = timedelta(minutes=15)
    breach_near: timedelta = timedelta(minutes=15)
    backlog: int = 200
    blind_after: timedelta = timedelta(minutes=15)
    process_down: timedelta = timedelta(seconds=90)
    cooldown: timedelta = timedelta(minutes=60)
    spike_factor: float = 3.0
    spike_least: int = 10


FOR_EVER = 0


@dataclass(frozen=True, slots=True)
class Retention:
    """After how many days what kind of data of a source goes; None is as everywhere else, which is for ever unless told."""

    text: int | None = None
    raw: int | None = None
    media: int | None = None
    author: int | None = None
    audit: int | None = None


NOTHING_GOES: Mapping[str, Retention] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """All that the desk's rules read from the settings file. `zone` draws the days of the trends, `secret` keys the hashes of who was forgotten.

    `budgets` by credential; `recheck_after`: how long after it was seen a post is asked for again, each time.
    """

    zone: str = "Europe/London"
    sla: SlaPolicy = field(default_factory=SlaPolicy)
    alerts: AlertRules = field(default_factory=AlertRules)
    undo: timedelta = timedelta(seconds=5)
    hold: timedelta = timedelta(seconds=45)
    untriaged_after: timedelta = timedelta(seconds=60)
    held_after: timedelta = timedelta(days=7)
    shield_for: timedelta = timedelta(minutes=20)
    exposure_limit: int = 10
    exposure: bool = True
    tell_pace: timedelta = timedelta(seconds=6)
    secret: str = field(default="", repr=False)
    retention: Mapping[str, Retention] = field(default_factory=lambda: NOTHING_GOES)
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    recheck_after: tuple[timedelta, ...] = ()
    flood_per_day: int = 500


def _check_day(day: int, windows: Windows) -> None:
    if day not in range(7):
        raise ValueError(f"hours: day {day} does not exist, 0 is Monday and 6 is Sunday")
    closed_at = MIDNIGHT
    for position, (opens, closes) in enumerate(windows):
        is_in_order = opens >= closed_at and (position == 0 or closed_at != MIDNIGHT)
        if not is_in_order or (closes != MIDNIGHT and closes <= opens):
            raise ValueError(f"hours: the windows of day {day} must follow each other, got {opens:%H:%M} to {closes:%H:%M}")
        closed_at = closes
