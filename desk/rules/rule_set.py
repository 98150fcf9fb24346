"""The rules of a workspace, read at once and made ready: what they name is looked up, so that carrying them out asks nothing more."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, cast, select
from sqlalchemy.orm import Session

from desk.cases import hands
from desk.errors import Invalid
from desk.people import people
from desk.rules.rule_deciding import Ready, Room
from desk.rules.rule_matching import Test, tests_of
from desk.rules.rule_parts import Acts, Condition, acts_of, condition_of
from storage.models import Person, Rule, Tag, Team
from storage.words import Shift

log = logging.getLogger(__name__)

COLUMNS: tuple[Any, ...] = (
    Rule.id,
    Rule.version,
    Rule.name,
    # As it is stored: the same text was read before.
    cast(Rule.condition, Text).label("condition"),
    cast(Rule.acts, Text).label("acts"),
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in their order, and the names of what they put."""

    rules: tuple[Ready, ...]
    tags: Mapping[int, str]
    teams: Mapping[int, str]


def enabled(session: Session) -> RuleSet:
    """The rules that are switched on."""
    return made_ready(session, _in_order(session, and_(Rule.enabled)))


def with_rule(session: Session, rule: Rule) -> RuleSet:
    """The same, with one more at its place, on or off."""
    return made_ready(session, _in_order(session, Rule.enabled | (Rule.id == rule.id)))


def as_they_stand(session: Session, rules: Iterable[Ready]) -> dict[int, Ready]:
    """Those of these rules that give cases to somebody, by id, by how it stands with that person from now on.

    None of these people leaves, ends a shift or is given a case by another batch before this transaction ends. Called before any case is locked: that is the order in which people
    leave and end their shifts.
    """
    giving = {rule.id: rule for rule in rules if rule.acts.assign is not None}
    persons = _persons(session, {rule.acts.assign for rule in giving.values() if rule.acts.assign is not None}, are_to_stay=True)
    return {rule.id: _given_to(rule, persons) for rule in giving.values()}


def room(session: Session, rules: Iterable[Ready], *, now: datetime) -> Room:
    """How many more cases those may be given, to whom these rules give some and who have a limit, as "next" counts it."""
    wanted = {rule.acts.assign for rule in rules if rule.acts.assign is not None and rule.can_assign}
    if not wanted:
        return {}
    limited = select(Person.id, Person.open_limit).where(Person.id.in_(sorted(wanted)), Person.open_limit.is_not(None))
    limits = {row.id: row.open_limit for row in session.execute(limited)}
    loads = hands.loads(session, list(limits), now=now)
    return {person_id: limit - loads[person_id] for person_id, limit in limits.items()}


def made_ready(session: Session, rows: Sequence[Row[Any]]) -> RuleSet:
    """These rules, in this order."""
    rows = [row for row in rows if _can_be_read(row)]
    if not rows:
        return RuleSet((), {}, {})
    acts = {row.id: _said(row).acts for row in rows}
    tags = _tags(session, {tag_id for one in acts.values() for tag_id in one.tags})
    teams = _teams(session, {one.team for one in acts.values() if one.team is not None})
    persons = _persons(session, {one.assign for one in acts.values() if one.assign is not None})
    return RuleSet(tuple(_ready(row, tags, teams, persons) for row in rows), {tag.id: tag.name for tag in tags.values()}, teams)


def _can_be_read(row: Row[Any]) -> bool:
    """A rule that another release wrote must not hold up every customer."""
    try:
        _said(row)
    except Invalid as error:
        log.warning("rule %d is passed over: %s", row.id, error)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Said:
    condition: Condition
    tests: tuple[Test, ...]
    acts: Acts


def _said(row: Row[Any]) -> _Said:
    return _read(row.condition, row.acts)


@lru_cache(maxsize=512)
def _read(condition: str, acts: str) -> _Said:
    """Read once, not in every batch: rules change seldom, and a batch holds SQLite's only write lock."""
    said = condition_of(json.loads(condition))
    return _Said(said, tests_of(said), acts_of(json.loads(acts)))


def _in_order(session: Session, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return session.execute(select(*COLUMNS).where(Rule.removed_at.is_(None), which).order_by(Rule.position, Rule.id)).all()


def _ready(row: Row[Any], tags: Mapping[int, Tag], teams: Mapping[int, str], persons: Mapping[int, Person]) -> Ready:
    said = _said(row)
    acts = said.acts
    rule = Ready(
        id=row.id,
        version=row.version,
        name=row.name,
        condition=said.condition,
        tests=said.tests,
        acts=acts,
        tags=tuple(sorted({tags[tag_id].id for tag_id in acts.tags if tag_id in tags})),
        team=acts.team if acts.team in teams else None,
    )
    return rule if acts.assign is None else _given_to(rule, persons)


def _given_to(rule: Ready, persons: Mapping[int, Person]) -> Ready:
    to = persons.get(rule.acts.assign or 0)
    return replace(rule, can_assign=to is not None and to.shift is Shift.ON, is_gone=to is None)


def _tags(session: Session, tag_ids: Iterable[int]) -> dict[int, Tag]:
    """The tag that each id reads as; retired ones are absent: they are put no more."""
    wanted = sorted(tag_ids)
    if not wanted:
        return {}
    rows = {tag.id: tag for tag in session.scalars(select(Tag).where(Tag.id.in_(wanted)))}
    read_as = {tag_id: session.get_one(Tag, tag.merged_into_id) if tag.merged_into_id else tag for tag_id, tag in rows.items()}
    return {tag_id: tag for tag_id, tag in read_as.items() if tag.retired_at is None}


def _teams(session: Session, team_ids: Iterable[int]) -> dict[int, str]:
    wanted = sorted(team_ids)
    if not wanted:
        return {}
    there = select(Team.id, Team.name).where(Team.id.in_(wanted), Team.retired_at.is_(None))
    return {row.id: row.name for row in session.execute(there)}


def _persons(session: Session, person_ids: Iterable[int], *, are_to_stay: bool = False) -> dict[int, Person]:
    """Those who still work on cases, with their shift as it is now; with `are_to_stay` as it is until this transaction ends."""
    wanted = sorted(person_ids)
    if not wanted:
        return {}
    there = select(Person).where(Person.id.in_(wanted), Person.active).order_by(Person.id).execution_options(populate_existing=True)
    there = there.with_for_update(key_share=True, of=Person) if are_to_stay else there
    return {person.id: person for person in session.scalars(there) if people.roles_of(person) & people.CARE}
