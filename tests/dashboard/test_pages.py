"""Each page, for each kind of person, in each state that it draws without a browser."""

from datetime import timedelta

import pytest

from dashboard import actions
from dashboard.send_form import SendForm
from dashboard.workspace import Workspace
from desk.outcomes.outcomes import ResolutionDraft
from desk.people import leaving, people
from storage.models import Case, Person, Reply
from storage.words import CaseStatus, Outcome, ReplyState, Shift
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, components, labels, param, press, press_label, toasts


def stored(desk: Desk, case_id: int) -> Case:
    with desk.workspace.database.read() as session:
        return session.get_one(Case, case_id)


def test_nobody_is_asked_who_they_are(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(None, case=str(sqlite_floor.cases[0]))
    assert not app.exception
    assert [person["name"] for person in component(app, "signin")["people"]] == ["Adi Cole", "Ana Moss", "Bo Lind", "Lea Hart", "Rik Vale"]
    assert components(app, "queue") == 0
    assert param(app, "case") == str(sqlite_floor.cases[0])


def test_an_empty_workspace_asks_for_its_first_person(desk: Desk) -> None:
    data = component(desk.open(None), "signin")
    assert (data["people"], data["first"]) == ([], True)


def test_somebody_who_left_is_told_so(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.bo)
    with desk.workspace.database.write() as session:
        leaving.leave(session, sqlite_floor.bo, by=None, now=desk.workspace.now())
    desk.workspace.signed_in.forget()
    app.run()
    assert any("Bo Lind" in shown.value for shown in app.text)
    assert components(app, "queue") == 0


def test_the_list_gets_what_the_address_says(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, view="unclaimed", sentiment="negative", q="hub", case=str(sqlite_floor.cases[1]))
    data = component(app, "queue")
    assert data["query"] == "view=unclaimed&sentiment=negative&q=hub"
    assert (data["view"], data["is_filtered"], data["open"], data["me"]) == ("unclaimed", True, sqlite_floor.cases[1], sqlite_floor.ana)
    assert app.text_input(key="filter_q").value == "hub"
    assert app.selectbox(key="filter_sentiment").value == "negative"


def test_an_address_of_nonsense_shows_what_waits(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, view="<script>", sentiment="x", case="-1", feed="1;DROP")
    assert not app.exception
    assert component(app, "queue")["view"] == "waiting"
    assert components(app, "editor") == 0


def test_filters_go_to_the_address_and_are_cleared_there(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana)
    app.selectbox(key="filter_intent").set_value("complaint").run()
    app.text_input(key="filter_q").set_value("locked").run()
    assert (param(app, "intent"), param(app, "q")) == ("complaint", "locked")
    press_label(app, "Clear filters")
    assert (param(app, "intent"), param(app, "q")) == (None, None)
    assert component(app, "queue")["is_filtered"] is False


def test_a_case_that_does_not_exist_is_said_to_be_missing(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, case="424242")
    assert not app.exception
    assert any("424242" in shown.value for shown in app.text)


def test_an_agent_claims_and_gives_back(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    assert component(app, "editor")["state"]["shut"] != ""
    press(app, "case_claim")
    assert toasts(app) == ["This case is yours"]
    assert stored(desk, sqlite_floor.cases[0]).assignee_id == sqlite_floor.ana
    assert component(app, "editor")["state"]["shut"] == ""
    assert "Claim" not in labels(app)
    press(app, "case_release")
    assert stored(desk, sqlite_floor.cases[0]).assignee_id is None
    assert "Claim" in labels(app)


def test_who_comes_second_is_told_by_whom(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    actions.claim(desk.workspace, sqlite_floor.bo, sqlite_floor.cases[0])
    press(app, "case_claim")
    assert toasts(app) == ["Bo Lind has this case"]
    assert stored(desk, sqlite_floor.cases[0]).assignee_id == sqlite_floor.bo


def test_a_case_that_a_colleague_is_at_cannot_be_taken_over(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.bo, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    (button,) = [one for one in app.button if one.key == "case_take_over"]
    assert button.disabled
    actions.leave(desk.workspace, sqlite_floor.bo, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_take_over")
    assert stored(desk, sqlite_floor.cases[0]).assignee_id == sqlite_floor.ana


def test_a_lead_may_always_take_over(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.bo, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.lead, case=str(sqlite_floor.cases[0]))
    press(app, "case_take_over")
    assert stored(desk, sqlite_floor.cases[0]).assignee_id == sqlite_floor.lead


def test_a_reader_reads_and_is_offered_no_act(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.reader, case=str(sqlite_floor.cases[0]))
    assert not app.exception
    assert component(app, "queue")["may_care"] is False
    assert {key for one in app.button if (key := one.key) and key.startswith("case_")} == {"case_history"}
    assert "role" in component(app, "editor")["state"]["shut"]


def test_a_case_is_closed_as_solved_with_what_solved_it(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_close")
    press_label(app, "Close case")
    assert [error.value for error in app.error] != []
    assert stored(desk, sqlite_floor.cases[0]).status is not CaseStatus.CLOSED
    app.text_input(key="close_cause").set_value("Locked by a bot")
    app.text_input(key="close_fix").set_value("Unlocked")
    app.text_input(key="close_evidence").set_value("She is in")
    press_label(app, "Close case")
    assert stored(desk, sqlite_floor.cases[0]).outcome is Outcome.SOLVED
    assert toasts(app) == ["Closed: Solved"]
    assert "Open again" in labels(app)


def test_what_solved_it_before_is_offered_and_used_again(desk: Desk, sqlite_floor: Floor) -> None:
    told = ResolutionDraft("Locked account by a bot", "Unlocked the account", "She is in")
    for case_id in sqlite_floor.cases[:2]:
        actions.claim(desk.workspace, sqlite_floor.ana, case_id)
    actions.close(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0], outcome=Outcome.SOLVED, resolution=told)
    with desk.workspace.database.write() as session:
        session.get_one(Case, sqlite_floor.cases[1]).preview = "My account is locked too"
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[1]))
    fixes = component(app, "sheet")["blocks"][0]
    assert [fix["fix"] for fix in fixes["blocks"]] == ["Unlocked the account"]
    press(app, "case_close")
    choice = app.selectbox(key="close_reuse")
    choice.select_index(0).run()
    press_label(app, "Close case")
    closed = stored(desk, sqlite_floor.cases[1])
    assert closed.resolution_id == stored(desk, sqlite_floor.cases[0]).resolution_id


def test_a_case_is_declined_with_its_reason(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_close")
    app.radio(key="close_outcome").set_value(Outcome.DECLINED).run()
    app.text_area(key="close_reason").set_value("It is more than a year old")
    app.text_input(key="close_instead").set_value("We repair it")
    press_label(app, "Close case")
    assert any("the rule" in error.value for error in app.error)
    rule = app.selectbox(key="close_rule")
    rule.options.append("No refunds after a year")  # a new one is typed in the browser
    rule.set_value("No refunds after a year")
    press_label(app, "Close case")
    case = stored(desk, sqlite_floor.cases[0])
    assert (case.declined_reason, case.declined_rule) == ("It is more than a year old", "No refunds after a year")
    assert case.declined_instead == "We repair it"


def test_a_case_is_put_off_and_handed_over(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_snooze")
    app.radio(key="snooze_span").set_value("3h").run()
    press_label(app, "Put off")
    until = stored(desk, sqlite_floor.cases[0]).snoozed_until
    assert until is not None
    assert timedelta(hours=2, minutes=58) < until - desk.workspace.now() <= timedelta(hours=3)
    press(app, "case_hand_over")
    app.selectbox(key="hand_over_to").set_value(sqlite_floor.bo)
    app.text_area(key="hand_over_note").set_value("She writes at night")
    press_label(app, "Hand over")
    assert stored(desk, sqlite_floor.cases[0]).assignee_id == sqlite_floor.bo
    notes = component(app, "sheet")["blocks"][2]
    assert [note["text"] for note in notes["blocks"]] == ["She writes at night"]


def test_somebody_off_shift_is_marked_and_gets_a_case_only_when_one_says_so(desk: Desk, sqlite_floor: Floor) -> None:
    with desk.workspace.database.write() as session:
        session.get_one(Person, sqlite_floor.bo).shift = Shift.OFF
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    app = press(desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0])), "case_hand_over")
    box = app.selectbox(key="hand_over_to")
    assert "Bo Lind · 0 open · off shift" in box.options
    assert f"hand_over_off_{sqlite_floor.bo}" not in [one.key for one in app.checkbox]
    box.set_value(sqlite_floor.bo).run()
    press_label(app, "Hand over")
    assert stored(desk, sqlite_floor.cases[0]).assignee_id == sqlite_floor.ana
    assert any("Bo Lind is off shift" in one.value for one in app.error)
    app.checkbox(key=f"hand_over_off_{sqlite_floor.bo}").check()
    press_label(app, "Hand over")
    assert stored(desk, sqlite_floor.cases[0]).assignee_id == sqlite_floor.bo


def test_a_form_that_was_left_changes_nothing(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0])
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    press(app, "case_close")
    press_label(app, "Cancel")
    assert "Close case" not in labels(app)
    assert stored(desk, sqlite_floor.cases[0]).status is not CaseStatus.CLOSED


def test_a_note_is_kept_beside_the_case(desk: Desk, sqlite_floor: Floor) -> None:
    actions.add_note(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0], note="Called her **twice**")
    notes = component(desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0])), "sheet")["blocks"][2]
    assert [(note["who"], note["text"]) for note in notes["blocks"]] == [("Ana Moss", "Called her **twice**")]


