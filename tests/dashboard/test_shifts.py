"""The shift on the board: the control in the frame, the page "My shift", and one act that hands everything over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from dashboard import shift_actions
from dashboard.actions import Kind
from dashboard.shift_values import case_marks, counted, suggested_note
from dashboard.workspace import Workspace
from desk.cases import cases, promises
from desk.people import shifts, workload
from desk.people.shifts import HandOver
from desk.replies import replies
from storage.models import Case, Note, Person
from storage.words import Shift
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, labels, press, press_label, toasts
from tests.support.desk import MINUTE, SETTINGS

PAGE = "shift"


@pytest.fixture
def mine(desk: Desk, sqlite_floor: Floor) -> tuple[int, int]:
    """Two cases of Ana's: one with a draft and a promise, one that was put off."""
    first, second, _ = sqlite_floor.cases
    now = desk.workspace.now()
    with desk.workspace.database.write() as session:
        ana = session.get_one(Person, sqlite_floor.ana)
        for case_id in (first, second):
            cases.claim(session, case_id, by=ana, now=now)
        replies.save_draft(session, first, text="Dear Mila, we *looked*", version=0, by=ana, now=now)
        promises.make(session, first, text="Send the bill", due_at=now + 40 * MINUTE, by=ana, settings=SETTINGS, now=now)
        cases.snooze(session, second, until=now + timedelta(hours=3), by=ana, now=now)
    return first, second


def shift_of(desk: Desk, person_id: int) -> Shift:
    with desk.workspace.database.read() as session:
        return session.get_one(Person, person_id).shift


def owner_of(desk: Desk, case_id: int) -> int | None:
    with desk.workspace.database.read() as session:
        return session.get_one(Case, case_id).assignee_id


