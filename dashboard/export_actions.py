"""Taking cases away as a file."""

from collections.abc import Mapping

from dashboard import drawn
from dashboard.filters import read_filter
from dashboard.workspace import Workspace
from desk.figures import exports
from desk.figures.exports import Export
from desk.people import people


def begin(workspace: Workspace, person_id: int, params: Mapping[str, str]) -> Export:
    """Which cases the file of a list holds, written down before any of them leaves. Raises NotAllowed."""
    shown = read_filter(params, person_id=person_id, sight=drawn.sight(workspace, person_id=person_id))
    now = workspace.now()
    with workspace.database.read() as session:
        export = exports.choose(session, shown, by=people.active(session, person_id), now=now)
    with workspace.database.write() as session:
        exports.record(session, export, by=people.active(session, person_id), now=now)
    return export
