"""The page of people and teams: who works here and may do what, for leads and admins."""

import streamlit as st

from dashboard.panes import escalation_owners, people_dialogs, people_list, team_list
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here
from desk.people import people, roster


def _draw(viewer: Viewer) -> None:
    now = here().now()
    with here().database.read() as session:
        colleagues = roster.colleagues(session, by=people.active(session, viewer.id), now=now)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(text("people.title"), anchor=False, width="content")
        if viewer.may_add_people:
            st.button(
                text("people.add"), type="primary", icon=":material/person_add:", on_click=people_dialogs.ask, args=(people_dialogs.ADD,)
            )
    st.text(text("people.why"))
    people_list.draw(viewer, colleagues, now=now)
    team_list.draw(viewer)
    escalation_owners.draw(viewer)
    people_dialogs.draw(viewer, colleagues)


viewer = seen()
if isinstance(viewer, Viewer) and viewer.may_lead:
    _draw(viewer)
