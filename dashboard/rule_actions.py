"""What a lead does with rules at the board: one transaction, one verb of the desk, one result in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.people import people
from desk.rules import rules
from desk.rules.rule_dry_run import DryRun, dry_run
from desk.rules.rule_undo import Undone, UndoneAll
from storage.models import Person, Rule

MOST_CHUNKS = 40
"""Of a thousand firings; whoever has more to undo presses again."""

RuleVerb = Callable[..., Rule]


def add(workspace: Workspace, person_id: int, *, name: str, condition: Mapping[str, Any], acts: Mapping[str, Any]) -> Result:
    """`values` has the rule's id."""

    def verb(session: Session, by: Person, now: datetime) -> Rule:
        return rules.add(session, rules.draft_of(name, condition, acts), by=by, now=now)

    return act(workspace, person_id, verb, lambda rule: _done("rules.act.added", rule))


def change(
    workspace: Workspace, person_id: int, rule_id: int, *, version: int, name: str, condition: Mapping[str, Any], acts: Mapping[str, Any]
) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> Rule:
        return rules.change(session, rule_id, rules.draft_of(name, condition, acts), version=version, by=by, now=now)

    return act(
        workspace, person_id, verb, lambda rule: _done("rules.act.changed" if rule.version == version else "rules.act.off_again", rule)
    )


def move(workspace: Workspace, person_id: int, rule_id: int, *, to: int) -> Result:
    return act(
        workspace, person_id, lambda session, by, now: rules.move(session, rule_id, to=to, by=by, now=now), lambda _: Result(Kind.DONE)
    )


def switch_on(workspace: Workspace, person_id: int, rule_id: int, *, version: int) -> Result:
    def verb(session: Session, by: Person, now: datetime) -> Rule:
        return rules.enable(session, rule_id, version=version, by=by, now=now)

    return act(workspace, person_id, verb, lambda rule: _done("rules.act.on", rule))


def switch_off(workspace: Workspace, person_id: int, rule_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: rules.disable(session, rule_id, by=by, now=now),
        lambda rule: _done("rules.act.off", rule),
    )


def remove(workspace: Workspace, person_id: int, rule_id: int) -> Result:
    done = Result(Kind.DONE, text("rules.act.removed"))
    return act(workspace, person_id, lambda session, by, now: rules.remove(session, rule_id, by=by, now=now), lambda _: done)


def dry(workspace: Workspace, person_id: int, rule_id: int) -> DryRun:
    """What the rule would have done; reads only. Raises NotAllowed, NotFound."""
    with workspace.database.read() as session:
        return dry_run(session, rule_id, by=people.active(session, person_id), now=workspace.now())


def tried(workspace: Workspace, person_id: int, result: DryRun) -> Result:
    """Note that this person has seen the result."""
    done = Result(Kind.DONE)
    return act(workspace, person_id, lambda session, by, now: rules.note_dry_run(session, result, by=by, now=now), lambda _: done)


def undo(workspace: Workspace, person_id: int, firing_id: int) -> Result:
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Undone:
        return rules.undo_firing(session, firing_id, by=by, settings=desk, now=now)

    return act(workspace, person_id, verb, _undone)


def undo_all(workspace: Workspace, person_id: int, rule_id: int, *, since: datetime) -> Result:
    """All that a rule did since then, in many short transactions; what it does meanwhile is not among it."""
    until, desk = workspace.now(), workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> UndoneAll:
        return rules.undo_all(session, rule_id, since=since, until=until, by=by, settings=desk, now=now)

    undone = left = 0
    for _ in range(MOST_CHUNKS):
        result = act(workspace, person_id, verb, lambda one: Result(Kind.DONE, values={"undone": one.undone, "left": one.left}))
        if not result.values:
            return result
        undone, left = undone + result.values["undone"], result.values["left"]
        if not left:
            break
    return Result(Kind.DONE, text("rules.act.undone_all.left" if left else "rules.act.undone_all", n=undone, left=left))


def _undone(undone: Undone) -> Result:
    kept = ", ".join(text(f"rules.act.{one}") for one in undone.kept)
    return Result(Kind.DONE, text("rules.act.undone_but", acts=kept) if kept else text("rules.act.undone"), undone.case_id)


def _done(name: str, rule: Rule) -> Result:
    return Result(Kind.DONE, text(name, rule=rule.name), values={"rule": rule.id})
