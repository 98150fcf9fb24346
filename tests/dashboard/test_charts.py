import json
from datetime import UTC, datetime, timedelta
from typing import Any

import altair as alt
import pytest

from dashboard import charts, theme
from dashboard.charts import Band, Bar, Frame, Step, Tick
from dashboard.format import millis

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = {"now": "Mentions", "before": 'The "period" before', "blind": "Blind", "share": "Negative", "interval": "95 %", "n": "n"}


def bar(place: int, n: int, before: int | None = 0, *, is_open: bool = False, blind: str = "") -> Bar:
    return Bar(NOON + HOUR * place, NOON + HOUR * (place + 1), n, before, is_open, f"bucket {place}", blind)


def frame(*bands: Band, is_dark: bool = False) -> Frame:
    ticks = (Tick(NOON, "12:00"), Tick(NOON + 3 * HOUR, "it's 15:00"))
    return Frame(NOON, NOON + 6 * HOUR, ticks, bands, charts.look(is_dark=is_dark), WORDS)


def drawn(bars: list[Bar], *bands: Band, top: int = 10, picked: datetime | None = None) -> dict[str, Any]:
    return charts.counts(bars, frame(*bands), colour="#123456", top=top, height=100, picked=picked)


def rows_of(layer: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = layer["data"]["values"]
    return found


def layers(spec: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]


BARS = [bar(0, 4, 2), bar(1, 0, 3), bar(2, 9, None), bar(3, 2, 0, is_open=True)]


def test_each_finished_bucket_with_mentions_is_one_solid_bar() -> None:
    found = charts.closed(BARS, NOON + 2 * HOUR)
    assert [(row["value"], row["picked"]) for row in found] == [(4, False), (9, True)]
    assert millis(NOON) < found[0]["since"] < found[0]["until"] < millis(NOON + HOUR)


def test_the_bucket_that_is_not_over_is_dashed_and_never_solid() -> None:
    assert [row["value"] for row in charts.unfinished(BARS)] == [2]
    dashed = [layer for layer in drawn(BARS)["layer"] if layer["mark"].get("strokeDash")]
    assert [layer["mark"]["strokeDash"] for layer in dashed] == [charts.DASH]


def test_the_period_before_lies_behind_without_gaps() -> None:
    found = charts.ghosts(BARS)
    assert [row["value"] for row in found] == [2, 3]
    assert found[0]["until"] == found[1]["since"]


def test_a_layer_without_rows_is_left_out() -> None:
    spec = drawn([bar(0, 4, None)])
    assert all(rows_of(layer) for layer in spec["layer"])
    assert len(spec["layer"]) == 3


def test_bands_lie_behind_bars_and_a_click_meets_a_column_of_every_bucket() -> None:
    spec = drawn(BARS, Band(NOON, NOON + HOUR, "12:00 – 13:00", "orders had to wait"))
    first, last = spec["layer"][0], layers(spec, "rect")[-1]
    assert rows_of(first)[0]["words"] == "orders had to wait"
    assert [row["since"] for row in rows_of(last)] == [millis(one.since) for one in BARS]
    assert {row["value"] for row in rows_of(last)} == {10}
    assert [(found["name"], found["select"]["fields"]) for found in spec["params"]] == [(charts.PICK, ["since"])]


def test_a_bucket_tells_of_a_blind_feed_only_where_there_was_one() -> None:
    spec = drawn([bar(0, 4), bar(1, 1, blind="orders had to wait")])
    tooltip = layers(spec, "rect")[-1]["mark"]["tooltip"]["expr"]
    assert tooltip.startswith("datum.blind ? {")
    assert json.dumps(WORDS["before"]) in tooltip
    assert [row["blind"] for row in rows_of(layers(spec, "rect")[-1])] == ["", "orders had to wait"]


@pytest.mark.parametrize("bands", [[], [Band(NOON, NOON + HOUR, "when", "words")]])
def test_a_spec_is_what_vega_lite_takes(bands: list[Band]) -> None:
    steps = [Step(NOON, NOON + HOUR, 0.25, 0.14, 0.41, 36, "first")]
    for spec in (drawn(BARS, *bands), drawn([bar(0, 0)], *bands), charts.shares(steps, frame(*bands), colour="#b2182b", height=100)):
        assert alt.Chart.from_dict(spec).to_dict()["height"] == 100


def test_the_axis_ends_where_told_so_that_charts_can_be_compared() -> None:
    domains = [layer["encoding"]["y"]["scale"]["domain"] for layer in drawn(BARS, top=24)["layer"]]
    assert domains == [[0, 24]] * len(domains)
    assert all(layer["encoding"]["x"]["scale"]["domain"] == [millis(NOON), millis(NOON + 6 * HOUR)] for layer in drawn(BARS)["layer"])


def test_labels_of_the_time_axis_are_words_not_the_browsers_clock() -> None:
    axis = drawn(BARS)["layer"][0]["encoding"]["x"]["axis"]
    assert axis["values"] == [millis(NOON), millis(NOON + 3 * HOUR)]
    assert json.loads(axis["labelExpr"].removeprefix("(").removesuffix(")[datum.value]")) == {
        str(millis(NOON)): "12:00",
        str(millis(NOON + 3 * HOUR)): "it's 15:00",
    }


def test_the_highest_finished_bar_bears_its_number() -> None:
    spec = drawn(BARS)
    assert [row["label"] for row in rows_of(layers(spec, "text")[0])] == ["9"]
    assert layers(drawn([bar(0, 0), bar(1, 5, is_open=True)]), "text") == []


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (3, 4), (10, 12), (100, 115)])
def test_an_axis_has_room_for_the_label_of_its_highest_bar(highest: int, top: int) -> None:
    assert charts.headroom(highest) == top


