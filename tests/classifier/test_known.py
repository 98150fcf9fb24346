"""What counts as the same text, and how many are remembered."""

import pytest

from classifier.engines.known import Known, key_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RT @user: My hub is dead http", "my hub is dead"),
        ("@user my hub is dead", "My hub is DEAD http http"),
        ("my hub is dead!!!", "my hub is dead !"),
    ],
)
def test_what_is_repeated_or_linked_anew_is_the_same(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("my hub is dead", "my hub is not dead"), ("it works?", "it works"), ("it works!", "it works?"), ("paid 10", "paid 100")],
)
def test_what_means_something_else_is_another_text(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_the_one_that_was_asked_for_longest_ago_is_forgotten() -> None:
    known = Known(2)
    known.put("a", 1)
    known.put("b", 2)
    assert known.get("a") == 1
    known.put("c", 3)
    assert (known.get("a"), known.get("b"), known.get("c")) == (1, None, 3)
