"""Tags at the board: put on and taken off as one chooses them, and the list itself for leads."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.cases import tags
from desk.cases.tags import TagView
from storage.models import Person


def of_case(workspace: Workspace, person_id: int, case_id: int, *, before: Collection[int], after: Collection[int]) -> Result:
    """What was chosen for a case: `before` is what the chooser saw, so that a colleague's tag of meanwhile stays."""

    def verb(session: Session, by: Person, now: datetime) -> int:
        off = tags.take_off(session, tag_ids=set(before) - set(after), case_ids=[case_id], by=by, now=now)
        return off + tags.put(session, tag_ids=set(after) - set(before), case_ids=[case_id], by=by, now=now)

    return act(workspace, person_id, verb, _changed)


def of_mention(workspace: Workspace, person_id: int, mention_id: int, *, before: Collection[int], after: Collection[int]) -> Result:
    """The same for a mention."""

    def verb(session: Session, by: Person, now: datetime) -> int:
        off = tags.take_off(session, tag_ids=set(before) - set(after), mention_ids=[mention_id], by=by, now=now)
        return off + tags.put(session, tag_ids=set(after) - set(before), mention_ids=[mention_id], by=by, now=now)

    return act(workspace, person_id, verb, _changed)


def add(workspace: Workspace, person_id: int, *, name: str) -> Result:
    return act(workspace, person_id, lambda session, by, now: tags.add(session, name=name, by=by, now=now), _named("added"))


def rename(workspace: Workspace, person_id: int, tag_id: int, *, name: str) -> Result:
    return act(workspace, person_id, lambda session, by, now: tags.rename(session, tag_id, name=name, by=by, now=now), _named("renamed"))


def merge(workspace: Workspace, person_id: int, tag_id: int, *, into: int) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: tags.merge(session, tag_id, into=into, by=by, now=now),
        lambda moved: Result(Kind.DONE, text("tag.act.merged", n=moved)),
    )


def retire(workspace: Workspace, person_id: int, tag_id: int) -> Result:
    done = Result(Kind.DONE, text("tag.act.retired"))
    return act(workspace, person_id, lambda session, by, now: tags.retire(session, tag_id, by=by, now=now), lambda _: done)


def bring_back(workspace: Workspace, person_id: int, tag_id: int) -> Result:
    return act(workspace, person_id, lambda session, by, now: tags.bring_back(session, tag_id, by=by, now=now), _named("brought_back"))


def _changed(number: int) -> Result:
    return Result(Kind.DONE, text("tag.act.changed" if number else "tag.act.same"))


def _named(name: str) -> Callable[[TagView], Result]:
    return lambda tag: Result(Kind.DONE, text(f"tag.act.{name}", name=tag.name))
