"""Drives the board's pages without a browser, as one signed-in person."""

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import viewer
from dashboard.workspace import Workspace
from storage.words import Shift
from tests.support import cookies

BOARD = Path(__file__).parents[2] / "dashboard"
TEXT_ONLY = {"text", "bidi_component"}
"""Elements that show what they get as it stands. Everything else reads Markdown somewhere."""

WHOSE = "whose board this is"

MENUS = ("me_menu", "view_popover", "note_popover", "case_more", *(f"shift_{one}" for one in Shift))
"""Popovers that draw what is in them only while they are open: here they all are."""


class Desk:
    """Boards of people who are signed in. The cookie is the one that a browser would send: AppTest has none, so each board names its person."""

    def __init__(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        self.workspace = workspace
        self.monkeypatch = monkeypatch
        self.theirs: dict[int, dict[str, str]] = {}
        monkeypatch.setattr(viewer, "cookies", self._cookies)

    def _cookies(self) -> dict[str, str]:
        return self.theirs.get(st.session_state.get(WHOSE, 0), {})

    def open(self, person_id: int | None, page: str | AppTest = "app.py", **params: str) -> AppTest:
        if person_id is not None and person_id not in self.theirs:
            self.theirs[person_id] = cookies.signed_in(self.workspace, person_id)
        app = AppTest.from_file(str(BOARD / page), default_timeout=60) if isinstance(page, str) else page
        app.session_state[WHOSE] = person_id or 0
        for menu in MENUS:
            app.session_state[menu] = True
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    def come_to(self, person_id: int, page: str, **params: str) -> AppTest:
        """A page as somebody comes to it from the queue."""
        app = self.open(person_id)
        for name, value in params.items():
            app.query_params[name] = value
        return app.switch_page(f"app_pages/{page}.py").run()


def said(app: AppTest) -> str:
    """Everything that a page says, without the escapes of Markdown."""
    kinds = ("header", "subheader", "text", "caption", "markdown", "info", "success", "warning", "error")
    lines = [*(str(one.value) for kind in kinds for one in getattr(app, kind)), *(f"{one.label}: {one.value}" for one in app.metric)]
    return "\n".join(lines).replace("\\", "")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def press(app: AppTest, key: str) -> AppTest:
    (found,) = [button for button in app.button if button.key == key]
    return found.click().run()


def press_label(app: AppTest, label: str) -> AppTest:
    found = [button for button in app.button if button.label == label]
    return found[-1].click().run()


def component(app: AppTest, name: str) -> dict[str, Any]:
    """What a component of ours was given to draw."""
    found = [node.proto for node in app._tree if node.type == "bidi_component" and node.proto.component_name == f"careline_{name}"]
    data: dict[str, Any] = json.loads(found[-1].bytes)
    return data


def components(app: AppTest, name: str) -> int:
    return sum(node.type == "bidi_component" and node.proto.component_name == f"careline_{name}" for node in app._tree)


def toasts(app: AppTest) -> list[str]:
    return [toast.value.replace("\\", "") for toast in app.toast]


def param(app: AppTest, name: str) -> str | None:
    """One part of the address."""
    value: Any = app.query_params.get(name)
    found: str | None = value[-1] if isinstance(value, list) else value
    return found
