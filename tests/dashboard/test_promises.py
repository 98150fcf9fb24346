"""Promises on the board: made in a dialog in the person's own zone, shown in the case, kept or cancelled before it closes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from dashboard import promise_actions
from dashboard.actions import Kind
from dashboard.format import Tone
from dashboard.panes import asked
from dashboard.promise_values import OTHER, TIMES, by_words, promise_mark, times_ahead
from dashboard.workspace import Workspace
from desk.cases import cases
from desk.cases.promises import PromiseView
from storage.models import Case, Person, Promise
from storage.words import CaseStatus
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, press, press_label, toasts
from tests.dashboard.test_labels import head

LONDON, TOKYO = "Europe/London", "Asia/Tokyo"
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def stored(desk: Desk) -> list[Promise]:
    with desk.workspace.database.read() as session:
        return list(session.scalars(select(Promise).order_by(Promise.id)))


def dialog(desk: Desk, person_id: int, case_id: int) -> AppTest:
    return press(desk.open(person_id, case=str(case_id)), "case_promise")


def write(app: AppTest, words: str, until: str) -> AppTest:
    app.text_area(key="promise_text").set_value(words)
    return app.radio(key="promise_until").set_value(until).run()


class TestDialog:
    def test_a_promise_is_made_and_stands_in_the_head(self, desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
        app = press_label(write(dialog(desk, sqlite_floor.ana, case_id), "Call *back*", "tomorrow"), "Promise")
        (promise,) = stored(desk)
        assert (promise.case_id, promise.text, promise.person_id) == (case_id, "Call *back*", sqlite_floor.ana)
        there = promise.due_at.astimezone(ZoneInfo(LONDON))
        assert (there.hour, there.minute) == (12, 0)
        assert toasts(app)[0].startswith("Promised by ")
        words = [mark["word"] for mark in head(app)["marks"]]
        assert any(word.startswith("Promised: Call *back* by ") for word in words)

    def test_another_time_is_meant_in_the_zone_of_who_promises(self, desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
        with desk.workspace.database.write() as session:
            session.execute(update(Person).where(Person.id == sqlite_floor.ana).values(zone=TOKYO))
        app = write(dialog(desk, sqlite_floor.ana, case_id), "Call", OTHER)
        assert f"Times are in {TOKYO}." in [node.value for node in app.text]
        press_label(app, "Promise")
        (promise,) = stored(desk)
        assert promise.due_at.astimezone(UTC).hour == 3

    def test_a_refusal_stays_in_the_dialog(self, desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
        app = press_label(write(dialog(desk, sqlite_floor.ana, case_id), "  ", "tomorrow"), "Promise")
        assert [error.value for error in app.error] == ["Say what was promised"]
        assert stored(desk) == []

    def test_what_stands_is_changed_kept_or_cancelled(self, desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
        press_label(write(dialog(desk, sqlite_floor.ana, case_id), "Call", "tomorrow"), "Promise")
        press_label(write(dialog(desk, sqlite_floor.ana, case_id), "Write", "friday"), "Promise")
        first, second = stored(desk)
        app = press(dialog(desk, sqlite_floor.ana, case_id), f"change_{first.id}")
        assert app.text_area(key="promise_text").value == "Call"
        press_label(write(app, "Call twice", "friday"), "Change promise")
        press(dialog(desk, sqlite_floor.ana, case_id), f"keep_{first.id}")
        app = press(dialog(desk, sqlite_floor.ana, case_id), f"cancel_{second.id}")
        assert toasts(app) == ["The promise is cancelled"]
        first, second = stored(desk)
        assert (first.text, first.kept_at is not None, second.cancelled_at is not None) == ("Call twice", True, True)
        assert not any("Promise" in mark["word"] for mark in head(app)["marks"])

    def test_only_the_owner_is_offered_to_promise(self, desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
        for person_id in (sqlite_floor.bo, sqlite_floor.reader):
            app = desk.open(person_id, case=str(case_id))
            assert not [button for button in app.button if button.key == "case_promise"]

    def test_closing_asks_what_became_of_the_promise(self, desk: Desk, sqlite_floor: Floor, case_id: int) -> None:
        press_label(write(dialog(desk, sqlite_floor.ana, case_id), "Call", "tomorrow"), "Promise")
        (promise,) = stored(desk)
        app = press(desk.open(sqlite_floor.ana, case=str(case_id)), "case_close")
        assert any("A promise stands" in warning.value for warning in app.warning)
        app.radio(key="close_outcome").set_value(app.radio(key="close_outcome").options[-1])
        app = press(app, f"keep_{promise.id}")
        assert asked.KEY in app.session_state
        assert list(app.warning) == []
        with desk.workspace.database.read() as session:
            assert session.get_one(Case, case_id).status is CaseStatus.OPEN


def test_the_actions_refuse_who_may_not_and_say_what_was_done(workspace: Workspace, floor: Floor) -> None:
    now = workspace.now()
    with workspace.database.write() as session:
        cases.claim(session, floor.cases[0], by=session.get_one(Person, floor.ana), now=now)
    told = {"words": "Call", "due_at": now + timedelta(days=1), "zone": LONDON}
    assert promise_actions.make(workspace, floor.bo, floor.cases[0], **told).kind is Kind.NOT_YOURS  # type: ignore[arg-type]
    assert promise_actions.make(workspace, floor.reader, floor.cases[0], **told).kind is Kind.NOT_ALLOWED  # type: ignore[arg-type]
    assert promise_actions.make(workspace, floor.ana, floor.cases[0], **told).is_done  # type: ignore[arg-type]
    with workspace.database.read() as session:
        promise_id = session.scalars(select(Promise.id)).one()
    for act in (promise_actions.keep, promise_actions.cancel):
        assert act(workspace, floor.bo, promise_id).kind is Kind.NOT_YOURS
    assert promise_actions.keep(workspace, floor.ana, promise_id).words == "The promise was kept"
    assert promise_actions.cancel(workspace, floor.ana, promise_id).kind is Kind.NOT_FOUND


@pytest.mark.parametrize(
    ("now", "ahead"),
    [
        (MONDAY, ["today", "tomorrow", "friday", OTHER]),
        (MONDAY + timedelta(hours=6), ["tomorrow", "friday", OTHER]),
        (MONDAY + timedelta(days=4), ["today", "tomorrow", OTHER]),
        (MONDAY + timedelta(days=4, hours=6), ["tomorrow", "friday", OTHER]),
    ],
)
def test_only_times_to_come_are_offered_each_once(now: datetime, ahead: list[str]) -> None:
    assert times_ahead(now, LONDON) == ahead
    assert all(at(now, LONDON) > now for name, at in TIMES.items() if name in ahead)


def test_a_friday_evening_promise_means_the_next_friday() -> None:
    at = TIMES["friday"](MONDAY + timedelta(days=4, hours=6), LONDON)
    assert at.astimezone(UTC) == datetime(2026, 3, 13, 17, tzinfo=UTC)


def test_a_time_over_a_clock_change_stays_on_the_wall_clock() -> None:
    saturday = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert TIMES["tomorrow"](saturday, LONDON).astimezone(UTC) == datetime(2026, 3, 29, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "words"),
    [(timedelta(hours=5), "17:00"), (timedelta(days=1), "Tue 12:00"), (timedelta(days=6), "Sun 12:00"), (timedelta(days=7), "9 Mar 12:00")],
)
def test_a_time_to_come_reads_as_one_says_it(after: timedelta, words: str) -> None:
    assert by_words(MONDAY + after, now=MONDAY, zone=LONDON) == words


@pytest.mark.parametrize(
    ("after", "tone", "begins"),
    [
        (timedelta(days=1), Tone.CALM, "Promised:"),
        (timedelta(minutes=59), Tone.WARM, "Promised:"),
        (timedelta(0), Tone.BAD, "Promise due:"),
    ],
)
def test_a_promise_warms_up(after: timedelta, tone: Tone, begins: str) -> None:
    view = PromiseView(1, 1, "Call", "Ana", MONDAY, MONDAY + after, came_back=False)
    mark = promise_mark(view, now=MONDAY, zone=LONDON)
    assert mark.tone is tone
    assert mark.word.startswith(begins)
