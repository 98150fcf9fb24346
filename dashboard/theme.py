"""The colours of the board, light and dark. Text on its ground has a contrast of 4.5 and more; red and blue differ for every eye."""

from typing import Any

LIGHT = {
    "primaryColor": "#1d5fa8",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f3f5f8",
    "textColor": "#0b1219",
    "linkColor": "#1a589c",
    "borderColor": "#d3dae3",
    "redColor": "#b2182b",
    "redTextColor": "#a81325",
    "redBackgroundColor": "#fdecee",
    "orangeColor": "#b35806",
    "orangeTextColor": "#8a4300",
    "orangeBackgroundColor": "#fdf1e2",
    "blueColor": "#2166ac",
    "blueTextColor": "#1c5a99",
    "blueBackgroundColor": "#e9f1fa",
    "grayColor": "#5f6873",
    "grayTextColor": "#545e6a",
    "grayBackgroundColor": "#eef1f5",
    "greenColor": "#1b7837",
    "greenTextColor": "#176630",
    "codeBackgroundColor": "#f3f5f8",
}
DARK = {
    "primaryColor": "#3578c2",
    "backgroundColor": "#12171e",
    "secondaryBackgroundColor": "#1b222c",
    "textColor": "#e4e9f0",
    "linkColor": "#8dbdf3",
    "borderColor": "#35404e",
    "redColor": "#f0707f",
    "redTextColor": "#ff9aa5",
    "redBackgroundColor": "#40191f",
    "orangeColor": "#f0a04b",
    "orangeTextColor": "#f5b26b",
    "orangeBackgroundColor": "#3a2810",
    "blueColor": "#6fa8e8",
    "blueTextColor": "#92c2f5",
    "blueBackgroundColor": "#17293f",
    "grayColor": "#9aa6b5",
    "grayTextColor": "#a9b4c2",
    "grayBackgroundColor": "#232c38",
    "greenColor": "#62b87c",
    "greenTextColor": "#86d39d",
    "codeBackgroundColor": "#1b222c",
}
SENTIMENT_COLOURS = {"negative": "#b2182b", "neutral": "#8a929c", "positive": "#2166ac"}
"""The same on both grounds, apart for every eye, and always with a glyph or a label."""

SHAPE = {
    "font": "sans-serif",
    "headingFont": "sans-serif",
    "baseFontSize": 14,
    "baseRadius": "8px",
    "buttonRadius": "6px",
    "showWidgetBorder": True,
    "headingFontSizes": ["1.5rem", "1.25rem", "1.125rem", "1rem", "1rem", "1rem"],
    "chartCategoricalColors": ["#2166ac", "#b35806", "#1b7837", "#762a83", "#c51b7d", "#5f6873"],
}


def options() -> dict[str, Any]:
    """Streamlit's options for both themes; the browser's own preference chooses, the person may change it."""
    shape = {f"theme.{name}": value for name, value in SHAPE.items()}
    light = {f"theme.light.{name}": value for name, value in LIGHT.items()}
    return shape | light | {f"theme.dark.{name}": value for name, value in DARK.items()}
