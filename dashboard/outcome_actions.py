"""What a person says about how cases ended: one transaction, one verb of the desk, one result in words."""

from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.outcomes import held, resolutions
from desk.outcomes.outcomes import ResolutionDraft
from storage.models import Case, Person, Resolution


def confirm(workspace: Workspace, person_id: int, case_id: int, *, mention_id: int) -> Result:
    """The customer says in that post that it is solved."""

    def verb(session: Session, by: Person, now: datetime) -> Case:
        return held.confirm(session, case_id, mention_id=mention_id, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("confirm_solved.done"), case_id))


def complete(workspace: Workspace, person_id: int, resolution_id: int, draft: ResolutionDraft) -> Result:
    """The cause of what was solved on contact is known now."""

    def verb(session: Session, by: Person, now: datetime) -> Resolution:
        return resolutions.complete(session, resolution_id, draft, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("outcomes.unknown.done")))
