"""Whether we may answer in a subreddit: one transaction, one verb of the desk, one result in words."""

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.replies import welcomes
from storage.words import WelcomeKind


def note(workspace: Workspace, person_id: int, brand_id: int, place: str, *, kind: WelcomeKind, reason: str) -> Result:
    """Note what its rules or its moderators say."""
    return act(
        workspace,
        person_id,
        lambda session, by, now: welcomes.note(session, brand_id, place, kind=kind, reason=reason, by=by, now=now),
        lambda found: Result(Kind.DONE, text(f"welcome.done.{found.kind}", place=found.place)),
    )
