"""What the Outcomes page shows: of what, over how long, by which clock. The address holds the choice; the widgets only show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.format import plain
from dashboard.outcome_view import DAYS, Asked, asked
from dashboard.texts import text
from desk.figures.figure_cases import Figure
from desk.figures.performance import Clock
from desk.queue.choices import Choices

SCOPE, PERIOD, CLOCK = "outcomes_scope", "outcomes_days", "outcomes_clock"


@dataclass(frozen=True, slots=True)
class Scopes:
    """What can be looked at, by the word that stands for it in the address."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, choices: Choices) -> "Scopes":
        kinds = (("brand", choices.brands), ("team", choices.teams), ("feed", choices.feeds))
        found = {f"{kind}-{number}": text(f"outcomes.scope.{kind}", name=name) for kind, names in kinds for number, name in names.items()}
        return cls({"all": text("outcomes.scope.all"), **found})


def read(scopes: Scopes) -> Asked:
    """What the address asks for; what is not there any more is everything."""
    found = asked(st.query_params)
    if found.scope not in scopes.names:
        st.info(text("outcomes.scope.gone"))
        return replace(found, scope="all")
    return found


def draw(shown: Asked, scopes: Scopes) -> None:
    """The choices, in a row."""
    state = st.session_state
    state[SCOPE], state[PERIOD], state[CLOCK] = shown.scope, shown.days, shown.clock
    with st.container(horizontal=True, vertical_alignment="bottom", key="outcomes_bar"):
        st.selectbox(
            text("outcomes.scope"), list(scopes.names), key=SCOPE, format_func=lambda one: scopes.names[one], on_change=_chosen, width=320
        )
        for key, name, options in ((PERIOD, "outcomes.days", list(DAYS)), (CLOCK, "outcomes.clock", list(Clock))):
            _switch(key, name, options)


def show(figure: Figure | None) -> None:
    """List the cases of another figure, or of none."""
    go(replace(asked(st.query_params), show=figure))


def go(shown: Asked) -> None:
    """Another view of this page."""
    st.query_params.from_dict(shown.as_query())


def _switch(key: str, name: str, options: Sequence[object]) -> None:
    st.segmented_control(
        text(name), options, key=key, format_func=lambda option: plain(text(f"{name}.{option}")), required=True, on_change=_chosen
    )


def _chosen() -> None:
    before, state = asked(st.query_params), st.session_state
    go(replace(before, scope=state[SCOPE], days=state[PERIOD], clock=state[CLOCK]))
