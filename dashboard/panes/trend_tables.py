"""The numbers behind the charts: as figures in words, by feed and brand, as a table for a screen reader, and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard import trend_view, trend_words
from dashboard.format import GLYPHS, plain
from dashboard.panes import trend_bar
from dashboard.table_file import csv_bytes
from dashboard.texts import text
from dashboard.trend_time import Asked, point_words, scope_word
from dashboard.trend_view import SENTIMENTS, View
from desk.figures.totals import Total
from storage.words import Sentiment

COLOURS = {
    (Sentiment.NEGATIVE, "up"): "red",
    (Sentiment.NEGATIVE, "down"): "blue",
    (Sentiment.POSITIVE, "up"): "blue",
    (Sentiment.POSITIVE, "down"): "red",
}
"""Which way is worse; colours as in the charts."""
ARROWS = {"up": "↑", "down": "↓", "off": ""}
WIDTHS = [34, 12, 30, 24]


@dataclass(frozen=True, slots=True)
class Part:
    """One feed or brand over the period, and over the one before."""

    scope: int
    name: str
    now: Total
    before: Total


def figures(view: View) -> None:
    """How many, and of each sentiment how many and what share, against the period before."""
    days, now, full, before = view.period.days, view.total, view.full, view.total_before
    columns = st.columns(len(SENTIMENTS) + 1)
    words = trend_words.change(full.n, before.n, days=days)
    _figure(columns[0], text("trends.all"), now.n, words, arrow=_arrow(full.n - before.n), colour="")
    for column, sentiment in zip(columns[1:], SENTIMENTS, strict=True):
        share, then = (trend_view.share_of(total, sentiment) for total in (full, before))
        words = " · ".join(filter(None, (trend_words.share_words(share, full.triaged), trend_words.points(share, then, days=days))))
        label = f"{GLYPHS[sentiment]} {text(f'trends.{sentiment}')}"
        arrow = _arrow(round(share.value, 2) - round(then.value, 2) if share and then else 0)
        _figure(column, label, trend_view.of(now, sentiment), words, arrow=arrow, colour=COLOURS.get((sentiment, arrow), ""))
    said = [text("trends.compared", time=point_words(view.period.full_until, zone=view.period.zone))]
    if view.first and trend_view.began_late(view):
        when = point_words(view.first, zone=view.period.zone)
        said.append(text("trends.first", when=when, before=trend_words.before_words(days)))
    if now.n > now.triaged:
        said.append(trend_words.counted("trends.untriaged", now.n - now.triaged))
    st.caption(" ".join(said))


def _figure(column: Any, label: str, value: int, words: str, *, arrow: str, colour: str) -> None:
    with column, st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(label, value)
        said = plain(f"{ARROWS[arrow]} {words}".strip())
        st.markdown(f":{colour}[{said}]" if colour else said)


def _arrow(moved: float) -> str:
    return "off" if moved == 0 else "up" if moved > 0 else "down"


def where(parts: Sequence[Part], shown: Asked) -> None:
    """Each feed and brand, most mentions first; one click shows it alone."""
    st.subheader(text("trends.where"), anchor=False)
    st.caption(text("trends.where.note"))
    heard = [part for part in parts if part.now.n or part.before.n]
    for column, name in zip(st.columns(WIDTHS), ("scope", "n", "change", "negative"), strict=True):
        column.caption(text(f"trends.where.{name}"))
    for part in sorted(heard, key=lambda part: -part.now.n):
        _part(part, shown)
    if len(heard) < len(parts):
        st.caption(text("trends.where.more", n=len(parts) - len(heard)))


def _part(part: Part, shown: Asked) -> None:
    name, n, change, negative = st.columns(WIDTHS, vertical_alignment="center")
    name.button(
        plain(part.name), key=f"trends_to_{part.scope}", type="tertiary", on_click=trend_bar.go, args=(replace(shown, scope=part.scope),)
    )
    n.text(str(part.now.n))
    change.text(trend_words.change(part.now.n, part.before.n, days=shown.days))
    share = trend_view.share_of(part.now, Sentiment.NEGATIVE)
    negative.text(f"{GLYPHS[Sentiment.NEGATIVE]} {part.now.negative} · {trend_words.share_words(share, part.now.triaged)}")


def numbers(view: View, shown: Asked) -> None:
    """All numbers of the charts as text, and as a file."""
    header, rows = trend_view.table(view)
    with st.expander(text("trends.table")):
        newest = rows[: -trend_view.TABLE_ROWS - 1 : -1]
        if len(newest) < len(rows):
            st.caption(text("trends.table.note", n=len(newest), all=len(rows)))
        st.table([_plain_row(header, row) for row in newest], hide_index=True)
    file = f"careline-trends-{scope_word(shown.scope)}-{shown.days}d-by-{shown.by}.csv"
    st.download_button(
        text("trends.download"),
        lambda: csv_bytes(header, rows),
        file_name=file,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _plain_row(header: Sequence[str], row: Sequence[Any]) -> Mapping[str, str]:
    return {name: plain(str(cell)) for name, cell in zip(header, row, strict=True)}
