"""Mutes at the board: set, ended, and what they held brought back; one transaction, one verb of the desk, one result in words."""

from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.errors import DeskError
from desk.noise import mutes
from desk.noise.mute_reach import Offer, Reach, offer, reach
from desk.noise.mutes import Back, MuteDraft
from desk.people import people
from storage.models import Mute, Person

MOST_CHUNKS = 40
"""Of a thousand mentions; whoever has more to bring back presses again."""


def add(workspace: Workspace, person_id: int, draft: MuteDraft) -> Result:
    done = Result(Kind.DONE, text(f"mute.act.added.{draft.kind}"))
    return act(workspace, person_id, lambda session, by, now: mutes.add(session, draft, by=by, now=now), lambda _: done)


def end(workspace: Workspace, person_id: int, mute_id: int) -> Result:
    """It holds nothing back any more; what it held stays where it is."""

    def verb(session: Session, by: Person, now: datetime) -> Mute:
        return mutes.end(session, mute_id, by=by, now=now)

    return act(workspace, person_id, verb, lambda _: Result(Kind.DONE, text("mute.act.ended")))


def end_and_bring_back(workspace: Workspace, person_id: int, mute_id: int) -> Result:
    """The mute ends, and all that it held comes back, in many short transactions."""
    ended = end(workspace, person_id, mute_id)
    return _bring_back(workspace, person_id, mute_id) if ended.is_done else ended


def _bring_back(workspace: Workspace, person_id: int, mute_id: int) -> Result:
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> Back:
        return mutes.bring_back(session, mute_id, by=by, settings=desk, now=now)

    back = opened = left = 0
    for _ in range(MOST_CHUNKS):
        result = act(
            workspace, person_id, verb, lambda one: Result(Kind.DONE, values={"back": one.back, "opened": one.opened, "left": one.left})
        )
        if not result.values:
            return result
        back, opened, left = back + result.values["back"], opened + result.values["opened"], result.values["left"]
        if not left:
            break
    return Result(Kind.DONE, text("mute.act.back.left" if left else "mute.act.back", n=back, cases=opened, left=left))


def bring_back_one(workspace: Workspace, person_id: int, mention_id: int) -> Result:
    desk = workspace.settings.desk

    def verb(session: Session, by: Person, now: datetime) -> int | None:
        return mutes.bring_back_one(session, mention_id, by=by, settings=desk, now=now)

    def told(case_id: int | None) -> Result:
        return Result(Kind.DONE, text("mute.act.one_case", case=case_id) if case_id else text("mute.act.one"))

    return act(workspace, person_id, verb, told)


def offered(workspace: Workspace, person_id: int, mention_id: int) -> Offer | None:
    """What can be muted from a mention; reads only. Raises NotAllowed."""
    with workspace.database.read() as session:
        return offer(session, mention_id, by=people.active(session, person_id))


def would_hold(workspace: Workspace, person_id: int, draft: MuteDraft) -> Reach | str:
    """What the mute would have held in the last days, or why it cannot be set; reads only."""
    with workspace.database.read() as session:
        try:
            return reach(session, draft, by=people.active(session, person_id), now=workspace.now())
        except DeskError as refused:
            return str(refused)
