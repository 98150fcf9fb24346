"""A candidate beside the model in force: how often they agree, which is right where people looked, where they differ; and the decision."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import model_actions, parts
from dashboard.format import number_words, plain
from dashboard.frame import tell
from dashboard.label_values import ORDER, question_word
from dashboard.panes import model_differences, own_label_list
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.labels import models, trials
from desk.labels.accuracy import BEFORE, RECENT, Agreement
from desk.labels.models import ModelView
from desk.labels.trials import Comparison

LOOKED = 3
"""Seconds after which a page whose candidate still reads looks again."""


def draw(viewer: Viewer) -> None:
    """The whole comparison; a word where there is nothing to compare."""
    with here().database.read() as session:
        current, tried = models.views(session)
    if current is None or tried is None:
        st.info(text("model.over"), icon=":material/science:")
        return
    st.header(plain(text("model.beside", candidate=tried.name, current=current.name)), anchor=False)
    st.text(text("model.why"))
    found = _comparison(tried.id)
    with st.container(key="model_progress", gap="small"):
        _progress(tried, found)
    with st.container(key="model_decide", horizontal=True):
        _decide(viewer, tried, is_read=bool(found.drawn))
    if found.drawn:
        _agreement(found)
        _rights(found, current, tried)
        model_differences.draw(found, current, tried)


def _comparison(model_id: int) -> Comparison:
    """Made anew only when the candidate has read more, or somebody has said something of a label."""
    with here().database.read() as session:
        known = trials.mark(session, model_id)
    found: Comparison = _compared(here().settings.database_url, model_id, known)
    return found


@st.cache_data(max_entries=4, show_spinner=False)  # type: ignore[untyped-decorator]
def _compared(url: str, model_id: int, known: tuple[int, str]) -> Comparison:  # noqa: ARG001  they are what it is kept by
    with here().database.read() as session:
        return trials.compare(session, model_id, now=here().now())


def _progress(tried: ModelView, found: Comparison) -> None:
    if tried.error:
        st.error(plain(text("model.error", error=tried.error)), icon=":material/error:")
        return
    if found.to_read:
        st.info(text("model.reading", n=number_words(found.to_read)), icon=":material/hourglass_top:")
        parts.alone(lambda: _look(tried.id, found.to_read), run_every=LOOKED)()
    elif not found.drawn:
        st.info(text("model.nothing"), icon=":material/hourglass_top:")
    if found.failed:
        st.warning(text("model.failed", n=number_words(found.failed)), icon=":material/error:")


def _look(model_id: int, before: int) -> None:
    """Draws nothing; the whole page is drawn anew once the candidate has read more."""
    with here().database.read() as session:
        to_read = len(trials.waiting(session, model_id, limit=before))
    if to_read < before:
        st.rerun()


def _decide(viewer: Viewer, tried: ModelView, *, is_read: bool) -> None:
    with st.popover(text("model.take"), icon=":material/check:", type="primary", disabled=not is_read, key="model_take"):
        st.text(text("model.take.note"))
        st.button(text("model.take.sure"), key="model_take_sure", type="primary", on_click=_take, args=(viewer.id, tried.id))
    with st.popover(text("model.drop"), icon=":material/delete:", key="model_drop"):
        st.text(text("model.drop.note"))
        st.button(text("model.drop.sure"), key="model_drop_sure", on_click=_drop, args=(viewer.id, tried.id))


def _agreement(found: Comparison) -> None:
    st.subheader(text("model.same"), anchor=False)
    st.caption(text("model.same.why", n=number_words(found.drawn)))
    rows = [
        {
            text("right.what"): plain(question_word(one)),
            text("model.n"): number_words(found.same[one].n),
            **_share("model.same.share", found.same[one]),
        }
        for one in ORDER
        if one in found.same
    ]
    st.table(rows, hide_index=True)


def _rights(found: Comparison, current: ModelView, tried: ModelView) -> None:
    st.subheader(text("model.right"), anchor=False)
    weeks = (RECENT + BEFORE).days // 7
    if not found.rights:
        st.text(text("model.right.none", weeks=weeks))
        return
    st.caption(text("model.right.why", weeks=weeks))
    st.table(
        [
            {
                text("right.what"): plain(question_word(one)),
                text("right.n"): number_words(found.rights[one].current.n),
                plain(current.name): _whole(found.rights[one].current),
                plain(tried.name): _whole(found.rights[one].candidate),
            }
            for one in ORDER
            if one in found.rights
        ],
        hide_index=True,
    )
    st.caption(text("model.right.bias"))


def _share(name: str, agreement: Agreement) -> Mapping[str, Any]:
    share, (low, high) = agreement.share, agreement.interval
    percent = "" if share is None else text("right.percent", percent=round(share * 100))
    return {text(name): percent, text("right.interval"): text("right.range", low=round(low * 100), high=round(high * 100))}


def _whole(agreement: Agreement) -> str:
    low, high = agreement.interval
    return text("model.right.cell", right=number_words(agreement.right), low=round(low * 100), high=round(high * 100))


def _take(viewer_id: int, model_id: int) -> None:
    result = model_actions.take_over(here(), viewer_id, model_id)
    tell(result)
    if result.is_done:
        own_label_list.go({})


def _drop(viewer_id: int, model_id: int) -> None:
    result = model_actions.drop(here(), viewer_id, model_id)
    tell(result)
    if result.is_done:
        own_label_list.go({})
