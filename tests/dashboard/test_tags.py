"""Tags on the board: beside a case, in All mentions, and the list that leads keep."""

from typing import Any

from streamlit.testing.v1 import AppTest

from desk.cases import tags
from desk.people import people
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, labels, press, toasts


def add(desk: Desk, floor: Floor, *names: str) -> list[int]:
    with desk.workspace.database.write() as session:
        lead = people.active(session, floor.lead)
        return [tags.add(session, name=name, by=lead, now=desk.workspace.now()).id for name in names]


def put(desk: Desk, floor: Floor, tag_id: int, **holders: Any) -> None:
    with desk.workspace.database.write() as session:
        tags.put(session, tag_ids=[tag_id], by=people.active(session, floor.ana), now=desk.workspace.now(), **holders)


def on_case(desk: Desk, case_id: int) -> list[str]:
    with desk.workspace.database.read() as session:
        return [tag.name for tag in tags.of_cases(session, [case_id]).get(case_id, ())]


def chooser(app: AppTest, key: str) -> Any:
    (found,) = [one for one in app.multiselect if (one.key or "").startswith(key)]
    return found


def test_a_case_is_tagged_beside_its_acts(desk: Desk, sqlite_floor: Floor) -> None:
    outage, billing = add(desk, sqlite_floor, "outage", "billing")
    case_id = sqlite_floor.cases[0]
    put(desk, sqlite_floor, billing, case_ids=[case_id])
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    key = f"tags_{case_id}"
    assert chooser(app, key).value == [billing]
    chooser(app, key).set_value([outage])
    app = press(app, f"{key}_save")
    assert (toasts(app), on_case(desk, case_id)) == (["Tags saved"], ["outage"])
    assert chooser(app, key).value == [outage]


def test_a_colleagues_tag_of_meanwhile_stays(desk: Desk, sqlite_floor: Floor) -> None:
    outage, billing = add(desk, sqlite_floor, "outage", "billing")
    case_id = sqlite_floor.cases[0]
    app = desk.open(sqlite_floor.ana, case=str(case_id))
    chooser(app, f"tags_{case_id}").set_value([outage])
    put(desk, sqlite_floor, billing, case_ids=[case_id])
    press(app, f"tags_{case_id}_save")
    assert on_case(desk, case_id) == ["billing", "outage"]


def test_a_case_wears_its_tags_in_its_head_and_a_reader_cannot_change_them(desk: Desk, sqlite_floor: Floor) -> None:
    (outage,) = add(desk, sqlite_floor, "**outage**")
    put(desk, sqlite_floor, outage, case_ids=[sqlite_floor.cases[0]])
    app = desk.open(sqlite_floor.reader, case=str(sqlite_floor.cases[0]))
    heads = [node.proto.bytes.decode() for node in app._tree if node.type == "bidi_component" and b'"type":"head"' in node.proto.bytes]
    assert any("**outage**" in head for head in heads)
    assert [one.key for one in app.multiselect] == []


def test_mentions_show_their_tags_and_are_narrowed_by_one(desk: Desk, sqlite_floor: Floor) -> None:
    (outage,) = add(desk, sqlite_floor, "outage")
    put(desk, sqlite_floor, outage, mention_ids=[sqlite_floor.mentions[1]])
    app = desk.open(sqlite_floor.ana, "app_pages/mentions.py")
    assert [("# outage" in block["words"]) for block in component(app, "sheet")["blocks"]].count(True) == 1
    app = desk.open(sqlite_floor.ana, "app_pages/mentions.py", tag=str(outage))
    (only,) = component(app, "sheet")["blocks"]
    assert "How do I change my address?" in only["text"]
    none = desk.open(sqlite_floor.ana, "app_pages/mentions.py", tag="99")
    assert component(none, "sheet")["blocks"][0]["type"] == "empty"


PAGE = """
from dashboard.panes import tag_list
from dashboard.viewer import Viewer, who

viewer = who()
if isinstance(viewer, Viewer):
    tag_list.draw(viewer)
"""


def managed(desk: Desk, person_id: int, folder: Any) -> AppTest:
    file = folder / "page.py"
    file.write_text(PAGE)
    return desk.open(person_id, str(file))


def test_a_lead_keeps_the_list(desk: Desk, sqlite_floor: Floor, tmp_path: Any) -> None:
    app = managed(desk, sqlite_floor.lead, tmp_path)
    app.text_input(key="tag_new").set_value("dsl")
    app = press(app, "tag_add")
    app.text_input(key="tag_new").set_value("internet")
    app = press(app, "tag_add")
    app = press(app, "tag_merge")
    with desk.workspace.database.read() as session:
        assert [(line.name, line.is_retired) for line in tags.managed(session)] == [("internet", False)]
    app.text_input(key="tag_name").set_value("Broadband")
    app = press(app, "tag_rename")
    app = press(app, "tag_retire")
    with desk.workspace.database.read() as session:
        assert [(line.name, line.is_retired) for line in tags.managed(session)] == [("Broadband", True)]
    app = press(app, "tag_bring_back")
    with desk.workspace.database.read() as session:
        assert [tag.name for tag in tags.offered(session)] == ["Broadband"]


def test_others_read_the_list(desk: Desk, sqlite_floor: Floor, tmp_path: Any) -> None:
    add(desk, sqlite_floor, "outage")
    app = managed(desk, sqlite_floor.ana, tmp_path)
    assert labels(app) == []
    assert list(app.dataframe[0].value["Tag"]) == ["outage"]
