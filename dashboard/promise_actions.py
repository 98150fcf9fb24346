"""Promises at the board: made, changed, kept, cancelled."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.promise_values import by_words
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import promises
from storage.models import Person, Promise


def make(workspace: Workspace, person_id: int, case_id: int, *, words: str, due_at: datetime, zone: str) -> Result:
    """`zone` is the person's own: the time is told in it."""
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Promise:
        return promises.make(session, case_id, text=words, due_at=due_at, by=by, settings=desk, now=now)

    return act(workspace, person_id, verb, _told(workspace, "made", zone))


def change(workspace: Workspace, person_id: int, promise_id: int, *, words: str, due_at: datetime, zone: str) -> Result:
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Promise:
        return promises.change(session, promise_id, text=words, due_at=due_at, by=by, settings=desk, now=now)

    return act(workspace, person_id, verb, _told(workspace, "changed", zone))


def keep(workspace: Workspace, person_id: int, promise_id: int) -> Result:
    desk = workspace.settings.desk
    return act(
        workspace,
        person_id,
        lambda session, by, now: promises.keep(session, promise_id, by=by, settings=desk, now=now),
        lambda promise: Result(Kind.DONE, text("promise.act.kept"), promise.case_id),
    )


def cancel(workspace: Workspace, person_id: int, promise_id: int) -> Result:
    desk = workspace.settings.desk
    return act(
        workspace,
        person_id,
        lambda session, by, now: promises.cancel(session, promise_id, by=by, settings=desk, now=now),
        lambda promise: Result(Kind.DONE, text("promise.act.cancelled"), promise.case_id),
    )


def _told(workspace: Workspace, name: str, zone: str) -> Callable[[Promise], Result]:
    def told(promise: Promise) -> Result:
        time = by_words(promise.due_at, now=workspace.now(), zone=zone)
        return Result(Kind.DONE, text(f"promise.act.{name}", time=time), promise.case_id)

    return told
