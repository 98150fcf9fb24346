"""What a credential spent by the ledger, in money or in units of its platform's quota."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desk import platforms
from storage.models import Cost
from storage.words import BudgetPart


@dataclass(frozen=True, slots=True)
class Ledger:
    """One credential's entries: micro-units of money, or units of a quota."""

    session: Session
    credential_id: int
    is_quota: bool

    def first(self, since: datetime) -> datetime | None:
        """When the first of it was spent since then."""
        return self.session.scalar(select(func.min(Cost.at)).where(*self._billed(since)))

    def spent(self, since: datetime) -> dict[BudgetPart, int]:
        """How much by part."""
        what = Cost.units if self.is_quota else Cost.micros
        by_part = select(Cost.part, func.sum(what)).where(*self._billed(since)).group_by(Cost.part)
        return {part: int(amount) for part, amount in self.session.execute(by_part)}

    def _billed(self, since: datetime) -> tuple[ColumnElement[bool], ...]:
        is_billed = Cost.kind == platforms.QUOTA_UNIT if self.is_quota else Cost.micros > 0
        return (Cost.credential_id == self.credential_id, Cost.at >= since, is_billed)
