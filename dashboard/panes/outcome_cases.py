"""The cases behind a figure, listed under it: each one leads to the case."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from dashboard.folds import previewed
from dashboard.format import clock_words, plain, source_words, word_of
from dashboard.frame import PAGES
from dashboard.outcome_view import figure_words, minutes_words
from dashboard.panes import outcome_bar
from dashboard.texts import text
from dashboard.viewer import clock_zone
from dashboard.workspace import here
from desk.figures.figure_cases import Figure, FigureCase

LONGEST_TEXT = 220
FEW, TALLEST = 4, 460


def draw(figure: Figure, rows: Sequence[FigureCase], *, n: int, about: str) -> None:
    """The newest of them. `n`: how many there are; `about` names the resolution or the person of a figure that is about one."""
    what = figure_words(figure, about=about, zone=clock_zone())
    with st.container(border=True, key="outcomes_shown"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(plain(text("outcomes.shown", what=what, n=n) if rows else text("outcomes.shown.none", what=what)), anchor=False)
            st.button(text("outcomes.shown.close"), key="outcomes_close", type="tertiary", on_click=outcome_bar.show, args=(None,))
        if n > len(rows) > 0:
            st.caption(text("outcomes.shown.first", n=len(rows)))
        with st.container(height=TALLEST if len(rows) > FEW else "content", border=False):
            for row in rows:
                _case(row)


def opens(label: str, figure: Figure, *, n: int, key: str) -> None:
    """A number that opens its cases; none opens none."""
    is_number = label.isdecimal()
    hint = text("outcomes.open") if n and is_number else None
    icon = None if is_number else ":material/arrow_forward:"
    st.button(
        label, key=f"outcomes_show_{key}", type="tertiary", icon=icon, disabled=not n, help=hint, on_click=outcome_bar.show, args=(figure,)
    )


def _case(row: FigureCase) -> None:
    with st.container(border=True, gap="small"):
        st.caption(plain(_about(row)))
        st.text(previewed(row.preview, LONGEST_TEXT, abusive=row.abusive))
        to_case(row.id)


def to_case(case_id: int) -> None:
    """The way to a case."""
    name, link = text("outcomes.shown.case", case=case_id), {"case": str(case_id)}
    st.page_link(PAGES / "queue.py", label=name, icon=":material/forum:", query_params=link)


def _about(row: FigureCase) -> str:
    at = clock_words(row.at, now=here().now(), zone=clock_zone())
    took = text("outcomes.shown.took", span=minutes_words(timedelta(seconds=row.seconds))) if row.seconds is not None else ""
    parts = (row.author, source_words(row.source, ""), at, word_of("outcome", row.outcome), took)
    return " · ".join(part for part in parts if part)
