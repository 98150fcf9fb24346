"""How many customers the classifier misses, as people found who looked at posts that were drawn at random."""

from datetime import timedelta

import streamlit as st

from dashboard.format import percent_words
from dashboard.frame import PAGES
from dashboard.texts import text
from dashboard.workspace import here
from desk.labels import spot_checks
from desk.labels.spot_checks import MEASURED, Missed
from storage.words import CheckKind

WEEKS = MEASURED // timedelta(weeks=1)


def draw() -> None:
    """The miss rates, each with its interval."""
    with here().database.read() as session:
        found = spot_checks.missed(session, now=here().now())
    st.subheader(text("checks.rate"), anchor=False)
    st.caption(text("checks.rate.why" if found else "checks.rate.none", weeks=WEEKS))
    for column, kind in zip(st.columns(2), CheckKind, strict=True):
        if kind in found:
            with column, st.container(border=True, gap="xsmall"):
                _rate(kind, found[kind])
    page, today = PAGES / "mentions.py", {"view": CheckKind.NO_ANSWER.value}
    st.page_link(page, label=text("checks.rate.open"), icon=":material/casino:", query_params=today)


def _rate(kind: CheckKind, found: Missed) -> None:
    share, (low, high) = found.share or 0.0, found.interval
    st.metric(text(f"checks.rate.{kind}"), text("checks.rate.share", missed=found.missed, n=found.n, percent=percent_words(share)))
    st.caption(text("checks.rate.interval", low=percent_words(low), high=percent_words(high)))
