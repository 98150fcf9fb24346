"""The charts of the Trends page, each with its title, its legend in words and its description for those who do not see it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import streamlit as st

from dashboard import charts, trend_view, trend_words
from dashboard.charts import Frame
from dashboard.format import GLYPHS
from dashboard.panes import trend_bar, trend_mentions
from dashboard.shares import LEAST
from dashboard.texts import text
from dashboard.trend_view import SENTIMENTS, View
from storage.words import Sentiment

TALL, LOW = 230, 150
STRIPES_OF_LOW = 45
VOLUME = "trends_volume"


def frame(view: View) -> Frame:
    """What all charts of the page share, in the colours of the person's theme."""
    return Frame(
        since=view.points[0].at,
        until=view.until,
        ticks=trend_view.axis_ticks(view),
        bands=trend_view.bands(view),
        look=charts.look(is_dark=st.context.theme.type == "dark"),
        words=_words(),
        moments=trend_view.moments(view),
        names_moments=True,
    )


def volume(view: View, shared: Frame, *, headline: str, picked: datetime | None) -> None:
    """How many, beside the period before; a click on a bar, or a choice from the list beside the title, picks a bucket."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.subheader(text(f"trends.volume.{view.period.by}"), anchor=False, width="content")
        trend_mentions.choose(view, picked)
    top = charts.headroom(trend_view.highest(view, "n"))
    drawn = charts.counts(trend_view.bars(view, "n"), shared, colour=shared.look.total, top=top, height=TALL, picked=picked)
    st.vega_lite_chart(drawn, key=VOLUME, on_select=lambda: _clicked(VOLUME), alt=_alt(view, headline))
    st.caption(_legend(view))


def sentiments(view: View, shared: Frame, *, picked: datetime | None) -> None:
    """Three charts on one scale, so that their heights can be compared."""
    st.subheader(text("trends.sentiments"), anchor=False)
    st.caption(text("trends.sentiments.note"))
    top = charts.headroom(trend_view.highest(view, *(sentiment.value for sentiment in SENTIMENTS)))
    low = replace(shared, stripes=STRIPES_OF_LOW, names_moments=False)
    for column, sentiment in zip(st.columns(len(SENTIMENTS)), SENTIMENTS, strict=True):
        with column:
            _sentiment(view, low, sentiment, top=top, picked=picked)


def negative_share(view: View, shared: Frame) -> None:
    """How much of it is negative, over as many buckets as it takes to know."""
    st.subheader(f"{GLYPHS[Sentiment.NEGATIVE]} {text('trends.shares')}", anchor=False)
    found, counts = trend_view.steps(view), view.total
    if not found:
        st.text(text("trends.shares.none", least=LEAST, n=counts.triaged))
        return
    st.caption(text("trends.shares.note", least=LEAST))
    percent = round(counts.negative * 100 / counts.triaged)
    alt = text("trends.alt.shares", period=trend_words.last_words(view.period.days), percent=percent, n=counts.triaged)
    st.vega_lite_chart(charts.shares(found, shared, colour=shared.look.negative, height=LOW), key="trends_shares", alt=alt)
    st.caption(_share_before(view))


def _sentiment(view: View, shared: Frame, sentiment: Sentiment, *, top: int, picked: datetime | None) -> None:
    n, key = trend_view.of(view.total, sentiment), f"trends_{sentiment}"
    name = text(f"trends.{sentiment}")
    drawn = charts.counts(
        trend_view.bars(view, sentiment.value), shared, colour=getattr(shared.look, sentiment.value), top=top, height=LOW, picked=picked
    )
    alt = text("trends.alt.sentiment", sentiment=name, n=n, period=trend_words.last_words(view.period.days))
    st.text(f"{GLYPHS[sentiment]} {name} · {n}")
    st.vega_lite_chart(drawn, key=key, on_select=lambda: _clicked(key), alt=alt)


def _clicked(key: str) -> None:
    chosen = st.session_state[key].selection.get(charts.PICK) or []
    if chosen:
        trend_bar.pick(charts.from_millis(chosen[0]["since"]))


def _words() -> Mapping[str, str]:
    return {name: text(f"trends.tip.{name}") for name in ("now", "before", "blind", "share", "interval", "n")}


def _legend(view: View) -> str:
    parts = [text("trends.legend", before=trend_words.before_words(view.period.days)), text("trends.legend.pick")]
    return " ".join(parts[:1] + ([text("trends.legend.blind")] if view.blind else []) + parts[1:])


def _alt(view: View, headline: str) -> str:
    found = trend_view.peak(view)
    if found is None:
        return text("trends.alt.volume.none", headline=headline)
    bucket = text(f"trends.bucket.{view.period.by}")
    return text("trends.alt.volume", headline=headline, bucket=bucket, peak=view.when(found), n=found.n)


def _share_before(view: View) -> str:
    counts, before = view.total_before, trend_words.before_words(view.period.days)
    found = trend_view.share_of(counts, Sentiment.NEGATIVE)
    before = before[0].upper() + before[1:]
    if found is None:
        return text("trends.shares.before.hidden", before=before, n=counts.triaged)
    return text("trends.shares.before", before=before, percent=round(found.value * 100), n=counts.triaged)
