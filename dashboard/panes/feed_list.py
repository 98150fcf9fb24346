"""All feeds, those that need somebody first: how each is doing, and what can be done about it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import feed_actions, feed_words
from dashboard.actions import Result
from dashboard.feed_words import State
from dashboard.format import number_words, plain
from dashboard.frame import PAGES, tell
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer
from dashboard.workspace import Workspace, here
from desk.feeds.feeds import FeedHealth
from desk.intake.leases import PUSHED

ID, ADD, TEST = "id", "add", "test"
WIDTHS = [56, 12, 11, 10, 11]

Act = Callable[[Workspace, int, int], Result]
ACTS: dict[str, Act] = {
    "look_now": feed_actions.look_now,
    "read_from_start": feed_actions.read_from_start,
    "pause": feed_actions.pause,
    "resume": feed_actions.resume,
}


def draw(viewer: Viewer, feeds: Sequence[FeedHealth], *, now: datetime) -> None:
    """The list, or what to do where there is none."""
    if not feeds:
        st.info(text("feeds.none.what"), icon=":material/rss_feed:")
        return
    for feed in feed_words.in_order(feeds):
        with st.container(border=True, key=f"feed_{feed.id}"):
            _row(viewer, feed, now=now)


def _row(viewer: Viewer, feed: FeedHealth, *, now: datetime) -> None:
    name, looked, coming, new, acts = st.columns(WIDTHS, vertical_alignment="center")
    with name, st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            badge(feed)
            label, what = f"**{plain(feed.name)}**", text("feeds.menu.open", feed=plain(feed.name))
            st.button(label, key=f"open_{feed.id}", type="tertiary", help=what, on_click=open_feed, args=(feed.id,))
        about(feed)
        st.text(say(feed.words))
    figure(looked, feed_words.look_label(feed), feed_words.last_look(feed, now))
    figure(coming, text("feeds.next_look"), feed_words.next_look(feed, now))
    figure(new, text("feeds.new"), str(feed.new_24h))
    if feed.left_out_24h:
        new.caption(text("previews.left_out", n=number_words(feed.left_out_24h)))
    with acts, st.container(horizontal=True, horizontal_alignment="right"):
        _menu(viewer, feed)


def badge(feed: FeedHealth) -> None:
    """Its state as a word in a colour."""
    shown: Any = feed_words.badge(feed)
    st.badge(shown.word, icon=shown.icon, color=shown.colour)


def about(feed: FeedHealth) -> None:
    """Where it listens, for what, for whom."""
    said = feed_words.what(feed)
    st.caption(plain(text("feeds.settings.on", what=said) if feed.origin == "settings" else said))


def figure(column: Any, label: str, value: str) -> None:
    with column, st.container(gap=None):
        st.caption(label)
        st.text(value)


def doable(viewer: Viewer, feed: FeedHealth) -> list[str]:
    """What this person can do with this feed, by the names of the acts."""
    found = feed_words.state(feed)
    if not viewer.may_change_feeds or found is State.IMPORTED:
        return []
    if found is State.PAUSED:
        return ["resume"]
    if feed.source in PUSHED:
        return ["pause"]
    return ["look_now", *(["read_from_start"] if here().settings.feeds_editable else []), "pause"]


def act(viewer_id: int, feed_id: int, name: str) -> None:
    """Carry one of them out, and say in the next run what became of it."""
    tell(ACTS[name](here(), viewer_id, feed_id))


def open_feed(feed_id: int) -> None:
    go({ID: str(feed_id)})


def go(query: dict[str, str]) -> None:
    """Another part of this page. A form that is opened anew starts from the rows, not from what was typed last time."""
    for key in [key for key in st.session_state if str(key).startswith("feedform_")]:
        del st.session_state[key]
    st.query_params.from_dict(query)


def _menu(viewer: Viewer, feed: FeedHealth) -> None:
    key = f"menu_{feed.id}"
    st.menu_button(
        text("feeds.menu"),
        ["open", *doable(viewer, feed)],
        key=key,
        format_func=lambda name: text(f"feeds.do.{name}"),
        on_click=_chosen,
        args=(viewer.id, feed.id, key),
    )


def _chosen(viewer_id: int, feed_id: int, key: str) -> None:
    name = st.session_state.get(key)
    if name == "open":
        open_feed(feed_id)
    elif name in ACTS:
        act(viewer_id, feed_id, name)


def trend_link(feed_id: int) -> None:
    """The way to its trend."""
    st.page_link(
        PAGES / "trends.py", label=text("feeds.do.trends"), icon=":material/monitoring:", query_params={"scope": f"feed-{feed_id}"}
    )
