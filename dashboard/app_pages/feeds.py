"""The Feeds page: all feeds, one of them (`?id=7`), or a new one (`?add=1`); `?test=12` shows a test beside the form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from dashboard import feed_words, parts
from dashboard.filters import read_number
from dashboard.format import plain, word_of
from dashboard.frame import PAGES, has_words
from dashboard.panes import feed_detail, feed_editor, feed_list, feed_test, money, welcome_list
from dashboard.panes.feed_editor import Edited
from dashboard.settings import CredentialView
from dashboard.texts import text
from dashboard.viewer import Viewer, seen
from dashboard.workspace import here
from desk.feeds import brands, feeds
from desk.feeds.feeds import FeedDraft, FeedHealth
from desk.figures import trends
from desk.figures.trends import Span
from desk.sources import known as declared
from desk.sources.declaration import Secret

DRAW_AGAIN = timedelta(seconds=30)
NEW = FeedDraft(name="", source="rss", kind="", query="", brand="")


@dataclass(frozen=True, slots=True)
class One:
    """A feed as its page shows it."""

    health: FeedHealth
    edited: Edited
    blind: list[Span]
    now: datetime


def _draw(viewer: Viewer) -> None:
    feed_id = read_number(st.query_params.get(feed_list.ID))
    if feed_id is not None:
        _one(viewer, feed_id)
    elif feed_list.ADD in st.query_params and viewer.may_change_feeds and here().settings.feeds_editable:
        _new(viewer)
    else:
        _all(viewer)


def _all(viewer: Viewer) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(text("feeds.title"), anchor=False, width="content")
        _adding(viewer)
    if not here().settings.feeds_editable:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(text("feeds.sample"))
            st.page_link(PAGES / "start.py", label=text("sample.start"))
    elif not viewer.may_change_feeds:
        st.text(text("feeds.read_only"))
    _alone(_list)(viewer)
    _alone(_money)(viewer)
    welcome_list.draw(viewer)
    if here().settings.credentials and viewer.may_change_feeds:
        _credentials()


def _list(viewer: Viewer) -> None:
    now = here().now()
    with here().database.read() as session:
        found = feeds.health(session, now=now)
    money.warnings(now=now)
    st.text(feed_words.summary(found))
    feed_list.draw(viewer, found, now=now)


def _alone(body: Callable[[Viewer], None]) -> Callable[[Viewer], None]:
    """Draws itself alone again and again. A click in it that opened a feed, or left words, is the whole page's matter."""
    is_with_page = True

    def drawn(viewer: Viewer) -> None:
        nonlocal is_with_page
        if not is_with_page and (feed_list.ID in st.query_params or has_words()):
            st.rerun()
        is_with_page = False
        body(viewer)

    return parts.alone(drawn, run_every=DRAW_AGAIN)


def _money(viewer: Viewer) -> None:
    now = here().now()
    money.draw(viewer, money.read(viewer, now=now), now=now)


def _adding(viewer: Viewer) -> None:
    if viewer.may_change_feeds:
        may = here().settings.feeds_editable
        given = {feed_list.ADD: "1"}
        st.button(
            text("feeds.add"),
            type="primary",
            icon=":material/add:",
            disabled=not may,
            help=None if may else text("feeds.sample"),
            on_click=feed_list.go,
            args=(given,),
        )


def _new(viewer: Viewer) -> None:
    _back()
    st.header(text("feeds.add"), anchor=False)
    with here().database.read() as session:
        known = brands.known(session)
    left, right = st.columns([55, 45], gap="large")
    edited = Edited(None, NEW, known)
    with left:
        feed_editor.draw(viewer, edited)
    with right:
        feed_test.draw(viewer, feed_editor.form_of(edited))


def _one(viewer: Viewer, feed_id: int) -> None:
    _back()
    found = _read(feed_id)
    if found is None:
        st.warning(text("feeds.gone"))
        return
    feed_detail.draw(viewer, found.health, found.edited, found.blind, now=found.now)


def _read(feed_id: int) -> One | None:
    now = here().now()
    with here().database.read() as session:
        health = next((feed for feed in feeds.health(session, now=now) if feed.id == feed_id), None)
        if health is None:
            return None
        spec = feeds.spec_of(session, feed_id)
        known = brands.known(session)
        blind = trends.blind(session, scope=feed_id, since=now - feed_detail.SEEN, until=now)
    draft = FeedDraft(
        spec.name, spec.source, spec.kind, spec.query, health.brand, spec.credential, spec.interval_s, spec.site, dict(spec.options)
    )
    return One(health, Edited(feed_id, draft, known), blind, now)


def _back() -> None:
    st.button(text("feeds.back"), type="tertiary", icon=":material/arrow_back:", on_click=feed_list.go, args=({},))


def _credentials() -> None:
    st.subheader(text("feeds.credentials"), anchor=False)
    st.caption(text("feeds.credentials.why"))
    for credential in here().settings.credentials:
        with st.container(border=True):
            _credential(credential)


def _credential(credential: CredentialView) -> None:
    st.text(f"{credential.name} · {word_of('source', credential.source)}")
    form = declared.of(credential.source).form
    secrets = form.secrets if form else ()
    for secret in credential.secrets:
        word = text("feeds.secret.set" if secret.is_set else "feeds.secret.missing")
        purpose = _purpose(secret.name, secrets)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(word, icon=":material/check:" if secret.is_set else ":material/close:", color="green" if secret.is_set else "gray")
            st.text(secret.variable)
            st.caption(plain(purpose))


def _purpose(name: str, secrets: tuple[Secret, ...]) -> str:
    found = next((secret for secret in secrets if name in {secret.name, *secret.aliases}), None)
    return text(f"feeds.secret.{found.purpose if found else 'other'}")


viewer = seen()
if isinstance(viewer, Viewer):
    _draw(viewer)