def test_why_a_case_is_here_is_a_sum(desk: Desk, sqlite_floor: Floor) -> None:
    why = component(desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0])), "sheet")["blocks"][3]
    words = [row["words"] for row in why["blocks"]]
    assert "high urgency: first answer within 30 min" in words[0]
    assert [row["amount"] for row in why["blocks"]][1] == "−30 min"
    assert words[-1].startswith("Answer by ")


@pytest.mark.parametrize(
    ("state", "can"),
    [
        (ReplyState.QUEUED, {"undo"}),
        (ReplyState.SENDING, set()),
        (ReplyState.FAILED, {"undo", "retry", "copy"}),
        (ReplyState.UNCERTAIN, {"settle", "copy"}),
        (ReplyState.BY_HAND, {"undo", "prove", "copy"}),
    ],
)
def test_each_state_of_a_reply_offers_what_helps(state: ReplyState, can: set[str], desk: Desk, sqlite_floor: Floor) -> None:
    case_id = sqlite_floor.cases[0]
    actions.claim(desk.workspace, sqlite_floor.ana, case_id)
    form = SendForm("On it", "k", seen_mention_id=sqlite_floor.mentions[0], seen_reply_id=0, account_id=sqlite_floor.account)
    queued = actions.queue_reply(desk.workspace, sqlite_floor.ana, case_id, form)
    assert queued.values
    with desk.workspace.database.write() as session:
        reply = session.get_one(Reply, queued.values["reply"])
        reply.state, reply.reason = state, "the platform said why"
    (shown,) = component(desk.open(sqlite_floor.ana, case=str(case_id)), "editor")["state"]["replies"]
    assert {name for name, is_offered in shown["can"].items() if is_offered} == can
    assert shown["reason"] == "the platform said why"
    assert shown["mark"]["word"]


