"""What the browser draws, read from the workspace: one read transaction each, then plain values."""

import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from dashboard.case_values import Reader, draft_values, editor_state
from dashboard.format import millis
from dashboard.queue_rows import row_values
from dashboard.similar_values import similar_section
from dashboard.workspace import Workspace
from desk import inbox, people
from desk import similar as likeness
from desk.filters import QueueFilter


def server_millis() -> int:
    return time.time_ns() // 1_000_000


def can_read(workspace: Workspace) -> bool:
    """Whether the rows can be read at all."""
    try:
        with workspace.database.read() as session:
            session.execute(sql("SELECT 1 FROM person LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


def rows(workspace: Workspace, shown: QueueFilter, *, limit: int) -> dict[str, Any]:
    """The rows of a list, the same for everybody who looks at it."""
    with workspace.database.read() as session:
        now = workspace.now()
        found = inbox.queue(session, shown, now=now, limit=limit + 1)
        next_due = None if found else inbox.next_due(session, now=now)
    zone = workspace.settings.desk.zone
    values = [row_values(row, now=now, zone=zone) for row in found[:limit]]
    return {"rows": values, "more": len(found) > limit, "next_due": millis(next_due)}


def counts(workspace: Workspace, *, person_id: int) -> dict[str, int]:
    """The figures above the list for one person; counted once for all of them. Raises NotAllowed."""
    with workspace.database.read() as session:
        people.require(people.active(session, person_id), people.READ)
    return asdict(workspace.snapshots.known("figures", lambda: _figures(workspace)).of(person_id))


def _figures(workspace: Workspace) -> inbox.Figures:
    with workspace.database.read() as session:
        return inbox.figures(session, now=workspace.now())


def case(workspace: Workspace, case_id: int, *, person_id: int) -> dict[str, Any]:
    """The state of one case for its editor. Raises NotFound, NotAllowed."""
    with workspace.database.read() as session:
        now, by = workspace.now(), people.active(session, person_id)
        view = inbox.case(session, case_id, by=by, now=now)
        return editor_state(view, Reader.of(by, now=now, zone=workspace.settings.desk.zone))


def similar(workspace: Workspace, case_id: int, *, person_id: int) -> dict[str, Any]:
    """The section of similar cases as it stands: `block`, empty where there is nothing to show, and whether it still `waits`."""
    with workspace.database.read() as session:
        now, by = workspace.now(), people.active(session, person_id)
        view, found = inbox.case(session, case_id, by=by, now=now), likeness.seen(session, case_id, by=by, now=now)
    block = similar_section(found, view, Reader.of(by, now=now, zone=workspace.settings.desk.zone))
    return {"block": block, "waits": found is not None and found.waits}


def draft(workspace: Workspace, case_id: int, *, person_id: int) -> dict[str, Any] | None:
    """The draft that stands in the database, for an editor that holds an older one."""
    with workspace.database.read() as session:
        by = people.active(session, person_id)
        return draft_values(inbox.case(session, case_id, by=by, now=workspace.now()))
