"""A look that meets nothing but one fault is called by its right name, at every source, and looked at again at a sane moment."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage.words import LookResult
from tests.faults.polls import HASTE, PATIENCE, begun, fresh, look, poller
from tests.support.fault_server import WIRE, Mood
from tests.support.worlds import WORLDS, World

COMMON = (
    "the connection is reset",
    "a body that breaks off",
    "half of a document",
    "a web page with 200",
    "nothing with 200",
    "502 with a web page",
    "429 without a word of when",
    "401",
    "402",
    "402 without a word",
    "403",
    "403 with a web page",
    "404",
    "410",
    "a redirect to another host",
)

NAMES = [world.__name__ for world in WORLDS]


@pytest.mark.parametrize("world", WORLDS, ids=NAMES)
def test_a_look_is_called_by_its_right_name(world: type[World], sqlite_template: Path, tmp_path: Path) -> None:
    with begun(1, fresh(sqlite_template, tmp_path, 1), world=world) as run:
        patient = poller(run, PATIENCE)
        for name in COMMON:
            look(run, patient, Mood(only=name))
    assert run.told == []
    assert len(run.story) == len(COMMON)


@pytest.mark.parametrize("world", WORLDS, ids=NAMES)
def test_a_limit_is_waited_for_and_not_longer_than_a_day(world: type[World], sqlite_template: Path, tmp_path: Path) -> None:
    with begun(2, fresh(sqlite_template, tmp_path, 2), world=world) as run:
        patient = poller(run, PATIENCE)
        for name in sorted(name for name in WIRE if name.startswith("429")):
            assert look(run, patient, Mood(only=name)).result == LookResult.THROTTLED
        before = run.database.now()
        told = look(run, patient, Mood(only="429 with Retry-After")).retry_at
        assert told is not None
        assert before < told <= before + timedelta(minutes=1)
    assert run.told == []


@pytest.mark.parametrize("name", ["no answer", "an answer without end"])
@pytest.mark.parametrize("world", [world for world in WORLDS if world.kind in {"", "search", "notifications", "reviews"}])
def test_a_server_that_never_ends_is_left_in_time(name: str, world: type[World], sqlite_template: Path, tmp_path: Path) -> None:
    with begun(3, fresh(sqlite_template, tmp_path, 3), world=world) as run:
        report = look(run, poller(run, HASTE), Mood(only=name))
    assert (report.result, report.new) == (LookResult.UNAVAILABLE, 0)
    assert "in time" in report.detail
    assert run.told == []
