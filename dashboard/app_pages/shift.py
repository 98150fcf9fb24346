"""The page "My shift": what one has on one's hands, and one act that hands it all over."""

import streamlit as st

from dashboard import shift_actions
from dashboard.format import plain, short
from dashboard.frame import PAGES, tell
from dashboard.own_zone import zone_of
from dashboard.panes import exposure, shift_control
from dashboard.promise_values import badge_words
from dashboard.shift_values import COLOURS, case_marks, colleague_words, counted, state_mark, suggested_note
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here
from desk.people import people, workload
from desk.people.shifts import HandOver, ShiftView
from desk.people.workload import OwnCase, Workload
from storage.words import Shift

TEAM, STAYS = 0, -1
"""What stands for the team and for oneself among the ids of colleagues."""

LONGEST_NOTE, LONGEST_PREVIEW = 500, 160
ALL, PROBLEM = "shift_all", "shift_problem"


def _draw(viewer: Viewer) -> None:
    with here().database.read() as session:
        mine = workload.of(session, by=people.active(session, viewer.id), now=here().now())
    zone = zone_of(here(), viewer.id)
    st.header(text("shift.title"), anchor=False)
    _state(viewer, mine)
    _counts(mine)
    with st.container(key="shift_exposure"):
        exposure.draw(viewer)
    if mine.cases:
        _hand_over(viewer, mine, zone)
        return
    st.text(text("shift.none_and_off" if mine.shift is Shift.OFF else "shift.none"))
    if mine.shift is not Shift.OFF:
        st.button(text("shift.end"), key="shift_end", type="primary", on_click=_end, args=(viewer.id, ()))


def _state(viewer: Viewer, mine: Workload) -> None:
    mark = state_mark(mine.shift)
    words = shift_control.state_words(ShiftView(mine.shift, mine.shift_at), viewer.id)
    with st.container(horizontal=True, vertical_alignment="center", key="shift_state"):
        st.badge(plain(f"{mark.glyph} {words}"), color=COLOURS[mark.tone])
        st.text(text(f"shift.why.{mine.shift}"), width="content")
        shift_control.buttons(viewer, mine.shift, tell, where="page")


def _counts(mine: Workload) -> None:
    with st.container(horizontal=True, gap="xsmall", key="shift_counts"):
        for name, number in counted(mine.cases, now=here().now()).items():
            st.badge(text(f"shift.count.{name}", n=number), color="blue" if number else "gray")


def _hand_over(viewer: Viewer, mine: Workload, zone: str) -> None:
    st.subheader(text("shift.hand.title"), anchor=False)
    st.text(text("shift.hand.why"))
    ways = {TEAM: text("shift.hand.team"), **{one.id: colleague_words(one) for one in mine.colleagues}, STAYS: text("shift.hand.stays")}
    with st.container(key="shift_alone"):
        if not mine.colleagues:
            st.text(text("shift.hand.nobody"))
    ids = tuple(case.row.id for case in mine.cases)
    for case_id in ids:
        if st.session_state.get(_to(case_id)) not in ways:
            st.session_state[_to(case_id)] = TEAM
    st.selectbox(text("shift.hand.all"), list(ways), format_func=ways.__getitem__, key=ALL, on_change=_all_to, args=(ids,), width=320)
    with st.form("hand_over", border=False):
        with st.container(key="shift_cases"):
            for case in mine.cases:
                _case(case, ways, zone)
        with st.container(key="shift_foot", horizontal=True, vertical_alignment="center"):
            st.form_submit_button(text("shift.hand_over"), type="primary", on_click=_end, args=(viewer.id, ids))
            problem = st.session_state.pop(PROBLEM, "")
            if problem:
                st.error(plain(problem), icon=":material/error:")


def _case(case: OwnCase, ways: dict[int, str], zone: str) -> None:
    row, now = case.row, here().now()
    with st.container(border=True, key=f"own_{row.id}"):
        left, middle, right = st.columns([9, 4, 6], gap="medium", vertical_alignment="center")
        with left:
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
                st.page_link(PAGES / "queue.py", label=text("shift.hand.open", case=row.id), query_params={"case": str(row.id)})
                for mark in case_marks(case, now=now, zone=zone):
                    st.badge(badge_words(mark), color=COLOURS[mark.tone])
            st.text(
                text(
                    "shift.hand.abusive" if row.abusive else "shift.hand.from", author=row.author, said=short(row.preview, LONGEST_PREVIEW)
                )
            )
        to, note = _to(row.id), _note(row.id)
        middle.selectbox(text("shift.hand.to", case=row.id), list(ways), format_func=ways.__getitem__, key=to)
        st.session_state.setdefault(note, suggested_note(case, now=now, zone=zone)[:LONGEST_NOTE])
        right.text_area(text("shift.hand.note"), key=note, max_chars=LONGEST_NOTE, height=68)


def _to(case_id: int) -> str:
    return f"shift_to_{case_id}"


def _note(case_id: int) -> str:
    return f"shift_note_{case_id}"


def _all_to(case_ids: tuple[int, ...]) -> None:
    for case_id in case_ids:
        st.session_state[_to(case_id)] = st.session_state[ALL]


def _end(person_id: int, case_ids: tuple[int, ...]) -> None:
    state = st.session_state
    chosen = {case_id: state[_to(case_id)] for case_id in case_ids}
    handovers = [
        HandOver(case_id, None if to == TEAM else to, state.get(_note(case_id), "")) for case_id, to in chosen.items() if to != STAYS
    ]
    result = shift_actions.end(here(), person_id, handovers)
    if result.is_done:
        tell(result)
        for case_id in case_ids:
            state.pop(_note(case_id), None)
    else:
        state[PROBLEM] = result.words


viewer = seen()
if isinstance(viewer, Viewer) and viewer.may_care:
    with st.container(key="shift_page"):
        _draw(viewer)
