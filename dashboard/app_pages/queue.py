"""The Queue page: the list, the case that is open, and what stands beside it."""

from collections.abc import Sequence

import streamlit as st

from dashboard import components, staff
from dashboard.bulk_values import bulk_choices
from dashboard.case_values import Reader
from dashboard.filters import is_narrowed, read_filter, written
from dashboard.history_values import history_blocks
from dashboard.panes import address, approvals, case, dialogs, filter_bar, incident_box, mute_box, saved_views, tour, verbs
from dashboard.panes.likeness import likeness_of
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone, seen
from dashboard.workspace import here
from desk.errors import NotFound
from desk.people import workload
from desk.people.workload import Colleague
from desk.queue import choices, inbox
from desk.queue.inbox import CaseView


def _list(viewer: Viewer, offered: choices.Choices, view: CaseView | None) -> None:
    params = address.params()
    shown = read_filter(params, person_id=viewer.id)
    colleagues = dict(staff.carers())
    filter_bar.draw(viewer, shown, offered, colleagues)
    components.queue(
        key=verbs.LIST,
        data={
            "query": written({**params, "view": shown.view}),
            "view": shown.view,
            "is_filtered": is_narrowed(shown),
            "me": viewer.id,
            "may_care": viewer.may_care,
            "open": address.open_case(),
            "owner": {"id": view.row.assignee_id, "name": view.row.assignee} if view and view.row.assignee else None,
            "bulk": bulk_choices(offered, _takers(viewer)) if viewer.may_care else None,
            "search": address.widget("q"),
            "seq": st.session_state.get(address.SEQ, 0),
            "texts": components.words("queue.js."),
        },
        on_open_change=verbs.opened,
        on_act_change=lambda: verbs.listed(viewer.id),
    )


def _takers(viewer: Viewer) -> Sequence[Colleague]:
    with here().database.read() as session:
        return workload.takers(session, but=viewer.id, now=here().now())


def _case_of(viewer: Viewer, case_id: int) -> CaseView | None:
    with here().database.read() as session:
        try:
            return inbox.case(session, case_id, by=staff.reader(viewer.id), now=here().now())
        except NotFound:
            return None


def _beside(viewer: Viewer, view: CaseView) -> None:
    reader = Reader(viewer.id, viewer.may_care, here().now(), clock_zone())
    blocks = history_blocks(view, reader, likeness_of(viewer, view))
    data = {"kind": "history", "me": viewer.id, "blocks": blocks, "texts": components.words("case.js.")}
    components.sheet(key=verbs.BESIDE, data=data, on_act_change=lambda: verbs.beside(verbs.BESIDE, view.row.id, viewer.id))


def _nothing(case_id: int | None, offered: choices.Choices) -> str:
    if case_id:
        return text("case.not_found", case=case_id)
    return text("case.none" if offered.feeds else "case.no_feeds")


def _draw(viewer: Viewer) -> None:
    saved_views.follow_link(viewer)
    incident_box.follow()
    address.follow()
    offered = staff.offered()
    case_id = address.open_case()
    view = _case_of(viewer, case_id) if case_id else None
    with st.container(key="greeting"):
        tour.draw(viewer)
    with st.container(key="panes"):
        left, middle, right = st.columns([35, 43, 22], gap="medium")
    with left, st.container(key="list_pane"):
        approvals.waiting(viewer)
        _list(viewer, offered, view)
    with middle, st.container(key="case_pane"):
        if view:
            case.draw(viewer, view)
        else:
            case.nothing(_nothing(case_id, offered))
    with right, st.container(key="history_pane"):
        if view:
            _beside(viewer, view)
    if view:
        dialogs.draw(viewer, view)
        mute_box.dialog(viewer)


viewer = seen()
if isinstance(viewer, Viewer):
    _draw(viewer)
