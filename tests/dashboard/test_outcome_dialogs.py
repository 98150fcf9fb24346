"""Closing with its ground, confirming later, and the customer's drawer, in Streamlit's own runner."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard import actions
from dashboard.panes import asked
from desk.outcomes.outcomes import CAUSE_UNKNOWN, Declined, ResolutionDraft
from storage.models import Author, Case, Incident, Mention, Resolution
from storage.words import Outcome
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, labels, press, press_label, toasts
from tests.support.desk import MINUTE, number

TOLD = ResolutionDraft("Locked account by a bot", "Unlocked the account", "She is in")


def stored(desk: Desk, case_id: int) -> Case:
    with desk.workspace.database.read() as session:
        return session.get_one(Case, case_id)


def resolution(desk: Desk, case_id: int) -> Resolution:
    with desk.workspace.database.read() as session:
        return session.get_one(Resolution, session.get_one(Case, case_id).resolution_id)


def solved_first(desk: Desk, floor: Floor) -> None:
    """The first case is solved; the second one is about the same and belongs to Ana."""
    for case_id in floor.cases[:2]:
        actions.claim(desk.workspace, floor.ana, case_id)
    actions.close(desk.workspace, floor.ana, floor.cases[0], outcome=Outcome.SOLVED, resolution=TOLD)
    with desk.workspace.database.write() as session:
        session.get_one(Case, floor.cases[1]).preview = "My account is locked too"


def wrote_after_an_answer(desk: Desk, case_id: int) -> None:
    """What stands in this case was written once we had answered."""
    with desk.workspace.database.write() as session:
        case = session.get_one(Case, case_id)
        case.answered_at = session.get_one(Mention, case.latest_mention_id).posted_at - MINUTE


def test_n1_a_fix_is_used_again_in_one_click_from_beside_the_case(desk: Desk, sqlite_floor: Floor) -> None:
    solved_first(desk, sqlite_floor)
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    press(app, "case_close")
    box = app.selectbox(key="close_reuse")
    assert box.options[0].startswith("Locked account by a bot: Unlocked the account")
    box.select_index(0).run()
    press_label(app, "Close case")
    assert resolution(desk, sqlite_floor.cases[1]).reused == 1
    with desk.workspace.database.write() as session:
        session.get_one(Case, sqlite_floor.cases[2]).preview = "account locked"
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[2]))
    fixes = next(block for block in component(app, "sheet")["blocks"] if block["type"] == "section")
    assert fixes["blocks"][0]["meta"].startswith("spared 1 person")


def test_n1_a_known_fix_may_be_changed_and_is_a_new_one_then(desk: Desk, sqlite_floor: Floor) -> None:
    solved_first(desk, sqlite_floor)
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    press(app, "case_close")
    app.selectbox(key="close_reuse").select_index(0).run()
    app.checkbox(key="close_differs").check().run()
    first = resolution(desk, sqlite_floor.cases[0])
    assert app.text_input(key=f"close_cause_{first.id}").value == TOLD.cause
    app.text_input(key=f"close_fix_{first.id}").set_value("Unlocked, and the bot is blocked")
    press_label(app, "Close case")
    second = resolution(desk, sqlite_floor.cases[1])
    assert (second.id != first.id, second.cause, second.fix) == (True, TOLD.cause, "Unlocked, and the bot is blocked")
    assert resolution(desk, sqlite_floor.cases[0]).reused == 0


def test_n1_a_case_of_an_incident_begins_with_its_cause(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    with desk.workspace.database.write() as session:
        incident = Incident(name="Outage", cause="Cut fibre", fix="Spliced", evidence="Green lights", opened_at=desk.workspace.now())
        session.add(incident)
        session.flush()
        session.get_one(Case, sqlite_floor.cases[0]).incident_id = incident.id
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_close")
    assert app.text_input(key="close_cause").value == "Cut fibre"
    press_label(app, "Close case")
    kept = resolution(desk, sqlite_floor.cases[0])
    assert (kept.cause, kept.fix, kept.evidence) == ("Cut fibre", "Spliced", "Green lights")


def test_n1_solved_on_contact_without_a_cause_is_one_tick(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_close")
    app.checkbox(key="close_unknown").check().run()
    assert "close_cause" not in {one.key for one in app.text_input}
    press_label(app, "Close case")
    assert resolution(desk, sqlite_floor.cases[0]).cause == CAUSE_UNKNOWN


def test_n5_closing_asks_whether_the_customer_says_so(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[2])
    wrote_after_an_answer(desk, sqlite_floor.cases[2])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[2]))
    press(app, "case_close")
    app.checkbox(key="close_unknown").check().run()
    box = app.selectbox(key="close_confirmed")
    assert box.options[0] == "Not yet. After 7 quiet days it counts as held"
    assert "Thank you, it works" in box.options[1].replace("\\", "")
    box.set_value(sqlite_floor.mentions[2])
    press_label(app, "Close case")
    assert stored(desk, sqlite_floor.cases[2]).held_at is not None


def test_n5_what_was_written_before_our_first_answer_confirms_nothing(desk: Desk, sqlite_floor: Floor) -> None:
    solved_first(desk, sqlite_floor)
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_confirm_solved")
    assert "This customer has written nothing since our first answer." in [one.value for one in app.text]
    assert "It held" not in labels(app)
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    press(app, "case_close")
    app.checkbox(key="close_unknown").check().run()
    assert app.selectbox(key="close_confirmed").options == ["Not yet. After 7 quiet days it counts as held"]


def test_n5_a_closed_case_is_confirmed_later_and_says_so(desk: Desk, sqlite_floor: Floor) -> None:
    solved_first(desk, sqlite_floor)
    wrote_after_an_answer(desk, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.bo, case=str(sqlite_floor.cases[0]))
    assert "◔ too early to say whether it held" in " ".join(component_head(app))
    press(app, "case_confirm_solved")
    press_label(app, "It held")
    assert toasts(app) == ["Noted: the customer confirmed it"]
    assert stored(desk, sqlite_floor.cases[0]).confirmed_at is not None
    assert "Customer confirmed" not in labels(app)
    reader = desk.open(sqlite_floor.reader, case=str(sqlite_floor.cases[0]))
    assert "case_confirm_solved" not in {button.key for button in reader.button}
    assert "the customer confirmed it" in component_head(reader)


def test_n9_abusive_posts_are_folded_in_both_dialogs(desk: Desk, sqlite_floor: Floor) -> None:
    solved_first(desk, sqlite_floor)
    for case_id in sqlite_floor.cases[:2]:
        wrote_after_an_answer(desk, case_id)
        with desk.workspace.database.write() as session:
            post = session.get_one(Mention, session.get_one(Case, case_id).latest_mention_id)
            post.abusive, post.text = True, "You vermin"
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    press(app, "case_close")
    closing = app.selectbox(key="close_confirmed").options
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_confirm_solved")
    for options in (closing[1:], app.radio(key="close_confirmed").options):
        assert ["May be abusive" in one.replace("\\", "") for one in options] == [True]
        assert "vermin" not in " ".join(options)


def component_head(app: AppTest) -> list[str]:
    """The words of the head of the case."""
    protos = [node.proto for node in app._tree if node.type == "bidi_component" and node.proto.component_name == "careline_sheet"]
    blocks = [block for proto in protos for block in json.loads(proto.bytes)["blocks"] if block["type"] == "head"]
    return [str(word) for word in blocks[0]["words"]]


def conversation(app: AppTest) -> list[dict[str, Any]]:
    """What the same component draws of the thread: a post of the story has all that a post there has."""
    protos = [node.proto for node in app._tree if node.type == "bidi_component" and node.proto.component_name == "careline_sheet"]
    found = [json.loads(proto.bytes) for proto in protos]
    return [block for data in found if data["kind"] == "thread" for block in data["blocks"]]


def again(desk: Desk, case_id: int, to: int) -> None:
    """Another case gets the author of the first one."""
    with desk.workspace.database.write() as session:
        first, second = session.get_one(Case, case_id), session.get_one(Case, to)
        second.author_id, second.handovers, second.contacts = first.author_id, 2, 3
        session.get_one(Mention, second.latest_mention_id).author_id = first.author_id
        session.get_one(Author, first.author_id).name = f"Mila {number()}"


def test_n3_the_history_begins_with_what_happened_last_time(desk: Desk, sqlite_floor: Floor) -> None:
    solved_first(desk, sqlite_floor)
    again(desk, sqlite_floor.cases[0], sqlite_floor.cases[1])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    top = component(app, "sheet")["blocks"][0]
    assert top["title"] == "Last time: Solved, and ◔ too early to say whether it held"
    assert top["text"] == "Locked account by a bot: Unlocked the account"
    assert [action["verb"] for action in top["actions"]] == ["customer"]
    assert "Ordeal 4: wrote 3 times, 2 hand-overs" in component_head(app)


def test_n4_the_drawer_tells_the_whole_story_and_that_of_one_case(desk: Desk, sqlite_floor: Floor) -> None:
    solved_first(desk, sqlite_floor)
    again(desk, sqlite_floor.cases[0], sqlite_floor.cases[1])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    app.session_state[asked.KEY] = asked.Asked(asked.CUSTOMER, sqlite_floor.cases[1])
    app.run()
    assert not app.exception
    blocks = component(app, "sheet")["blocks"]
    posts = [block for block in blocks if block["type"] == "post"]
    assert len(posts) == 2
    assert all(block.keys() >= conversation(app)[0].keys() - {"actions"} and block["personal"] is None for block in posts)
    assert any("Ana Moss closed it: Solved" in block.get("text", "") for block in blocks)
    app.selectbox(key="customer_which").set_value(sqlite_floor.cases[0]).run()
    assert {f"case {sqlite_floor.cases[0]}"} == {word for block in component(app, "sheet")["blocks"] for word in block.get("words", [])}


def test_n8_a_rule_that_was_quoted_before_is_one_choice_away(desk: Desk, sqlite_floor: Floor) -> None:
    for case_id in sqlite_floor.cases[:2]:
        actions.claim(desk.workspace, sqlite_floor.ana, case_id)
    told = Declined("too late", "Refunds within 14 days", "repair")
    assert actions.close(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0], outcome=Outcome.DECLINED, declined=told).is_done
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    press(app, "case_close")
    app.radio(key="close_outcome").set_value(Outcome.DECLINED).run()
    app.text_area(key="close_reason").set_value("Three weeks are over")
    app.selectbox(key="close_rule").set_value("Refunds within 14 days")
    app.text_input(key="close_instead").set_value("We repair it")
    press_label(app, "Close case")
    case = stored(desk, sqlite_floor.cases[1])
    assert (case.outcome, case.declined_rule, case.declined_instead) == (Outcome.DECLINED, "Refunds within 14 days", "We repair it")
