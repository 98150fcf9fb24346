"""What the Trends page shows: of whom, over how long, counted how. The address holds the choice; the widgets only show it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.format import plain
from dashboard.texts import text
from dashboard.trend_time import DAYS, Asked, asked, ways
from desk.queue.choices import Choices

SCOPE, PERIOD, BY = "trends_scope", "trends_days", "trends_by"


@dataclass(frozen=True, slots=True)
class Scopes:
    """What can be looked at, by its number: 0 is all, n is feed n, -n is brand n."""

    names: Mapping[int, str]

    @classmethod
    def of(cls, choices: Choices) -> "Scopes":
        brands = {-brand_id: text("trends.scope.brand", name=name) for brand_id, name in choices.brands.items()}
        feeds = {feed_id: text("trends.scope.feed", name=name) for feed_id, name in choices.feeds.items()}
        return cls({0: text("trends.scope.all"), **brands, **feeds})


def read(scopes: Scopes) -> Asked:
    """What the address asks for; a feed or brand that is not there any more is everything."""
    found = asked(st.query_params)
    if found.scope not in scopes.names:
        st.info(text("trends.scope.gone"))
        return replace(found, scope=0)
    return found


def draw(shown: Asked, scopes: Scopes) -> None:
    """The choices, in a row."""
    _follow(shown)
    with st.container(horizontal=True, vertical_alignment="bottom", key="trends_bar"):
        st.selectbox(
            text("trends.scope"), list(scopes.names), key=SCOPE, format_func=lambda scope: scopes.names[scope], on_change=_chosen, width=320
        )
        _switch(PERIOD, "trends.days", list(DAYS))
        _switch(BY, "trends.by", list(ways(shown.days)))


def go(shown: Asked) -> None:
    """Another view of this page."""
    st.query_params.from_dict(shown.as_query())


def pick(at: datetime | None) -> None:
    """List the mentions of another bucket, or of none."""
    go(replace(asked(st.query_params), at=at))


def _switch(key: str, name: str, options: list[Any]) -> None:
    st.segmented_control(
        text(name), options, key=key, format_func=lambda option: plain(text(f"{name}.{option}")), required=True, on_change=_chosen
    )


def _follow(shown: Asked) -> None:
    st.session_state[SCOPE], st.session_state[PERIOD], st.session_state[BY] = shown.scope, shown.days, shown.by


def _chosen() -> None:
    before, state = asked(st.query_params), st.session_state
    days = state[PERIOD]
    by = state[BY] if state[BY] in ways(days) else ways(days)[0]
    go(Asked(state[SCOPE], days, by, before.at if by == before.by else None))