def test_the_sample_says_that_it_is_one(sqlite_workspace: Workspace, sqlite_floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from dashboard import workspace as opened

    settings = replace(sqlite_workspace.settings, is_sample=True)
    sample = opened.show(settings, sqlite_workspace.database, sqlite_workspace.secret)
    desk = Desk(sample, monkeypatch)
    assert any("Sample workspace" in shown.value for shown in desk.open(sqlite_floor.ana).text)
    start = desk.open(sqlite_floor.ana, "app_pages/start.py")
    assert not start.exception
    assert "careline up" in [code.value for code in start.code]


def test_ones_own_workspace_has_no_banner(desk: Desk, sqlite_floor: Floor) -> None:
    assert not any("Sample workspace" in shown.value for shown in desk.open(sqlite_floor.ana).text)


def test_only_an_admin_is_offered_to_add_colleagues(desk: Desk, sqlite_floor: Floor) -> None:
    assert desk.open(sqlite_floor.ana, "app_pages/start.py").text_input.len == 0
    app = desk.open(sqlite_floor.admin, "app_pages/start.py")
    app.text_input(key="colleague_name").set_value("Cy Dent")
    app.text_input(key="colleague_initials").set_value("CD")
    press_label(app, "Add")
    with desk.workspace.database.read() as session:
        assert "Cy Dent" in [person.name for person in people.everyone(session)]


def test_all_mentions_are_listed_and_searched(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, "app_pages/mentions.py")
    blocks = component(app, "sheet")["blocks"]
    assert [block["text"] for block in blocks] == ["Thank you, it works", "How do I change my address?", "Locked out of my account"]
    assert [block["actions"][0]["verb"] for block in blocks] == ["open"] * 3
    app.text_input(key="mentions_q").set_value("nothing like this").run()
    assert component(app, "sheet")["blocks"] == [{"type": "empty", "words": "No mention matches."}]
    assert param(app, "q") == "nothing like this"


def test_all_mentions_are_narrowed_by_the_address(desk: Desk, sqlite_floor: Floor) -> None:
    negative = desk.open(sqlite_floor.ana, "app_pages/mentions.py", sentiment="negative", intent="nonsense")
    assert [block["text"] for block in component(negative, "sheet")["blocks"]] == ["Locked out of my account"]
    free = desk.open(sqlite_floor.ana, "app_pages/mentions.py", without_case="1")
    assert component(free, "sheet")["blocks"][0]["type"] == "empty"
    free.checkbox(key="mentions_without_case").uncheck().run()
    assert len(component(free, "sheet")["blocks"]) == 3
    assert param(free, "without_case") is None


def test_a_reader_cannot_make_cases_of_mentions(desk: Desk, sqlite_floor: Floor) -> None:
    with desk.workspace.database.write() as session:
        from storage.models import Mention

        session.get_one(Mention, sqlite_floor.mentions[0]).case_id = None
    verbs = {}
    for person_id in (sqlite_floor.reader, sqlite_floor.ana):
        blocks = component(desk.open(person_id, "app_pages/mentions.py"), "sheet")["blocks"]
        verbs[person_id] = [action["verb"] for action in blocks[-1]["actions"]]
    assert verbs == {sqlite_floor.reader: [], sqlite_floor.ana: ["make", "mute", "tag"]}
