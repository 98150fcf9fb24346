"""What the platforms of these tests have in common: posts by number, a listing of them, and pages that can be made to misbehave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from tests.support.replay import Reply, Seen, as_json

PERIOD = timedelta(hours=5)
"""The posts of a run lie within so much time before its start."""

WORD = "northwind"


@dataclass(slots=True)
class Thing:
    """One post as its platform knows it. `since`: in which round it could be seen first."""

    number: int
    at: datetime
    text: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """How a page differs from what the platform knows.

    `items` changes the rendered items, `following` the place of the next page. It is told the place that was asked for, and where the next page would start.
    """

    items: Callable[[list[Any]], list[Any]] = lambda given: given
    following: Callable[[str | None, str | None], str | None] = lambda asked, following: following  # noqa: ARG005
    from_top: bool = False
    needs_next: bool = False


AS_IT_IS = Shape()


class World:
    """A platform: `listed` are its things, newest first. A dialect says how it is asked and what it answers."""

    source: ClassVar[str]
    kind: ClassVar[str] = ""
    query: ClassVar[str] = WORD
    site: ClassVar[str] = ""
    options: ClassVar[Mapping[str, Any]] = {}
    secrets: ClassVar[Mapping[str, str]] = {}
    needs_credential: ClassVar[bool] = True
    size: ClassVar[int] = 6
    shows_late: ClassVar[bool] = True
    """Whether what comes late, below what was read, can be met at all: X bills each post read, so that nothing is read twice there."""

    latest_s: ClassVar[int] = 600
    """So many seconds below the newest a late post may lie, to be met."""

    names_next: ClassVar[bool] = True
    """Whether a page says where the next one starts; else one that is empty is the end, as far as anybody can tell."""

    is_deletable: ClassVar[bool] = True

    def __init__(self, now: datetime) -> None:
        self.url = ""
        self.start = (now - PERIOD).replace(microsecond=0)
        self.things: dict[int, Thing] = {}
        self.gone: dict[int, Thing] = {}
        self.last = 0
        self.round = 0

    # What happens there

    def add(self, *, seconds: int = 20, late: int = 0) -> Thing:
        """One more post, so many seconds after the newest; a late one bears an earlier instant, and a higher number."""
        self.last += 1
        newest = max((one.at for one in self.things.values()), default=self.start)
        at = newest - timedelta(seconds=late) if late else newest + timedelta(seconds=seconds)
        thing = self.things[self.last] = Thing(self.last, at, f"{WORD} number {self.last}.", self.round)
        return thing

    def edit(self, number: int) -> None:
        self.things[number].text += " Edited."

    def delete(self, number: int) -> None:
        self.gone[number] = self.things.pop(number)

    # What its callers see

    def answer(self, seen: Seen, shape: Shape = AS_IT_IS) -> Reply:
        return self.page(seen, shape) if self.is_listing(seen) else self.beside(seen)

    def page(self, seen: Seen, shape: Shape) -> Reply:
        asked = self.asked(seen)
        rest = self.rest(seen, None if shape.from_top else asked)
        shown = rest[: self.size]
        following = self.following(seen, shown, asked) if len(rest) > self.size else None
        if shape.needs_next and (following is None or not self.names_next):
            shape = AS_IT_IS
        items = shape.items([self.item(thing) for thing in shown])
        return self.document(items, shape.following(asked, following), seen)

    def rest(self, seen: Seen, asked: str | None) -> list[Thing]:
        """What is listed from a place on."""
        listed = self.listed(seen)
        start = int(asked) if asked and asked.isdigit() else 0
        return listed[start:]

    def following(self, seen: Seen, shown: Sequence[Thing], asked: str | None) -> str | None:
        """The place after a page. Most dialects here count; those that anchor say so themselves."""
        del seen
        return str((int(asked) if asked and asked.isdigit() else 0) + len(shown))

    def listed(self, seen: Seen) -> list[Thing]:
        del seen
        return sorted(self.things.values(), key=lambda one: (one.at, one.number), reverse=True)

    # The dialect

    def is_listing(self, seen: Seen) -> bool:
        raise NotImplementedError

    def asked(self, seen: Seen) -> str | None:
        """The place that a request names."""
        raise NotImplementedError

    def item(self, thing: Thing) -> Any:
        raise NotImplementedError

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        raise NotImplementedError

    def id_of(self, thing: Thing) -> str:
        """Under which id we store it."""
        raise NotImplementedError

    def beside(self, seen: Seen) -> Reply:
        """Answers to anything but the listing."""
        return as_json({"error": f"nothing at {seen.path}"}, 404)


def seconds_of(moment: datetime) -> int:
    return int(moment.timestamp())


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def unbound(things: Sequence[Thing], floor: int, top: int) -> list[Thing]:
    """Those from one second to another, both included."""
    return [one for one in things if floor <= seconds_of(one.at) <= top]