class TestControl:
    def test_a_break_begins_and_ends_in_the_frame(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = press(desk.open(sqlite_floor.ana), "frame_pause")
        assert (shift_of(desk, sqlite_floor.ana), toasts(app)) == (Shift.BREAK, ["You are on a break"])
        assert "End break" in labels(app)
        app = press(app, "frame_begin")
        assert (shift_of(desk, sqlite_floor.ana), toasts(app)) == (Shift.ON, ["You are on shift"])

    def test_who_does_not_work_on_cases_has_no_shift(self, desk: Desk, sqlite_floor: Floor) -> None:
        assert "Take a break" not in labels(desk.open(sqlite_floor.reader))

    def test_next_says_why_it_gives_nothing(self, desk: Desk, sqlite_floor: Floor) -> None:
        from dashboard import actions
        from desk.queue.filters import QueueFilter

        shift_actions.pause(desk.workspace, sqlite_floor.ana)
        told = actions.claim_next(desk.workspace, sqlite_floor.ana, QueueFilter())
        assert (told.kind, told.words) == (Kind.REFUSED, "You are on a break: end it to be given cases")

    def test_a_lead_sets_the_shift_of_others(self, desk: Desk, sqlite_floor: Floor) -> None:
        told = shift_actions.pause(desk.workspace, sqlite_floor.lead, of=sqlite_floor.ana)
        assert (told.words, shift_of(desk, sqlite_floor.ana)) == ("Ana Moss: On a break", Shift.BREAK)
        assert shift_actions.begin(desk.workspace, sqlite_floor.bo, of=sqlite_floor.ana).kind is Kind.NOT_ALLOWED


class TestPage:
    @pytest.mark.usefixtures("mine")
    def test_all_that_one_has_stands_on_one_screen(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = desk.come_to(sqlite_floor.ana, PAGE)
        assert not app.exception
        badges = [node.proto.body for node in app.markdown if "Drafts" in node.proto.body or "Promises" in node.proto.body]
        assert any("Drafts: 1" in body for body in badges)
        notes = [area.value for area in app.text_area]
        assert notes[0].startswith("Promised: Send the bill, by ")
        assert notes[0].endswith("Draft begun: “Dear Mila, we *looked*”")
        assert notes[1].startswith("Put off until ")
        chosen = [box for box in app.selectbox if not str(box.key).startswith("me_")]
        assert [box.value for box in chosen] == [0, 0, 0]
        offered = chosen[0].options
        assert offered[0] == "The team (queue)"
        assert offered[-1] == "Stays with me"
        assert "Bo Lind · 0 open" in offered
        assert not any("Ana Moss" in one for one in offered)

    def test_everything_is_handed_over_in_one_act(self, desk: Desk, sqlite_floor: Floor, mine: tuple[int, int]) -> None:
        first, second = mine
        app = desk.come_to(sqlite_floor.ana, PAGE)
        app.selectbox(key=f"shift_to_{first}").set_value(sqlite_floor.bo)
        app.text_area(key=f"shift_note_{first}").set_value("Waits for the courier")
        app = press_label(app, "Hand over and end shift")
        assert toasts(app) == ["Your shift is over: 1 to colleagues, 1 to the team"]
        assert (owner_of(desk, first), owner_of(desk, second)) == (sqlite_floor.bo, None)
        assert shift_of(desk, sqlite_floor.ana) is Shift.OFF
        with desk.workspace.database.read() as session:
            assert session.scalar(select(Note.text).where(Note.case_id == first)) == "Waits for the courier"
        assert "You have no open case, and you are off shift." in [node.value for node in app.text]

    def test_one_choice_for_all_of_them(self, desk: Desk, sqlite_floor: Floor, mine: tuple[int, int]) -> None:
        app = desk.come_to(sqlite_floor.ana, PAGE)
        app = app.selectbox(key="shift_all").set_value(-1).run()
        app = press_label(app, "Hand over and end shift")
        assert [owner_of(desk, case_id) for case_id in mine] == [sqlite_floor.ana] * 2
        assert shift_of(desk, sqlite_floor.ana) is Shift.OFF
        assert toasts(app) == ["Your shift is over"]

    def test_what_cannot_be_handed_over_is_named_and_nothing_moves(self, desk: Desk, sqlite_floor: Floor, mine: tuple[int, int]) -> None:
        _first, second = mine
        app = desk.come_to(sqlite_floor.ana, PAGE)
        app.selectbox(key=f"shift_to_{second}").set_value(sqlite_floor.bo)
        with desk.workspace.database.write() as session:
            shifts.end(session, by=session.get_one(Person, sqlite_floor.bo), now=desk.workspace.now())
        app = press_label(app, "Hand over and end shift")
        assert any(f"Case {second}: Bo Lind is not on shift" in error.value.replace("\\", "") for error in app.error)
        assert [owner_of(desk, case_id) for case_id in mine] == [sqlite_floor.ana] * 2
        assert shift_of(desk, sqlite_floor.ana) is Shift.ON

    def test_a_clear_desk_ends_the_shift_with_one_press(self, desk: Desk, sqlite_floor: Floor) -> None:
        app = press(desk.come_to(sqlite_floor.bo, PAGE), "shift_end")
        assert (shift_of(desk, sqlite_floor.bo), toasts(app)) == (Shift.OFF, ["Your shift is over"])
        app = press(app, "page_begin")
        assert shift_of(desk, sqlite_floor.bo) is Shift.ON

    def test_the_page_is_for_those_who_work_on_cases(self, desk: Desk, sqlite_floor: Floor) -> None:
        with pytest.raises(ValueError, match="shift"):
            desk.come_to(sqlite_floor.reader, PAGE)


def test_the_actions_tell_what_became_of_a_shift(workspace: Workspace, floor: Floor) -> None:
    with workspace.database.write() as session:
        cases.claim(session, floor.cases[0], by=session.get_one(Person, floor.ana), now=workspace.now())
    refused = shift_actions.end(workspace, floor.ana, [HandOver(floor.cases[1])])
    assert (refused.kind, f"Case {floor.cases[1]}" in refused.words) == (Kind.REFUSED, True)
    assert shift_actions.end(workspace, floor.ana, [HandOver(floor.cases[0], floor.bo, "")]).is_done
    dealt = shift_actions.deal(workspace, floor.lead)
    assert dealt.values is not None
    assert dealt.words == "2 cases given to 2 people on shift"
    assert shift_actions.undo_deal(workspace, floor.lead, dealt.values["deal"]).words == "2 cases are back in the queue"
    assert shift_actions.deal(workspace, floor.ana).kind is Kind.NOT_ALLOWED


def test_a_note_suggests_what_the_case_tells(workspace: Workspace, floor: Floor) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with workspace.database.write() as session:
        ana = session.get_one(Person, floor.ana)
        cases.claim(session, floor.cases[2], by=ana, now=now)
        (case,) = workload.of(session, by=ana, now=now).cases
    assert suggested_note(case, now=now, zone="Europe/London") == ""
    assert [mark.tone for mark in case_marks(case, now=now, zone="Europe/London")] != []


REFUSALS: list[Callable[[Workspace, Floor], object]] = [
    lambda workspace, floor: shift_actions.begin(workspace, floor.reader),
    lambda workspace, floor: shift_actions.pause(workspace, floor.reader),
    lambda workspace, floor: shift_actions.end(workspace, floor.reader),
    lambda workspace, floor: shift_actions.undo_deal(workspace, floor.bo, 1),
]


@pytest.mark.parametrize("act", REFUSALS)
def test_a_role_that_may_not_is_refused(
    sqlite_workspace: Workspace, sqlite_floor: Floor, act: Callable[[Workspace, Floor], object]
) -> None:
    assert act(sqlite_workspace, sqlite_floor).kind is Kind.NOT_ALLOWED  # type: ignore[attr-defined]


def test_what_one_has_is_counted(workspace: Workspace, floor: Floor) -> None:
    now = workspace.now()
    with workspace.database.write() as session:
        ana = session.get_one(Person, floor.ana)
        for case_id in floor.cases:
            cases.claim(session, case_id, by=ana, now=now)
        replies.save_draft(session, floor.cases[0], text="Dear", version=0, by=ana, now=now)
        for n in (1, 2):
            due_at = now + timedelta(days=n)
            promises.make(session, floor.cases[1], text="Call", due_at=due_at, by=ana, settings=SETTINGS, now=now)
        cases.snooze(session, floor.cases[2], until=now + MINUTE, by=ana, now=now)
        mine = workload.of(session, by=ana, now=now)
    assert counted(mine.cases, now=now) == {"cases": 3, "drafts": 1, "promises": 2, "snoozed": 1, "approval": 0}


def test_an_abusive_post_is_not_read_out(desk: Desk, sqlite_floor: Floor, mine: tuple[int, int]) -> None:
    with desk.workspace.database.write() as session:
        session.get_one(Case, mine[0]).abusive = True
    said = [node.value for node in desk.come_to(sqlite_floor.ana, PAGE).text]
    assert not any("Locked out" in words for words in said)
    assert any(words.endswith("may be abusive. Open it to read.") for words in said)
