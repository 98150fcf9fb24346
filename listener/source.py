"""What a source and a replier promise, and the errors they may raise.

SourceError
├── RateLimited(retry_at)        the credential must wait
├── BudgetExhausted(until)       our own ceiling, or (vendor=True) the platform says that the credit is used up
├── Unauthorized                 the credential is missing, wrong or revoked: a person must act
├── Refused(reason)              the platform understood and says no (query, terms, access)
├── Unavailable                  network, time-out, 5xx: look again later
├── Malformed(raw)               an answer that is not what the API promises
├── Rejected(reason)             sending: the platform refused this reply for good; `by_hand` when a person may still post it there
└── OutcomeUnknown               sending: it may have been posted
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from desk.intake.rechecks import Asked
from desk.post import FeedSpec, Limits, OutgoingReply, Page, Post, Sent, Spent, UnreadPart
from storage.words import LookResult


class SourceError(Exception):
    """A look or a sending did not work."""


class RateLimited(SourceError):
    """The platform asks to wait until `retry_at`."""

    def __init__(self, message: str, retry_at: datetime | None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class BudgetExhausted(SourceError):
    """Nothing is left to spend until `until`; `vendor` when the platform said so (402), else our own ceiling."""

    def __init__(self, message: str, until: datetime | None, *, vendor: bool = False) -> None:
        super().__init__(message)
        self.until = until
        self.vendor = vendor


class Unauthorized(SourceError):
    """The credential is missing, wrong or revoked."""


class Refused(SourceError):
    """The platform understood the request and refuses it."""


class Unavailable(SourceError):
    """The platform cannot be reached or is broken just now. `retry_at` when it said how long."""

    def __init__(self, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class Malformed(SourceError):
    """The platform's answer cannot be read."""

    def __init__(self, message: str, raw: bytes = b"") -> None:
        super().__init__(message)
        self.raw = raw


class Rejected(SourceError):
    """The platform refused this reply for good; `by_hand` when a person may still answer there."""

    def __init__(self, message: str, *, by_hand: bool = False) -> None:
        super().__init__(message)
        self.by_hand = by_hand


class OutcomeUnknown(SourceError):
    """The reply may have been posted; nobody knows yet."""


RESULTS: Mapping[type[SourceError], LookResult] = {
    RateLimited: LookResult.THROTTLED,
    Unauthorized: LookResult.UNAUTHORIZED,
    Refused: LookResult.REFUSED,
    Unavailable: LookResult.UNAVAILABLE,
}


def result_of(error: SourceError) -> LookResult:
    """The one result that an error of a source is stored as."""
    if isinstance(error, BudgetExhausted):
        return LookResult.CREDIT_USED_UP if error.vendor else LookResult.BUDGET_USED_UP
    return next((result for kind, result in RESULTS.items() if isinstance(error, kind)), LookResult.MALFORMED)


def unread_for(part: str, error: SourceError | None) -> tuple[UnreadPart, ...]:
    """A part that was not read because of an error; nothing where there was none."""
    return () if error is None else (UnreadPart(part, str(error), result_of(error)),)


class Source(Protocol):
    """Pulls posts of one kind of place."""

    name: str

    def fetch(self, feed: FeedSpec, cursor: str | None) -> Page:
        """Look at a feed from `cursor` on (None: from the start). No transaction is open. Raises SourceError.

        Never waits for a rate limit; every call has a time-out; posts come in any order and may repeat.
        """
        ...

    def reread(self, payload: bytes, feed: FeedSpec) -> Post:
        """Read one raw item again that was once unreadable. Raises Malformed."""
        ...


class Sureness(StrEnum):
    """How far a platform's count is to be trusted."""

    ALL = "all"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many posts the platform says there are, and what it cost to ask. It knows nothing of what is matched here alone."""

    n: int
    sureness: Sureness = Sureness.ALL
    costs: tuple[Spent, ...] = ()
    limits: Limits | None = None


@runtime_checkable
class Counts(Protocol):
    """A source whose platform can say how many posts there are without showing them, in a call or two."""

    def count(self, feed: FeedSpec, *, since: datetime) -> Counted | None:
        """How many posts the feed would have found since then, seven days ago at the most; None for a kind of feed that cannot be counted.

        Raises SourceError.
        """
        ...


@runtime_checkable
class Rechecks(Protocol):
    """A source that can be asked what became of posts by their ids: as many at once as its declaration says."""

    def recheck(self, ids: Sequence[str], feed: FeedSpec) -> Asked:
        """The posts as they stand now, and those that are surely gone marked as deleted. Raises SourceError."""
        ...


@dataclass(frozen=True, slots=True)
class MediaPlaces:
    """Where the pictures of a feed's posts may lie: hosts, with a port where it is not the usual one.

    `private`: such a host may lie in a private network, because a person entered it. `loopback`: on this machine, for trying out.
    `keyed`: those of the hosts that show a picture only to its owner; `key` makes the headers for one address there. It raises SourceError.
    """

    hosts: frozenset[str] = frozenset()
    private: bool = False
    loopback: bool = False
    keyed: frozenset[str] = frozenset()
    key: Callable[[str], Mapping[str, str]] | None = field(default=None, repr=False, compare=False)


@runtime_checkable
class ShowsMedia(Protocol):
    """A source whose posts have pictures. Of one that does not say where they lie, none is fetched."""

    def media_places(self, feed: FeedSpec) -> MediaPlaces:
        """The only places from which its pictures are fetched."""
        ...


class Replier(Protocol):
    """Posts replies to one kind of place. `idempotent`: sending the same key twice posts once."""

    name: str
    idempotent: bool

    def send(self, reply: OutgoingReply) -> Sent:
        """Post it. Raises SourceError; OutcomeUnknown whenever it may have been posted."""
        ...

    def find(self, reply: OutgoingReply) -> Sent | None:
        """Look whether it already stands on the platform. None when it surely does not. Raises SourceError."""
        ...


@runtime_checkable
class RepeatsSome(Protocol):
    """A replier that is `idempotent` for some replies and not for others."""

    def may_repeat(self, reply: OutgoingReply) -> bool:
        """Whether sending this one twice posts it once."""
        ...


@runtime_checkable
class TakesBack(Protocol):
    """A replier whose platform lets a reply be taken back by API."""

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete `reply.external_id`; what it cost. One that is gone already is taken back. Raises SourceError; may be repeated."""
        ...


@runtime_checkable
class Corrects(Protocol):
    """A replier whose platform lets a reply be reworded by API."""

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Make `reply.external_id` say `text`; what it cost. Raises SourceError; may be repeated with the same text."""
        ...
