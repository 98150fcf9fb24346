"""The cases of an incident, and those that may belong to it: ticked and attached in one act, taken out in another."""

from collections.abc import Sequence

import streamlit as st

from dashboard import incident_actions
from dashboard.actions import Result
from dashboard.folds import previewed
from dashboard.format import clock_words, plain, span_words, word_of
from dashboard.frame import PAGES, tell
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.incidents import incident_candidates, incident_cases
from desk.incidents.incident_candidates import Candidate, Candidates
from desk.incidents.incident_cases import IncidentCase
from desk.incidents.incidents import IncidentView
from desk.people import people

INSIDE, OFFERED, LONGEST = 15, 25, 160
UNDO, SEARCH, LETS = "incident_undo", "incident_search", "incident_lets"


def draw(viewer: Viewer, view: IncidentView) -> None:
    with st.container(key="incident_undone"):
        _undo(viewer, view)
    if view.is_open:
        _candidates(viewer, view)
    _inside(viewer, view)


def _undo(viewer: Viewer, view: IncidentView) -> None:
    incident_id, case_ids = st.session_state.get(UNDO, (0, ()))
    if incident_id == view.id and case_ids and viewer.may_care:
        label = text("incident.undo", n=len(case_ids))
        st.button(label, key="incident_undo_do", icon=":material/undo:", on_click=_detached, args=(viewer.id, view.id, case_ids))


def _candidates(viewer: Viewer, view: IncidentView) -> None:
    st.session_state.setdefault(SEARCH, "")
    with here().database.read() as session:
        by, now = people.active(session, viewer.id), here().now()
        found = incident_candidates.candidates(session, view.id, words=st.session_state[SEARCH], by=by, now=now, limit=OFFERED)
    st.subheader(text("incident.candidates"), anchor=False)
    st.caption(text("incident.candidates_why"))
    with st.container(key="incident_surest"):
        if viewer.may_lead:
            _lets(viewer, view)
        _very(viewer, view, found)
    st.text_input(text("incident.search"), key=SEARCH, live=True, max_chars=80, width=320)
    if not found.best:
        st.text(text("incident.candidates_waits" if found.waits else "incident.candidates_none"))
        return
    if found.found > len(found.best):
        st.caption(text("incident.candidates_found", n=found.found, shown=len(found.best)))
    ids = tuple(one.id for one in found.best)
    if viewer.may_care:
        with st.container(horizontal=True, gap="xsmall"):
            st.button(text("incident.tick"), key="incident_tick", on_click=_tick, args=(ids,), kwargs={"on": True})
            st.button(text("incident.untick"), key="incident_untick", on_click=_tick, args=(ids,), kwargs={"on": False})
            _all_found(viewer, view, found)
    with st.form("incident_offer", border=False), st.container(gap="xsmall"):
        for one in found.best:
            _candidate(one, may=viewer.may_care)
        st.form_submit_button(
            text("incident.attach"), type="primary", disabled=not viewer.may_care, on_click=_attach_ticked, args=(viewer.id, view.id, ids)
        )


def _lets(viewer: Viewer, view: IncidentView) -> None:
    key = f"{LETS}_{view.id}"
    st.session_state[key] = view.attaches_since is not None
    st.toggle(text("incident.lets"), key=key, help=text("incident.lets_help"), on_change=_let, args=(viewer.id, view.id, key))
    if view.attaches_since is not None:
        time = clock_words(view.attaches_since, now=here().now(), zone=clock_zone())
        st.caption(plain(text("incident.lets_since", time=time, person=view.attaches_by)))


def _very(viewer: Viewer, view: IncidentView, found: Candidates) -> None:
    if not found.very_similar or not viewer.may_care:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(text("incident.very_count", n=len(found.very_similar)), width="content")
        st.button(text("incident.very_attach"), key="incident_very", on_click=_attached, args=(viewer.id, view.id, found.very_similar))


def _all_found(viewer: Viewer, view: IncidentView, found: Candidates) -> None:
    """Of the words that somebody searched for, not of a guess: more than one can tick stand behind them on a bad day."""
    if st.session_state[SEARCH].strip() and found.found > len(found.best):
        label = text("incident.attach_all", n=found.found)
        st.button(label, key="incident_attach_all", on_click=_attach_found, args=(viewer.id, view.id, found.found))


