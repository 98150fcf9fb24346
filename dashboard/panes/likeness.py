"""What is known of cases like the one that is open, read for the panes that show it."""

from dashboard import staff
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.labels import similar
from desk.labels.similar import Likeness
from desk.queue.inbox import CaseView


def likeness_of(viewer: Viewer, view: CaseView) -> Likeness | None:
    with here().database.read() as session:
        return similar.seen(session, view.row.id, by=staff.reader(viewer.id), now=here().now())


def fixes(viewer: Viewer, view: CaseView) -> dict[int, tuple[str, str]]:
    """Cause and fix of what solved similar cases, by the resolution's id."""
    found = likeness_of(viewer, view)
    return {one.resolution_id: (one.cause, one.fix) for one in (found.cases if found else ()) if one.resolution_id}
