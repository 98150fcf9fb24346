"""One page of the board in a test: the page itself in Streamlit's own runner, with a person's cookie."""

import json
from base64 import b64encode

import pytest
from itsdangerous import TimestampSigner
from streamlit.testing.v1 import AppTest

from dashboard import viewer
from dashboard.workspace import Workspace

SECONDS = 30


def signed_in(monkeypatch: pytest.MonkeyPatch, workspace: Workspace, person_id: int) -> None:
    """Every page of this test has this person's cookie: Streamlit's runner has no browser that could send one."""
    session = b64encode(json.dumps({"person": person_id}).encode())
    cookie = TimestampSigner(workspace.secret).sign(session).decode()
    monkeypatch.setattr(viewer, "cookies", lambda: {workspace.settings.cookie_name: cookie})


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
names = sorted(("trends", "feeds", "queue", "start"), key=lambda name: name != {name!r})
st.navigation([st.Page(PAGES / f"{{name}}.py", url_path=name, default=name == {name!r}) for name in names], position="hidden").run()
"""
