"""Languages are recognised as py3langid does with its own reader: its model is only kept in another shape."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.sample import corpus
from classifier.identify import TOGETHER, identifier
from classifier.language import LANGUAGES, UNKNOWN, recognise, recognise_all
from classifier.text import clean
from classifier.train.identifier import arrays, library

READER = library()
ODD = ["", "a", "xqzv", "HELLO, IS ANYBODY THERE?", "ÄÖÜ", "\ud800 lone", "荷物がまだ届きません", "é" * 300, "\x00\x01"]


def theirs(text: str) -> dict[str, float]:
    return dict(READER.rank(text))


def ours(text: str) -> dict[str, float]:
    known = identifier()
    return dict(zip(known.codes, known.probabilities([text])[0].tolist(), strict=True))


def test_the_file_that_ships_is_made_from_the_library() -> None:
    made, known = arrays(READER), identifier()
    assert known.codes == tuple(made["codes"])
    assert set(known.codes) == set(LANGUAGES)
    for name in ("keys", "features", "likelihoods", "prior"):
        assert np.array_equal(getattr(known, name), made[name]), f"{name}: run python -m classifier.train.identifier"


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_read_as_the_library_reads_them(text: str) -> None:
    assert ours(text) == pytest.approx(theirs(text), abs=1e-4)


@given(st.text(max_size=300))
def test_any_text_is_read_as_the_library_reads_it(text: str) -> None:
    assert ours(text) == pytest.approx(theirs(text), abs=1e-4)


def test_texts_are_read_together_as_they_are_alone() -> None:
    texts = [*ODD, *(clean(post.text) for post in corpus.history()[: 3 * TOGETHER])]
    together = recognise_all(texts)
    assert len({answer.label for answer in together}) > 2
    for text, answer in zip(texts, together, strict=True):
        alone = recognise(text)
        assert alone.label == answer.label
        assert alone.confidence == pytest.approx(answer.confidence, abs=1e-5)


def test_no_texts_are_of_no_language() -> None:
    assert recognise_all([]) == []
    assert identifier().probabilities([]).shape == (0, len(LANGUAGES))
    assert recognise_all(["", "Mijn pakket is nog steeds niet aangekomen"])[0].label == UNKNOWN


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        identifier(tmp_path / "missing.npz")
