"""How a look at a listing goes, whatever the listing is: what it noted, whether more is left, and the error that ended it."""

from dataclasses import dataclass, field
from datetime import datetime

from listener.source import BudgetExhausted, RateLimited, SourceError, Unavailable


@dataclass(slots=True, kw_only=True)
class Course:
    """`more`: older items are left to be read. `was_read`: at least one page was."""

    notes: list[str] = field(default_factory=list)
    more: bool = False
    error: SourceError | None = None
    was_read: bool = False

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

    def stop(self, error: SourceError) -> None:
        """What was read is kept, and the next look goes on from here."""
        self.more, self.error = True, error
        self.notes.append(f"stopped before the end: {error}")
