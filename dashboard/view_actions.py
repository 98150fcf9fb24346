"""Saved lists at the board: one transaction, one verb of the desk, one result in words."""

from collections.abc import Sequence

from dashboard.actions import Kind, Result, act
from dashboard.texts import text
from dashboard.workspace import Workspace
from desk.queue import views


def save(workspace: Workspace, person_id: int, *, name: str, params: str) -> Result:
    """Keep what the address says under a name; `values` has the new view's id."""
    return act(
        workspace,
        person_id,
        lambda session, by, now: views.save(session, name=name, params=params, by=by, now=now),
        lambda view: Result(Kind.DONE, text("view.act.saved", name=view.name), values={"view": view.id}),
    )


def rename(workspace: Workspace, person_id: int, view_id: int, *, name: str) -> Result:
    return act(
        workspace,
        person_id,
        lambda session, by, now: views.rename(session, view_id, name=name, by=by, now=now),
        lambda view: Result(Kind.DONE, text("view.act.renamed", name=view.name)),
    )


def share(workspace: Workspace, person_id: int, view_id: int, *, is_shared: bool) -> Result:
    told = "view.act.shared" if is_shared else "view.act.unshared"
    return act(
        workspace,
        person_id,
        lambda session, by, now: views.share(session, view_id, is_shared=is_shared, by=by, now=now),
        lambda view: Result(Kind.DONE, text(told, name=view.name)),
    )


def order(workspace: Workspace, person_id: int, view_ids: Sequence[int]) -> Result:
    done = Result(Kind.DONE, text("view.act.moved"))
    return act(workspace, person_id, lambda session, by, now: views.order(session, view_ids, by=by, now=now), lambda _: done)


def remove(workspace: Workspace, person_id: int, view_id: int) -> Result:
    done = Result(Kind.DONE, text("view.act.removed"))
    return act(workspace, person_id, lambda session, by, now: views.remove(session, view_id, by=by, now=now), lambda _: done)
