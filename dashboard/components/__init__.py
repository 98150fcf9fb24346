"""The parts of the board that Streamlit has no element for: each a script and a style sheet of its own, without a frame or a request for code.

Whatever a customer wrote reaches the page as text nodes only.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.texts import tree
from dashboard.texts.language import language
from dashboard.viewer import clock_zone

HERE = Path(__file__).parent

Mount = Callable[..., Any]


def _read(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def _component(name: str, *scripts: str) -> Mount:
    files = [f"{script}.js" if "/" in script else f"{name}/{script}.js" for script in (*scripts, name)]
    mount: Mount = st.components.v2.component(
        f"careline_{name}", css=_read("shared/base.css", f"{name}/{name}.css"), js=_read("shared/shared.js", *files)
    )
    return mount


queue = _component("queue", "rows", "bulk", "folds")
editor = _component("editor", "length", "kept", "eyes", "form", "presence", "replies", "pictures", "saved", "changes")
sheet = _component("sheet", "labels", "pictures", "personal", "folds")
signin = _component("signin")
bell = _component("bell")
note = _component("note", "editor/kept")
frame: Mount = st.components.v2.component("careline_frame", css=_read("frame/frame.css"), js=_read("frame/frame.js"), isolate_styles=False)


def words(prefix: str) -> Mapping[str, Any]:
    """The catalogue's strings for one component in the reader's language, with those that its clocks need, and the zone of these clocks."""
    return {"locale": language(), "zone": clock_zone(), **_words(prefix, language())}


@cache
def _words(prefix: str, _language: str) -> Mapping[str, Any]:
    return {"units": tree("unit."), **tree("clock."), **tree("age."), **tree(prefix)}
