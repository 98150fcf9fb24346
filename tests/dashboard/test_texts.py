"""One catalogue: every string that a person reads stands there, under a name that is used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from dashboard.texts import CATALOGUE, text, texts, tree

BOARD = Path(__file__).parents[2] / "dashboard"
SCREENS = sorted(
    [*BOARD.glob("*.py"), *(BOARD / "panes").glob("*.py"), *(BOARD / "app_pages").glob("*.py"), *(BOARD / "components").glob("*.py")]
)
SCRIPTS = sorted((BOARD / "components").glob("*/*.js"))
SENTENCE = re.compile(r"[A-Za-zÀ-ÿ]{2,}[,.!?:]? [A-Za-zÀ-ÿ]{2,}")
NOT_SHOWN = {"component_scripts.py", "options.py", "server.py", "gate.py", "openid.py", "workspace.py", "settings.py"}
"""What these say goes to a log, to a header or into an error before there is a screen."""


WITHOUT_LABEL = {"code", "container", "switch_page", "form", "Page", "fragment", "rerun"}
"""Their first argument is a key, a path, or code."""


def docstrings(tree_: ast.AST) -> set[int]:
    """The places of strings that stand alone: docstrings of modules, classes, functions and constants."""
    return {id(node.value) for node in ast.walk(tree_) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}


def literals(file: Path) -> Iterator[tuple[int, str]]:
    parsed = ast.parse(file.read_text(encoding="utf-8"))
    alone = docstrings(parsed)
    raised = {id(n) for r in ast.walk(parsed) if isinstance(r, ast.Raise) for n in ast.walk(r)}
    logged = {
        id(n)
        for call in ast.walk(parsed)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log"
        for n in ast.walk(call)
    }
    named = {id(n) for a in ast.walk(parsed) if isinstance(a, ast.Assign) and ast.unparse(a.targets[0]) == "message" for n in ast.walk(a)}
    for node in ast.walk(parsed):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and not {id(node)} & (alone | raised | logged | named):
            yield node.lineno, str(node.value)  # type: ignore[attr-defined]


@pytest.mark.parametrize("file", [f for f in SCREENS if f.name not in NOT_SHOWN], ids=lambda f: str(f.relative_to(BOARD)))
def test_no_page_carries_words_of_its_own(file: Path) -> None:
    found = [f"{file.name}:{line} {words!r}" for line, words in literals(file) if SENTENCE.search(words) and "SELECT" not in words]
    assert found == []


@pytest.mark.parametrize("file", [f for f in SCREENS if f.name not in NOT_SHOWN], ids=lambda f: str(f.relative_to(BOARD)))
def test_no_element_gets_a_literal_label(file: Path) -> None:
    calls = [n for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    shown = [
        c for c in calls if isinstance(c.func, ast.Attribute) and ast.unparse(c.func.value) == "st" and c.func.attr not in WITHOUT_LABEL
    ]
    assert [f"{file.name}:{call.lineno}" for call in shown if call.args and has_words(call.args[0])] == []


def has_words(label: ast.expr) -> bool:
    """Whether a label has letters of its own; one that only puts values together has none."""
    parts = label.values if isinstance(label, ast.JoinedStr) else [label]
    return any(isinstance(part, ast.Constant) and re.search(r"[A-Za-z]{2}", str(part.value)) for part in parts)


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda f: f.name)
def test_no_script_carries_words_of_its_own(file: Path) -> None:
    code = re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    strings = re.findall(r'"([^"\n]*)"', code)
    classes = re.compile(r"^[a-z0-9 _.,#>*:=\[\]'()-]*$")
    found = [s for s in strings if SENTENCE.search(s) and not classes.match(s)]
    assert found == []


def used_names() -> str:
    files = [*BOARD.rglob("*.py"), *SCRIPTS]
    return "\n".join(f.read_text(encoding="utf-8") for f in files if "texts" not in f.parts[-2:-1])


def test_every_name_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r'(?<![\w.])text\(\s*"([a-z_.0-9]+)"', used_names()))
    assert asked
    assert sorted(asked - CATALOGUE.keys()) == []


def test_every_name_is_asked_for() -> None:
    code = used_names()
    built = set(re.findall(r'f"([a-z_.]+[._])\{', code))
    handed_on = set(re.findall(r'(?:words|tree|texts)\(\s*"([a-z_.]+\.)"', code))
    kinds = {f"{kind}." for kind in re.findall(r'word_of\("(\w+)"', code)}
    families = tuple(built | handed_on | kinds)
    unused = [name for name in CATALOGUE if not is_named(name, code) and not name.startswith(families)]
    assert sorted(unused) == []


def is_named(name: str, code: str) -> bool:
    """Whether code asks for it by its name, or for the family of "one" and "many" that it belongs to."""
    family, _, last = name.rpartition(".")
    return f'"{name}"' in code or (last in {"one", "many"} and f'"{family}"' in code)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_string_can_be_filled_in(name: str) -> None:
    fields = [field for _, field, _, _ in Formatter().parse(CATALOGUE[name]) if field is not None]
    assert all(re.fullmatch(r"[a-z_]+", field) for field in fields)
    filled = text(name, **dict.fromkeys(fields, "§"))
    assert filled.count("§") >= len(set(fields))
    assert CATALOGUE[name].strip() == CATALOGUE[name] or name.endswith("example")


def test_a_name_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("queue.nothing_of_this_name")


def test_a_component_gets_its_strings_by_the_rest_of_their_names() -> None:
    assert texts("urgency.") == {"high": "High", "normal": "Normal", "low": "Low", "none": "Not known"}
    assert tree("queue.js.")["counter"]["waiting"] == "waiting"