def test_a_band_is_cut_to_the_axis_and_wide_enough_to_be_seen() -> None:
    until = NOON + 1000 * HOUR
    bands = [
        Band(NOON - HOUR, NOON + HOUR, "", "before"),
        Band(NOON + 500 * HOUR, NOON + 501 * HOUR, "", "short"),
        Band(until + HOUR, until + 2 * HOUR, "", "after"),
        Band(NOON - 2 * HOUR, NOON, "", "over"),
    ]
    found = charts.widened(bands, since=NOON, until=until)
    assert [band.words for band in found] == ["before", "short"]
    assert found[0].since == NOON
    assert found[1].until - found[1].since == 1000 * HOUR * charts.NARROWEST


def test_stripes_stay_within_their_band() -> None:
    band = Band(NOON, NOON + 3 * HOUR, "", "")
    rows = charts.stripes([band], apart=timedelta(minutes=10), top=50)
    assert len(rows) > 18
    assert min(row["since"] for row in rows) == millis(NOON)
    assert max(row["until"] for row in rows) == millis(NOON + 3 * HOUR)
    assert all(0 <= row["from"] < row["to"] <= 50 for row in rows)


def test_shares_are_levels_with_their_interval_and_how_many_they_are_of() -> None:
    steps = [
        Step(NOON, NOON + HOUR, 0.25, 0.14, 0.41, 36, "first"),
        Step(NOON + HOUR, NOON + 4 * HOUR, 0.5, 0.33, 0.67, 30, "second"),
    ]
    found = charts.share_rows(steps)
    assert [(row["value"], row["share"], row["interval"], row["n"], row["label"]) for row in found] == [
        (0.25, "25%", "14% – 41%", 36, ""),
        (0.5, "50%", "33% – 67%", 30, "50% (n = 30)"),
    ]
    spec = charts.shares(steps, frame(), colour="#b2182b", height=100)
    assert all(layer["encoding"]["y"]["scale"]["domain"] == [0, 1] for layer in spec["layer"])


def test_no_chart_has_a_second_scale() -> None:
    assert "resolve" not in drawn(BARS, Band(NOON, NOON + HOUR, "", ""))


@pytest.mark.parametrize("is_dark", [False, True])
def test_colours_stand_out_from_their_ground(*, is_dark: bool) -> None:
    look, ground = charts.look(is_dark=is_dark), (theme.DARK if is_dark else theme.LIGHT)["backgroundColor"]
    for colour in (look.negative, look.neutral, look.positive, look.total):
        assert contrast(colour, ground) >= 3, colour


def test_the_palette_is_the_same_for_every_eye_on_the_light_ground() -> None:
    look = charts.look(is_dark=False)
    assert (look.negative, look.neutral, look.positive) == ("#b2182b", "#8a929c", "#2166ac")


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, relative luminance and contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
