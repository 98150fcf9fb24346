"""Saying no: with the reason, the rule that it rests on, and what we can do instead. Rules are words that were used before, listed with counts."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.errors import Invalid
from desk.figures.performance import Within, ended
from storage.models import Case, Ending
from storage.words import Outcome

LOOK_AT = 500
"""Endings that are read for the rules that are offered: the newest ones."""

WORDS = {"reason": "the reason that the customer was given", "rule": "the rule that it rests on", "instead": "what we can do instead"}


@dataclass(frozen=True, slots=True)
class Declined:
    """Why we said no, the rule quoted, and what we can do instead. All three are needed."""

    reason: str
    rule: str
    instead: str


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A rule, and in how many cases we said no because of it."""

    rule: str
    n: int


def put(case: Case, declined: Declined | None) -> None:
    """Write on a case why we said no; None wipes what stood there. Raises Invalid where something is missing."""
    told = {name: " ".join(getattr(declined, name).split()) if declined else "" for name in WORDS}
    missing = [words for name, words in WORDS.items() if not told[name]]
    if declined is not None and missing:
        raise Invalid(f"Declined needs {' and '.join(missing)}")
    case.declined_reason, case.declined_rule, case.declined_instead = told["reason"], told["rule"], told["instead"]


def rules(session: Session, *, case_id: int, limit: int = 20) -> list[str]:
    """The rules that the newest declines of this case's brand rest on, the most quoted ones first."""
    brand = select(Case.brand_id).where(Case.id == case_id).scalar_subquery()
    declined = (Ending.outcome == Outcome.DECLINED) & Ending.back_at.is_(None) & (Ending.brand_id == brand)
    newest = select(Ending.case_id).where(declined).order_by(Ending.at.desc()).limit(LOOK_AT)
    n = func.count()
    quoted = select(Case.declined_rule).where(Case.id.in_(newest), Case.declined_rule != "").group_by(Case.declined_rule)
    return list(session.scalars(quoted.order_by(n.desc(), Case.declined_rule).limit(limit)))


def by_rule(session: Session, within: Within) -> list[RuleCount]:
    """Standing declines of a period by their rule, most first; those from before rules were asked for stand under an empty one."""
    n = func.count()
    declined = (Ending.outcome == Outcome.DECLINED) & Ending.back_at.is_(None) & ended(within)
    found = select(Case.declined_rule, n).join(Ending, Ending.case_id == Case.id).where(declined).group_by(Case.declined_rule)
    return [RuleCount(rule, count) for rule, count in session.execute(found.order_by(n.desc(), Case.declined_rule))]
