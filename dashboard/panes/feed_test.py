"""What a feed would find: asked by the listener, shown here as soon as it is known. Text of posts only as text."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import feed_words, parts
from dashboard.filters import read_number
from dashboard.format import clock_words, plain, short, span_words, web_link, word_of
from dashboard.panes import feed_preview
from dashboard.panes.feed_list import TEST
from dashboard.panes.feed_preview import Form
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.alerts import errands
from desk.alerts.errands import ErrandView
from desk.errors import NotFound
from desk.feeds import health
from storage.words import ErrandKind, ErrandState

ASK_AGAIN_S = 1.0
SLOW = timedelta(seconds=20)
MOST_POSTS = 10
LONGEST_TEXT = 600
WAITING = (ErrandState.QUEUED, ErrandState.RUNNING)


def draw(viewer: Viewer, form: Form | None = None) -> None:
    """The test or the preview that the address names, if any; asked again each second only while it is not done.

    `form`: the form beside it, where there is one.
    """
    asked = _asked()
    if asked is None:
        return
    waits = asked.state in WAITING
    parts.alone(_pane, run_every=ASK_AGAIN_S if waits else None)(viewer, form, was_waiting=waits)


def _pane(viewer: Viewer, form: Form | None, *, was_waiting: bool) -> None:
    asked = _asked()
    if asked is None:
        return
    # How often this draws itself, and the form beside it, are settled by the whole page.
    if was_waiting is not (asked.state in WAITING) or feed_preview.is_filled():
        st.rerun()
    family = "previews" if feed_preview.is_preview(asked) else "feeds.test"
    with st.container(border=True, key="feed_test"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(text(f"{family}.title"), anchor=False)
            st.button(text(f"{family}.close"), type="tertiary", on_click=_close)
        _state(viewer, asked, form)


def _state(viewer: Viewer, asked: ErrandView, form: Form | None) -> None:
    if asked.state in WAITING:
        _waiting(asked)
    elif asked.state is ErrandState.FAILED:
        st.error(plain(text("feeds.test.failed", why=say((asked.result or {}).get("error", "")))), icon=":material/error:")
    elif feed_preview.is_preview(asked):
        feed_preview.draw(viewer, asked, form)
    else:
        _found(asked.result or {})


def _waiting(asked: ErrandView) -> None:
    source = word_of("source", str(asked.request.get("draft", {}).get("source", "")))
    waited = here().now() - asked.created_at
    st.progress(0.0 if asked.state is ErrandState.QUEUED else 0.5, text("feeds.test.asking", source=source))
    if waited > SLOW:
        st.text(text("feeds.test.waiting", span=span_words(waited)) if _somebody_listens() else text("feeds.test.nobody"))


def _somebody_listens() -> bool:
    with here().database.read() as session:
        found = health.processes(session, now=here().now())
    return any(process.is_alive and process.process == health.LISTENER for process in found)


def _found(result: Mapping[str, Any]) -> None:
    why = feed_words.refusal(str(result.get("result", "")))
    if why:
        st.error(plain(f"{why} {say(result.get('detail') or '')}"), icon=":material/error:")
        return
    posts = list(result.get("posts") or [])[:MOST_POSTS]
    found = int(result.get("found", len(posts)))
    st.text(" ".join(_said(result, found)))
    if found > len(posts) > 0:
        st.caption(text("feeds.test.shown", n=len(posts)))
    for post in posts:
        with st.container(border=True):
            _post(post)


def _said(result: Mapping[str, Any], found: int) -> list[str]:
    rejected = int(result.get("rejected", 0))
    parts = [
        _counted("feeds.test.found", found) if found else text("feeds.test.none"),
        _counted("feeds.test.rejected", rejected) if rejected else "",
        text("feeds.test.more") if result.get("more") else "",
        text("feeds.test.detail", detail=say(result["detail"])) if result.get("detail") else "",
        feed_words.prices(result.get("costs") or []),
        text("feeds.test.stored"),
    ]
    return [part for part in parts if part]


def _counted(name: str, n: int) -> str:
    return text(f"{name}.{'one' if n == 1 else 'many'}", n=n)


def _post(post: Mapping[str, Any]) -> None:
    posted_at = datetime.fromisoformat(post["posted_at"]) if post.get("posted_at") else None
    when = clock_words(posted_at, now=here().now(), zone=clock_zone()) if posted_at else ""
    st.caption(plain(" · ".join(part for part in (str(post.get("author") or ""), when) if part)))
    if post.get("title"):
        st.text(short(str(post["title"]), 200))
    st.text(short(str(post.get("text") or ""), LONGEST_TEXT) or text("feeds.test.no_text"))
    link = web_link(str(post.get("url") or ""))
    if link:
        st.link_button(text("feeds.test.original"), link, type="tertiary", icon=":material/open_in_new:")


def _asked() -> ErrandView | None:
    errand_id = read_number(st.query_params.get(TEST))
    if errand_id is None:
        return None
    with here().database.read() as session:
        try:
            found = errands.get(session, errand_id)
        except NotFound:
            return None
    return found if found.kind is ErrandKind.FEED_TEST else None


def _close() -> None:
    st.query_params.pop(TEST, None)
