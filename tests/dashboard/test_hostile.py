"""Hostile text never reaches an element that reads Markdown, and never becomes a link."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import actions
from dashboard.format import plain
from dashboard.workspace import Workspace
from tests.dashboard.conftest import Floor
from tests.dashboard.hostile import MARK, Ids, decline, poison, poison_team
from tests.dashboard.pages import BOARD, TEXT_ONLY, Desk, component, press, press_label


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
    assert any(node.type == "bidi_component" and MARK in node.proto.bytes.decode() for node in app._tree)
    # The options of a chooser are shown as they stand; a lead chooses among colleagues.
    assert [kind for kind in reading_markdown(app) if kind != "selectbox"] == []


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


SITE = """
import streamlit as st
from dashboard.frame import PAGES
names = sorted((file.stem for file in PAGES.glob("[!_]*.py")), key=lambda name: name != {page!r})
st.navigation([st.Page(PAGES / f"{{name}}.py", url_path=name, default=name == {page!r}) for name in names], position="hidden").run()
"""
PAGES = sorted(file.stem for file in (BOARD / "app_pages").glob("*.py") if file.stem != "__init__")
OF_ONE = {"incidents": "incident", "rules": "rule"}
AS_AN_AGENT = ("queue", "mentions", "saved", "shift")
AS_IT_STANDS = {*TEXT_ONLY, "arrow_data_frame", "dataframe"}
SHOWN_AS_TYPED = {"selectbox", "multiselect"}
"""The options of a chooser are shown as they stand; its label is not."""

BARE = re.compile(rf"(?<!\\\\)<(img|script|iframe)|!\[{MARK}\]|[^\\\\]\[{MARK}\]\(")
"""Markup beside the mark with no backslash before it; in a proto's text form a backslash is doubled."""

TYPED = {"text_area", "text_input"}
"""What stands in a box is as it was typed; what stands beside it is not."""


@pytest.fixture
def overrun(desk: Desk, sqlite_floor: Floor) -> Ids:
    return poison_team(desk.workspace, sqlite_floor)


def alive(app: AppTest) -> list[str]:
    """Elements that would read hostile markup, with what they were given."""
    found = []
    for node in app._tree:
        shown = getattr(node, "proto", None)
        if shown is None or node.type in AS_IT_STANDS:
            continue
        said = str(shown) if node.type not in TYPED | SHOWN_AS_TYPED else f"{shown.label} {shown.help}"
        if MARK in said and BARE.search(said):
            found.append(f"{node.type}: {said[:300]}")
    return found


def visit(desk: Desk, person_id: int, page: str, **params: str) -> AppTest:
    """One page among all, so that links from it to others are known."""
    return desk.open(person_id, AppTest.from_string(SITE.format(page=page), default_timeout=60), **params)


@pytest.mark.parametrize(("page", "who"), [*((page, "lead") for page in PAGES), *((page, "ana") for page in AS_AN_AGENT)])
def test_every_page_shows_what_colleagues_and_customers_wrote_as_it_stands(
    page: str, who: str, desk: Desk, sqlite_floor: Floor, overrun: Ids
) -> None:
    person_id = getattr(sqlite_floor, who)
    addresses: list[dict[str, str]] = [{}]
    if page in OF_ONE:
        addresses.append({OF_ONE[page]: str(getattr(overrun, OF_ONE[page]))})
    if page == "queue":
        addresses = [{"case": str(case_id), "view": "all"} for case_id in sqlite_floor.cases]
    for address in addresses:
        app = visit(desk, person_id, page, **address)
        assert [error.value for error in app.exception] == []
        assert alive(app) == [], address


def test_a_declined_case_shows_its_ground_as_it_stands(desk: Desk, sqlite_floor: Floor, overrun: Ids) -> None:
    assert overrun
    decline(desk.workspace, sqlite_floor)
    for page in ("queue", "outcomes"):
        app = visit(desk, sqlite_floor.lead, page, case=str(sqlite_floor.cases[1]))
        assert [error.value for error in app.exception] == []
        assert alive(app) == []


def test_forms_of_a_case_that_has_everything(desk: Desk, sqlite_floor: Floor, overrun: Ids) -> None:
    assert overrun
    app = desk.open(sqlite_floor.ana, "app_pages/queue.py", case=str(sqlite_floor.cases[1]))
    for key in sorted({button.key for button in app.button if (button.key or "").startswith("case_")}):
        app = desk.open(sqlite_floor.ana, "app_pages/queue.py", case=str(sqlite_floor.cases[1]))
        if key in {button.key for button in app.button}:
            press(app, key)
            assert [error.value for error in app.exception] == [], key
            assert alive(app) == [], key
