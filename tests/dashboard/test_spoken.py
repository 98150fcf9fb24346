"""What the desk says in English is said in German: every sentence that people can read has a German one."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import Formatter

import pytest

from dashboard.texts.language import passing, speak
from dashboard.texts.spoken import TABLES, is_known, say

ROOT = Path(__file__).parents[2]
LISTENER = (
    "deliver.py",
    "change.py",
    "connect/keeper.py",
    "query/grammar.py",
    "query/native.py",
    "query/refusals.py",
    "query/searches.py",
    "sources/x/errors.py",
    "sources/reddit/errors.py",
    "sources/mastodon/errors.py",
    "sources/mastodon/replier.py",
    "sources/bluesky/errors.py",
    "sources/bluesky/replier.py",
)
"""What these say reaches the people who answer; the rest of the listener speaks to whoever runs it."""

FILES = [*sorted((ROOT / "desk").rglob("*.py")), *(ROOT / "listener" / name for name in LISTENER)]
SENTENCE = re.compile(r"[A-Za-z]{2,}[,.:;!?]? .*?[A-Za-z]{2,}", re.DOTALL)
NOT_SHOWN = {
    "saved_replies.py",  # texts to customers, in the customer's language
    "settings.py",
    "cleaning.py",
    "personal_data.py",
    "sla.py",
}
LOGGED = {"LeaseLost", "ValueError", "re.compile", "text", "sql", "with_hint"}
NEVER_ALONE = {
    "one of",
    "could not locate record",
    "limit of the platform",
    " by rule “1”",
    '. X may have renamed its fields: set field_names = "post" (or "tweet") at the credential',
}
"""What is looked for in another's words, stands in files, or only follows on a sentence that is known with it."""

MOST_WAYS = 32


def ways(node: ast.expr) -> list[str]:
    """What an expression may read, with 1 for what only a run would tell."""
    match node:
        case ast.Constant(value=str(words)):
            return [words]
        case ast.IfExp():
            return [*ways(node.body), *ways(node.orelse)]
        case ast.JoinedStr():
            parts = [ways(part) for part in node.values]
            return ["".join(chosen) for chosen in list(product(*parts))[:MOST_WAYS]]
        case ast.FormattedValue():
            return ways(node.value) if isinstance(node.value, ast.IfExp) else ["1"]
        case _:
            return ["1"]


def has_ways(part: ast.expr) -> bool:
    return isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.IfExp)


def is_quiet(node: ast.AST) -> bool:
    """What never reaches a screen: logs, SQL, subjects and keys of the record, errors of programmers."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.keyword):
        return node.arg in {"subject", "key", "name"}
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) in {"key", "subject"}
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called.startswith("log.") or called in LOGGED or called.rpartition(".")[2] in LOGGED


def sentences(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if is_quiet(child):
            continue
        if isinstance(child, ast.JoinedStr) or (isinstance(child, ast.Constant) and isinstance(child.value, str)):
            yield from (FIELD.sub("1", way) for way in ways(child) if SENTENCE.search(way))
            if isinstance(child, ast.JoinedStr):
                yield from (found for part in child.values if not has_ways(part) for found in sentences(part))
        else:
            yield from sentences(child)


FIELD = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("file", [file for file in FILES if file.name not in NOT_SHOWN], ids=lambda file: file.name)
def test_every_sentence_that_people_read_has_a_german_one(file: Path) -> None:
    said = list(sentences(ast.parse(file.read_text(encoding="utf-8"))))
    assert [words for words in said if not is_known(words, "de") and words not in NEVER_ALONE] == []


def fields(template: str) -> list[str]:
    return sorted({field for _, field, _, _ in Formatter().parse(template) if field is not None})


@pytest.mark.parametrize("wanted", TABLES)
def test_both_languages_name_the_same_places(wanted: str) -> None:
    pairs = [pair for table in TABLES[wanted] for pair in table.items()]
    assert [english for english, said in pairs if fields(english) != fields(said)] == []
    assert len({english for english, _ in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Bo Lind has this case", "Bo Lind hat diesen Fall"),
        ("high urgency: first answer within 30 min at any hour", "hohe Dringlichkeit: erste Antwort binnen 30 min zu jeder Stunde"),
        ("negative, 92 % sure: 30 min earlier", "negativ, zu 92 % sicher: 30 min früher"),
        ("1 other case in 90 days: 10 min earlier", "1 weiterer Fall in 90 Tagen: 10 min früher"),
        ("closed it: no_answer", "hat ihn geschlossen: Kunde hat nicht geantwortet"),
        ("corrected needs reply from false to true", "hat Antwort korrigiert: braucht eine Antwort statt braucht keine Antwort"),
        (
            "Declined needs the rule that it rests on and what we can do instead",
            "Abgelehnt braucht die Vorgabe, auf der es beruht und was wir stattdessen tun können",
        ),
        ("the reply failed: X does not take this reply: Too old", "die Antwort ging nicht hinaus: X nimmt diese Antwort nicht an: Too old"),
        ("words that nobody has written down", "words that nobody has written down"),
    ],
)
def test_a_sentence_is_said_in_german(english: str, german: str) -> None:
    with passing():
        speak("de")
        assert say(english) == german
    assert say(english) == english


def test_a_customer_whose_name_looks_like_a_sentence_keeps_it() -> None:
    with passing():
        speak("de")
        assert (
            say("{0} {name} wrote again: read it before you answer")
            == "{0} {name} hat wieder geschrieben: lesen Sie das, bevor Sie antworten"
        )
