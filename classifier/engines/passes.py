"""Which texts go through the model together. A pass is as wide as its longest text, so that a short one beside it costs as much as a long one."""

from collections.abc import Iterator, Sequence
from typing import Final

MOST: Final = 8
"""Texts in one pass: more of them are no faster on one core."""

START: Final = 10
"""What a pass costs besides its tokens, in tokens: its weights are fetched anew."""


def passes(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of all texts, each once, parted so that the passes together cost least; the longest texts come first."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    least, begins = [0], [0]
    for end in range(1, len(order) + 1):
        longest = lengths[order[end - 1]]
        cost, begin = min((least[begin] + START + (end - begin) * longest, begin) for begin in range(max(0, end - MOST), end))
        least.append(cost)
        begins.append(begin)
    end = len(order)
    while end:
        yield order[begins[end] : end]
        end = begins[end]
