"""The page of the team's own labels: all of them, one of them (`?id=7`), a new one (`?add=1`), or two models (`?model=1`); for leads and admins."""

from collections.abc import Mapping

import streamlit as st

from dashboard import own_label_actions
from dashboard.filters import read_number
from dashboard.format import plain
from dashboard.frame import tell
from dashboard.panes import model_box, model_trial, own_label_examples, own_label_figures, own_label_list
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here
from desk.labels import label_heads, own_labels
from desk.labels.own_labels import OwnLabelView
from storage.words import OwnLabelKind

ADD = "add"


def _draw(viewer: Viewer) -> None:
    with here().database.read() as session:
        found = own_labels.listed(session)
        feeds = label_heads.feeds_without(session)
    label_id = read_number(st.query_params.get(own_label_list.ID))
    if label_id is not None:
        _one(viewer, next((view for view in found if view.id == label_id), None))
    elif model_box.MODEL in st.query_params:
        _back()
        model_trial.draw(viewer)
    elif ADD in st.query_params:
        _back()
        st.header(text("own.add"), anchor=False)
        own_label_list.form(None, viewer=viewer)
    else:
        _all(viewer, found, feeds)


def _all(viewer: Viewer, found: list[OwnLabelView], feeds: Mapping[int, str]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(text("own.title"), anchor=False, width="content")
        adding = {ADD: "1"}
        st.button(text("own.add"), type="primary", icon=":material/add:", key="own_add", on_click=own_label_list.go, args=(adding,))
    st.text(text("own.why"))
    own_label_list.draw(viewer, found, feeds)
    model_box.draw(viewer)


def _one(viewer: Viewer, view: OwnLabelView | None) -> None:
    _back()
    if view is None:
        st.warning(text("own.missing"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(own_label_list.shown_name(view)), anchor=False, width="content")
        own_label_list.badge(view)
    if view.meaning:
        st.text(view.meaning)
    left, right = st.columns([52, 48], gap="large")
    with left:
        own_label_examples.draw(viewer, view)
    with right:
        own_label_figures.draw(viewer, view)
        if view.kind is OwnLabelKind.LABEL:
            _changing(viewer, view)


def _changing(viewer: Viewer, view: OwnLabelView) -> None:
    with st.container(horizontal=True):
        with st.popover(text("own.edit"), icon=":material/edit:"):
            own_label_list.form(view, viewer=viewer)
        with st.popover(text("own.retire"), icon=":material/delete:"):
            st.text(text("own.retire.note"))
            st.button(text("own.retire.sure"), key="own_retire", on_click=_retire, args=(viewer.id, view.id))


def _retire(viewer_id: int, label_id: int) -> None:
    result = own_label_actions.retire(here(), viewer_id, label_id)
    tell(result)
    if result.is_done:
        own_label_list.go({})


def _back() -> None:
    st.button(text("own.back"), type="tertiary", icon=":material/arrow_back:", on_click=own_label_list.go, args=({},))


viewer = seen()
if isinstance(viewer, Viewer) and viewer.may_lead:
    _draw(viewer)
