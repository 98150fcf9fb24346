"""The stops of a lead at the board: hold all replies, approval for everybody."""

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.replies import switches
from desk.replies.switches import Switch

TURNED = {
    (Switch.REPLIES_HELD, True): "held",
    (Switch.REPLIES_HELD, False): "released",
    (Switch.APPROVAL_FOR_ALL, True): "everyone",
    (Switch.APPROVAL_FOR_ALL, False): "nobody",
}


def turn(workspace: Workspace, person_id: int, switch: Switch, *, on: bool) -> Result:
    done = Result(Kind.DONE, text(f"stop.act.{TURNED[switch, on]}"))
    return act(workspace, person_id, lambda session, by, now: switches.set(session, switch, on, by=by, now=now), lambda _: done)
