"""Which team a case belongs to, said of one case."""

import streamlit as st

from dashboard import staff, team_actions
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.people import teams
from desk.queue.inbox import CaseView
from storage.words import CaseStatus

NO_TEAM = 0


def draw(viewer: Viewer, view: CaseView) -> None:
    """Nothing for a closed case, nor while there is no team."""
    with st.container(key="case_team"):
        names = staff.offered().teams
        if names and view.row.status != CaseStatus.CLOSED:
            _chooser(viewer, view.row.id, {NO_TEAM: text("case.team_none"), **names})
            st.divider()


def _chooser(viewer: Viewer, case_id: int, names: dict[int, str]) -> None:
    with here().database.read() as session:
        stands = teams.of_case(session, case_id) or NO_TEAM
    # A value that is set while the popover is closed never arrives: another team is another widget, which begins with it.
    key = f"case_team_{case_id}_{stands}"
    ways = list(names)
    at = ways.index(stands) if stands in names else None
    st.selectbox(text("case.team"), ways, index=at, format_func=names.__getitem__, key=key, help=text("case.team_why"))
    st.button(text("case.team_do"), key="case_team_do", on_click=_set, args=(viewer.id, case_id, key))


def _set(person_id: int, case_id: int, key: str) -> None:
    chosen = st.session_state[key]
    if chosen is not None:
        tell(team_actions.of_case(here(), person_id, case_id, team_id=chosen or None))
