"""What a person does with news and notes: one transaction, one verb of the desk, one result in words."""

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.alerts import notices
from desk.cases import notes


def seen(workspace: Workspace, person_id: int, *, case_id: int | None = None, up_to: int | None = None) -> Result:
    """They have looked at what leads to a case, or at all of it up to one that they were shown; what came since stays new."""
    done = act(
        workspace,
        person_id,
        lambda session, by, now: notices.seen(session, by.id, now=now, case_id=case_id, up_to=up_to),
        lambda looked: Result(Kind.DONE, "", case_id, {"seen": looked}),
    )
    workspace.snapshots.drop_news(person_id)
    return done


def remove_note(workspace: Workspace, person_id: int, note_id: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: notes.remove(session, note_id, by=by, now=now),
        lambda case: Result(Kind.DONE, text("note.removed"), case.id),
    )
