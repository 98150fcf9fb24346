"""Answers from memory: the same until something changed, and never more of them than there is room for."""

from typing import Any

import pytest

from dashboard import actions, snapshots
from dashboard.snapshots import MOST, Snapshots
from dashboard.workspace import Workspace
from tests.dashboard.conftest import Floor


class Count:
    """Builds an answer and counts how often."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> dict[str, Any]:
        self.n += 1
        return {"built": "same"}


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
    assert kept.answer("a", lambda: {"n": 1}).tag != kept.answer("b", lambda: {"n": 2}).tag


def test_a_part_is_shared_until_something_changes(workspace: Workspace, floor: Floor) -> None:
    kept, build = Snapshots(workspace.database), Count()
    assert kept.known("rows", build) is kept.known("rows", build)
    actions.claim(workspace, floor.ana, floor.cases[0])
    kept.known("rows", build)
    assert build.n == 2


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

    def overtaken() -> dict[str, Any]:
        kept.drop_case(1)
        return {"built": "old"}

    kept.answer(("case", 7, 1), overtaken)
    kept.answer(("case", 7, 1), build)
    assert build.n == 1


def test_memory_is_bounded(workspace: Workspace) -> None:
    kept = Snapshots(workspace.database)
    for question in range(MOST + 20):
        kept.answer(question, dict)
        kept.known(question, lambda: 1)
    assert len(kept._kept) == len(kept._parts) == MOST
