"""Answers as they go out: what is common to many is written and compressed once."""

import json
import zlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.packed import GZIP, SMALLEST, Common, Packed, alone

WORDS = st.text(st.characters(codec="utf-8"), max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


def opened(packed: Packed) -> Any:
    assert packed.gzipped is not None
    return json.loads(zlib.decompress(packed.gzipped, wbits=GZIP))


@given(VALUES, st.lists(VALUES, min_size=1, max_size=3))
def test_each_answer_is_the_common_part_and_its_own(rows: Any, own: list[Any]) -> None:
    common = Common({"rows": rows})
    for packed, counts in [(common.with_own({"counts": one}), one) for one in own]:
        assert json.loads(packed.body) == opened(packed) == {"rows": rows, "counts": counts}


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_an_answer_of_its_own(values: dict[str, Any]) -> None:
    packed = alone(values)
    assert json.loads(packed.body) == values
    assert (packed.gzipped is None) == (len(packed.body) < SMALLEST)
    assert packed.gzipped is None or opened(packed) == values


def test_half_a_pair_of_surrogates_goes_out_as_a_question_mark() -> None:
    assert json.loads(alone({"words": "\ud83d"}).body) == {"words": "?"}
