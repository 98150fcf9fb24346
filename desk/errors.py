"""What the care team's rules refuse, and why.

DeskError
├── NotAllowed        this person's roles do not allow it
├── NotFound          there is no such case, feed, person …
├── AlreadyClaimed    somebody else was faster; says who and since when
├── NotYours          only the assignee may do this
├── Stale             it changed since it was read; `current` is the newer version
├── Invalid           the request cannot be carried out; the message says what to change
├── DoNotContact      the author asked us to stop
├── NeedsApproval     a second person reads it first; says why
├── AlreadyAnswered   an answer of ours stands there already
└── LeaseLost         another worker took this row over
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from storage.words import ApprovalReason


class DeskError(Exception):
    """A rule of the desk refuses this; its message is shown to the person."""


class NotAllowed(DeskError):
    """Your role does not allow this."""


class NotFound(DeskError):
    """There is no such thing here."""


class AlreadyClaimed(DeskError):
    """Somebody else owns this case."""

    def __init__(self, by: str, since: datetime | None) -> None:
        super().__init__(f"{by} has this case")
        self.by = by
        self.since = since


class NotYours(DeskError):
    """Only the assignee may do this."""

    def __init__(self, owner: str | None) -> None:
        super().__init__(f"{owner} has this case: ask for a hand-over" if owner else "Claim this case first")
        self.owner = owner


class Stale(DeskError):
    """It changed since you read it."""

    def __init__(self, message: str, current: int | None = None) -> None:
        super().__init__(message)
        self.current = current


class Invalid(DeskError):
    """This cannot be done as asked."""


class DoNotContact(DeskError):
    """This author asked us not to contact them."""


class NeedsApproval(DeskError):
    """A second person reads this reply before it leaves."""

    WHY: ClassVar[Mapping[ApprovalReason, str]] = {
        ApprovalReason.LEARNER: "You answer with a colleague who reads first: send it for approval",
        ApprovalReason.SENSITIVE: "This case is sensitive, so a colleague reads the answer first: send it for approval",
        ApprovalReason.EVERYONE: "Every reply is read by a colleague at the moment: send it for approval",
        ApprovalReason.ASKED: "A colleague reads it first: send it for approval",
    }

    def __init__(self, reason: ApprovalReason) -> None:
        super().__init__(self.WHY[reason])
        self.reason = reason


class AlreadyAnswered(DeskError):
    """An answer of ours stands there already."""


class LeaseLost(DeskError):
    """Another worker has taken this over; nothing was stored."""
