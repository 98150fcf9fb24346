"""Telling those who wait: what each would get, one act that queues it, how it goes, and what stops it."""

from collections import Counter

import streamlit as st

from dashboard import incident_actions, parts
from dashboard.format import clock_words, plain, span_words
from dashboard.frame import PAGES, tell
from dashboard.panes import incident_texts
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.errors import Invalid
from desk.incidents import incident_statements, incident_telling, incidents
from desk.incidents.incident_statements import ENOUGH, Statement
from desk.incidents.incident_telling import Plan, Progress
from desk.incidents.incidents import IncidentView
from desk.people import people
from desk.replies import switches
from desk.replies.switches import Switch

DRAW_AGAIN = 3.0
SHOWN = 3
COLOURS = {
    "queued": "blue",
    "sending": "blue",
    "sent": "green",
    "failed": "red",
    "uncertain": "orange",
    "by_hand": "orange",
    "back": "gray",
}


def draw(viewer: Viewer, view: IncidentView) -> None:
    with here().database.read() as session:
        statements = incident_statements.of_incident(incidents.find(session, view.id))
        progress = incident_telling.progress(session, view.id)
    st.subheader(text("incident.tell"), anchor=False)
    if not viewer.may_lead:
        st.text(text("incident.tell_lead"))
    else:
        _choose(viewer, view, {one.id: one for one in statements if one.may_be_told})
    if progress != Progress():
        goes_on = bool(progress.queued or progress.sending)
        parts.alone(_progress, run_every=DRAW_AGAIN if goes_on else None)(viewer, view)


def _choose(viewer: Viewer, view: IncidentView, known: dict[int, Statement]) -> None:
    if not known:
        st.text(text("incident.tell_none", n=ENOUGH))
        return
    key = f"incident_tell_{view.id}"
    st.session_state[key] = [one for one in st.session_state.get(key, []) if one in known]
    st.multiselect(text("incident.tell_which"), list(known), format_func=lambda one: plain(incident_texts.title(known[one])), key=key)
    chosen = tuple(st.session_state[key])
    if chosen:
        _planned(viewer, view, chosen)


def _planned(viewer: Viewer, view: IncidentView, chosen: tuple[int, ...]) -> None:
    desk = here().settings.desk
    with here().database.read() as session:
        by, is_held = people.active(session, viewer.id), switches.is_on(session, Switch.REPLIES_HELD)
        try:
            plan = incident_telling.plan(session, view.id, chosen, by=by, settings=desk, now=here().now())
        except Invalid as error:
            st.text(say(str(error)))
            return
    if not plan.told:
        st.text(text("incident.plan_none"))
    else:
        st.text(text("incident.plan", n=len(plan.told), pace=span_words(desk.tell_pace), span=span_words(plan.takes)))
        if is_held:
            st.text(text("incident.plan_held"))
        _first(plan)
        label = text("incident.send", n=len(plan.told))
        st.button(label, key="incident_send", type="primary", icon=":material/send:", on_click=_send, args=(viewer.id, view.id, chosen))
    _left(plan)


def _first(plan: Plan) -> None:
    st.caption(text("incident.plan_first"))
    for one in plan.told[:SHOWN]:
        with st.container(border=True, gap="xxsmall"):
            st.text(text("incident.plan_one", case=one.case_id, author=one.author, account=one.account))
            st.text(one.text)


def _left(plan: Plan) -> None:
    if not plan.left:
        return
    with st.expander(text("incident.plan_left", n=len(plan.left))):
        for why, number in Counter(one.why for one in plan.left).most_common():
            st.text(text("incident.left_line", why=text(f"incident.left.{why}"), n=number))
            with st.container(horizontal=True, gap="small"):
                for one in [left for left in plan.left if left.why == why][:10]:
                    label = text("incident.case", case=one.case_id)
                    st.page_link(PAGES / "queue.py", label=label, query_params={"case": str(one.case_id)})


def _progress(viewer: Viewer, view: IncidentView) -> None:
    with here().database.read() as session:
        progress = incident_telling.progress(session, view.id)
    st.caption(text("incident.progress"))
    with st.container(horizontal=True, gap="xsmall", key="incident_progress"):
        for name, colour in COLOURS.items():
            number = getattr(progress, name)
            if number:
                st.badge(plain(text(f"incident.progress.{name}", n=number)), color=colour)
    if progress.queued and progress.last_at is not None:
        time = clock_words(progress.last_at, now=here().now(), zone=clock_zone())
        st.text(text("incident.progress_until", time=time))
    if progress.queued and viewer.may_lead:
        st.button(text("incident.stop"), key="incident_stop", icon=":material/block:", on_click=_stop, args=(viewer.id, view.id))


def _send(person_id: int, incident_id: int, chosen: tuple[int, ...]) -> None:
    tell(incident_actions.tell(here(), person_id, incident_id, chosen))


def _stop(person_id: int, incident_id: int) -> None:
    tell(incident_actions.stop(here(), person_id, incident_id))
