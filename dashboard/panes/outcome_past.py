"""What the figures lack of the time before they were kept: said above them, as long as the period reaches back so far."""

import streamlit as st

from dashboard.format import clock_words
from dashboard.texts import text
from dashboard.viewer import clock_zone
from dashboard.workspace import here
from desk.figures.past_figures import Past
from desk.figures.performance import Within


def draw(past: Past | None, within: Within) -> None:
    with st.container(key="outcomes_past"):
        if past is not None and past.concerns(within.since):
            st.info(_words(past), icon=":material/history:")


def _words(past: Past) -> str:
    before = clock_words(past.before, now=here().now(), zone=clock_zone())
    if not past.is_done:
        return text("outcomes.past.running", time=before, percent=past.percent)
    return text("outcomes.past.one" if past.left_out == 1 else "outcomes.past.many", time=before, n=past.left_out)
