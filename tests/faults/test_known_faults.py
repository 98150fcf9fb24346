"""The page of known faults keeps its word: each fault has a test that exists, or the reason why there is none."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FAULTS = {int(number): place for number, _, _, place in ROW.findall((ROOT / "docs" / "faults.md").read_text(encoding="utf-8"))}


def test_the_faults_are_numbered_without_a_gap() -> None:
    assert list(FAULTS) == list(range(1, 28))


@pytest.mark.parametrize("number", FAULTS)
def test_a_known_fault_has_its_test_or_a_reason(number: int) -> None:
    found = TEST.findall(FAULTS[number])
    assert found or FAULTS[number].startswith("none: ")
    for file, name in found:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
