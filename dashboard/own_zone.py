"""The zone whose wall clock one person lives by."""

from dashboard.workspace import Workspace


def zone_of(workspace: Workspace, person_id: int) -> str:
    """Theirs, else the workspace's."""
    return workspace.locales.of(person_id).zone
