"""A customer's words are taken out of what the team wrote; the rest stays as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.forgetting.quotes import Words

SAID = "My lamp came without its bulb, again. Order number: 4711-0815. Why?"
WORDS = Words(names=("ana_moss", "Ana Moss", "李"), parts=("Ana", "Moss"), texts=(SAID, "Too short"))


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("@ana_moss called", "[erased] called"),
        ("ANA_MOSS called", "[erased] called"),
        ("ana_mossy called, and Banana", "ana_mossy called, and Banana"),
        ("Hi Ana, we look", "Hi [erased], we look"),
        ("Mossy and moss", "Mossy and moss"),
        (f"She wrote {SAID}", "She wrote [erased]"),
        ("she says it CAME without its  bulb twice", "she says it [erased] twice"),
        ("came without the bulb", "came without the bulb"),
        ("look at 4711-0815 first", "look at [erased] first"),
        ("李 asked", "[erased] asked"),
        ("", ""),
    ],
)
def test_what_is_theirs_goes_and_the_rest_stays(written: str, left: str) -> None:
    assert WORDS.without(written) == left


def test_json_is_looked_through_at_any_depth() -> None:
    assert WORDS.without_all({"ana_moss": [1, None, {"text": "by ana_moss"}]}) == {"ana_moss": [1, None, {"text": "by [erased]"}]}


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_whole_text_never_survives_and_nothing_is_done_twice(before: str, after: str) -> None:
    left = WORDS.without(f"{before} {SAID} {after}")
    assert SAID not in left
    assert WORDS.without(left) == left
