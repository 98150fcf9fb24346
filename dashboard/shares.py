"""Shares that can be believed: none is shown for fewer than thirty mentions, and each comes with its interval."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from desk.intervals import wilson

__all__ = ["LEAST", "Counted", "Level", "Share", "pooled", "share", "wilson"]

LEAST = 30
"""Below this many a share says more about chance than about customers."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the mentions between two instants have a label, and how many of those have the label in question."""

    since: datetime
    until: datetime
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Share:
    """A share (0 to 1) of `whole` mentions, with its 95 % interval."""

    value: float
    low: float
    high: float
    whole: int


@dataclass(frozen=True, slots=True)
class Level:
    """A share over a span of time."""

    since: datetime
    until: datetime
    share: Share


def share(part: int, whole: int) -> Share | None:
    """None where there are too few."""
    return Share(part / whole, *wilson(part, whole), whole) if whole >= LEAST else None


def pooled(buckets: Iterable[Counted]) -> list[Level]:
    """Shares over as many buckets in a row as it takes to hold enough; what is left over at the end stays without one."""
    return [
        Level(group[0].since, group[-1].until, found)
        for group in _groups(buckets)
        if (found := share(sum(held.part for held in group), sum(held.whole for held in group)))
    ]


def _groups(buckets: Iterable[Counted]) -> Iterator[list[Counted]]:
    group: list[Counted] = []
    for bucket in buckets:
        if not group and not bucket.whole:
            continue  # a level begins where something was said
        group.append(bucket)
        if sum(held.whole for held in group) >= LEAST:
            yield group
            group = []
    if group:
        yield group
