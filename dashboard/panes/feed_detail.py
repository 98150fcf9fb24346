"""One feed: how it is, what it asks, how well it could see, and the form that changes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from dashboard import feed_actions, feed_preview_words, feed_words
from dashboard.format import number_words, plain
from dashboard.frame import tell
from dashboard.panes import feed_editor, feed_list, feed_test
from dashboard.panes.feed_editor import Edited
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.trend_words import blind_sentences
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.feeds.feeds import FeedHealth
from desk.figures.trends import Span
from storage.words import Origin

SEEN = timedelta(days=7)


def draw(viewer: Viewer, feed: FeedHealth, edited: Edited, blind: Sequence[Span], *, now: datetime) -> None:
    """The whole of it. `blind`: the spells of the last seven days in which it could not see."""
    _head(viewer, feed, edited, now=now)
    is_fixed = feed.origin is Origin.SETTINGS or not viewer.may_change_feeds or not here().settings.feeds_editable
    if is_fixed:
        _read_only(viewer, feed, edited)
    else:
        st.subheader(text("feeds.change"), anchor=False)
        st.caption(text("feeds.change.note"))
        feed_editor.draw(viewer, edited)
    feed_test.draw(viewer, None if is_fixed else feed_editor.form_of(edited))
    _seeing(blind, now=now)
    if feed.origin is Origin.BOARD and viewer.may_change_feeds and here().settings.feeds_editable:
        _retire(viewer, feed)


def _head(viewer: Viewer, feed: FeedHealth, edited: Edited, *, now: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(feed.name), anchor=False, width="content")
        feed_list.badge(feed)
    feed_list.about(feed)
    st.text(say(feed.words))
    columns = st.columns([15, 15, 15, 15, 40])
    feed_list.figure(columns[0], feed_words.look_label(feed), feed_words.last_look(feed, now))
    feed_list.figure(columns[1], text("feeds.next_look"), feed_words.next_look(feed, now))
    feed_list.figure(columns[2], text("feeds.new"), str(feed.new_24h))
    feed_list.figure(columns[3], text("feeds.mentions"), str(feed.mentions))
    with st.container(key="feed_left_out"):
        if feed.left_out_24h:
            st.text(_left_out(feed, edited))
    with st.container(horizontal=True, vertical_alignment="center"):
        for name in feed_list.doable(viewer, feed):
            st.button(text(f"feeds.do.{name}"), key=f"do_{name}", on_click=feed_list.act, args=(viewer.id, feed.id, name))
        feed_list.trend_link(feed.id)


def _left_out(feed: FeedHealth, edited: Edited) -> str:
    share = feed_preview_words.choice_words(feed_preview_words.choice_of(edited.draft.options))
    return text("previews.left_out.why", n=number_words(feed.left_out_24h), share=share)


def _read_only(viewer: Viewer, feed: FeedHealth, edited: Edited) -> None:
    if feed.origin is Origin.SETTINGS:
        st.info(plain(text("feeds.settings")), icon=":material/lock:")
    for name, value in (("query", edited.draft.query), *((str(name), str(value)) for name, value in edited.draft.options.items())):
        if value:
            st.caption(plain(name))
            st.code(value, language=None, wrap_lines=True)
    if viewer.may_change_feeds and here().settings.feeds_editable:
        st.button(
            text("feeds.form.test"),
            help=text("feeds.form.test.help"),
            icon=":material/experiment:",
            on_click=feed_editor.ask_for_test,
            args=(viewer.id, edited.draft),
        )
        if edited.draft.query:
            feed_editor.preview_button(on_click=feed_editor.ask_for_preview, args=(viewer.id, edited.draft))


def _seeing(blind: Sequence[Span], *, now: datetime) -> None:
    st.subheader(text("feeds.blind"), anchor=False)
    for sentence in blind_sentences(blind, now=now, zone=clock_zone()) or [text("feeds.blind.none")]:
        st.text(sentence)


def _retire(viewer: Viewer, feed: FeedHealth) -> None:
    with st.popover(text("feeds.do.retire"), icon=":material/delete:"):
        st.text(text("feeds.retire.note"))
        st.button(text("feeds.retire.sure"), type="primary", on_click=_retired, args=(viewer.id, feed.id))


def _retired(viewer_id: int, feed_id: int) -> None:
    result = feed_actions.retire(here(), viewer_id, feed_id)
    tell(result)
    if result.is_done:
        feed_list.go({})
