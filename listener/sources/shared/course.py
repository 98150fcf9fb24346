"""How a look at a listing goes, whatever the listing is: what it noted, whether more is left, and the error that ended it."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.post import Gap, UnreadPart
from listener.source import BudgetExhausted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable, result_of


@dataclass(slots=True, kw_only=True)
class Course:
    """`more`: older items are left to be read. `was_read`: at least one page was."""

    notes: list[str] = field(default_factory=list)
    more: bool = False
    error: SourceError | None = None
    was_read: bool = False
    gaps: list[Gap] = field(default_factory=list)

    @property
    def goes_on(self) -> bool:
        """Whether the rest is to be read at once. After an error that names no instant it is not: the next look may meet the same one."""
        return self.more and (self.error is None or self.retry_at is not None)

    @property
    def retry_at(self) -> datetime | None:
        if isinstance(self.error, BudgetExhausted):
            return self.error.until
        return self.error.retry_at if isinstance(self.error, RateLimited | Unavailable) else None

    def fail(self, error: SourceError) -> None:
        """Nothing could be read; other listings of the same feed may be."""
        self.error = error
        self.notes.append(f"not read: {error}")

    def miss(self, why: str) -> None:
        """Posts between this look and the last one were not come to, and no later look will come to them."""
        self.notes.append(why)
        self.gaps.append(Gap(why))

    def left_out(self, part: str) -> UnreadPart | None:
        """This as a part that was not read; None where it was, or where a later look goes on with it by itself."""
        if self.error is None or (self.was_read and not isinstance(self.error, Refused | Unauthorized | Malformed)):
            return None
        return UnreadPart(part, self.notes[-1] if self.notes else str(self.error), result_of(self.error))

    def stop(self, error: SourceError) -> None:
        """What was read is kept, and the next look goes on from here."""
        self.more, self.error = True, error
        self.notes.append(f"stopped before the end: {error}")
