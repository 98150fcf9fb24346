"""What a label has learnt: how well it does on examples that it had not seen, and the switch that lets it speak."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import own_label_actions, parts
from dashboard.format import clock_words, number_words, percent_words, plain
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.labels import own_labels
from desk.labels.own_labels import HeadView, OwnLabelView
from storage.words import OwnLabelKind

LOOKED = 2
"""Seconds after which a page that waits for the classifier looks again."""


def draw(viewer: Viewer, view: OwnLabelView) -> None:
    """Learn, look, switch on."""
    with st.container(key="own_learn", horizontal=True, vertical_alignment="center"):
        name = "own.learn.again" if view.newest else "own.learn"
        kind = "secondary" if view.newest else "primary"
        label = text(name)
        st.button(
            label, key="own_learn_now", icon=":material/school:", type=kind, disabled=view.waits, on_click=_learn, args=(viewer.id, view.id)
        )
        _switch(viewer, view)
    st.caption(text("own.learn.why"))
    with st.container(key="own_figures"):
        _found(view)


def _found(view: OwnLabelView) -> None:
    if view.waits:
        st.info(text("own.learning"), icon=":material/hourglass_top:")
        parts.alone(lambda: _look(view.id), run_every=LOOKED)()
    elif view.error:
        st.error(plain(say(view.error)), icon=":material/error:")
    heads = {head.id: head for head in (view.newest, view.in_force) if head is not None}
    for head in heads.values():
        with st.container(border=True, key=f"own_head_{head.id}"):
            _head(view, head)
    if not heads and not view.waits:
        st.info(text("own.figures.none.us" if _is_feed(view) else "own.figures.none"), icon=":material/school:")


def _look(label_id: int) -> None:
    """Draws nothing; the whole page is drawn anew once the classifier has learnt."""
    with here().database.read() as session:
        waits = any(view.id == label_id and view.waits for view in own_labels.listed(session))
    if not waits:
        st.rerun()


def _head(view: OwnLabelView, head: HeadView) -> None:
    is_in_force = view.in_force is not None and view.in_force.id == head.id
    time = clock_words(head.fitted_at, now=here().now(), zone=clock_zone())
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(text("own.figures"), anchor=False, width="content")
        st.caption(text("own.figures.in_force" if is_in_force else "own.figures.learnt", time=time), width="content")
    st.caption(text("own.figures.why"))
    figures = head.figures
    names = (("recall", "recall.us"), ("left_out", "left_out")) if _is_feed(view) else (("precision", "precision"), ("recall", "recall"))
    first, second, third = st.columns(3)
    for column, (name, words) in zip((first, second), names, strict=True):
        with column:
            _share(text(f"own.figures.{words}"), figures.get(name, {}))
    with third, st.container(gap="xxsmall"):
        st.metric(text("own.figures.auroc"), number_words(figures.get("auroc", 0), 2))
        st.caption(text("own.figures.auroc.help"))
    _notes(view, head)


def _share(label: str, found: Mapping[str, Any]) -> None:
    part, whole = found.get("part", 0), found.get("whole", 0)
    with st.container(gap="xxsmall"):
        st.metric(label, text("own.figures.share", part=part, whole=whole))
        st.caption(text("own.figures.interval", low=percent_words(found.get("low", 0)), high=percent_words(found.get("high", 1))))


def _notes(view: OwnLabelView, head: HeadView) -> None:
    figures, suffix = head.figures, ".us" if _is_feed(view) else ""
    if figures.get("is_rough"):
        st.warning(text("own.figures.rough"), icon=":material/straighten:")
    if figures.get("assumed"):
        marked = figures.get("of_assumed", {}).get("part", 0)
        st.text(text(f"own.figures.assumed{suffix}", n=figures["assumed"], marked=marked))
    st.text(text(f"own.figures.threshold{suffix}", percent=percent_words(head.threshold)))
    known = [language for language in head.languages if language != "und"]
    if known:
        st.text(text("own.figures.languages", languages=", ".join(known)))


def _switch(viewer: Viewer, view: OwnLabelView) -> None:
    newest = view.newest
    is_newer = newest is not None and newest.is_current and (view.in_force is None or view.in_force.id != newest.id)
    if newest is not None and is_newer:
        label = text("own.on.newer" if view.is_on else "own.on")
        st.button(label, key="own_on", type="primary", on_click=_on, args=(viewer.id, view.id, newest.id))
    if view.is_on:
        st.button(text("own.off"), key="own_off", on_click=_off, args=(viewer.id, view.id))


def _is_feed(view: OwnLabelView) -> bool:
    return view.kind is OwnLabelKind.RELEVANCE


def _learn(viewer_id: int, label_id: int) -> None:
    tell(own_label_actions.learn(here(), viewer_id, label_id))


def _on(viewer_id: int, label_id: int, head_id: int) -> None:
    tell(own_label_actions.switch_on(here(), viewer_id, label_id, head_id))


def _off(viewer_id: int, label_id: int) -> None:
    tell(own_label_actions.switch_off(here(), viewer_id, label_id))
