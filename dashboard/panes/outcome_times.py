"""How long customers waited: three distributions, the first answers over time, the steps of a case, and the parts that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import charts, outcome_charts
from dashboard.format import plain
from dashboard.outcome_charts import Bar, Day
from dashboard.outcome_view import Asked, bar_words, day_words, half_words, kept_short, kept_words, minutes_words, spread_words
from dashboard.panes import outcome_bar, outcome_cases
from dashboard.texts import text
from dashboard.viewer import clock_zone
from desk.figures import figure_cases
from desk.figures.figure_cases import LATE, Figure, place_of
from desk.figures.performance import Measure, Spread

HEIGHT = 170
WIDTHS = [36, 19, 22, 23]
STEP_WIDTHS = [40, 20, 22, 18]
LINE, SPAN = "outcomes_line", "outcomes_span"


@dataclass(frozen=True, slots=True)
class Times:
    """All times of the page: by measure, over days, by step, and by the names of feeds and teams."""

    spreads: Mapping[Measure, Spread]
    starts: Sequence[datetime]
    days: Sequence[Spread]
    steps: Mapping[str, Spread]
    parts: Mapping[str, tuple[str, Spread]]


def draw(times: Times, shown: Asked) -> None:
    """The section; a measure without an answer says so."""
    st.subheader(text("outcomes.times"), anchor=False)
    st.caption(text("outcomes.times.what"))
    for column, (measure, spread) in zip(st.columns(len(times.spreads), gap="medium"), times.spreads.items(), strict=True):
        with column:
            _measure(measure, spread, shown)
    st.caption(text("outcomes.pick"))
    _over_time(times, shown)
    left, right = st.columns([45, 55], gap="medium")
    with left:
        _steps(times.steps)
    with right:
        _parts(times.parts, shown)


def _measure(measure: Measure, spread: Spread, shown: Asked) -> None:
    name = text(f"outcomes.{measure}")
    st.markdown(f"**{plain(name)}**")
    if not spread.n:
        st.text(text(f"outcomes.{measure}.none"))
        return
    st.metric(name, half_words(spread), label_visibility="collapsed")
    st.caption(plain(spread_words(spread)))
    if kept := kept_words(spread):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(kept, width="content")
            outcome_cases.opens(text("outcomes.late"), Figure(measure, LATE), n=spread.promised - spread.kept, key=f"{measure}_late")
    _chart(measure, spread, shown, name)
    _choose(measure, spread, shown)


def _chart(measure: Measure, spread: Spread, shown: Asked, name: str) -> None:
    key, bars = f"outcomes_{measure}", [Bar(place, bar_words(place), n) for place, n in enumerate(spread.bars)]
    look = charts.look(is_dark=st.context.theme.type == "dark")
    drawn = outcome_charts.spread(bars, look, picked=_picked(measure, shown), n_word=text("outcomes.tip.n"))
    alt = text("outcomes.alt", measure=name, half=half_words(spread), spread=spread_words(spread))
    st.vega_lite_chart(drawn, key=key, on_select=lambda: _clicked(key, measure), alt=alt)


def _choose(measure: Measure, spread: Spread, shown: Asked) -> None:
    """The bars as a list: what a click on one does, for those without a mouse."""
    key = f"outcomes_of_{measure}"
    found = {place: text("outcomes.choose.option", bar=bar_words(place), n=n) for place, n in enumerate(spread.bars) if n}
    picked = _picked(measure, shown)
    st.session_state[key] = picked if picked in found else None
    st.selectbox(
        text("outcomes.choose"),
        list(found),
        index=None,
        key=key,
        format_func=lambda place: found[place],
        placeholder=text("outcomes.choose.none"),
        label_visibility="collapsed",
        on_change=lambda: _pick(measure, st.session_state[key]),
    )


def _picked(measure: Measure, shown: Asked) -> int | None:
    figure = shown.show
    return place_of(figure.value) if figure is not None and figure.name == measure and figure.value != LATE else None


def _clicked(key: str, measure: Measure) -> None:
    chosen = st.session_state[key].selection.get(outcome_charts.PICK) or []
    if chosen:
        _pick(measure, int(chosen[0]["place"]))


def _pick(measure: Measure, place: int | None) -> None:
    outcome_bar.show(None if place is None else Figure(measure, str(place)))


def _over_time(times: Times, shown: Asked) -> None:
    if sum(1 for spread in times.days if spread.n) < 2:
        return
    st.markdown(f"**{plain(text('outcomes.line'))}**")
    look = charts.look(is_dark=st.context.theme.type == "dark")
    days = [_day(at, spread) for at, spread in zip(times.starts, times.days, strict=True)]
    alt = text("outcomes.line.alt", days=shown.days, half=half_words(times.spreads[Measure.FRT]))
    words = {f"{name}_word": text(f"outcomes.tip.{name}") for name in ("half", "ninety")}
    figures = _spans(times.starts)
    drawn = outcome_charts.over_time(days, look, height=HEIGHT, **words)
    st.vega_lite_chart(drawn, key=LINE, on_select=lambda: _point_clicked(figures), alt=alt)
    st.caption(text("outcomes.line.what"))
    _choose_span(days, figures, shown)
    with st.expander(text("outcomes.table")):
        columns = ("outcomes.step", "outcomes.n", "outcomes.p50", "outcomes.p90")
        rows = [[day.label, str(day.n), day.half_words, day.ninety_words] for day in days]
        st.table([dict(zip((text(name) for name in columns), map(plain, row), strict=True)) for row in rows], hide_index=True)


def _spans(starts: Sequence[datetime]) -> list[Figure]:
    """The figure of each point of the line; the last day or week goes on."""
    days = round((starts[-1] - starts[-2]) / timedelta(days=1))
    end = starts[-1].astimezone(ZoneInfo(clock_zone())) + timedelta(days=days)
    return [figure_cases.span(since, until) for since, until in pairwise([*starts, end])]


def _choose_span(days: Sequence[Day], figures: Sequence[Figure], shown: Asked) -> None:
    """The points as a list: what a click on one does, for those without a mouse."""
    found = {place: text("outcomes.choose.option", bar=day.label, n=day.n) for place, day in enumerate(days) if day.n}
    picked = figures.index(shown.show) if shown.show in figures else None
    st.session_state[SPAN] = picked if picked in found else None
    st.selectbox(
        text("outcomes.line.choose"),
        list(found),
        index=None,
        key=SPAN,
        format_func=lambda place: found[place],
        placeholder=text("outcomes.line.choose.none"),
        label_visibility="collapsed",
        on_change=lambda: _pick_span(st.session_state[SPAN], figures),
        width=320,
    )


def _point_clicked(figures: Sequence[Figure]) -> None:
    chosen = st.session_state[LINE].selection.get(outcome_charts.PICK) or []
    if chosen:
        _pick_span(int(chosen[0]["at"]), figures)


def _pick_span(place: int | None, figures: Sequence[Figure]) -> None:
    outcome_bar.show(figures[place] if place is not None and 0 <= place < len(figures) else None)


def _day(at: datetime, spread: Spread) -> Day:
    return Day(
        day_words(at, clock_zone()),
        _minutes(spread.p50),
        _minutes(spread.p90),
        minutes_words(spread.p50),
        minutes_words(spread.p90),
        spread.n,
    )


def _minutes(span: timedelta | None) -> float | None:
    return None if span is None else span / timedelta(minutes=1)


def _steps(steps: Mapping[str, Spread]) -> None:
    st.markdown(f"**{plain(text('outcomes.steps'))}**")
    st.caption(text("outcomes.steps.what"))
    for column, name in zip(st.columns(STEP_WIDTHS), ("step", "p50", "p90", "n"), strict=True):
        column.caption(text(f"outcomes.{name}"))
    for name, spread in steps.items():
        of, half, ninety, number = st.columns(STEP_WIDTHS, vertical_alignment="center")
        of.text(text(f"outcomes.steps.{name}"))
        half.text(minutes_words(spread.p50))
        ninety.text(minutes_words(spread.p90))
        with number:
            outcome_cases.opens(str(spread.n), Figure("step", name), n=spread.n, key=f"step_{name}")


def _parts(parts: Mapping[str, tuple[str, Spread]], shown: Asked) -> None:
    """Each feed and team, the slowest first; one click shows it alone."""
    if len(parts) < 2:
        return
    st.markdown(f"**{plain(text('outcomes.parts'))}**")
    for column, name in zip(st.columns(WIDTHS), ("part", "p50", "p90", "promise"), strict=True):
        column.caption(text(f"outcomes.{name}"))
    slowest = sorted(parts.items(), key=lambda part: part[1][1].p90 or timedelta(0), reverse=True)
    for scope, (name, spread) in slowest:
        of, half, ninety, kept = st.columns(WIDTHS, vertical_alignment="center")
        to = replace(shown, scope=scope, show=None)
        of.button(plain(name), key=f"outcomes_to_{scope}", type="tertiary", on_click=outcome_bar.go, args=(to,))
        half.text(minutes_words(spread.p50))
        ninety.text(minutes_words(spread.p90))
        kept.text(kept_short(spread))
