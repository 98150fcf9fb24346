"""What a feed's options may say, checked where they are read: a mistake is told in words, not met as a crash."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Any

from listener.source import Refused


def whole(options: Mapping[str, Any], name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`. Raises Refused."""
    given = options.get(name, default)
    text = str(given).strip()
    if isinstance(given, bool) or not text.isdigit() or not low <= int(text) <= high:
        raise Refused(f"option {name} = {given!r}: expected a whole number from {low} to {high}, such as {default}")
    return int(text)


def switch(options: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """True or false. Raises Refused."""
    given = options.get(name, default)
    if not isinstance(given, bool):
        raise Refused(f"option {name} = {given!r}: expected true or false")
    return given


def one_of(options: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str:
    """One of the allowed words, the first when nothing is said. Raises Refused."""
    given = options.get(name) or allowed[0]
    if given not in allowed:
        raise Refused(f"option {name} = {given!r}: expected one of {', '.join(allowed)}")
    return str(given)


def lateness(lease: timedelta) -> Callable[[], bool]:
    """Tells when half of a lease is over: then a look has to end, or another worker begins it anew."""
    end = time.monotonic() + lease.total_seconds() / 2
    return lambda: time.monotonic() >= end


def in_time(ids: Iterable[str], lease: timedelta) -> Iterator[str]:
    """One after another as long as there is time; of the rest nothing is said, and another day they are asked for again."""
    is_late = lateness(lease)
    return takewhile(lambda _: not is_late(), ids)


def kind(given: str, allowed: Sequence[str]) -> str:
    """The kind of feed, the first when none is named. Raises Refused."""
    found = given or allowed[0]
    if found not in allowed:
        raise Refused(f"kind = {given!r}: expected one of {', '.join(allowed)}")
    return found
