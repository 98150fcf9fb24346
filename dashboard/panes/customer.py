"""All of one customer, as a drawer: one story over all their cases here, or that of one case."""

import streamlit as st

from dashboard import components
from dashboard.case_values import Reader
from dashboard.customer_values import case_choices, story_blocks, who_words
from dashboard.format import plain
from dashboard.outcome_words import ordeal_words
from dashboard.panes import verbs
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.cases import customer
from desk.people import people
from desk.queue.inbox import CaseView

SHEET, WHICH = "customer", "customer_which"
MOST = 200
ALL = 0


def draw(viewer: Viewer, view: CaseView) -> None:
    """The story, and a choice of the case whose part of it is shown."""
    with here().database.read() as session:
        found = customer.customer(session, view.row.id, by=people.active(session, viewer.id))
    reader = Reader(viewer.id, viewer.may_care, here().now(), clock_zone())
    st.text(who_words(found, reader))
    if ordeal := ordeal_words(found.ordeal):
        st.text(ordeal, help=text("ordeal.help"))
    st.caption(text("customer.apart"))
    choices = {ALL: text("customer.all"), **case_choices(found)}
    chosen = st.selectbox(text("customer.which"), list(choices), format_func=lambda one: plain(choices[one]), key=WHICH)
    blocks = story_blocks(found, reader, case_id=chosen or None)
    if not blocks:
        st.text(text("customer.none"))
        return
    if len(blocks) > MOST:
        st.caption(text("customer.more", n=MOST))
    data = {"kind": "history", "me": viewer.id, "blocks": blocks[:MOST], "texts": components.words("case.js.")}
    components.sheet(key=SHEET, data=data, on_act_change=lambda: verbs.beside(SHEET, view.row.id, viewer.id))
