"""How many mentions had one of the team's own labels, beside the period before."""

import streamlit as st

from dashboard import charts, trend_view
from dashboard.charts import Frame
from dashboard.format import number_words, plain
from dashboard.panes import trend_charts
from dashboard.texts import text
from dashboard.trend_view import View
from dashboard.workspace import here
from desk.labels import own_labels

LABEL = "trends_own_label"


def draw(view: View, shared: Frame, *, scope: int) -> None:
    """A chart of the label that is chosen; nothing where the team has none."""
    with here().database.read() as session:
        offered = own_labels.offered(session)
    if not offered:
        return
    if st.session_state.get(LABEL) not in offered:
        st.session_state[LABEL] = next(iter(offered))
    chosen: int = st.session_state[LABEL]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.subheader(f"◆ {plain(text('own.trend.title', label=offered[chosen]))}", anchor=False, width="content")
        label = text("own.trend")
        st.selectbox(label, list(offered), key=LABEL, format_func=lambda one: offered[one], width=240, label_visibility="collapsed")
    counted = _counted(view, chosen, scope=scope)
    n = sum(point.n for point in counted.points)
    st.text(text("own.trend.n", n=number_words(n)))
    top = charts.headroom(trend_view.highest(counted, "n"))
    drawn = charts.counts(trend_view.bars(counted, "n"), shared, colour=shared.look.total, top=top, height=trend_charts.LOW)
    st.vega_lite_chart(drawn, key="trends_own", alt=text("own.trend.alt", n=n, label=offered[chosen]))


def _counted(view: View, label_id: int, *, scope: int) -> View:
    span = view.period
    by, zone = span.by, span.zone
    with here().database.read() as session:
        now = own_labels.series(session, label_id, scope=scope, since=span.since, until=span.until, by=by, zone=zone)
        before = own_labels.series(session, label_id, scope=scope, since=view.before[0].at, until=span.since, by=by, zone=zone)
    return trend_view.counted_as(view, now, before)
