"""What the browser draws, read from the workspace: one read transaction each, then plain values."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from dashboard.case_values import Reader, draft_values, editor_state
from dashboard.filters import is_narrowed
from dashboard.format import millis
from dashboard.notice_values import notice_values
from dashboard.packed import Common
from dashboard.queue_rows import row_values
from dashboard.similar_values import similar_section
from dashboard.workspace import Workspace
from desk.alerts import notices
from desk.incidents import incident_cases
from desk.incidents.incident_cases import Folded
from desk.labels import similar as likeness
from desk.people import people
from desk.queue import inbox
from desk.queue.filters import QueueFilter
from desk.queue.sight import Sight, sight_of
from desk.replies import approvals

FOLDING = ("waiting", "unclaimed")
"""The views that show the cases of an incident as one row."""


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


def rows(workspace: Workspace, shown: QueueFilter, *, limit: int, zone: str) -> Common:
    """The rows of a list, the same for everybody who looks at it in one language and zone."""
    with workspace.database.read() as session:
        now = workspace.now()
        found = inbox.queue(session, shown, now=now, limit=limit + 1)
        next_due = None if found else inbox.next_due(session, now=now)
        folds = [_fold(one) for one in incident_cases.folded(session)] if shown.view in FOLDING and not is_narrowed(shown) else []
    values = [row_values(row, now=now, zone=zone) for row in found[:limit]]
    return Common({"rows": values, "more": len(found) > limit, "next_due": millis(next_due), "folds": folds})


def _fold(one: Folded) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "n": one.cases, "since": millis(one.oldest), "is_closed": one.is_closed}


def counts(workspace: Workspace, *, person_id: int) -> dict[str, int]:
    """The figures above the list for one person; counted once for all of them. Raises NotAllowed."""
    seen = sight(workspace, person_id=person_id)
    figures = workspace.snapshots.known("figures", lambda: _figures(workspace))
    counted = asdict(figures.of(person_id, my_teams=seen.my_teams, sees_shielded=seen.sees_shielded))
    return {**counted, "to_approve": to_approve(workspace, person_id)}


def to_approve(workspace: Workspace, person_id: int) -> int:
    """Replies of others that wait for somebody to read them, for whoever may."""
    if not workspace.snapshots.settled(("may_approve", person_id), lambda: _may_approve(workspace, person_id)):
        return 0
    asked = workspace.snapshots.known("to_approve", lambda: _asked(workspace))
    return sum(number for asker, number in asked.items() if asker != person_id)


def _may_approve(workspace: Workspace, person_id: int) -> bool:
    with workspace.database.read() as session:
        return approvals.may_approve(people.active(session, person_id))


def _asked(workspace: Workspace) -> Mapping[int, int]:
    with workspace.database.read() as session:
        return approvals.waiting_by(session)


def sight(workspace: Workspace, *, person_id: int) -> Sight:
    """What this person's lists depend on. Raises NotAllowed."""
    return workspace.snapshots.settled(("sight", person_id), lambda: _sight(workspace, person_id))


def _sight(workspace: Workspace, person_id: int) -> Sight:
    with workspace.database.read() as session:
        return sight_of(session, people.active(session, person_id), due_within=workspace.settings.desk.alerts.breach_near)


def _figures(workspace: Workspace) -> inbox.Figures:
    with workspace.database.read() as session:
        return inbox.figures(session, now=workspace.now(), due_within=workspace.settings.desk.alerts.breach_near)


def case(workspace: Workspace, case_id: int, *, person_id: int) -> dict[str, Any]:
    """The state of one case for its editor. Raises NotFound, NotAllowed."""
    with workspace.database.read() as session:
        now, by = workspace.now(), people.active(session, person_id)
        view = inbox.case(session, case_id, by=by, now=now, beside=False)
        return editor_state(view, Reader.of(by, now=now, zone=workspace.locales.read(by).zone))


def news(workspace: Workspace, *, person_id: int) -> dict[str, Any]:
    """What one person has not looked at. Raises NotAllowed."""
    with workspace.database.read() as session:
        return notice_values(notices.unseen(session, people.active(session, person_id).id))


def similar(workspace: Workspace, case_id: int, *, person_id: int) -> dict[str, Any]:
    """The section of similar cases as it stands: `block`, empty where there is nothing to show, and whether it still `waits`."""
    with workspace.database.read() as session:
        now, by = workspace.now(), people.active(session, person_id)
        view, found = inbox.case(session, case_id, by=by, now=now), likeness.seen(session, case_id, by=by, now=now)
    block = similar_section(found, view, Reader.of(by, now=now, zone=workspace.locales.read(by).zone))
    return {"block": block, "waits": found is not None and found.waits}


def draft(workspace: Workspace, case_id: int, *, person_id: int) -> dict[str, Any] | None:
    """The draft that stands in the database, for an editor that holds an older one."""
    with workspace.database.read() as session:
        by = people.active(session, person_id)
        return draft_values(inbox.case(session, case_id, by=by, now=workspace.now(), beside=False))
