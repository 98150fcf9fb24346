"""The pictures of the Outcomes page, as Vega-Lite specs: pure functions of plain values."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts import Look, Spec

PICK = "at"
"""The name of the selection: its points carry `place`, the number of the bar, or `at`, that of the point on the line."""

HITS = "hits"
ROW = 24
BAR = 16
STEPS = (5, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 7200)
"""Minutes from one line of the grid to the next."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place in its chart, its label, and how many."""

    place: int
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, with its glyph and word."""

    label: str
    n: int
    colour: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day or a week: in how many minutes half and nine of ten customers had their answer; None where nobody had one."""

    label: str
    half: float | None
    ninety: float | None
    half_words: str
    ninety_words: str
    n: int


def spread(bars: Sequence[Bar], look: Look, *, picked: int | None, n_word: str) -> Spec:
    """Bars that lie, from quick to slow, each with its number; a click picks one."""
    top = max((bar.n for bar in bars), default=0) or 1
    rows = [{"place": bar.place, "label": bar.label, "n": bar.n, "shown": str(bar.n) if bar.n else "", "top": top} for bar in bars]
    y = {"field": "label", "type": "nominal", "sort": None, "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 90}}
    x: Spec = {"field": "n", "type": "quantitative", "scale": {"domain": [0, top * 1.18]}, "axis": None}
    faded: Any = {"condition": {"test": f"datum.place === {picked}", "value": 1}, "value": 0.4} if picked is not None else {"value": 0.9}
    tip = [{"field": "label", "type": "nominal", "title": "title"}, {"field": "n", "type": "quantitative", "title": n_word}]
    mark: Spec = {"type": "bar", "color": look.total, "height": BAR, "cornerRadiusEnd": 3}
    words: Spec = {"type": "text", "align": "left", "dx": 5, "color": look.ink, "fontWeight": 600}
    hit: Spec = {"type": "bar", "opacity": 0, "height": ROW, "cursor": "pointer"}
    layers: list[Spec] = [
        {"mark": mark, "encoding": {"y": y, "x": x, "opacity": faded}},
        {"mark": words, "encoding": {"y": y, "x": x, "text": {"field": "shown", "type": "nominal"}}},
        {"name": HITS, "mark": hit, "encoding": {"y": y, "x": {**x, "field": "top"}, "tooltip": tip}},
    ]
    pick = {"name": PICK, "select": {"type": "point", "fields": ["place"], "on": "click", "clear": False, "toggle": False}, "views": [HITS]}
    return {"height": ROW * len(bars), "data": {"values": rows}, "layer": layers, "params": [pick]}


def whole(parts: Sequence[Part], look: Look) -> Spec:
    """One bar made of its parts; the figures above it say in words what each is."""
    total = sum(part.n for part in parts) or 1
    rows, begin = [], 0.0
    for part in parts:
        share = part.n / total
        rows.append({"label": part.label, "n": part.n, "from": begin, "to": begin + share})
        begin += share
    colour = {"field": "label", "type": "nominal", "legend": None}
    scale = {"domain": [part.label for part in parts], "range": [part.colour for part in parts]}
    x: Spec = {"field": "from", "type": "quantitative", "scale": {"domain": [0, 1], "nice": False}, "axis": None}
    tip = [{"field": "label", "type": "nominal", "title": "title"}, {"field": "n", "type": "quantitative", "title": "n"}]
    bar: Spec = {"x": x, "x2": {"field": "to"}, "color": {**colour, "scale": scale}, "tooltip": tip}
    mark: Spec = {"type": "rect", "height": 26, "stroke": look.ink, "strokeWidth": 0.5, "strokeOpacity": 0.35}
    return {"height": 30, "data": {"values": [row for row in rows if row["n"]]}, "layer": [{"mark": mark, "encoding": bar}]}


def over_time(days: Sequence[Day], look: Look, *, height: int, half_word: str, ninety_word: str) -> Spec:
    """Two lines: how long half and nine of ten waited. A day without an answer is a gap."""
    rows = [
        {"at": place, "label": day.label, "half": day.half, "ninety": day.ninety, "h": day.half_words, "t": day.ninety_words, "n": day.n}
        for place, day in enumerate(days)
    ]
    every = -(-len(days) // 10)
    labels = {"values": list(range(len(days) - 1, -1, -every)), "labelExpr": _labels(days), "title": None, "grid": False}
    x: Spec = {"field": "at", "type": "quantitative", "scale": {"domain": [-0.3, len(days) - 0.7], "nice": False}, "axis": labels}
    values = _ticks(max((day.ninety or 0 for day in days), default=0))
    hours = "datum.value >= 120 ? datum.value / 60 + ' h' : datum.value + ' min'"
    y_axis = {"title": None, "domain": False, "ticks": False, "values": values, "labelExpr": hours}
    tip = [
        {"field": name, "type": "nominal", "title": title}
        for name, title in (("label", "title"), ("h", half_word), ("t", ninety_word), ("n", "n"))
    ]
    return {
        "height": height,
        "data": {"values": rows},
        "layer": [
            _line("ninety", look.neutral, 1.5, x, y_axis, tip),
            _line("half", look.positive, 3, x, y_axis, tip),
            {
                "name": HITS,
                "mark": {"type": "rule", "strokeWidth": ROW, "opacity": 0, "cursor": "pointer"},
                "encoding": {"x": x, "tooltip": tip},
            },
        ],
        "params": [
            {"name": PICK, "select": {"type": "point", "fields": ["at"], "on": "click", "clear": False, "toggle": False}, "views": [HITS]}
        ],
    }


def _ticks(top: float) -> list[int]:
    """Round times up to the highest one, four at most."""
    step = next((step for step in STEPS if top <= 4 * step), STEPS[-1])
    return list(range(0, int(top) + step, step))[:9]


def _line(field: str, colour: str, width: float, x: Spec, axis: Spec, tip: list[dict[str, str]]) -> Spec:
    y = {"field": field, "type": "quantitative", "axis": axis, "scale": {"zero": True, "nice": True}}
    mark: Spec = {"type": "line", "color": colour, "strokeWidth": width, "invalid": "break-paths-show-domains"}
    return {"mark": {**mark, "point": {"color": colour, "size": 36}}, "encoding": {"x": x, "y": y, "tooltip": tip}}


def _labels(days: Sequence[Day]) -> str:
    return f"({json.dumps([day.label for day in days])})[datum.value]"
