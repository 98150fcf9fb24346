"""One page of the board in a test: the page itself in Streamlit's own runner, with a person's cookie."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import viewer
from dashboard.workspace import Workspace
from tests.support import cookies

SECONDS = 30


def signed_in(monkeypatch: pytest.MonkeyPatch, workspace: Workspace, person_id: int) -> None:
    """Every page of this test has this person's cookie: Streamlit's runner has no browser that could send one."""
    theirs = cookies.signed_in(workspace, person_id)
    monkeypatch.setattr(viewer, "cookies", lambda: theirs)


def page(name: str, **query: str) -> AppTest:
    """A page that was drawn once, as its address asks."""
    shown = AppTest.from_string(SCRIPT.format(name=name), default_timeout=SECONDS)
    for key, value in query.items():
        shown.query_params[key] = value
    shown.run()
    assert not shown.exception, shown.exception[0].message
    return shown


def words(shown: AppTest) -> str:
    """All text on the page that a person reads."""
    kinds = ("title", "header", "subheader", "text", "caption", "markdown", "info", "warning", "error")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(shown, kind))


SCRIPT = """
import streamlit as st
from dashboard.frame import PAGES
names = sorted(("trends", "feeds", "queue", "mentions", "outcomes", "rules", "start"), key=lambda name: name != {name!r})
st.navigation([st.Page(PAGES / f"{{name}}.py", url_path=name, default=name == {name!r}) for name in names], position="hidden").run()
"""
