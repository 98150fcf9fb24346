"""The parts of the board that Streamlit has no element for: each a script and a style sheet of its own, without a frame or a request for code.

Whatever a customer wrote reaches the page as text nodes only.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.texts import tree

HERE = Path(__file__).parent

Mount = Callable[..., Any]


def _read(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def _component(name: str, *scripts: str) -> Mount:
    files = [f"{name}/{script}.js" for script in (*scripts, name)]
    mount: Mount = st.components.v2.component(
        f"careline_{name}", css=_read("shared/base.css", f"{name}/{name}.css"), js=_read("shared/shared.js", *files)
    )
    return mount


queue = _component("queue", "rows")
editor = _component("editor", "length", "kept", "form", "presence", "replies")
sheet = _component("sheet", "labels")
signin = _component("signin")
frame: Mount = st.components.v2.component("careline_frame", css=_read("frame/frame.css"), js=_read("frame/frame.js"), isolate_styles=False)


@cache
def words(prefix: str) -> Mapping[str, Any]:
    """The catalogue's strings for one component, with those that its clocks need."""
    return {"units": tree("unit."), **tree("clock."), **tree("age."), **tree(prefix)}
