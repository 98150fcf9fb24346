"""Answers from memory: the same until something changed, and never more of them than there is room for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dashboard import actions, snapshots, stop_actions
from dashboard.case_values import Reader, editor_state
from dashboard.packed import Packed, alone
from dashboard.snapshots import MOST, Snapshots
from dashboard.workspace import Workspace
from desk.people import people
from desk.queue import inbox, marks
from desk.queue.marks import Mark
from desk.replies.switches import Switch
from storage.models import Case
from storage.words import HoldKind
from tests.dashboard.conftest import Floor


class Count:
    """Builds an answer and counts how often."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> Packed:
        self.n += 1
        return alone({"built": "same"})


@pytest.fixture(autouse=True)
def _look_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MARK_KEPT_S", 0.0)
    monkeypatch.setattr(snapshots, "LONGEST_KEPT_S", 1e9)


def test_an_answer_is_built_once_for_each_state_of_the_workspace(workspace: Workspace, floor: Floor) -> None:
    kept, build = Snapshots(workspace.database), Count()
    first = kept.answer("q", build)
    assert kept.answer("q", build) is first
    assert build.n == 1
    actions.claim(workspace, floor.ana, floor.cases[0])
    again = kept.answer("q", build)
    assert (build.n, again.tag) == (2, first.tag)


