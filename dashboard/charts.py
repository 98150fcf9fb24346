"""The pictures of the Trends page, as Vega-Lite specs: pure functions of plain values.

Written as Vega-Lite's own JSON (https://vega.github.io/vega-lite/docs/): building and validating the same chart through altair costs
140 ms of processor time, which every open board of this process would wait for.

Instants go in as milliseconds on a linear axis whose labels are given as words. Vega would draw a time axis in the browser's
zone, and would fold the hour that a change of clocks repeats onto the one before it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard import theme
from dashboard.format import millis, percent_words
from dashboard.texts.language import GERMAN, language
from storage.types import EPOCH

HITS = "hits"
PICK = "at"
"""The name of the selection: its points carry `since`, the milliseconds at which the bucket begins."""
SLANT = 12
"""How many stripes' distances a stripe of a blind band runs sideways on its way up."""
NARROWEST = 0.004
"""The least width of a band, as a part of the axis: a look missed for a minute must still be seen."""
GAP = 0.12
"""The part of a bucket's width that stays empty between two bars."""
DASH = [3, 3]
BARE_AXIS = {"title": None, "domain": False, "ticks": False}

NUMBERS = {
    GERMAN: {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\N{NO-BREAK SPACE}€"], "percent": "\N{NO-BREAK SPACE}%"}
}
"""As d3-format takes them."""

Spec = dict[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Look:
    """The colours on one background; each pair with it has a contrast of 3:1 or more, the bands and the ghost excepted."""

    negative: str
    neutral: str
    positive: str
    total: str
    ghost: str
    band: str
    ink: str


def look(*, is_dark: bool) -> Look:
    """The sentiments' colours; on the dark ground red and blue are lighter, as they would sink into it."""
    ground = theme.DARK if is_dark else theme.LIGHT
    return Look(
        negative=ground["redColor"],
        neutral=theme.SENTIMENT_COLOURS["neutral"],
        positive=ground["blueColor"],
        total="#c3cad3" if is_dark else "#3f4b59",
        ghost="#3a4350" if is_dark else "#d9dde2",
        band=ground["grayColor"],
        ink=ground["textColor"],
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bucket of time. `before`: the same bucket of the period before, None when there is none to compare with.

    `blind` says which feeds were blind in it, and why; empty when none was.
    """

    since: datetime
    until: datetime
    n: int
    before: int | None
    is_open: bool
    when: str
    blind: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """Hours in which a feed was blind; `words` names it and the reason."""

    since: datetime
    until: datetime
    when: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A share (0 to 1) over buckets that together hold enough mentions, with its 95 % interval."""

    since: datetime
    until: datetime
    share: float
    low: float
    high: float
    n: int
    when: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant from which on something else was measured; `words` say what, and since when."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What charts that stand together share. `stripes` would fill the whole width if all of it were blind; `moments` are named at a line in tall ones."""

    since: datetime
    until: datetime
    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    look: Look
    words: Mapping[str, str]
    stripes: int = 130
    moments: tuple[Moment, ...] = ()
    names_moments: bool = False


def counts(bars: Sequence[Bar], frame: Frame, *, colour: str, top: int, height: int, picked: datetime | None = None) -> Spec:
    """Bars of how many, in front of the period before. `top` ends the axis: charts that are compared have the same one.

    The bucket that is not over is dashed; a click anywhere in a bucket's column picks it.
    """
    y = {"scale": {"domain": [0, max(top, 1)], "nice": False}, "axis": _count_axis(top)}
    faded = 0.55 if picked else 0.9
    solid = {"opacity": {"condition": {"test": "datum.picked", "value": 1}, "value": faded}}
    layers = [
        *_bands(frame, top=max(top, 1)),
        _columns(ghosts(bars), {"color": frame.look.ghost}),
        _columns(closed(bars, picked), {"color": colour}, solid),
        _columns(unfinished(bars), _dashed(colour)),
        {
            "name": HITS,
            **_columns(hits(bars, top=max(top, 1)), {"opacity": 0, "cursor": "pointer", "tooltip": {"expr": _hit_tip(frame.words)}}),
        },
        *_moments(frame, top=max(top, 1)),
        *_peak(bars, ink=frame.look.ink),
    ]
    pick = {"name": PICK, "select": {"type": "point", "fields": ["since"], "on": "click", "clear": False, "toggle": False}, "views": [HITS]}
    return {**_layered(layers, frame, y=y, height=height), "params": [pick]}


def shares(steps: Sequence[Step], frame: Frame, *, colour: str, height: int) -> Spec:
    """Level steps of a share, each with its interval as a pale box; one label at the last step."""
    rows = share_rows(steps)
    words = {"share": frame.words["share"], "interval": frame.words["interval"], "n": frame.words["n"]}
    span = {"x": _number("since"), "x2": {"field": "until"}, "tooltip": [_tip("when", "title"), *(_tip(*pair) for pair in words.items())]}
    box = {"type": "rect", "color": colour, "opacity": 0.18}
    line = {"type": "rule", "color": colour, "strokeWidth": 3, "strokeCap": "butt"}
    layers = [
        *_bands(frame, top=1),
        {"data": {"values": rows}, "mark": box, "encoding": {**span, "y": _number("low"), "y2": {"field": "high"}}},
        {"data": {"values": rows}, "mark": line, "encoding": {**span, "y": _number("value")}},
        *_moments(frame, top=1),
        _text([row for row in rows if row["label"]], ink=frame.look.ink, align="right"),
    ]
    axis = {"values": [0, 0.25, 0.5, 0.75, 1], "format": ".0%", **BARE_AXIS}
    return _layered(layers, frame, y={"scale": {"domain": [0, 1], "nice": False}, "axis": axis}, height=height)


def closed(bars: Sequence[Bar], picked: datetime | None) -> Rows:
    return [{**_column(bar), "value": bar.n, "picked": bar.since == picked} for bar in bars if bar.n and not bar.is_open]


def unfinished(bars: Sequence[Bar]) -> Rows:
    return [{**_column(bar), "value": bar.n} for bar in bars if bar.is_open]


def ghosts(bars: Sequence[Bar]) -> Rows:
    """The period before, without gaps, so that it reads as one pale area."""
    return [{"since": millis(bar.since), "until": millis(bar.until), "value": bar.before} for bar in bars if bar.before]


def hits(bars: Sequence[Bar], *, top: int) -> Rows:
    """The column of each bucket, as high as the chart: what a pointer meets, a bar of one mention too."""
    return [
        {
            "since": millis(bar.since),
            "until": millis(bar.until),
            "value": top,
            "n": bar.n,
            "before": "–" if bar.before is None else bar.before,
            "when": bar.when,
            "blind": bar.blind,
        }
        for bar in bars
    ]


def share_rows(steps: Sequence[Step]) -> Rows:
    return [
        {
            "since": millis(step.since),
            "until": millis(step.until),
            "value": step.share,
            "low": step.low,
            "high": step.high,
            "when": step.when,
            "share": percent_words(step.share),
            "interval": f"{percent_words(step.low)} – {percent_words(step.high)}",
            "n": step.n,
            "label": f"{percent_words(step.share)} (n = {step.n})" if step is steps[-1] else "",
        }
        for step in steps
    ]


def stripes(bands: Sequence[Band], *, apart: timedelta, top: float) -> Rows:
    """Slanting lines cut to each band's box: Vega-Lite has no hatched fill."""
    rows = []
    for band in bands:
        for place in range(-SLANT, int((band.until - band.since) / apart) + 1):
            foot, head = band.since + apart * place, band.since + apart * (place + SLANT)
            left, right = max(foot, band.since), min(head, band.until)
            if left < right:
                cut = [(edge - foot) / (head - foot) * top for edge in (left, right)]
                rows.append({"since": millis(left), "until": millis(right), "from": cut[0], "to": cut[1]})
    return rows


def widened(bands: Sequence[Band], *, since: datetime, until: datetime) -> list[Band]:
    """The bands as they are drawn: within the axis, and never too narrow to be seen."""
    least = (until - since) * NARROWEST
    drawn = []
    for band in bands:
        begins, ends = max(band.since, since), min(band.until, until)
        short = max(least - (ends - begins), timedelta(0)) / 2
        if begins < ends:
            drawn.append(Band(max(begins - short, since), min(ends + short, until), band.when, band.words))
    return drawn


def from_millis(value: float) -> datetime:
    return EPOCH + timedelta(milliseconds=int(value))


def headroom(highest: int) -> int:
    """Where a count axis ends: a little above the highest bar, so that its label has room."""
    return max(highest + max(1, round(highest * 0.15)), 4)


def _column(bar: Bar) -> dict[str, Any]:
    gap = (bar.until - bar.since) * GAP / 2
    return {"since": millis(bar.since + gap), "until": millis(bar.until - gap)}


def _columns(rows: Rows, look: Spec, encoding: Spec | None = None) -> Spec:
    """Boxes from the ground up to each row's value."""
    places = {"x": _number("since"), "x2": {"field": "until"}, "y": _number("value"), "y2": {"datum": 0}}
    return {"data": {"values": rows}, "mark": {"type": "rect", **look}, "encoding": {**places, **(encoding or {})}}


def _dashed(colour: str) -> Spec:
    return {"fill": colour, "fillOpacity": 0.12, "stroke": colour, "strokeDash": DASH, "strokeWidth": 1.5}


def _hit_tip(words: Mapping[str, str]) -> str:
    """A Vega expression: a plain list of fields would show an empty row for each bucket in which we could see."""
    now, before, blind = (json.dumps(words[name]) for name in ("now", "before", "blind"))
    seen = f"'title': datum.when, {now}: datum.n, {before}: datum.before"
    return f"datum.blind ? {{{seen}, {blind}: datum.blind}} : {{{seen}}}"


def _peak(bars: Sequence[Bar], *, ink: str) -> list[Spec]:
    highest = max((bar for bar in bars if not bar.is_open), key=lambda bar: bar.n, default=None)
    if highest is None or not highest.n:
        return []
    middle = highest.since + (highest.until - highest.since) / 2
    return [_text([{"until": millis(middle), "value": highest.n, "label": str(highest.n)}], ink=ink, align="center")]


def _text(rows: Rows, *, ink: str, align: str) -> Spec:
    mark = {"type": "text", "align": align, "baseline": "bottom", "dy": -4, "color": ink, "fontWeight": 600}
    places = {"x": _number("until"), "y": _number("value"), "text": {"field": "label", "type": "nominal"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": places}


def _moments(frame: Frame, *, top: float) -> list[Spec]:
    """A line from the ground up at each moment, and its words at the line's head where there is room."""
    there = [moment for moment in frame.moments if frame.since <= moment.at <= frame.until]
    rows = [{"since": millis(moment.at), "value": top, "words": moment.words} for moment in there]
    line = {"type": "rule", "color": frame.look.ink, "strokeDash": DASH, "strokeWidth": 1.5}
    places = {"x": _number("since"), "y": _number("value"), "y2": {"datum": 0}, "tooltip": {"field": "words", "type": "nominal"}}
    drawn: list[Spec] = [{"data": {"values": rows}, "mark": line, "encoding": places}]
    if not frame.names_moments:
        return drawn
    middle = frame.since + (frame.until - frame.since) / 2
    for align, dx in (("left", 5), ("right", -5)):
        named = [row for row, moment in zip(rows, there, strict=True) if (moment.at < middle) == (align == "left")]
        mark = {"type": "text", "align": align, "baseline": "top", "dx": dx, "dy": 2, "color": frame.look.ink, "fontSize": 11}
        drawn.append(
            {"data": {"values": named}, "mark": mark, "encoding": {"x": _number("since"), "y": _number("value"), "text": places["tooltip"]}}
        )
    return drawn


def _bands(frame: Frame, *, top: float) -> list[Spec]:
    bands = widened(frame.bands, since=frame.since, until=frame.until)
    if not bands:
        return []
    rows = [{"since": millis(b.since), "until": millis(b.until), "value": top, "when": b.when, "words": b.words} for b in bands]
    lines = stripes(bands, apart=(frame.until - frame.since) / frame.stripes, top=top)
    tip = {"tooltip": [_tip("when", "title"), _tip("words", frame.words["blind"])]}
    places = {"x": _number("since"), "x2": {"field": "until"}, "y": _number("from"), "y2": {"field": "to"}}
    mark = {"type": "rule", "color": frame.look.band, "opacity": 0.7, "strokeWidth": 1}
    return [
        _columns(rows, {"color": frame.look.band, "opacity": 0.16}, tip),
        {"data": {"values": lines}, "mark": mark, "encoding": places},
    ]


def _number(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def _tip(field: str, title: str) -> Spec:
    return {"field": field, "type": "nominal", "title": title}


def _count_axis(top: int) -> Spec:
    return {"tickCount": min(max(top, 1), 4), "format": "d", **BARE_AXIS}


def _layered(layers: Sequence[Spec], frame: Frame, *, y: Spec, height: int) -> Spec:
    labels = json.dumps({str(millis(tick.at)): tick.label for tick in frame.ticks})
    ticks = {"values": [millis(tick.at) for tick in frame.ticks], "labelExpr": f"({labels})[datum.value]"}
    x = {
        "scale": {"domain": [millis(frame.since), millis(frame.until)], "nice": False, "zero": False},
        "axis": {**ticks, "title": None, "grid": True, "labelFlush": True},
    }
    # A layer without rows is an image without a name to a screen reader.
    drawn = [layer for layer in layers if layer["data"]["values"]]
    for layer in drawn:
        layer["encoding"]["x"] |= x
        layer["encoding"]["y"] |= y
    return {"height": height, "layer": drawn, **signs()}


def signs() -> Spec:
    """What the axes write numbers with, where it is not English."""
    return {"config": {"locale": {"number": NUMBERS[language()]}}} if language() in NUMBERS else {}
