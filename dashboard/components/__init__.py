"""The parts of the board that Streamlit has no element for: each a script and a style sheet of its own, without a frame.

Whatever a customer wrote reaches the page as text nodes only.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from dashboard.component_scripts import read, stub
from dashboard.texts import tree
from dashboard.texts.language import language
from dashboard.viewer import clock_zone

Mount = Callable[..., Any]


def _component(name: str) -> Mount:
    return _given_as_bytes(st.components.v2.component(f"careline_{name}", css=read("shared/base.css", f"{name}/{name}.css"), js=stub(name)))


def _given_as_bytes(mount: Mount) -> Mount:
    """In everything else Streamlit looks for tables, and loads what reads them: a third of the board's memory, for a board that shows none."""

    def given(*, data: Mapping[str, Any], **told: Any) -> Any:
        return mount(data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), **told)

    return given


queue = _component("queue")
editor = _component("editor")
sheet = _component("sheet")
signin = _component("signin")
bell = _component("bell")
note = _component("note")
frame = _given_as_bytes(
    st.components.v2.component("careline_frame", css=read("frame/frame.css"), js=read("frame/frame.js"), isolate_styles=False)
)


def words(prefix: str) -> Mapping[str, Any]:
    """The catalogue's strings for one component in the reader's language, with those that its clocks need, and the zone of these clocks."""
    return {"locale": language(), "zone": clock_zone(), **_words(prefix, language())}


@cache
def _words(prefix: str, _language: str) -> Mapping[str, Any]:
    return {"units": tree("unit."), **tree("clock."), **tree("age."), **tree(prefix)}
