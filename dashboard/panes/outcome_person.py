"""Of what one person solved, how much held: for that person and for leads. Never a ranking, and never how many they handled."""

import streamlit as st

from dashboard.outcome_view import held_words
from dashboard.panes import outcome_cases
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.figures import figure_cases, performance
from desk.figures.figure_cases import JUDGED
from desk.figures.performance import Within
from desk.people import people
from desk.queue import choices

WHO = "outcomes_who"


def draw(viewer: Viewer, within: Within) -> None:
    """One sentence about oneself; a lead may choose somebody else."""
    if not viewer.may_care:
        return
    with here().database.read() as session:
        names = {viewer.id: viewer.name}
        if viewer.may_lead:
            names |= choices.colleagues(session, people.CARE, but=viewer.id)
    person_id = _chosen(names, viewer)
    with here().database.read() as session:
        found = performance.of_person(session, person_id, within, by=people.active(session, viewer.id))
    is_me = person_id == viewer.id
    st.subheader(text("outcomes.you") if is_me else text("outcomes.them", person=names[person_id]), anchor=False)
    st.text(held_words(found) if found.judged else text("outcomes.you.none"))
    with st.container(horizontal=True, key="outcomes_of_person"):
        for judged, n in zip(JUDGED, (found.held, found.came_back), strict=True):
            outcome_cases.opens(text(f"outcomes.person.{judged}"), figure_cases.person(person_id, judged), n=n, key=f"person_{judged}")
    st.caption(text("outcomes.you.what"))


def _chosen(names: dict[int, str], viewer: Viewer) -> int:
    if len(names) < 2:
        return viewer.id
    found: int = st.selectbox(text("outcomes.who"), list(names), format_func=lambda one: names[one], key=WHO, width=320)
    return found
