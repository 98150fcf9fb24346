"""What somebody writes in stays where it is while others work.

A browser keeps what is half written, unfolded or opened only as long as it stands at the same place of the page: an element that comes in before
it, in a run that takes its time, closes it and takes away the words.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from dashboard.workspace import Workspace
from desk.cases import cases
from desk.incidents import incident_cases, incident_statements, incidents
from desk.incidents.incident_statements import Purpose
from desk.incidents.incidents import IncidentDraft
from desk.people import people
from desk.replies import switches
from desk.replies.switches import Switch
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk
from tests.support.crisis import KNOWN

WIDGETS = {"text_input", "text_area", "multiselect", "selectbox"}
Change = Callable[[Session, Floor, datetime], object]


@pytest.fixture
def incident(sqlite_workspace: Workspace, sqlite_floor: Floor) -> int:
    with sqlite_workspace.database.write() as session:
        by, now = people.active(session, sqlite_floor.lead), sqlite_workspace.now()
        begun = incidents.begin(session, IncidentDraft("Outage Berlin", known_issue="We know of it."), by=by, now=now)
        incident_cases.attach(session, begun.id, sqlite_floor.cases[:1], by=by, now=now)
        cases.claim(session, sqlite_floor.cases[2], by=people.active(session, sqlite_floor.ana), now=now)
        return begun.id


def places(app: AppTest) -> dict[str, tuple[int, ...]]:
    """Where each thing stands that keeps something in the browser, as the way through the page to it."""
    return dict(_places(app._tree[0], ()))


def _places(node: Any, way: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    name = _name(node)
    if name:
        yield name, way
    for index, child in getattr(node, "children", {}).items():
        yield from _places(child, (*way, index))


def _name(node: Any) -> str:
    """Of what keeps something: widgets, our components, and what unfolds."""
    if isinstance(node, Element):
        kept = node.type in WIDGETS or (
            node.type == "bidi_component" and node.proto.component_name in {"careline_queue", "careline_editor"}
        )
        return f"{node.type} {node.proto.id.rsplit('-', 1)[-1]}" if kept else ""
    unfolds = node.type in {"expander", "popover"} and node.proto is not None
    return f"{node.type} {node._block_id or node.proto}" if unfolds else ""


def hold(session: Session, floor: Floor, now: datetime) -> None:
    switches.set(session, Switch.REPLIES_HELD, True, by=people.active(session, floor.lead), now=now)


def read_by_two(session: Session, floor: Floor, now: datetime) -> None:
    switches.set(session, Switch.APPROVAL_FOR_ALL, True, by=people.active(session, floor.lead), now=now)


def claimed_by_another(session: Session, floor: Floor, now: datetime) -> None:
    cases.claim(session, floor.cases[0], by=people.active(session, floor.bo), now=now)


def statement_of_another(session: Session, floor: Floor, now: datetime) -> None:
    told: dict[str, Any] = {"purpose": Purpose.KNOWN, "language": "en", "variants": KNOWN}
    incident_statements.propose(session, 1, by=people.active(session, floor.lead), now=now, **told)


def attached_by_another(session: Session, floor: Floor, now: datetime) -> None:
    incident_cases.attach(session, 1, floor.cases[1:], by=people.active(session, floor.lead), now=now)


def let_in(session: Session, floor: Floor, now: datetime) -> None:
    incidents.let_attach(session, 1, True, by=people.active(session, floor.lead), now=now)


@pytest.mark.parametrize("change", [hold, read_by_two, claimed_by_another, statement_of_another, attached_by_another, let_in])
@pytest.mark.parametrize("page", ["queue", "incidents", "shift", "saved", "mentions"])
def test_nothing_moves_that_somebody_writes_in(
    desk: Desk, sqlite_workspace: Workspace, sqlite_floor: Floor, incident: int, page: str, change: Change
) -> None:
    at = {"queue": {"case": str(sqlite_floor.cases[0])}, "incidents": {"incident": str(incident)}}.get(page, {})
    app = desk.open(sqlite_floor.ana)
    app.switch_page(f"app_pages/{page}.py")
    for name, value in at.items():
        app.query_params[name] = value
    before = places(app.run())
    with sqlite_workspace.database.write() as session:
        change(session, sqlite_floor, sqlite_workspace.now())
    sqlite_workspace.snapshots.forget()
    after = places(app.run())
    assert not app.exception
    assert len(before.keys() & after.keys()) > 2
    assert {name: after[name] for name in before.keys() & after.keys()} == {name: before[name] for name in before.keys() & after.keys()}
