"""What a person does about money at the board."""

from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.format import clock_words
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.money import thrift
from storage.models import Person


def raise_for_today(workspace: Workspace, person_id: int, credential_id: int) -> Result:
    """Give nothing up until midnight of the workspace's zone."""
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> datetime:
        return thrift.raise_for_today(session, credential_id, settings=desk, by=by, now=now)

    def done(until: datetime) -> Result:
        return Result(Kind.DONE, text("money.act.raised", time=clock_words(until, now=workspace.now(), zone=desk.zone)))

    return act(workspace, person_id, verb, done)
