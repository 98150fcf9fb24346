"""The mentions behind one bucket: chosen by a click on a bar, by a list for those without a mouse, or by an address."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboard import trend_words
from dashboard.format import plain, sentiment_mark, short, source_words, web_link, word_of
from dashboard.frame import PAGES
from dashboard.panes import fold, trend_bar
from dashboard.texts import text
from dashboard.trend_time import Period, bucket_words, point_words
from dashboard.trend_view import View
from desk.queue.browse import MentionRow

MOST = 50
LONGEST_TEXT = 600
CHOICE = "trends_at"
FEW, TALLEST = 5, 600
"""More mentions than a few scroll by themselves, so that the charts below stay near."""


def choose(view: View, picked: datetime | None) -> None:
    """A list of the buckets that have mentions, newest first: what a click on a bar does."""
    found = {point.at: text("trends.choose.option", when=view.when(point), n=point.n) for point in reversed(view.points) if point.n}
    st.session_state[CHOICE] = picked if picked in found else None
    st.selectbox(
        text("trends.choose"),
        list(found),
        key=CHOICE,
        index=None,
        format_func=lambda at: found[at],
        placeholder=text(f"trends.choose.none.{view.period.by}"),
        on_change=lambda: trend_bar.pick(st.session_state[CHOICE]),
        width=320,
        label_visibility="collapsed",
    )


def draw(rows: Sequence[MentionRow], *, n: int, at: datetime, period: Period) -> None:
    """The newest of them, in words. `n`: how many there are."""
    when = bucket_words(at, by=period.by, zone=period.zone)
    with st.container(border=True, key="trends_picked"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            said = text("trends.picked", mentions=trend_words.counted("trends.mentions", n), when=when)
            st.subheader(said if rows else text("trends.picked.none", when=when), anchor=False)
            st.button(text("trends.picked.close"), type="tertiary", on_click=trend_bar.pick, args=(None,))
        if n > len(rows) > 0:
            st.caption(text("trends.picked.first", n=len(rows)))
        with st.container(height=TALLEST if len(rows) > FEW else "content", border=False):
            for row in sorted(rows, key=lambda row: row.posted_at, reverse=True):
                _mention(row, zone=period.zone)


def _mention(row: MentionRow, *, zone: str) -> None:
    with st.container(border=True, gap="small"):
        st.caption(plain(_about(row, zone=zone)))
        title = [short(row.title, 200)] if row.title else []
        fold.draw(row.id, [*title, short(row.text, LONGEST_TEXT)], abusive=bool(row.abusive))
        with st.container(horizontal=True, vertical_alignment="center"):
            _ways_on(row)


def _about(row: MentionRow, *, zone: str) -> str:
    mark = sentiment_mark(row.sentiment)
    parts = (
        f"{mark.glyph} {mark.word}",
        word_of("intent", row.intent),
        source_words(row.source, row.site),
        row.author,
        point_words(row.posted_at, zone=zone),
    )
    return " · ".join(part for part in parts if part)


def _ways_on(row: MentionRow) -> None:
    if row.case_id is None:
        st.caption(text("trends.picked.no_case"), width="content")
    else:
        name = text("trends.picked.case", id=row.case_id)
        st.page_link(PAGES / "queue.py", label=name, icon=":material/forum:", query_params={"case": str(row.case_id)})
    link = web_link(row.url)
    if link:
        st.link_button(text("trends.picked.original"), link, type="tertiary", icon=":material/open_in_new:")