def test_the_clock_alone_makes_an_answer_old(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, build = Snapshots(workspace.database), Count()
    kept.answer("q", build)
    monkeypatch.setattr(snapshots, "LONGEST_KEPT_S", 1e-9)
    kept.answer("q", build)
    assert build.n == 2


def test_a_known_answer_needs_no_look_at_the_database(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MARK_KEPT_S", 1e9)
    kept, build = Snapshots(workspace.database), Count()
    assert kept.fresh("q") is None
    answer = kept.answer("q", build)
    workspace.database.close()
    assert kept.fresh("q") is answer
    kept.forget()
    assert kept.fresh("q") is None


def test_different_questions_have_different_answers(workspace: Workspace) -> None:
    kept = Snapshots(workspace.database)
    assert kept.answer("a", lambda: alone({"n": 1})).tag != kept.answer("b", lambda: alone({"n": 2})).tag


def test_a_part_is_shared_until_something_changes(workspace: Workspace, floor: Floor) -> None:
    kept, build = Snapshots(workspace.database), Count()
    assert kept.known("rows", build) is kept.known("rows", build)
    actions.claim(workspace, floor.ana, floor.cases[0])
    kept.known("rows", build)
    assert build.n == 2


def test_an_answer_whose_parts_are_known_is_put_together_without_the_database(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MARK_KEPT_S", 1e9)
    kept = Snapshots(workspace.database)

    def build() -> Packed:
        return alone({"rows": kept.known("rows", lambda: 50), "people": kept.settled("people", lambda: 3)})

    assert kept.by_memory("q", build) is None
    kept.known("rows", lambda: 50)
    assert kept.by_memory("q", build) is None
    kept.settled("people", lambda: 3)
    workspace.database.close()
    answer = kept.by_memory("q", build)
    assert answer is not None
    assert answer.body == b'{"rows":50,"people":3}'
    assert kept.fresh("q") is answer


def test_nothing_is_put_together_from_what_was_known_before_a_change(
    workspace: Workspace, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MARK_KEPT_S", 1e9)
    kept = Snapshots(workspace.database)

    def build() -> Packed:
        return alone({"rows": kept.known("rows", lambda: 50)})

    kept.known("rows", lambda: 50)
    actions.claim(workspace, floor.ana, floor.cases[0])
    kept.forget()
    assert kept.by_memory("q", build) is None
    kept.known("other rows", lambda: 1)
    assert kept.by_memory("q", build) is None


def test_a_case_can_be_dropped_without_the_others(workspace: Workspace) -> None:
    kept, build = Snapshots(workspace.database), Count()
    for case_id in (1, 2):
        kept.answer(("case", 7, case_id), build)
    kept.drop_case(1)
    for case_id in (1, 2):
        kept.answer(("case", 7, case_id), build)
    assert build.n == 3


def test_an_answer_that_was_overtaken_while_it_was_built_is_not_kept(workspace: Workspace) -> None:
    kept, build = Snapshots(workspace.database), Count()

    def overtaken() -> Packed:
        kept.drop_case(1)
        return alone({"built": "old"})

    kept.answer(("case", 7, 1), overtaken)
    kept.answer(("case", 7, 1), build)
    assert build.n == 1


def test_what_happens_to_another_customers_case_leaves_an_answer_as_it_is(workspace: Workspace, floor: Floor) -> None:
    kept, build = Snapshots(workspace.database), Count()
    first, other = floor.cases[:2]
    asked = kept.answer(("case", floor.ana, first), build)
    actions.claim(workspace, floor.bo, other)
    assert kept.answer(("case", floor.ana, first), build) is asked
    actions.claim(workspace, floor.ana, first)
    kept.answer(("case", floor.ana, first), build)
    assert build.n == 2


def test_a_hold_moves_the_case_that_it_is_on(workspace: Workspace, floor: Floor) -> None:
    kept, build = Snapshots(workspace.database), Count()
    for case_id in floor.cases[:2]:
        kept.answer(("case", floor.ana, case_id), build)
    actions.be_present(workspace, floor.bo, floor.cases[0], kind=HoldKind.READING)
    for case_id in floor.cases[:2]:
        kept.answer(("case", floor.ana, case_id), build)
    assert build.n == 3


def test_cases_of_one_thread_move_together(workspace: Workspace, floor: Floor) -> None:
    kept, build = Snapshots(workspace.database), Count()
    first, other = floor.cases[:2]
    with workspace.database.write() as session:
        session.get_one(Case, other).thread_id = session.get_one(Case, first).thread_id
    kept.answer(("case", floor.ana, other), build)
    actions.claim(workspace, floor.ana, first)
    kept.answer(("case", floor.ana, other), build)
    assert build.n == 2


def test_what_belongs_to_no_case_moves_all_of_them_and_what_is_settled(workspace: Workspace, floor: Floor) -> None:
    kept, build, settled = Snapshots(workspace.database), Count(), Count()
    for act in (lambda: None, lambda: stop_actions.turn(workspace, floor.lead, Switch.REPLIES_HELD, on=True)):
        act()
        kept.answer(("case", floor.ana, floor.cases[0]), build)
        kept.settled("people", settled)
    assert (build.n, settled.n) == (2, 2)


def test_work_on_a_case_leaves_what_is_settled(workspace: Workspace, floor: Floor) -> None:
    kept, build = Snapshots(workspace.database), Count()
    kept.settled("people", build)
    actions.claim(workspace, floor.ana, floor.cases[0])
    kept.settled("people", build)
    assert build.n == 1


def test_more_acts_than_a_look_sees_count_as_everything(workspace: Workspace, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "LAST_FEW", 2)
    kept, build = Snapshots(workspace.database), Count()
    kept.answer(("case", floor.ana, floor.cases[0]), build)
    actions.claim(workspace, floor.bo, floor.cases[1])
    actions.release(workspace, floor.bo, floor.cases[1])
    kept.answer(("case", floor.ana, floor.cases[0]), build)
    assert build.n == 2


def test_news_that_were_looked_at_are_dropped_in_every_language(workspace: Workspace) -> None:
    kept, build = Snapshots(workspace.database), Count()
    kept.answer(("news", 1), build)
    kept.answer(("news", 2), build)
    kept.drop_news(1)
    kept.answer(("news", 1), build)
    kept.answer(("news", 2), build)
    assert build.n == 3


def test_the_editor_needs_nothing_of_what_stands_beside_a_case(workspace: Workspace, floor: Floor) -> None:
    actions.claim(workspace, floor.ana, floor.cases[0])
    actions.add_note(workspace, floor.ana, floor.cases[0], note="Look here")
    with workspace.database.read() as session:
        now, by = workspace.now(), people.active(session, floor.ana)
        states = [
            editor_state(inbox.case(session, floor.cases[0], by=by, now=now, beside=beside), Reader.of(by, now=now, zone="UTC"))
            for beside in (True, False)
        ]
    assert states[0] == states[1]


def test_memory_is_bounded(workspace: Workspace) -> None:
    kept = Snapshots(workspace.database)
    for question in range(MOST + 20):
        kept.answer(question, lambda: alone({}))
        kept.known(question, lambda: 1)
    assert len(kept._kept) == len(kept._parts) == MOST


def test_a_look_that_began_before_a_write_is_not_taken_for_one_after_it(
    workspace: Workspace, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MARK_KEPT_S", 1e9)
    kept, build = Snapshots(workspace.database), Count()
    began, goes_on, look = threading.Event(), threading.Event(), snapshots.marks.look

    def slow(*args: Any, **told: Any) -> Mark:
        seen = look(*args, **told)
        began.set()
        goes_on.wait(20)
        return seen

    monkeypatch.setattr(snapshots.marks, "look", slow)
    with ThreadPoolExecutor(2) as pool:
        looking = pool.submit(kept.settled, "standing", build)
        assert began.wait(20)
        stop_actions.turn(workspace, floor.lead, Switch.REPLIES_HELD, on=True)
        forgetting = pool.submit(kept.forget)
        goes_on.set()
        forgetting.result(20)
        looking.result(20)
    kept.settled("standing", build)
    assert build.n == 2
