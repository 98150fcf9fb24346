"""The Trends page: how many speak, in which mood, against the period before, and when we could not see.

`?scope=feed-7&days=7&by=hour&at=2026-11-19T14:00Z` shows one feed and lists the mentions of one hour.
"""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from sqlalchemy.orm import Session

from dashboard import trend_view, trend_words
from dashboard.format import plain
from dashboard.frame import PAGES
from dashboard.panes import trend_accuracy, trend_bar, trend_charts, trend_mentions, trend_missed, trend_own_labels, trend_tables
from dashboard.panes.trend_bar import Scopes
from dashboard.panes.trend_tables import Part
from dashboard.texts import text
from dashboard.trend_time import Asked, period
from dashboard.trend_view import View
from dashboard.viewer import Viewer, clock_zone, seen
from dashboard.workspace import here
from desk.figures import trends
from desk.figures.totals import Total, first_hour, totals
from desk.labels import models
from desk.queue import choices
from desk.queue.browse import MentionRow


@dataclass(frozen=True, slots=True)
class Found:
    """All that one run of the page draws, read from one state of the database."""

    view: View
    parts: tuple[Part, ...]
    picked: tuple[MentionRow, ...]


def _draw() -> None:
    st.header(text("trends.title"), anchor=False)
    with here().database.read() as session:
        offered = choices.choices(session)
    scopes = Scopes.of(offered)
    shown = trend_bar.read(scopes)
    trend_bar.draw(shown, scopes)
    found = _read(shown, scopes, now=here().now())
    if not found.view.total.n and not found.view.total_before.n:
        _empty(found.view, has_feeds=len(scopes.names) > 1)
    else:
        _whole(found, shown)
        trend_accuracy.draw(offered.feeds)
        trend_missed.draw()


def _whole(found: Found, shown: Asked) -> None:
    view = found.view
    headline = trend_words.headline(view.total.n, (view.full.n, view.total_before.n), days=shown.days)
    st.subheader(headline, anchor=False)
    trend_tables.figures(view)
    shared, at = trend_charts.frame(view), view.bucket(shown.at) if shown.at else None
    trend_charts.volume(view, shared, headline=headline, picked=at)
    _blind(view)
    with st.container(key="trends_models", gap="xsmall"):
        for sentence in trend_view.moment_sentences(view):
            st.caption(plain(sentence))
    if at is not None:
        trend_mentions.draw(found.picked, n=_n_at(view, at, len(found.picked)), at=at, period=view.period)
    trend_charts.sentiments(view, shared, picked=at)
    trend_charts.negative_share(view, shared)
    with st.container(key="trends_own_labels"):
        trend_own_labels.draw(view, shared, scope=shown.scope)
    if found.parts:
        trend_tables.where(found.parts, shown)
    trend_tables.numbers(view, shown)


def _n_at(view: View, at: datetime, listed: int) -> int:
    """How many mentions a bucket has; one outside of the period has as many as are listed."""
    return next((point.n for point in view.points if point.at == at), listed)


def _read(shown: Asked, scopes: Scopes, *, now: datetime) -> Found:
    zone = clock_zone()
    span = period(shown, now=now, zone=zone)
    # Only the page of everything tells how much each part of it holds.
    scope = shown.scope or None
    with here().database.read() as session:
        compared = trends.compare(session, scope=shown.scope, since=span.since, until=span.until, by=shown.by, zone=zone)
        full = totals(session, since=span.since, until=span.full_until, scope=scope)
        before = totals(session, since=span.before_since, until=span.before_until, scope=scope)
        blind = trends.blind(session, scope=shown.scope, since=span.since, until=span.until)
        first = first_hour(session, shown.scope)
        changes = models.changes(session, since=span.since, until=span.until)
        picked = _mentions(session, shown, zone=zone)
    none = Total()
    view = View(
        period=span,
        points=compared.now.points,
        before=compared.before.points,
        blind=tuple(blind),
        full=full.get(shown.scope, none),
        total_before=before.get(shown.scope, none),
        first=first,
        changes=tuple(changes),
    )
    parts = [Part(scope, name, full.get(scope, none), before.get(scope, none)) for scope, name in scopes.names.items() if scope]
    return Found(view, tuple(parts) if shown.scope == 0 else (), tuple(picked))


def _mentions(session: Session, shown: Asked, *, zone: str) -> list[MentionRow]:
    if shown.at is None:
        return []
    return trends.mentions_at(session, scope=shown.scope, at=shown.at, by=shown.by, limit=trend_mentions.MOST, zone=zone)


def _blind(view: View) -> None:
    """When we could not see, in words; the charts show the same as striped bands."""
    sentences = trend_words.blind_sentences(view.blind, now=view.period.until, zone=view.period.zone)
    if not sentences:
        st.caption(text("trends.blind.none"))
        return
    said = "  \n".join(plain(sentence) for sentence in [*sentences, text("trends.blind.what")])
    st.warning(said, icon=":material/visibility_off:")


def _empty(view: View, *, has_feeds: bool) -> None:
    st.subheader(text("trends.empty", period=trend_words.last_words(view.period.days)), anchor=False)
    if has_feeds:
        st.text(text("trends.empty.what"))
        _blind(view)
        return
    st.text(text("trends.empty.no_feeds"))
    st.page_link(PAGES / "feeds.py", label=text("trends.empty.feeds"), icon=":material/rss_feed:")


viewer = seen()
if isinstance(viewer, Viewer):
    _draw()
