"""What rules did, one entry for each rule and mention, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from desk.people import people
from desk.rules.rule_deciding import Did
from storage.models import Author, Mention, Person, Rule, RuleFiring

LONGEST_TEXT = 200
UNDOER = aliased(Person)


@dataclass(frozen=True, slots=True)
class FiringView:
    """One entry. `case_id`: the case that the mention belongs to today. `undone_by`: who took it back, empty while it stands."""

    id: int
    at: datetime
    rule_id: int
    rule: str
    version: int
    mention_id: int
    case_id: int | None
    author: str
    text: str
    did: Did
    undone_at: datetime | None
    undone_by: str


def firings(session: Session, rule_id: int, *, by: Person, limit: int = 20, before: int | None = None) -> list[FiringView]:
    """A page of the log of one rule. `before` is the id of the last entry of the page before. Raises NotAllowed."""
    people.require(by, people.LEADS)
    columns: list[Any] = [RuleFiring, Rule.name, Mention.case_id, Mention.title, Mention.text, Author.name, Author.handle, UNDOER.name]
    query = select(*columns).join(Rule, Rule.id == RuleFiring.rule_id).join(Mention, Mention.id == RuleFiring.mention_id)
    query = query.join(Author, Author.id == Mention.author_id).outerjoin(UNDOER, UNDOER.id == RuleFiring.undone_by_id)
    theirs = query.where(RuleFiring.rule_id == rule_id)
    page = theirs.where(RuleFiring.id < before) if before is not None else theirs
    rows = session.execute(page.order_by(RuleFiring.at.desc(), RuleFiring.id.desc()).limit(limit)).all()
    return [_view(*row) for row in rows]


def _view(
    firing: RuleFiring, rule: str, case_id: int | None, title: str, text: str, name: str, handle: str, undone_by: str | None
) -> FiringView:
    words = " ".join(f"{title} {text}".split())[:LONGEST_TEXT]
    return FiringView(
        id=firing.id,
        at=firing.at,
        rule_id=firing.rule_id,
        rule=rule,
        version=firing.version,
        mention_id=firing.mention_id,
        case_id=case_id,
        author=name or handle,
        text=words,
        did=firing.did,
        undone_at=firing.undone_at,
        undone_by=undone_by or "",
    )
