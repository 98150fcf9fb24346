"""The rules of a workspace, read at once and made ready: what they name is looked up, so that carrying them out asks nothing more."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from desk import people
from desk.errors import Invalid
from desk.rule_deciding import Ready
from desk.rule_parts import Acts, Condition, acts_of, condition_of
from storage.models import Person, Rule, Tag, Team
from storage.words import Shift

log = logging.getLogger(__name__)


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


def made_ready(session: Session, rows: Sequence[Rule]) -> RuleSet:
    """These rules, in this order."""
    rows = [row for row in rows if _can_be_read(row)]
    if not rows:
        return RuleSet((), {}, {})
    acts = {row.id: _said(row)[1] for row in rows}
    tags = _tags(session, {tag_id for one in acts.values() for tag_id in one.tags})
    teams = _teams(session, {one.team for one in acts.values() if one.team is not None})
    persons = _persons(session, {one.assign for one in acts.values() if one.assign is not None})
    return RuleSet(tuple(_ready(row, tags, teams, persons) for row in rows), {tag.id: tag.name for tag in tags.values()}, teams)


def _can_be_read(row: Rule) -> bool:
    """A rule that another release wrote must not hold up every customer."""
    try:
        _said(row)
    except Invalid as error:
        log.warning("rule %d is passed over: %s", row.id, error)
        return False
    return True


def _said(row: Rule) -> tuple[Condition, Acts]:
    return _read(json.dumps(row.condition), json.dumps(row.acts))


@lru_cache(maxsize=512)
def _read(condition: str, acts: str) -> tuple[Condition, Acts]:
    """Read once, not in every batch: rules change seldom, and a batch holds SQLite's only write lock."""
    return condition_of(json.loads(condition)), acts_of(json.loads(acts))


def _in_order(session: Session, which: ColumnElement[bool]) -> Sequence[Rule]:
    there = select(Rule).where(Rule.removed_at.is_(None), which).order_by(Rule.position, Rule.id)
    return session.scalars(there.execution_options(populate_existing=True)).all()


def _ready(row: Rule, tags: Mapping[int, Tag], teams: Mapping[int, str], persons: Mapping[int, Person]) -> Ready:
    condition, acts = _said(row)
    to = persons.get(acts.assign) if acts.assign is not None else None
    return Ready(
        id=row.id,
        version=row.version,
        name=row.name,
        condition=condition,
        acts=acts,
        tags=tuple(sorted({tags[tag_id].id for tag_id in acts.tags if tag_id in tags})),
        team=acts.team if acts.team in teams else None,
        can_assign=to is not None and to.shift is Shift.ON,
        is_gone=acts.assign is not None and to is None,
    )


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


def _persons(session: Session, person_ids: Iterable[int]) -> dict[int, Person]:
    """Those who still work on cases, with their shift as it is now."""
    wanted = sorted(person_ids)
    if not wanted:
        return {}
    there = select(Person).where(Person.id.in_(wanted), Person.active).execution_options(populate_existing=True)
    return {person.id: person for person in session.scalars(there) if people.roles_of(person) & people.CARE}
