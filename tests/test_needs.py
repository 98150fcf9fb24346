"""Each need of the people whom the desk serves has its tests, found by the need's number. A test that is renamed or dropped fails here."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.support.needs import NEEDS, numbers_of

TESTS = Path(__file__).parent

CASES = [(need, claim, name) for need, claims in NEEDS.items() for claim, names in claims.items() for name in names]


@cache
def named_tests(file: str) -> dict[str, ast.FunctionDef]:
    """The tests that stand in this file, alone or in a class, by name."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize(("need", "claim", "name"), CASES)
def test_the_need_has_a_test_that_is_run(need: str, claim: str, name: str) -> None:
    file, test = name.split("::")
    found = named_tests(file).get(test)
    assert found is not None, f"{need}, {claim}: {name} is not there"
    marks = [ast.unparse(mark) for mark in found.decorator_list]
    assert not [mark for mark in marks if "skip" in mark or "xfail" in mark], f"{need}, {claim}: {name} is not run"


def test_a_number_finds_a_test_whatever_its_name(request: pytest.FixtureRequest) -> None:
    assert numbers_of("desk/test_performance.py::test_outcomes_stand_beside_solved_never_inside_it") == {"n5", "n8"}
    assert numbers_of("test_needs.py::test_a_number_finds_a_test_whatever_its_name") == set()
    found = {item.nodeid.removeprefix("tests/").partition("[")[0]: item.extra_keyword_matches for item in request.session.items}
    assert [name for name, words in found.items() if not numbers_of(name) <= words] == []


def test_a_test_that_names_a_need_stands_under_a_need_of_the_table() -> None:
    """A number in a test's name that is in no table would be a promise that nobody keeps a list of."""
    named = {test.split("_")[1] for file in TESTS.rglob("test_*.py") for test in named_tests(str(file.relative_to(TESTS)))}
    numbers = {word for word in named if word[0] == "n" and word[1:].isdigit()}
    assert {number.upper() for number in numbers} <= set(NEEDS)
