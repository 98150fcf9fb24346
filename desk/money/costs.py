"""What a mention, a reply and a solved case cost, and the rows that each figure counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desk.people import people
from storage.models import Author, Case, Catch, Cost, Coverage, Credential, Ending, Feed, Mention, Person, Reply, ReplyAccount
from storage.words import BudgetPart, Outcome, ReplyState


class Per(StrEnum):
    """What a cost is divided by."""

    MENTION = "mention"
    REPLY = "reply"
    SOLVED = "solved"


PAID_FOR: dict[Per, tuple[BudgetPart, ...]] = {
    Per.MENTION: (BudgetPart.MENTIONS, BudgetPart.KEYWORDS),
    Per.REPLY: (BudgetPart.REPLIES,),
    Per.SOLVED: tuple(BudgetPart),
}


@dataclass(frozen=True, slots=True)
class UnitCost:
    """So many micro-units for `n` of them."""

    per: Per
    micros: int
    n: int

    @property
    def each(self) -> int | None:
        """Rounded to whole micro-units; None where there is nothing to divide by."""
        return round(self.micros / self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class CostRow:
    """One of them: whose, when, and its case. `micros` where it was paid for by itself."""

    at: datetime
    author: str
    case_id: int | None
    micros: int | None = None


def unit_costs(session: Session, credential_id: int, *, since: datetime) -> list[UnitCost]:
    """What each cost by one credential since then. A case counts for the credential of its source."""
    by_part = select(Cost.part, func.sum(Cost.micros)).where(Cost.credential_id == credential_id, Cost.at >= since).group_by(Cost.part)
    spent = {part: int(micros) for part, micros in session.execute(by_part)}
    counts = {Per.MENTION: _heard(session, credential_id, since), Per.REPLY: _count(session, _sent(credential_id, since))}
    counts[Per.SOLVED] = (
        session.scalar(select(func.count()).select_from(Ending).join(Case).where(*_solved(session, credential_id, since))) or 0
    )
    return [UnitCost(per, sum(spent.get(part, 0) for part in PAID_FOR[per]), counts[per]) for per in Per]


def rows(session: Session, credential_id: int, per: Per, *, since: datetime, by: Person, limit: int = 50) -> list[CostRow]:
    """The newest of what a figure counts. Raises NotAllowed."""
    people.require(by, people.READ)
    query = {Per.MENTION: _mention_rows, Per.REPLY: _reply_rows, Per.SOLVED: _solved_rows}[per](session, credential_id, since)
    return [CostRow(*row) for row in session.execute(query.limit(limit))]


def _heard(session: Session, credential_id: int, since: datetime) -> int:
    new = select(func.sum(Coverage.new)).join(Feed, Feed.id == Coverage.feed_id)
    return int(session.scalar(new.where(Feed.credential_id == credential_id, Coverage.at >= since)) or 0)


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Reply).join(ReplyAccount).where(condition)) or 0


def _sent(credential_id: int, since: datetime) -> ColumnElement[bool]:
    return (ReplyAccount.credential_id == credential_id) & (Reply.state == ReplyState.SENT) & (Reply.sent_at >= since)


def _solved(session: Session, credential_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    source = session.scalar(select(Credential.source).where(Credential.id == credential_id))
    return (Ending.outcome == Outcome.SOLVED, Ending.back_at.is_(None), Ending.at >= since, Case.source == source)


def _mention_rows(session: Session, credential_id: int, since: datetime) -> Any:
    del session
    caught = select(Catch.mention_id).join(Feed, Feed.id == Catch.feed_id).where(Feed.credential_id == credential_id)
    shown = select(Mention.seen_at, Author.name, Mention.case_id).join(Author, Author.id == Mention.author_id)
    return shown.where(Mention.seen_at >= since, ~Mention.is_own, Mention.id.in_(caught)).order_by(Mention.id.desc())


def _reply_rows(session: Session, credential_id: int, since: datetime) -> Any:
    del session
    shown = (
        select(Reply.sent_at, Case.author_name, Reply.case_id, Reply.cost_micros).join(ReplyAccount).join(Case, Case.id == Reply.case_id)
    )
    return shown.where(_sent(credential_id, since)).order_by(Reply.sent_at.desc(), Reply.id.desc())


def _solved_rows(session: Session, credential_id: int, since: datetime) -> Any:
    shown = select(Ending.at, Case.author_name, Ending.case_id).join(Case, Case.id == Ending.case_id)
    return shown.where(*_solved(session, credential_id, since)).order_by(Ending.at.desc(), Ending.id.desc())
