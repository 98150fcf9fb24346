"""What somebody's own count of abusive posts needs: a post was unfolded, counting is switched on or off."""

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.people import exposure


def unfold(workspace: Workspace, person_id: int, mention_id: int) -> Result:
    """Says nothing of the count: the answer goes to a page that somebody else may be looking at too."""
    desk = workspace.settings.desk
    return act(
        workspace,
        person_id,
        lambda session, by, now: exposure.unfold(session, mention_id, by=by, settings=desk, now=now),
        lambda _: Result(Kind.DONE),
    )


def set_counted(workspace: Workspace, person_id: int, *, is_counted: bool) -> Result:
    done = Result(Kind.DONE, text("exposure.act.on" if is_counted else "exposure.act.off"))
    return act(workspace, person_id, lambda session, by, _now: exposure.set_counted(session, is_counted, by=by), lambda _: done)
