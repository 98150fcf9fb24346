"""Everything of one customer as one story: within one source and site, never merged with anybody elsewhere.

What each reader may know of it: `desk.cases.story`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.cases import ordeal, story
from desk.cases.ordeal import Ordeal
from desk.cases.story import Stood, Told, What, stood
from desk.errors import NotFound
from desk.people import people
from storage.models import Author, Case, Person, Resolution
from storage.words import Outcome

__all__ = ["Customer", "CustomerCase", "Stood", "Told", "What", "cases", "customer", "stood"]

MOST_CASES = 50
CASES = (
    select(Case, Resolution.cause, Resolution.fix)
    .outerjoin(Resolution, Resolution.id == Case.resolution_id)
    .where(Case.author_id == bindparam("author_id"), Case.merged_into_id.is_(None), Case.id != bindparam("but"))
    .order_by(Case.opened_at.desc(), Case.id.desc())
    .limit(MOST_CASES)
)
"""Built once: every look at a case asks it."""


@dataclass(frozen=True, slots=True)
class CustomerCase:
    """One case of the customer, and how it ended."""

    id: int
    opened_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None
    stood: Stood | None
    preview: str
    cause: str
    fix: str
    abusive: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """One author, what they went through in the case that is open, their cases, newest first, and their whole story, newest first."""

    name: str
    handle: str
    source: str
    site: str
    since: datetime
    ordeal: Ordeal
    cases: tuple[CustomerCase, ...]
    story: tuple[Told, ...]


def customer(session: Session, case_id: int, *, by: Person) -> Customer:
    """The story of this case's author. Raises NotAllowed, NotFound."""
    people.require(by, people.READ)
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound("There is no such case")
    author = session.get_one(Author, case.author_id)
    known = cases(session, author.id)
    told = story.told(session, author.id, reader=by)
    first = told[-1].at if told else author.first_seen_at
    name = author.name or author.handle
    return Customer(name, author.handle, case.source, case.site, first, ordeal.of_case(case), known, tuple(told))


def cases(session: Session, author_id: int, *, but: int | None = None) -> tuple[CustomerCase, ...]:
    """The cases of one author, the newest first; `but` leaves one out. A merged one is told by the case that took it in."""
    rows = session.execute(CASES, {"author_id": author_id, "but": but or 0})
    return tuple(_case(case, cause or "", fix or "") for case, cause, fix in rows)


def _case(case: Case, cause: str, fix: str) -> CustomerCase:
    return CustomerCase(
        id=case.id,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        stood=stood(case.outcome, held_at=case.held_at),
        preview=case.preview,
        cause=cause,
        fix=fix,
        abusive=case.abusive,
    )
