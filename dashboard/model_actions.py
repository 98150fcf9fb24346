"""Which model classifies, decided at the board: one transaction, one verb of the desk, one result in words."""

from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.labels import models
from storage.models import Person


def take_over(workspace: Workspace, person_id: int, model_id: int) -> Result:
    """The candidate classifies from now on."""

    def verb(session: Session, by: Person, now: datetime) -> int:
        return models.take_over(session, model_id, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("model.act.taken_over")))


def drop(workspace: Workspace, person_id: int, model_id: int) -> Result:
    """The candidate is tried no more."""

    def verb(session: Session, by: Person, now: datetime) -> None:
        models.drop(session, model_id, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("model.act.dropped")))


def go_back(workspace: Workspace, person_id: int) -> Result:
    """The model before classifies again."""

    def verb(session: Session, by: Person, now: datetime) -> int:
        return models.go_back(session, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("model.act.gone_back")))
