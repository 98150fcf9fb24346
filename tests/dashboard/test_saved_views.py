"""Lists of the queue page: the three of every day, the others, and those that are kept under a name."""

import pytest

from desk.people import people
from desk.queue import views
from desk.queue.views import ViewLine
from storage.models import Person
from storage.words import Shift
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, param, press, toasts


def kept(desk: Desk, person_id: int, name: str, params: str, *, is_shared: bool = False) -> int:
    with desk.workspace.database.write() as session:
        by, now = people.active(session, person_id), desk.workspace.now()
        view_id = views.save(session, name=name, params=params, by=by, now=now).id
        if is_shared:
            views.share(session, view_id, is_shared=True, by=by, now=now)
    return view_id


def offered(desk: Desk, person_id: int) -> list[ViewLine]:
    with desk.workspace.database.read() as session:
        return views.offered(session, by=people.active(session, person_id))


@pytest.mark.parametrize("view", ["due_soon", "team", "flagged", "escalated", "pending", "shield", "closed", "all"])
def test_every_other_list_is_behind_one_chooser(desk: Desk, sqlite_floor: Floor, view: str) -> None:
    app = desk.open(sqlite_floor.ana)
    app.selectbox(key="view_more").set_value(view).run()
    assert (param(app, "view"), component(app, "queue")["view"]) == (view, view)
    assert app.selectbox(key="view_more").value == view
    assert app.button_group(key="view_tabs").value is None
    app.button_group(key="view_tabs").set_value("mine").run()
    assert (component(app, "queue")["view"], app.selectbox(key="view_more").value) == ("mine", "")


def test_what_is_shown_is_saved_and_comes_back(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, view="unclaimed", sentiment="negative", q="hub")
    app.text_input(key="view_name").set_value("Angry hubs")
    app = press(app, "view_save")
    (line,) = offered(desk, sqlite_floor.ana)
    assert (line.name, line.params) == ("Angry hubs", "view=unclaimed&sentiment=negative&q=hub")
    assert app.selectbox(key="view_more").value == f"saved:{line.id}"
    other = desk.open(sqlite_floor.ana, q="something else")
    other.selectbox(key="view_more").set_value(f"saved:{line.id}").run()
    assert component(other, "queue")["query"] == "view=unclaimed&sentiment=negative&q=hub"
    assert [param(other, name) for name in ("view", "sentiment", "q")] == ["unclaimed", "negative", "hub"]


def test_the_address_of_a_shared_list_opens_it(desk: Desk, sqlite_floor: Floor) -> None:
    shared = kept(desk, sqlite_floor.lead, "Press", "view=all&q=press&nonsense=1", is_shared=True)
    private = kept(desk, sqlite_floor.lead, "Mine", "view=closed")
    app = desk.open(sqlite_floor.ana, saved=str(shared), source="x")
    assert component(app, "queue")["query"] == "view=all&q=press"
    assert (param(app, "saved"), param(app, "source"), param(app, "nonsense")) == (None, None, None)
    refused = desk.open(sqlite_floor.ana, saved=str(private))
    assert "There is no such view" in toasts(refused)[0]
    assert component(refused, "queue")["view"] == "waiting"


def test_ones_own_lists_are_renamed_ordered_and_removed(desk: Desk, sqlite_floor: Floor) -> None:
    first, second = (kept(desk, sqlite_floor.ana, name, f"q={name}") for name in ("one", "two"))
    app = desk.open(sqlite_floor.ana)
    app.selectbox(key="view_chosen").set_value(second).run()
    app = press(app, "view_up")
    assert [line.id for line in offered(desk, sqlite_floor.ana)] == [second, first]
    app.text_input(key="view_new_name").set_value("Second")
    app = press(app, "view_rename")
    assert offered(desk, sqlite_floor.ana)[0].name == "Second"
    press(app, "view_remove")
    assert [line.id for line in offered(desk, sqlite_floor.ana)] == [first]


def test_a_lead_shares_and_takes_back(desk: Desk, sqlite_floor: Floor) -> None:
    kept(desk, sqlite_floor.lead, "Press", "q=press")
    app = press(desk.open(sqlite_floor.lead), "view_share")
    assert [line.name for line in offered(desk, sqlite_floor.ana)] == ["Press"]
    press(app, "view_unshare")
    assert offered(desk, sqlite_floor.ana) == []
    assert "view_share" not in [button.key for button in desk.open(sqlite_floor.ana).button]


def test_only_those_who_may_act_get_the_bar(desk: Desk, sqlite_floor: Floor) -> None:
    data = component(desk.open(sqlite_floor.ana), "queue")
    assert [words for _, words in data["bulk"]["people"]] == ["Adi Cole · 0 open", "Bo Lind · 0 open", "Lea Hart · 0 open"]
    assert data["bulk"]["off"] == {}
    assert [value for value, _ in data["bulk"]["outcomes"]] == ["spam", "no_action", "duplicate", "no_answer"]
    assert component(desk.open(sqlite_floor.reader), "queue")["bulk"] is None


def test_the_bar_knows_whom_to_ask_about_first(desk: Desk, sqlite_floor: Floor) -> None:
    with desk.workspace.database.write() as session:
        session.get_one(Person, sqlite_floor.bo).shift = Shift.OFF
    offered = component(desk.open(sqlite_floor.ana), "queue")["bulk"]
    assert offered["people"][-1] == [str(sqlite_floor.bo), "Bo Lind · 0 open · off shift"]
    assert list(offered["off"]) == [str(sqlite_floor.bo)]


def test_only_a_lead_narrows_by_assignee(desk: Desk, sqlite_floor: Floor) -> None:
    keys = {person_id: [box.key for box in desk.open(person_id).selectbox] for person_id in (sqlite_floor.ana, sqlite_floor.lead)}
    assert ["filter_owner" in keys[person_id] for person_id in (sqlite_floor.ana, sqlite_floor.lead)] == [False, True]
