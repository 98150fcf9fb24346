"""Rules for tests: written, tried and switched on as a lead would."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import tags
from desk.people import teams
from desk.rules import rules
from desk.rules.rule_dry_run import DryRun, dry_run
from storage.models import Case, Person, Rule, RuleFiring
from storage.words import Role
from tests.support.desk import person
from tests.support.listening import NOON


def lead(session: Session) -> Person:
    found = session.scalar(select(Person).where(Person.name == "Lea Hart"))
    return found or person(session, "Lea Hart", Role.LEAD, initials="LH", now=NOON)


def tag(session: Session, name: str = "refund") -> int:
    return tags.add(session, name=name, by=lead(session), now=NOON).id


def team(session: Session, name: str = "Parcels") -> int:
    return teams.add(session, name, by=lead(session), now=NOON).id


def written(session: Session, name: str, condition: dict[str, Any], **acts: Any) -> Rule:
    """A rule that is switched off, and was never tried."""
    return rules.add(session, rules.draft_of(name, condition, acts), by=lead(session), now=NOON)


def tried(session: Session, rule: Rule) -> DryRun:
    found = dry_run(session, rule.id, by=lead(session), now=NOON)
    rules.note_dry_run(session, found, by=lead(session), now=NOON)
    return found


def on(session: Session, name: str, condition: dict[str, Any], **acts: Any) -> Rule:
    """A rule that is switched on."""
    rule = written(session, name, condition, **acts)
    tried(session, rule)
    return rules.enable(session, rule.id, version=rule.version, by=lead(session), now=NOON)


def firings(session: Session, rule: Rule | None = None) -> list[RuleFiring]:
    query = select(RuleFiring).order_by(RuleFiring.id).execution_options(populate_existing=True)
    return list(session.scalars(query.where(RuleFiring.rule_id == rule.id) if rule else query))


def only_case(session: Session) -> Case:
    session.flush()
    return session.scalars(select(Case).execution_options(populate_existing=True)).one()
