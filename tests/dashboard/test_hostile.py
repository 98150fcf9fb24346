"""Hostile text never reaches an element that reads Markdown, and never becomes a link."""

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import actions
from dashboard.format import plain
from dashboard.workspace import Workspace
from tests.dashboard.conftest import Floor
from tests.dashboard.hostile import MARK, poison
from tests.dashboard.pages import TEXT_ONLY, Desk, component, press, press_label


@pytest.fixture
def desk(sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Desk:
    poison(sqlite_workspace, sqlite_floor)
    return Desk(sqlite_workspace, monkeypatch)


def reading_markdown(app: AppTest) -> list[str]:
    """The types of all nodes outside the text-only ones that carry the hostile mark with its markup alive."""
    found = []
    for node in app._tree:
        shown = getattr(node, "proto", None)
        if shown is None or node.type in TEXT_ONLY:
            continue
        if MARK in str(shown) and not is_escaped(str(shown)):
            found.append(node.type)
    return found


def is_escaped(shown: str) -> bool:
    """In a proto's text form a backslash is doubled: every sign of markup beside the mark has one before it."""
    return f"![{MARK}]" not in shown and "<img" not in shown and f"[{MARK}](" not in shown


def urls(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"url", "parent_url"} and isinstance(inner, str):
                yield inner
            yield from urls(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from urls(inner)


@pytest.mark.parametrize("page", ["app.py", "app_pages/queue.py", "app_pages/mentions.py"])
@pytest.mark.parametrize("who", ["ana", "reader", "lead"])
def test_no_page_lets_hostile_text_near_markdown(page: str, who: str, desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(getattr(sqlite_floor, who), page, case=str(sqlite_floor.cases[0]))
    assert not app.exception
    assert any(node.type == "bidi_component" and MARK in node.proto.json for node in app._tree)
    assert reading_markdown(app) == []


def test_neither_do_the_forms_and_what_they_say_afterwards(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    for key in ("case_close", "case_snooze", "case_hand_over", "case_history"):
        app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
        press(app, key)
        assert not app.exception
        assert [kind for kind in reading_markdown(app) if kind != "selectbox"] == []
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_hand_over")
    app.selectbox(key="hand_over_to").set_value(sqlite_floor.bo)
    press_label(app, "Hand over")
    (toast,) = app.toast
    assert MARK in toast.value
    assert f"![{MARK}]" not in toast.value


def test_a_colleagues_hostile_name_is_plain_where_it_is_a_label(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.bo, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    (button,) = [one for one in app.button if one.key == "case_take_over"]
    assert plain(f"![{MARK}]") in button.help
    assert reading_markdown(app) == []


def test_no_bad_address_is_handed_to_a_component(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    for name in ("sheet", "editor", "queue"):
        assert {url for url in urls(component(app, name)) if not url.startswith("http")} <= {""}
    mentions = desk.open(sqlite_floor.ana, "app_pages/mentions.py")
    assert set(urls(component(mentions, "sheet"))) == {""}
