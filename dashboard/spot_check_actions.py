"""A person's look at a post that was drawn: one transaction, one verb of the desk, one result in words."""

from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.labels import spot_checks
from desk.labels.spot_checks import Judged
from storage.models import Person


def judge(workspace: Workspace, person_id: int, check_id: int, *, is_missed: bool) -> Result:
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Judged:
        return spot_checks.judge(session, check_id, is_missed=is_missed, by=by, settings=desk, now=now)

    def told(judged: Judged) -> Result:
        name = "opened" if judged.opened else "missed" if is_missed else "right"
        return Result(Kind.DONE, text(f"checks.act.{name}"), judged.case_id)

    return act(workspace, person_id, verb, told)
