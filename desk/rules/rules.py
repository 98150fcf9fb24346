"""A team's rules: written, tried on the last days, switched on, put in order, and looked at afterwards. A rule can never send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.cases import tags
from desk.errors import Invalid, NotFound, Stale
from desk.people import people
from desk.rules.rule_dry_run import DryRun
from desk.rules.rule_parts import Acts, Condition, acts_of, condition_of
from desk.rules.rule_undo import undo_all, undo_firing
from storage.dialect import among
from storage.models import Brand, Feed, OwnLabel, Person, Rule, RuleFiring, Team

__all__ = [
    "RuleDraft",
    "RuleView",
    "add",
    "change",
    "disable",
    "draft_of",
    "enable",
    "listed",
    "move",
    "note_dry_run",
    "remove",
    "undo_all",
    "undo_firing",
    "view",
]

LONGEST_NAME = 80
MOST_RULES = 100
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as a lead writes it."""

    name: str
    condition: Condition
    acts: Acts


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as it stands. `is_tried`: somebody has looked at what this version would have done; `fired` counts the last seven days."""

    id: int
    name: str
    position: int
    condition: Condition
    acts: Acts
    enabled: bool
    version: int
    is_tried: bool
    tried_at: datetime | None
    fired: int


def draft_of(name: str, condition: Mapping[str, Any], acts: Mapping[str, Any]) -> RuleDraft:
    """A draft of plain values. Raises Invalid for what no rule can say or do."""
    return RuleDraft(" ".join(name.split()), condition_of(condition), acts_of(acts))


def add(session: Session, draft: RuleDraft, *, by: Person, now: datetime) -> Rule:
    """A new rule, the last one, switched off. Raises NotAllowed, and Invalid for a name that another one has or for what there is not."""
    people.require(by, people.LEADS)
    there = _kept(session)
    if len(there) >= MOST_RULES:
        raise Invalid(f"There are {MOST_RULES} rules already: remove one first")
    _check(session, draft)
    rule = Rule(
        name=draft.name,
        position=len(there),
        condition=draft.condition.as_json(),
        acts=draft.acts.as_json(),
        created_by_id=by.id,
        created_at=now,
        changed_at=now,
    )
    session.add(rule)
    session.flush()
    _record(session, "rule_added", rule, by=by, now=now, condition=rule.condition, acts=rule.acts)
    return rule


def change(session: Session, rule_id: int, draft: RuleDraft, *, version: int, by: Person, now: datetime) -> Rule:
    """Write a rule anew: another version, switched off until it is tried. Another name alone changes neither.

    `version` is the one that the writer saw: raises Stale where somebody changed it meanwhile.
    """
    people.require(by, people.LEADS)
    rule = _to_change(session, rule_id)
    _refuse_stale(rule, version)
    _check(session, draft, but=rule.id)
    was = {"name": rule.name, "condition": rule.condition, "acts": rule.acts}
    rule.name, rule.changed_at = draft.name, now
    condition, acts = draft.condition.as_json(), draft.acts.as_json()
    if (condition, acts) != (rule.condition, rule.acts):
        rule.condition, rule.acts = condition, acts
        rule.version, rule.enabled = rule.version + 1, False
    _record(session, "rule_changed", rule, by=by, now=now, was=was, version=rule.version)
    return rule


def move(session: Session, rule_id: int, *, to: int, by: Person, now: datetime) -> list[int]:
    """Put a rule at another place, 0 for the first; what is first, sets first. Returns the ids in their order."""
    people.require(by, people.LEADS)
    rule = _to_change(session, rule_id)
    others = [one for one in _kept(session) if one.id != rule_id]
    place = min(max(to, 0), len(others))
    ordered = [*others[:place], rule, *others[place:]]
    was = rule.position
    for position, one in enumerate(ordered):
        one.position = position
    _record(session, "rule_moved", rule, by=by, now=now, was=was, to=place)
    return [one.id for one in ordered]


def note_dry_run(session: Session, result: DryRun, *, by: Person, now: datetime) -> None:
    """Somebody looks at what a dry run found. Raises Stale when the rule was changed meanwhile: it found something about another version."""
    people.require(by, people.LEADS)
    rule = _to_change(session, result.rule_id)
    _refuse_stale(rule, result.version)
    rule.tried_version, rule.tried_at = result.version, now
    _record(session, "rule_tried", rule, by=by, now=now, version=result.version, looked=result.looked, fits=result.fits)


def enable(session: Session, rule_id: int, *, version: int, by: Person, now: datetime) -> Rule:
    """Switch a rule on: it fires on what is labelled from now on. Raises Invalid unless this version of it was tried, Stale for another version."""
    people.require(by, people.LEADS)
    rule = _to_change(session, rule_id)
    _refuse_stale(rule, version)
    if rule.tried_version != rule.version:
        raise Invalid("Try this rule on the last 7 days first: it was written or changed since somebody last looked at what it does")
    _check(session, draft_of(rule.name, rule.condition, rule.acts), but=rule.id)
    if not rule.enabled:
        rule.enabled = True
        _record(session, "rule_enabled", rule, by=by, now=now, version=rule.version)
    return rule


def disable(session: Session, rule_id: int, *, by: Person, now: datetime) -> Rule:
    """Switch a rule off. What it did stays."""
    people.require(by, people.LEADS)
    rule = _to_change(session, rule_id)
    if rule.enabled:
        rule.enabled = False
        _record(session, "rule_disabled", rule, by=by, now=now)
    return rule


def remove(session: Session, rule_id: int, *, by: Person, now: datetime) -> None:
    """Take a rule off the list for good; its log stays, and what it did can still be undone."""
    people.require(by, people.LEADS)
    rule = _to_change(session, rule_id)
    rule.enabled, rule.removed_at = False, now
    session.flush()
    for position, one in enumerate(_kept(session)):
        one.position = position
    _record(session, "rule_removed", rule, by=by, now=now)


def listed(session: Session, *, by: Person, now: datetime) -> list[RuleView]:
    """All rules in their order."""
    people.require(by, people.LEADS)
    counted = select(RuleFiring.rule_id, func.count()).where(RuleFiring.at >= now - LATELY).group_by(RuleFiring.rule_id)
    fired = {row[0]: row[1] for row in session.execute(counted)}
    return [_view(rule, fired.get(rule.id, 0)) for rule in _kept(session)]


def view(session: Session, rule_id: int, *, by: Person, now: datetime) -> RuleView:
    """One rule. Raises NotFound for one that was removed."""
    found = next((one for one in listed(session, by=by, now=now) if one.id == rule_id), None)
    if found is None:
        raise NotFound("There is no such rule")
    return found


def _view(rule: Rule, fired: int) -> RuleView:
    return RuleView(
        id=rule.id,
        name=rule.name,
        position=rule.position,
        condition=condition_of(rule.condition),
        acts=acts_of(rule.acts),
        enabled=rule.enabled,
        version=rule.version,
        is_tried=rule.tried_version == rule.version,
        tried_at=rule.tried_at,
        fired=fired,
    )


def _kept(session: Session) -> list[Rule]:
    session.flush()
    there = select(Rule).where(Rule.removed_at.is_(None)).order_by(Rule.position, Rule.id)
    return list(session.scalars(there.execution_options(populate_existing=True)))


def _to_change(session: Session, rule_id: int) -> Rule:
    session.flush()
    found = select(Rule).where(Rule.id == rule_id, Rule.removed_at.is_(None)).with_for_update()
    rule = session.scalar(found.execution_options(populate_existing=True))
    if rule is None:
        raise NotFound("There is no such rule")
    return rule


def _refuse_stale(rule: Rule, version: int) -> None:
    if rule.version != version:
        raise Stale(f"Somebody changed the rule “{rule.name}” meanwhile: look at it again", rule.version)


def _check(session: Session, draft: RuleDraft, *, but: int | None = None) -> None:
    """Raises Invalid for a name that is empty, long or taken, and for what the rule names and there is not."""
    if not draft.name or len(draft.name) > LONGEST_NAME:
        raise Invalid(f"A rule needs a name of at most {LONGEST_NAME} characters")
    if any(one.name.lower() == draft.name.lower() and one.id != but for one in _kept(session)):
        raise Invalid(f"There is a rule “{draft.name}” already")
    _check_places(session, draft.condition)
    _check_acts(session, draft.acts)


def _check_places(session: Session, condition: Condition) -> None:
    named = ((Feed, condition.feeds, "feed"), (Brand, condition.brands, "brand"), (OwnLabel, condition.labels, "label"))
    for table, ids, word in named:
        there = set(session.scalars(select(table.id).where(among(session, table.id, ids)))) if ids else set()
        if set(ids) - there:
            raise Invalid(f"There is no such {word}")


def _check_acts(session: Session, acts: Acts) -> None:
    offered = {tag.id for tag in tags.offered(session)} if acts.tags else set()
    for tag_id in acts.tags:
        read_as = tags.reads_as(session, tag_id)
        if read_as is None or read_as.id not in offered:
            raise Invalid("A tag of this rule is not offered any more: choose another")
    if acts.team is not None:
        team = session.get(Team, acts.team)
        if team is None or team.retired_at is not None:
            raise Invalid("There is no such team")
    if acts.assign is not None:
        people.require(people.active(session, acts.assign), people.CARE)


def _record(session: Session, verb: str, rule: Rule, *, by: Person, now: datetime, **detail: Any) -> None:
    audit.record(session, verb, now=now, by=by, subject=f"rule {rule.id}", name=rule.name, **detail)
