"""Drives the board's pages without a browser, as one signed-in person."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from streamlit.testing.v1 import AppTest

from dashboard import viewer
from dashboard.workspace import Workspace

BOARD = Path(__file__).parents[2] / "dashboard"
TEXT_ONLY = {"text", "bidi_component"}
"""Elements that show what they get as it stands. Everything else reads Markdown somewhere."""


class Desk:
    """One person's board. The cookie is the one that a browser would send: AppTest has none."""

    def __init__(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        self.workspace = workspace
        self.monkeypatch = monkeypatch
        self.person_id: int | None = None
        monkeypatch.setattr(viewer, "cookies", self._cookies)

    def _cookies(self) -> dict[str, str]:
        if self.person_id is None:
            return {}
        session = b64encode(json.dumps({"person": self.person_id}).encode())
        return {self.workspace.settings.cookie_name: TimestampSigner(self.workspace.secret).sign(session).decode()}

    def open(self, person_id: int | None, page: str = "app.py", **params: str) -> AppTest:
        self.person_id = person_id
        app = AppTest.from_file(str(BOARD / page), default_timeout=60)
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()


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
    data: dict[str, Any] = json.loads(found[-1].json)
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
