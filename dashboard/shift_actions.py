"""A shift at the board: begun, paused, ended with its hand-over; and the queue dealt to those who are there."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.people import routing, shifts
from desk.people.routing import Dealt
from desk.people.shifts import Ended, HandOver
from storage.models import Person
from storage.words import Shift

Verb = Callable[[Session, Person, datetime], Person]


def begin(workspace: Workspace, person_id: int, *, of: int | None = None) -> Result:
    """`of`: whose shift, where a lead sets somebody else's."""
    return _set(workspace, person_id, lambda session, by, now: shifts.begin(session, of or person_id, by=by, now=now))


def pause(workspace: Workspace, person_id: int, *, of: int | None = None) -> Result:
    return _set(workspace, person_id, lambda session, by, now: shifts.pause(session, of or person_id, by=by, now=now))


def end(workspace: Workspace, person_id: int, handovers: Sequence[HandOver] = (), *, of: int | None = None) -> Result:
    """Everything is handed over and the shift ends, or nothing happens."""

    def verb(session: Session, by: Person, now: datetime) -> Ended:
        return shifts.end(session, handovers=handovers, by=by, now=now, person_id=of)

    return act(workspace, person_id, verb, _ended)


def deal(workspace: Workspace, person_id: int) -> Result:
    """`values` names what takes it back, where something was dealt."""
    desk = workspace.settings.desk
    return act(workspace, person_id, lambda session, by, now: routing.deal(session, by=by, settings=desk, now=now), _dealt)


def undo_deal(workspace: Workspace, person_id: int, bulk_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: routing.undo_deal(session, bulk_id, by=by, now=now),
        lambda n: Result(Kind.DONE, text("shift.act.deal_undone", n=n)),
    )


def _set(workspace: Workspace, person_id: int, verb: Verb) -> Result:
    def told(person: Person) -> Result:
        if person.id == person_id:
            return Result(Kind.DONE, text("shift.act.on" if person.shift is Shift.ON else "shift.act.break"))
        return Result(Kind.DONE, text("shift.act.set", person=person.name, state=text(f"shift.{person.shift}")))

    return act(workspace, person_id, verb, told)


def _ended(ended: Ended) -> Result:
    if not ended.to_colleagues and not ended.to_teams:
        return Result(Kind.DONE, text("shift.act.ended"))
    return Result(Kind.DONE, text("shift.act.ended_handed", colleagues=ended.to_colleagues, teams=ended.to_teams))


def _dealt(dealt: Dealt) -> Result:
    if not dealt.cases:
        return Result(Kind.DONE, text("shift.act.dealt_none"))
    name = "shift.act.dealt_one" if dealt.cases == 1 else "shift.act.dealt"
    return Result(Kind.DONE, text(name, n=dealt.cases, people=len(dealt.given)), values={"deal": dealt.id})
