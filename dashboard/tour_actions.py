"""Begin, leave and end the tour, and what it notes of somebody who is on it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.workspace import Workspace
from desk.people import tour
from storage.models import Person


def begin(workspace: Workspace, person_id: int) -> Result:
    return _do(workspace, person_id, tour.begin)


def leave(workspace: Workspace, person_id: int) -> Result:
    return _do(workspace, person_id, tour.leave)


def finish(workspace: Workspace, person_id: int) -> Result:
    return _do(workspace, person_id, tour.finish)


def looked(workspace: Workspace, person_id: int, case_id: int) -> None:
    """They looked at what stands beside a case. Only the sample has a tour."""
    if workspace.settings.is_sample:
        _note(workspace, person_id, tour.LOOKED, case_id)


def saw_shift(workspace: Workspace, person_id: int) -> None:
    _note(workspace, person_id, tour.SAW_SHIFT, None)


def _note(workspace: Workspace, person_id: int, name: str, case_id: int | None) -> None:
    def verb(session: Session, by: Person, now: datetime) -> None:
        tour.note(session, name, case_id=case_id, by=by, now=now)

    act(workspace, person_id, verb, lambda _: Result(Kind.DONE))


def _do(workspace: Workspace, person_id: int, verb: Callable[..., None]) -> Result:
    return act(workspace, person_id, lambda session, by, now: verb(session, by=by, now=now), lambda _: Result(Kind.DONE))