def _candidate(one: Candidate, *, may: bool) -> None:
    left, right = st.columns([22, 78], vertical_alignment="top")
    left.checkbox(text("incident.case", case=one.id), key=_ticked(one.id), disabled=not may)
    with right.container(gap="xxsmall"):
        st.text(text("incident.from", author=one.author, said=previewed(one.preview, LONGEST, abusive=one.abusive)))
        likeness = text("incident.very" if one.is_very_similar else "incident.likeness") if one.score else ""
        words = text("incident.words", words=", ".join(one.words)) if one.words else ""
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(plain(" · ".join(part for part in (likeness, words, one.language) if part)), width="content")
            st.page_link(PAGES / "queue.py", label=text("incident.open"), query_params={"case": str(one.id)})


def _inside(viewer: Viewer, view: IncidentView) -> None:
    with here().database.read() as session:
        apart = incident_cases.shown(session, view.id, escalated=True)
        inside = incident_cases.shown(session, view.id, escalated=False, limit=INSIDE)
        back = incident_cases.back(session, view.id)
        sizes = incident_cases.sizes(session, view.id)
    if apart:
        st.subheader(text("incident.escalated"), anchor=False)
        for one in apart:
            _line(one)
    if back:
        st.subheader(text("incident.came_back"), anchor=False)
        for one in back:
            _line(one)
    st.subheader(text("incident.cases"), anchor=False)
    if not inside:
        st.text(text("incident.cases_none"))
        return
    if sizes.waiting + sizes.pending - sizes.escalated > len(inside):
        st.caption(text("incident.cases_more", n=len(inside)))
    with st.form("incident_inside", border=False), st.container(gap="xsmall"):
        for one in inside:
            _line(one, tick=viewer.may_care)
        ids = tuple(one.id for one in inside)
        st.form_submit_button(
            text("incident.take_out"), disabled=not viewer.may_care, on_click=_take_out_ticked, args=(viewer.id, view.id, ids)
        )


def _line(one: IncidentCase, *, tick: bool = False) -> None:
    left, right = st.columns([22, 78], vertical_alignment="top")
    if tick:
        left.checkbox(text("incident.case", case=one.id), key=_ticked(one.id, inside=True))
    else:
        left.text(text("incident.case", case=one.id))
    with right.container(gap="xxsmall"):
        st.text(text("incident.from", author=one.author, said=previewed(one.preview, LONGEST, abusive=one.abusive)))
        waits = text("incident.waits", span=span_words(here().now() - one.waiting_since)) if one.waiting_since else text("incident.quiet")
        kind = word_of("escalation", one.escalation) if one.escalation else ""
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(plain(" · ".join(part for part in (kind, waits, one.language) if part)), width="content")
            st.page_link(PAGES / "queue.py", label=text("incident.open"), query_params={"case": str(one.id)})


def _ticked(case_id: int, *, inside: bool = False) -> str:
    return f"incident_{'out' if inside else 'in'}_{case_id}"


def _tick(case_ids: Sequence[int], *, on: bool) -> None:
    for case_id in case_ids:
        st.session_state[_ticked(case_id)] = on


def _chosen(case_ids: Sequence[int], *, inside: bool = False) -> tuple[int, ...]:
    return tuple(case_id for case_id in case_ids if st.session_state.get(_ticked(case_id, inside=inside)))


def _attach_ticked(person_id: int, incident_id: int, case_ids: Sequence[int]) -> None:
    _attached(person_id, incident_id, _chosen(case_ids))


def _attach_found(person_id: int, incident_id: int, most: int) -> None:
    """As many as the button said, even if more have come in since."""
    with here().database.read() as session:
        by, words = people.active(session, person_id), st.session_state[SEARCH]
        found = incident_candidates.candidates(session, incident_id, words=words, by=by, now=here().now(), limit=most)
    _attached(person_id, incident_id, tuple(one.id for one in found.best))


def _attached(person_id: int, incident_id: int, case_ids: Sequence[int]) -> None:
    result = incident_actions.attach(here(), person_id, incident_id, case_ids)
    _told(result)
    if result.values and result.values["cases"]:
        st.session_state[UNDO] = (incident_id, result.values["cases"])


def _take_out_ticked(person_id: int, incident_id: int, case_ids: Sequence[int]) -> None:
    _detached(person_id, incident_id, _chosen(case_ids, inside=True))


def _detached(person_id: int, incident_id: int, case_ids: Sequence[int]) -> None:
    _told(incident_actions.detach(here(), person_id, incident_id, case_ids))
    st.session_state.pop(UNDO, None)


def _let(person_id: int, incident_id: int, key: str) -> None:
    _told(incident_actions.let_attach(here(), person_id, incident_id, on=st.session_state[key]))


def _told(result: Result) -> None:
    tell(result)
    for key in [name for name in st.session_state if str(name).startswith(("incident_in_", "incident_out_"))]:
        st.session_state[key] = False
