"""The box for a note on a case, with the colleagues whom it can tell."""

from dashboard import components, parts, staff
from dashboard.identity import space_of
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.people import people
from desk.queue.inbox import CaseView


def draw(viewer: Viewer, view: CaseView) -> None:
    """The button beside a case's acts."""
    with parts.popover(text("case.note"), key="note_popover") as menu:
        if menu.open:
            components.note(key=f"note_{view.row.id}_{viewer.id}", data=_data(viewer, view.row.id), on_added_change=_redraw)


def _data(viewer: Viewer, case_id: int) -> dict[str, object]:
    caring = [one for one in staff.everyone() if people.roles_of(one) & people.CARE]
    return {
        "case": case_id,
        "me": viewer.id,
        "space": space_of(here().settings.database_url),
        "people": [{"initials": one.initials, "name": one.name, "me": one.id == viewer.id} for one in caring],
        "label": text("case.note_text"),
        "add": text("case.note_add"),
        "texts": components.words("note.js."),
    }


def _redraw() -> None:
    """The note is stored; the run that follows draws it beside the case."""
