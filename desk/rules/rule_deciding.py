"""What each rule does to a mention: rules in their order, each kind of act set by the first rule that can. Pure, for what happens and for a dry run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from desk.rules.rule_matching import Heard, Test, fits
from desk.rules.rule_parts import Act, Acts, Condition
from storage.words import Urgency

Entry = dict[str, Any]
"""What one act did: `before` and `after`, or why it was `left`."""

Did = dict[str, Entry]
Room = dict[int, int]
"""How many more cases each person may be given; who is not in it has no limit."""


class Left(StrEnum):
    """Why a rule left an act undone."""

    EARLIER = "earlier"
    SAME = "same"
    PERSON = "person"
    EMERGENCY = "emergency"
    PRIVATE = "private"
    HAS_CASE = "has_case"
    NO_CASE = "no_case"
    HAS_TEAM = "has_team"
    HAS_OWNER = "has_owner"
    AWAY = "away"
    FULL = "full"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule that can be carried out. `tests`: what its condition asks of a mention. `tags` are those that are offered, merged ones as what they read as; `team` is None when it was retired.

    `can_assign`: the person is active and on shift; `is_gone`: they no longer work on cases.
    """

    id: int
    version: int
    name: str
    condition: Condition
    tests: tuple[Test, ...]
    acts: Acts
    tags: tuple[int, ...] = ()
    team: int | None = None
    can_assign: bool = False
    is_gone: bool = False


@dataclass(slots=True)
class CaseState:
    """As much of a case as rules look at; it changes while they are carried out."""

    id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    claim_no: int = 0
    is_live: bool = True
    tags: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Decided:
    """The rules that fit one mention, in order, with what each did. `urgency` and `muted_by` are the winners of those acts."""

    heard: Heard
    fitting: Sequence[Ready]
    did: dict[int, Did]
    taken: set[str]
    urgency: Urgency | None = None
    urgent_by: Ready | None = None
    muted_by: Ready | None = None


def fitting(rules: Iterable[Ready], heard: Heard) -> list[Ready]:
    return [rule for rule in rules if fits(rule.tests, heard)]


def before_case(
    heard: Heard, fitting: Sequence[Ready], *, taken: Iterable[str] = (), is_named: bool = False, goes_on: Callable[[], bool]
) -> Decided:
    """Urgency and muting: what must be known before there is a case.

    `taken`: acts that rules did to this mention before. `is_named`: a person has said what its urgency is. `goes_on`: whether it belongs to a
    live case anyway; only asked where a rule would mute it.
    """
    decided = Decided(heard, fitting, {rule.id: {} for rule in fitting}, set(taken))
    for rule in fitting:
        if rule.acts.urgency is not None:
            decided.did[rule.id][Act.URGENCY] = _urgency(decided, rule, is_named=is_named)
    for rule in fitting:
        if rule.acts.mute:
            decided.did[rule.id][Act.MUTE] = _mute(decided, rule, goes_on)
    return decided


def with_case(decided: Decided, case: CaseState | None, *, on_mention: set[int], room: Room) -> None:
    """Tags, team and person: what concerns the case, or the mention where there is none. `case`, `on_mention` and `room` follow what is decided."""
    for rule in decided.fitting:
        did = decided.did[rule.id]
        if rule.acts.tags:
            did[Act.TAGS] = _tags(rule, case, on_mention)
        if rule.acts.team is not None:
            did[Act.TEAM] = _first(decided, Act.TEAM, partial(_team, rule, case))
        if rule.acts.assign is not None:
            did[Act.ASSIGN] = _first(decided, Act.ASSIGN, partial(_assign, rule, case, room))


def unmute(decided: Decided) -> None:
    """It joined a case that came to be meanwhile."""
    if decided.muted_by is not None:
        decided.did[decided.muted_by.id][Act.MUTE] = _left(Left.HAS_CASE)
        decided.muted_by = None


def is_done(entry: Mapping[str, Any]) -> bool:
    return "left" not in entry


def is_emergency(heard: Heard, urgency: Urgency | None) -> bool:
    """Somebody needs an answer, and hours matter: no rule hides that."""
    return bool(heard.needs_reply) and Urgency.HIGH in {heard.urgency, urgency}


def _urgency(decided: Decided, rule: Ready, *, is_named: bool) -> Entry:
    if Act.URGENCY in decided.taken:
        return _left(Left.EARLIER)
    if is_named:
        return _left(Left.PERSON)
    decided.taken.add(Act.URGENCY)
    if decided.heard.urgency == rule.acts.urgency:
        return _left(Left.SAME)
    decided.urgency, decided.urgent_by = rule.acts.urgency, rule
    return {"before": decided.heard.urgency, "after": rule.acts.urgency}


def _mute(decided: Decided, rule: Ready, goes_on: Callable[[], bool]) -> Entry:
    if Act.MUTE in decided.taken:
        return _left(Left.EARLIER)
    if is_emergency(decided.heard, decided.urgency):
        return _left(Left.EMERGENCY)
    if decided.heard.is_private:
        return _left(Left.PRIVATE)
    if goes_on():
        return _left(Left.HAS_CASE)
    decided.taken.add(Act.MUTE)
    decided.muted_by = rule
    return {"before": False, "after": True}


def _tags(rule: Ready, case: CaseState | None, on_mention: set[int]) -> Entry:
    """On the mention, and on its case. Tags add up; what stands there already was put by somebody else."""
    if not rule.tags:
        return _left(Left.GONE)
    wanted = set(rule.tags)
    on_case = case.tags if case is not None else wanted
    new = {"mention": sorted(wanted - on_mention), "case": sorted(wanted - on_case)}
    if not any(new.values()):
        return _left(Left.SAME)
    before = {"mention": sorted(wanted & on_mention), "case": sorted(wanted & on_case) if case is not None else []}
    on_mention |= wanted
    on_case |= wanted
    return {"before": before, "after": new}


def _first(decided: Decided, act: Act, attempt: Callable[[], Entry]) -> Entry:
    if act in decided.taken:
        return _left(Left.EARLIER)
    entry = attempt()
    if is_done(entry):
        decided.taken.add(act)
    return entry


def _team(rule: Ready, case: CaseState | None) -> Entry:
    if rule.team is None:
        return _left(Left.GONE)
    if case is None or not case.is_live:
        return _left(Left.NO_CASE)
    if case.team_id is not None:
        return _left(Left.SAME if case.team_id == rule.team else Left.HAS_TEAM)
    case.team_id = rule.team
    return {"before": None, "after": rule.team}


def _assign(rule: Ready, case: CaseState | None, room: Room) -> Entry:
    if rule.is_gone:
        return _left(Left.GONE)
    if case is None or not case.is_live:
        return _left(Left.NO_CASE)
    if case.assignee_id is not None or case.claim_no:
        # Whoever had it once knows the customer, and a reply of theirs may be on its way.
        return _left(Left.SAME if case.assignee_id == rule.acts.assign else Left.HAS_OWNER)
    if not rule.can_assign:
        return _left(Left.AWAY)
    to = rule.acts.assign or 0
    if room.get(to, 1) <= 0:
        return _left(Left.FULL)
    if to in room:
        room[to] -= 1
    case.assignee_id, case.claim_no = to, case.claim_no + 1
    return {"before": None, "after": rule.acts.assign, "claim_no": case.claim_no}


def _left(why: Left) -> Entry:
    return {"left": why.value}
