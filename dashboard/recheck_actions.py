"""What an agent asks of a platform before they answer: one transaction, one verb of the desk, one result in words."""

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import asked_again


def ask(workspace: Workspace, person_id: int, mention_id: int) -> Result:
    """Have the platform asked whether this post still stands and says the same. A sample workspace asks nothing of real platforms."""
    if not workspace.settings.feeds_editable:
        return Result(Kind.REFUSED, text("again.sample"))
    return act(
        workspace,
        person_id,
        lambda session, by, now: asked_again.ask(session, mention_id, by=by, now=now),
        lambda errand_id: Result(Kind.DONE, "", values={"errand": errand_id}),
    )
