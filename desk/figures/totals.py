"""How many a period holds for every scope at once: all, each feed, each brand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import RollupHour
from storage.models.mentions import DRAWN


@dataclass(frozen=True, slots=True)
class Total:
    """Mentions of a period; `triaged` is the whole of every share."""

    n: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0

    @property
    def triaged(self) -> int:
        return self.negative + self.neutral + self.positive


def totals(session: Session, *, since: datetime, until: datetime, scope: int | None = None) -> dict[int, Total]:
    """The counts of the UTC hours that begin between two instants, by scope (0 all, n feed n, -n brand n), or those of one scope.

    Scopes without any are absent.
    """
    sums = [func.sum(getattr(RollupHour, name)) for name in DRAWN]
    query = select(RollupHour.scope, *sums).where(RollupHour.hour >= since, RollupHour.hour < until)
    if scope is not None:
        query = query.where(RollupHour.scope == scope)
    # By itself SQLite takes the primary key, which has the hours in order, and then sorts every row by its scope.
    query = query.with_hint(RollupHour, "INDEXED BY ix_rollup_hour_scope", "sqlite").group_by(RollupHour.scope)
    return {found: Total(*(int(count) for count in counts)) for found, *counts in session.execute(query)}


def first_hour(session: Session, scope: int) -> datetime | None:
    """The hour of the first mention that a scope counts, None when it has none."""
    found = select(RollupHour.hour).where(RollupHour.scope == scope, RollupHour.n > 0).order_by(RollupHour.hour).limit(1)
    return session.scalar(found)
