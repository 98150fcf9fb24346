"""How texts are put together for the model."""

from hypothesis import given
from hypothesis import strategies as st

from classifier.engines.passes import MOST, START, passes


def cost(lengths: list[int], parts: list[list[int]]) -> int:
    return sum(START + len(part) * max(lengths[place] for place in part) for part in parts)


@given(st.lists(st.integers(1, 128), max_size=60))
def test_each_text_is_read_once_and_no_slicing_of_the_sorted_costs_less(lengths: list[int]) -> None:
    found = list(passes(lengths))
    assert sorted(place for part in found for place in part) == list(range(len(lengths)))
    assert all(0 < len(part) <= MOST for part in found)
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for size in range(1, MOST + 1):
        assert cost(lengths, found) <= cost(lengths, [order[at : at + size] for at in range(0, len(order), size)])


def test_texts_of_like_length_go_together_and_a_long_one_alone() -> None:
    lengths = [10, 90, 11, 10]
    assert list(passes(lengths)) == [[1], [0, 3, 2]]
